"""What was reported of messages that may come again, however many there are, and what they have more then."""

from __future__ import annotations

import struct
from collections.abc import Hashable
from decimal import Decimal
from typing import NamedTuple

from tokcost.logs.entry import Calls, Entry
from tokcost.logs.kept import Kept
from tokcost.rates import EXACT
from tokcost.usage import Usage

# Six counts and the number of calls, where it was told first, and whether its end was told.
_COUNTS = struct.Struct("<8q?")
# So many letters has a charge at most: 16 digits, 40 decimals, a sign and a point.
_CHARGE = 60


class Reported(NamedTuple):
    """What was reported of a message: its counts in the order of Usage, its charge, and how many calls.

    ``place`` marks where it was told; ``ended`` is False while no line of it told its end.
    """

    counts: tuple[int, ...]
    charged: Decimal | None
    calls: int = 0
    place: int = 0
    ended: bool = True

    @property
    def size(self) -> tuple[int, int]:
        """What a message grows by: its output, then its input."""
        return self.counts[4], self.counts[0]


class ReportedMessages:
    """Keeps what was reported of every message, most of it in a file."""

    def __init__(self) -> None:
        self._kept = Kept(_COUNTS.size + _CHARGE, 100_000)

    def get(self, message: Hashable) -> Reported | None:
        """What was reported of a message in any of the files; None where nothing was."""
        record = self._kept.get(message)
        if record is None:
            return None
        charge = record[_COUNTS.size :].strip()
        *counts, calls, place, ended = _COUNTS.unpack_from(record)
        return Reported(tuple(counts), Decimal(charge.decode()) if charge else None, calls, place, ended)

    def put(
        self,
        message: Hashable,
        counts: tuple[int, ...],
        charged: Decimal | None,
        calls: int = 0,
        place: int = 0,
        ended: bool = True,
    ) -> None:
        """This was reported."""
        charge = b"" if charged is None else str(charged).encode()
        self._kept.put(message, _COUNTS.pack(*counts, calls, place, ended) + charge)


def growth(entry: Entry, before: Reported) -> Entry | None:
    """What an entry has more than was reported of it, which is no further request; None for nothing."""
    usage, charged = _more(entry.usage, before.counts), _more_charged(entry.charged, before.charged)
    calls = _more_calls(entry.calls, before.calls)
    if not usage.input_tokens and not usage.output_tokens and not charged and not calls:
        return None
    prompt = entry.usage.input_tokens
    return entry._replace(
        usage=usage, requests=0, calls=calls, charged=charged, prompt=(prompt, prompt), identity=None, inside=()
    )  # fmt: skip


def _more_calls(now: tuple[Calls, ...], before: int) -> tuple[Calls, ...]:
    """The calls beyond so many."""
    found = []
    for each in now:
        left_out, before = min(before, each.number), max(0, before - each.number)
        if each.number > left_out:
            found.append(each._replace(number=each.number - left_out))
    return tuple(found)


def _more_charged(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    """What is charged beyond what was reported as charged, all of it where nothing was."""
    return now if now is None or before is None else EXACT.subtract(now, before)


def _more(usage: Usage, before: tuple[int, ...]) -> Usage:
    """What a message has beyond what was reported of it; nothing is taken back."""
    read, write, write_long, output, reasoning = (
        max(0, now - then) for now, then in zip(usage.parts()[1:], before[1:], strict=True)
    )
    given = max(usage.input_tokens - before[0], read + write + write_long)
    return Usage(given, read, write, write_long, output, min(reasoning, output))
