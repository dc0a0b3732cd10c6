"""GitLab: a code quality report."""

from __future__ import annotations

import json

from tokcost.budgets.outcome import Outcome
from tokcost.render_old.sarif import fingerprint


def code_quality(outcome: Outcome) -> str:
    """The findings as GitLab's list of violations; none is an empty list."""
    violations = [
        {
            "description": ": ".join(part for part in (found.message, found.remedy, found.hint) if part),
            "check_name": f"tokcost {found.rule}",
            "fingerprint": fingerprint(found),
            "severity": "major",
            "location": {"path": outcome.prefix + found.file, "lines": {"begin": found.line or 1}},
        }
        for found in outcome.report.findings
    ]
    return json.dumps(violations, ensure_ascii=False, indent=2) + "\n"
