"""The formats of an outcome, and ``--report FORMAT=FILE``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tokcost.errors import TokcostError
from tokcost.phrases import join_or, quote

if TYPE_CHECKING:
    from tokcost.budgets.outcome import Outcome

FORMATS = ("table", "json", "csv", "markdown", "github", "sarif", "junit", "gitlab")


class Wanted(NamedTuple):
    """A report to be written beside the one on stdout."""

    form: str
    path: Path


def check_reports(form: str, reports: Sequence[str]) -> list[Wanted]:
    """The reports asked for. Raises TokcostError for a format that is none, or two to one file."""
    if form not in FORMATS:
        raise TokcostError(f"unknown format {quote(form)}: choose {join_or(FORMATS)}")
    wanted: dict[str, Wanted] = {}
    for report in reports:
        name, equals, path = report.partition("=")
        if not equals or not path or name not in FORMATS:
            raise TokcostError(
                f"--report {quote(report)}: write it as sarif=out.sarif, the formats are {join_or(FORMATS)}"
            )
        if path in wanted:
            raise TokcostError(f"--report {quote(report)}: two reports to one file")
        wanted[path] = Wanted(name, Path(path))
    return list(wanted.values())


def shown(outcome: Outcome, form: str, terminal: bool) -> str:
    """The outcome in a format. ``github`` also appends the summary to the file that GitHub names."""
    if form == "markdown":
        from tokcost.render_old.comment import comment

        return comment(outcome)
    if form == "github":
        from tokcost.render_old.github import summarise, workflow_commands

        summarise(outcome)
        return workflow_commands(outcome)
    if form == "sarif":
        from tokcost.render_old.sarif import sarif

        return sarif(outcome)
    if form == "junit":
        from tokcost.render_old.junit import junit

        return junit(outcome)
    if form == "gitlab":
        from tokcost.render_old.gitlab import code_quality

        return code_quality(outcome)
    from tokcost.render_old.check import render_check

    return render_check(outcome, form, terminal)
