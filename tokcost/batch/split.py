"""Part files of a batch: every line once, byte for byte, none over the limits."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from tokcost.atomic import partial_path, remove
from tokcost.errors import TokcostError
from tokcost.rates import EXACT


class SplitLimits(NamedTuple):
    """What one part may hold at most."""

    cost: Decimal | None = None
    lines: int | None = None
    size: int | None = None


def split_limits(cost: Decimal | None, lines: int | None, megabytes: Decimal | None) -> SplitLimits | None:
    """The limits of a part, megabytes of 10^6 bytes; None where there is none at all."""
    if cost is None and lines is None and megabytes is None:
        return None
    size = int(EXACT.multiply(megabytes, Decimal(10**6))) if megabytes is not None else None
    return SplitLimits(cost, lines, size)


class PartFile(NamedTuple):
    """A part that was written; ``cost`` is None when money was not limited."""

    path: Path
    lines: int
    size: int
    cost: Decimal | None


def split(source: Path, limits: SplitLimits, costs: Mapping[int, Decimal], force: bool) -> list[PartFile]:
    """Write the parts next to the source, as NAME.part-001.SUFFIX; ``costs`` is money by line number.

    All parts are complete under temporary names before the first gets its own: an interrupted run
    leaves none. Raises TokcostError when a line alone is over a limit or a part exists already.
    """
    planned = _plan(source, limits, costs)
    paths = [
        source.with_name(f"{source.stem}.part-{number:03}{source.suffix}") for number in range(1, len(planned) + 1)
    ]
    taken = [path for path in paths if path.exists()]
    if taken and not force:
        raise TokcostError(f"{taken[0]}: already exists: --force overwrites the part files")
    temporary = [partial_path(path) for path in paths]
    try:
        with source.open("rb") as lines:
            for path, part in zip(temporary, planned, strict=True):
                with path.open("wb") as out:
                    for _ in range(part[0]):
                        out.write(lines.readline())
        for path, final in zip(temporary, paths, strict=True):
            path.replace(final)
    except OSError as error:
        raise TokcostError(f"{error.filename or source}: cannot be written: {error.strerror}") from error
    finally:
        for path in temporary:
            remove(path)
    priced = limits.cost is not None
    return [
        PartFile(path, lines, size, cost if priced else None)
        for path, (lines, size, cost) in zip(paths, planned, strict=True)
    ]


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
