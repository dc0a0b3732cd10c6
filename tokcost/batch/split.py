"""Part files of a batch: every line once, byte for byte, none over the limits."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from tokcost.batch.series import Series, write_series
from tokcost.errors import TokcostError
from tokcost.rates import EXACT


class SplitLimits(NamedTuple):
    """What one part may hold at most."""

    cost: Decimal | None = None
    lines: int | None = None
    size: int | None = None


class SplitOptions(NamedTuple):
    """Where the parts go, beside their source when that is None, and whether they replace older ones."""

    limits: SplitLimits
    folder: Path | None = None
    force: bool = False


def split_options(
    cost: Decimal | None, lines: int | None, megabytes: Decimal | None, folder: Path | None, force: bool
) -> SplitOptions | None:
    """How to split, megabytes of 10^6 bytes; None where a part has no limit. Raises TokcostError for half of it."""
    if cost is None and lines is None and megabytes is None:
        if folder is not None:
            raise TokcostError("--output-dir is for part files: give --split-at, --split-lines or --split-mb too")
        return None
    size = int(EXACT.multiply(megabytes, Decimal(10**6))) if megabytes is not None else None
    return SplitOptions(SplitLimits(cost, lines, size), folder, force)


class PartFile(NamedTuple):
    """A part that was written; ``cost`` is None when money was not limited."""

    path: Path
    lines: int
    size: int
    cost: Decimal | None


def split(sources: Mapping[Path, Mapping[int, Decimal]], options: SplitOptions) -> list[PartFile]:
    """Write the parts of each source, as NAME.part-001.SUFFIX; the values are money by line number.

    Raises TokcostError before anything is written when a line alone is over a limit or a part exists already.
    """
    planned = {}
    for source, costs in sources.items():
        series = Series(source, options.folder or source.parent)
        planned[series] = _plan(source, options.limits, costs)
        _refuse_taken(series, options.force)
    _refuse_shared(planned)
    priced = options.limits.cost is not None
    found = []
    for series, parts in planned.items():
        paths = write_series(series, [lines for lines, _, _ in parts], sum(size for _, size, _ in parts))
        found += [
            PartFile(path, lines, size, cost if priced else None)
            for path, (lines, size, cost) in zip(paths, parts, strict=True)
        ]
    return found


def _refuse_taken(series: Series, force: bool) -> None:
    older = series.older()
    if older and not force:
        raise TokcostError(
            f"{series.folder / older[0]}: already exists: --force overwrites the part files, and removes the others "
            "of that name"
        )


def _refuse_shared(planned: Mapping[Series, Sequence[object]]) -> None:
    """No part may be the part of another source, or a source itself."""
    own: dict[Path, Path] = {}
    sources = {series.source.resolve(): series.source for series in planned}
    for series, parts in planned.items():
        for name in {*series.older(), *(series.name(number) for number in range(1, len(parts) + 1))}:
            path = Path(os.path.realpath(series.folder / name))
            if path in sources or own.setdefault(path, series.source) != series.source:
                other = sources.get(path) or own[path]
                what = "itself to be split" if other.resolve() == path else f"one of {other}"
                raise TokcostError(
                    f"{series.folder / name}: a part of {series.source}, and {what}: split one file at a time"
                )


def _plan(source: Path, limits: SplitLimits, costs: Mapping[int, Decimal]) -> list[tuple[int, int, Decimal]]:
    """(lines, bytes, money) of each part: as many lines as fit, in order."""
    parts: list[tuple[int, int, Decimal]] = []
    lines, blank, size, cost = 0, 0, 0, Decimal(0)  # blank lines go with the request before them
    with source.open("rb") as file:
        for number, raw in enumerate(file, 1):
            price = costs.get(number, Decimal(0))
            if not raw.strip() and (limits.size is None or size + len(raw) <= limits.size):
                blank, size = blank + 1, size + len(raw)
                continue
            _refuse_alone(source, number, len(raw), price, limits)
            full = lines and (
                (limits.lines is not None and lines + 1 > limits.lines)
                or (limits.size is not None and size + len(raw) > limits.size)
                or (limits.cost is not None and EXACT.add(cost, price) > limits.cost)
            )
            if full:
                parts.append((lines + blank, size, cost))
                lines, blank, size, cost = 0, 0, 0, Decimal(0)
            lines, size, cost = lines + 1, size + len(raw), EXACT.add(cost, price)
    return [*parts, (lines + blank, size, cost)] if lines + blank else parts


def _refuse_alone(source: Path, number: int, size: int, cost: Decimal, limits: SplitLimits) -> None:
    if limits.cost is not None and cost > limits.cost:
        raise TokcostError(f"{source}:{number}: costs {cost:f} alone, more than the {limits.cost:f} a part may cost")
    if limits.size is not None and size > limits.size:
        raise TokcostError(
            f"{source}:{number}: has {size:,} bytes alone, more than the {limits.size:,} a part may have"
        )
