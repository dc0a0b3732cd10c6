"""Responses that stand in the logs more than once: counted, and, where each is to count once, which of them counts."""

from __future__ import annotations

import pickle
import struct
import weakref
from typing import IO, NamedTuple

from tokcost.errors import TokcostError
from tokcost.logs.entry import Entry
from tokcost.logs.kept import Kept

_RECORD = struct.Struct("<7q")
# In place of the number of a cell: the entry was priced on its own, and lies in a file of such.
_ALONE = -1


class Counted(NamedTuple):
    """What was counted of a response: in cell ``cell`` so many tokens of each kind, or an ``entry`` on its own."""

    cell: int
    counts: tuple[int, ...]
    entry: Entry | None


class Repeats:
    """Remembers the id of every response, and counts those that come again.

    A response that was logged while it grew has its last, largest part counted: see ``is_larger``.
    """

    def __init__(self, unique: bool = False) -> None:
        self.number = 0
        self._kept = Kept(_RECORD.size if unique else 0, 100_000 if unique else 250_000)
        self._alone: IO[bytes] | None = None

    def seen(self, identity: str | None) -> bool:
        """Whether the id was there before; it is from now on. None is never the same as another None."""
        if identity is None or self._kept.add(identity):
            return False
        self.number += 1
        return True

    def is_larger(self, identity: str | None, given: int, output: int) -> bool | None:
        """Whether more tokens are counted here than where the id was before; None for a new one."""
        record = self._kept.get(identity) if identity is not None else None
        if record is None:
            return None
        cell, *numbers = _RECORD.unpack(record)
        before = (numbers[3], numbers[2]) if cell == _ALONE else (numbers[4], numbers[0])
        return (output, given) > before

    def count(self, identity: str, cell: int, counts: tuple[int, ...]) -> None:
        """This is what was counted of a response, added to others in a cell."""
        self._kept.put(identity, _RECORD.pack(cell, *counts))

    def count_alone(self, identity: str, entry: Entry) -> None:
        """The same of one that has a price of its own."""
        if self._alone is None:
            self._alone = _temporary()
            weakref.finalize(self, self._alone.close)
        at = self._alone.seek(0, 2)
        size = self._alone.write(pickle.dumps(entry))
        usage = entry.usage
        self._kept.put(identity, _RECORD.pack(_ALONE, at, size, usage.input_tokens, usage.output_tokens, 0, 0))

    def counted(self, identity: str) -> Counted:
        """What was counted of a response that was there before."""
        cell, *numbers = _RECORD.unpack(self._kept.get(identity) or b"")
        if cell != _ALONE:
            return Counted(cell, tuple(numbers), None)
        assert self._alone is not None
        self._alone.seek(numbers[0])
        return Counted(cell, (), pickle.loads(self._alone.read(numbers[1])))


def _temporary() -> IO[bytes]:
    import tempfile

    try:
        return tempfile.TemporaryFile()
    except OSError as error:
        raise TokcostError(
            f"--unique needs a temporary file: {error.strerror}: name another folder in TMPDIR"
        ) from error
