"""What was given and not read, of every command: a note, and under a limit a problem."""

from __future__ import annotations

from collections.abc import Iterable

from tokcost.inputs.files import LeftOut, left_out_lines
from tokcost.report.report import Report


def tell_left_out(report: Report, files: Iterable[LeftOut], limited: bool) -> None:
    """Report files that were not read: a line per reason, however many files.

    One that should have been read is a problem, and under a limit one that may hold anything: no limit is kept
    by not looking.
    """
    notes = []
    for file in files:
        if file.failed or (file.unread and limited):
            report.fail(file.name, file.reason)
        else:
            notes.append(file)
    report.warn(left_out_lines(notes))
