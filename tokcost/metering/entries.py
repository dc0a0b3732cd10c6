"""What was read from logs, parted: entries go on, problems go to the report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tokcost.logs.entry import Entry, Read
from tokcost.report import Report


def entries_of(report: Report, reads: Iterable[Read]) -> Iterator[Entry]:
    """The entries, as they come; what could not be read becomes a problem of the report."""
    for read in reads:
        if isinstance(read, Entry):
            yield read
        else:
            report.problems.add(read)
