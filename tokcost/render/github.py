"""GitHub: workflow annotations on the file and line, and the summary of the step."""

from __future__ import annotations

import os

from tokcost.errors import TokcostError
from tokcost.render.markdown import markdown
from tokcost.report import Report


def workflow_commands(report: Report) -> str:
    """A workflow command for each headline, each finding and each note."""
    lines = [f"::warning title=tokcost::{_data(line)}" for line in report.headlines]
    for found in report.findings:
        words = [
            found.message,
            found.remedy,
            found.hint,
            f"The rule: {report.prefix}{found.rule_file}:{found.rule_line}" if found.rule_file else "",
        ]
        properties = {"file": report.prefix + found.file, "line": str(found.line or 1)} if found.file else {}
        about = found.budget or found.model or found.name
        properties["title"] = f"tokcost {found.rule}: {about}" if about else f"tokcost {found.rule}"
        shown = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
        lines.append(f"::error {shown}::{_data(chr(10).join(word for word in words if word))}")
    lines += [f"::error title=tokcost::{_data(problem)}" for problem in report.problems.sentences()]
    lines += [f"::warning title=tokcost::{_data(note)}" for note in report.warnings]
    lines.append(f"tokcost: {report.verdict()}")
    return "\n".join(lines) + "\n"


def summarise(report: Report) -> None:
    """Append the report as Markdown to $GITHUB_STEP_SUMMARY where that is set."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    try:
        with open(path, "a", encoding="utf-8") as file:
            file.write(markdown(report))
    except OSError as error:
        raise TokcostError(f"GITHUB_STEP_SUMMARY {path}: cannot be written: {error.strerror}") from error


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
