"""GitHub: workflow annotations on the file and line, and the summary of the step."""

from __future__ import annotations

import os
from collections.abc import Sequence

from tokcost.errors import TokcostError
from tokcost.phrases import printable
from tokcost.render.markdown import markdown
from tokcost.report import Report


def workflow_commands(report: Report) -> str:
    """A workflow command for each finding and each note."""
    lines = []
    for found in report.findings:
        words = [
            found.message,
            found.remedy,
            *found.hint.splitlines(),
            f"The rule: {report.prefix}{found.rule_file}:{found.rule_line}" if found.rule_file else "",
        ]
        properties = {"file": report.prefix + found.file, "line": str(found.line or 1)} if found.file else {}
        about = found.budget or found.model or found.name
        properties["title"] = f"tokcost {found.rule}: {about}" if about else f"tokcost {found.rule}"
        lines.append(annotation("error", [word for word in words if word], **properties))
    lines += [annotation("error", [problem], title="tokcost") for problem in report.problems.sentences()]
    lines += [annotation("warning", [note], title="tokcost") for note in report.warnings]
    # the runner obeys ##[name] anywhere in a line that is no other command
    lines.append("tokcost: " + printable(report.verdict()).replace("##[", "# #["))
    return "\n".join(lines) + "\n"


def annotation(level: str, lines: Sequence[str], **properties: str) -> str:
    """A workflow command that shows these lines; nothing in them is obeyed by the runner or by a terminal."""
    shown = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{level} {shown}::" + "%0A".join(map(_data, lines))


def summarise(report: Report) -> None:
    """Append the report as Markdown to $GITHUB_STEP_SUMMARY where that is set."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    try:
        with open(path, "a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(markdown(report))
    except OSError as error:
        raise TokcostError(f"GITHUB_STEP_SUMMARY {path}: cannot be written: {error.strerror}") from error


def _data(text: str) -> str:
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
