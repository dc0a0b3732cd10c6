"""What was reported of the messages of sessions, however many there are."""

from __future__ import annotations

import struct
from decimal import Decimal
from typing import NamedTuple

from tokcost.logs.kept import Kept

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

    def get(self, message: MessageId) -> Reported | None:
        """What was reported of a message in any of the files; None where nothing was."""
        record = self._kept.get(message)
        if record is None:
            return None
        charge = record[_COUNTS.size :].strip()
        return Reported(_COUNTS.unpack_from(record), Decimal(charge.decode()) if charge else None)

    def put(self, message: MessageId, counts: tuple[int, ...], charged: Decimal | None) -> None:
        """This was reported."""
        charge = b"" if charged is None else str(charged).encode()
        self._kept.put(message, _COUNTS.pack(*counts) + charge)
