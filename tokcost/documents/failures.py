"""What of many files could not be counted, and what was left out: told, never passed over."""

from __future__ import annotations

from tokcost.errors import NotText, Problem, TokcostError
from tokcost.report import Report
from tokcost.sources import Skipped


class Failures:
    """Files that are missing, problems of the report as they come; and files left out, its notes in the end."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._left_out: list[str] = []

    def skipped(self, item: Skipped) -> None:
        """A file that was not opened."""
        if item.failed:
            self._report.fail(item.name, item.reason)
        else:
            self._left_out.append(f"{item.name}: skipped: {item.reason}")

    def not_counted(self, name: str, named: bool, error: TokcostError) -> None:
        """A binary file inside a folder is left out; one that was named, or cannot be read, is missing."""
        if isinstance(error, NotText) and is_left_out(error, named):
            self._left_out.append(f"{name}: skipped: {error.problem} at byte {error.offset}")
        else:
            self._report.problems.add(problem_of(name, error))

    def tell(self) -> None:
        """Say what was left out: one call, however many files that are."""
        self._report.warn(self._left_out)


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


def nothing_counted(report: Report) -> TokcostError:
    """The error when there is not one row: the first reason that was found."""
    first = next(report.problems.sentences(), None) or (report.warnings[-1] if report.warnings else "")
    return TokcostError(first if len(report.problems) == 1 else f"nothing was counted: {first or 'no text was found'}")
