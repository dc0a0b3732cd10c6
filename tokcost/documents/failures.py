"""What of many files could not be counted, and what was left out: told, never passed over."""

from __future__ import annotations

from tokcost.errors import NotText, Problem, TokcostError
from tokcost.report import Report


def is_left_out(error: TokcostError | None, named: bool) -> bool:
    """Whether it only means that a folder or a glob holds a file that is not text."""
    return isinstance(error, NotText) and not named


def problem_of(name: str, error: TokcostError) -> Problem:
    """The error of a file with the place, which begins with its name, apart from the reason."""
    text = str(error)
    if not text.startswith(name):
        return Problem(name, text)
    line, _, why = text.removeprefix(name).partition(": ")
    return Problem(name + line, why)


def left_out(name: str, error: TokcostError) -> str:
    """The line about a file that is left out."""
    return f"{name}: skipped: {error.problem} at byte {error.offset}" if isinstance(error, NotText) else str(error)


def not_counted(report: Report, name: str, named: bool, error: TokcostError) -> None:
    """A binary file inside a folder is left out; one that was named, or cannot be read, is missing."""
    if is_left_out(error, named):
        report.warn([left_out(name, error)])
    else:
        report.problems.add(problem_of(name, error))


def nothing_counted(report: Report) -> TokcostError:
    """The error when there is not one row: the first reason that was found."""
    first = next(report.problems.sentences(), None) or (report.warnings[-1] if report.warnings else "")
    return TokcostError(first if len(report.problems) == 1 else f"nothing was counted: {first or 'no text was found'}")
