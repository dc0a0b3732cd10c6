"""What was reported of messages that may come again, however many there are, and what they have more then."""

from __future__ import annotations

import struct
from collections.abc import Hashable
from decimal import Decimal
from typing import NamedTuple

from tokcost.logs.entry import Entry
from tokcost.logs.kept import Kept
from tokcost.rates import EXACT
from tokcost.usage import Usage

MessageId = tuple[str, str]
"""What names a message: its id and that of its request."""
_COUNTS = struct.Struct("<6q")
# So many letters has a charge at most: 16 digits, 40 decimals, a sign and a point.
_CHARGE = 60


class Reported(NamedTuple):
    """What was reported of a message: its counts in the order of Usage, and its charge."""

    counts: tuple[int, ...]
    charged: Decimal | None

    @property
    def output(self) -> int:
        """The output, by which a message grows."""
        return self.counts[4]


class ReportedMessages:
    """Keeps the counts and the charge of every message, most of them in a file."""

    def __init__(self) -> None:
        self._kept = Kept(_COUNTS.size + _CHARGE, 100_000)

    def get(self, message: Hashable) -> Reported | None:
        """What was reported of a message in any of the files; None where nothing was."""
        record = self._kept.get(message)
        if record is None:
            return None
        charge = record[_COUNTS.size :].strip()
        return Reported(_COUNTS.unpack_from(record), Decimal(charge.decode()) if charge else None)

    def put(self, message: Hashable, counts: tuple[int, ...], charged: Decimal | None) -> None:
        """This was reported."""
        charge = b"" if charged is None else str(charged).encode()
        self._kept.put(message, _COUNTS.pack(*counts) + charge)


def growth(entry: Entry, before: Reported) -> Entry | None:
    """What an entry has more than was reported of it, which is no further request; None for nothing."""
    usage, charged = _more(entry.usage, before.counts), _more_charged(entry.charged, before.charged)
    if not usage.input_tokens and not usage.output_tokens and not charged:
        return None
    prompt = entry.usage.input_tokens
    return entry._replace(usage=usage, requests=0, calls=(), charged=charged, prompt=(prompt, prompt))


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
