"""GitHub: workflow annotations on the file and line, and the summary of the step."""

from __future__ import annotations

import os

from tokcost.budgets.outcome import Outcome
from tokcost.errors import TokcostError
from tokcost.render_old.comment import comment


def workflow_commands(outcome: Outcome) -> str:
    """A workflow command for each finding and each note."""
    lines = []
    for found in outcome.report.findings:
        words = [
            found.message,
            found.remedy,
            found.hint,
            f"The rule: {outcome.prefix}{found.rule_file}:{found.rule_line}",
        ]
        properties = {
            "file": outcome.prefix + found.file,
            "line": str(found.line or 1),
            "title": f"tokcost {found.rule}: {found.budget or found.model}",
        }
        shown = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
        lines.append(f"::error {shown}::{_data(chr(10).join(word for word in words if word))}")
    lines += [f"::warning title=tokcost::{_data(note)}" for note in dict.fromkeys(outcome.report.warnings)]
    lines.append(f"tokcost: {outcome.verdict()}")
    return "\n".join(lines) + "\n"


def summarise(outcome: Outcome) -> None:
    """Append the comment to $GITHUB_STEP_SUMMARY where that is set."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    try:
        with open(path, "a", encoding="utf-8") as file:
            file.write(comment(outcome))
    except OSError as error:
        raise TokcostError(f"GITHUB_STEP_SUMMARY {path}: cannot be written: {error.strerror}") from error


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
