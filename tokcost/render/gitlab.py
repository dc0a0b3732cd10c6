"""GitLab: a code quality report."""

from __future__ import annotations

import json

from tokcost.phrases import printable
from tokcost.render.sarif import fingerprint
from tokcost.report import Report


def code_quality(report: Report) -> str:
    """The findings as GitLab's list of violations; none is an empty list."""
    violations = [
        {
            "description": printable(": ".join(part for part in (found.message, found.remedy, found.hint) if part)),
            "check_name": f"tokcost {found.rule}",
            "fingerprint": fingerprint(found),
            "severity": "major",
            "location": {
                "path": report.prefix + (found.file or found.rule_file or report.command),
                "lines": {"begin": found.line or 1},
            },
        }
        for found in report.findings
    ]
    # in ASCII: a path is what it is, whatever a terminal would make of it
    return json.dumps(violations, indent=2) + "\n"
