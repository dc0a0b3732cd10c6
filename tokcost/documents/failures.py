"""What of many files could not be counted, and what was left out: reported, never dropped in silence."""

from __future__ import annotations

from tokcost.errors import NotText, OtherFormat, Problem, TokcostError
from tokcost.inputs.files import LeftOut
from tokcost.report import Report
from tokcost.report.left_out import tell_left_out

# Why a text that was named and is blank keeps no limit.
NOTHING_TO_CHECK = "was empty or blank: there was nothing to check (did the command before fail?)"


class Failures:
    """Files that are missing, problems of the report as they come; and files left out, its notes in the end.

    ``limited``: a limit is to be checked, which no text may evade by not being read.
    """

    def __init__(self, report: Report, limited: bool) -> None:
        self._report = report
        self._limited = limited
        self._left_out: list[LeftOut] = []

    def left_out(self, file: LeftOut) -> None:
        """A file that was not opened."""
        self._left_out.append(file)

    def not_counted(self, name: str, named: bool, error: TokcostError) -> None:
        """A binary file inside a folder is left out; one that was named, or cannot be read, is missing.

        So is one under a limit that may be text in another charset.
        """
        known = isinstance(error, OtherFormat) or not self._limited
        if isinstance(error, NotText) and is_left_out(error, named) and known:
            self._left_out.append(LeftOut(name, error.problem, detail=f"at byte {error.offset}"))
        else:
            self._report.problems.add(problem_of(name, error))

    def tell(self) -> None:
        """Report what was left out."""
        tell_left_out(self._report, self._left_out, self._limited)


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
