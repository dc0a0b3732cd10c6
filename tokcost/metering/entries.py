"""What was read from logs, parted: entries go on, problems go to the report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tokcost.errors import TokcostError
from tokcost.inputs.files import left_out_lines
from tokcost.logs.entry import Entry, Read
from tokcost.logs.read import Reader
from tokcost.report import Report
from tokcost.report.left_out import tell_left_out


def entries_of(report: Report, reads: Iterable[Read]) -> Iterator[Entry]:
    """The entries, as they come; what could not be read becomes a problem of the report."""
    for read in reads:
        if isinstance(read, Entry):
            yield read
        else:
            report.problems.add(read)


def tell_of_logs(report: Report, reader: Reader, limited: bool) -> None:
    """Files that were not read, usage that was told twice, and what else there is to say of the logs."""
    tell_left_out(report, reader.left_out, limited)
    report.warn(reader.shapes.told.sentences())


def no_usage(report: Report, reader: Reader) -> TokcostError:
    """That logs tell of no usage, and the first reason why: a problem, a file that was not read, one that told none."""
    told = left_out_lines(dict.fromkeys([*reader.left_out, *reader.were_read]))
    reasons = [*report.problems.sentences(), *told, "the logs tell of none"]
    return TokcostError(f"no usage was found: {reasons[0]}")
