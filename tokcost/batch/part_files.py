"""The request files split into part files, when every line of them could be priced."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from tokcost.amounts import money
from tokcost.batch.split import SplitOptions, split
from tokcost.batch.summary import RequestSum, Summary
from tokcost.currency import same_currency
from tokcost.errors import TokcostError
from tokcost.inputs.files import STDIN, InputFile, is_url
from tokcost.inputs.open import is_packed
from tokcost.phrases import plural
from tokcost.pricing import Unpriced
from tokcost.report import Column, Kind, Report, Table

PART_FILES: tuple[Column, ...] = (
    Column("name", lambda part: str(part.path), "name"),
    Column("lines", lambda part: part.lines, "lines", Kind.NUMBER),
    Column("bytes", lambda part: part.size, "bytes", Kind.NUMBER),
    Column("cost", lambda part: part.cost, "cost", Kind.MONEY),
)


def check_splittable(files: Sequence[InputFile]) -> None:
    """Raises TokcostError for stdin, an address and a packed file: parts are lines of a file beside it."""
    for file in files:
        if file.location == STDIN:
            raise TokcostError("only a file can be split: name it instead of piping it in")
        if not is_url(file.location) and os.path.exists(file.location) and not os.path.isfile(file.location):
            raise TokcostError(f"{file.name}: a pipe can be read only once: save it as a file to split that")
        if is_url(file.location) or is_packed(file):
            raise TokcostError(f"{file.name}: only a plain file can be split: unpack it on this machine first")


def write_parts(
    report: Report, summary: Summary, total: RequestSum, files: Sequence[InputFile], options: SplitOptions,
    keep_going: bool,
) -> None:  # fmt: skip
    """Split the files; a problem of the report where they cannot be.

    Raises TokcostError for one document, a line too large for any part, and parts that are there already.
    """
    held = total.quote.held if total.quote else None
    if options.limits.cost is not None and isinstance(held, Unpriced):
        report.fail("--split-at", f"cannot be checked: the total is unpriced: {held.reason}")
        return
    if options.limits.cost is not None:
        same_currency("--split-at", options.limits.cost, report.currency)
    if report.problems.number and (report.limited or not keep_going):
        otherwise = "" if report.limited else ", or use --keep-going to split anyway"
        report.fail("", f"not split: correct these lines{otherwise}")
        return
    for file in files:
        _refuse_document(Path(file.location))
    sources = {Path(file.location): summary.costs.get(file.name, {}) for file in files}
    report.details["part_files"] = Table(PART_FILES, shown=False).extend(split(sources, options))


def part_sentences(report: Report) -> Iterator[str]:
    """A line for each part file that was written."""
    table = report.details.get("part_files")
    for part in table.rows if isinstance(table, Table) else ():
        cost = f", {money(part['cost'], report.currency)}" if part["cost"] is not None else ""
        yield f"{part['name']}: {plural(part['lines'], 'line')}, {part['bytes']:,} bytes{cost}"


def _refuse_document(path: Path) -> None:
    """One JSON document over several lines, or holding several requests, has no lines to split at."""
    with path.open("rb") as file:
        first = file.readline().strip()
    if first in (b"{", b"[") or first.startswith((b"[", b'{"requests"', b'{ "requests"')):
        raise TokcostError(f"{path}: one JSON document cannot be split by lines: write one request per line first")
