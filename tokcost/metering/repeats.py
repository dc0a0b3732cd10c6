"""Responses that stand in the logs more than once: counted, and, where each is to count once, which of them counts."""

from __future__ import annotations

import struct
import weakref
from array import array
from typing import IO, NamedTuple

from tokcost.errors import TokcostError
from tokcost.logs.entry import Entry
from tokcost.logs.kept import Kept

_RECORD = struct.Struct("<7q")
_AT_ONCE = 500_000
# In place of the number of a cell: the entry was priced on its own, and lies in a file of such.
_ALONE = -1


class Counted(NamedTuple):
    """What was counted of a response: in cell ``cell`` so many tokens of each kind, or an ``entry`` on its own."""

    cell: int
    counts: tuple[int, ...]
    entry: Entry | None


class Repeats:
    """Remembers the id of every response, and counts those that come again.

    Where each is to count once, a response that was logged while it grew has its last, largest part counted: see
    ``is_larger``. Else its id is noted in eight bytes, and how many are alike is found out when somebody asks.
    """

    def __init__(self) -> None:
        self._kept = Kept(_RECORD.size, 100_000)
        self._left_out = 0
        self._noted = array("q")
        self._alone: IO[bytes] | None = None

    @property
    def number(self) -> int:
        """How many lines had an id that was there before."""
        return self._left_out + len(self._noted) - _different(self._noted)

    def leave_out(self) -> None:
        """A line is not counted: its id was there before."""
        self._left_out += 1

    def note(self, identity: str) -> None:
        """A line with this id is counted, whether or not it was there before. A million lines call this."""
        self._noted.append(hash(identity))

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
        from pickle import dumps

        size = self._alone.write(dumps(entry))
        usage = entry.usage
        self._kept.put(identity, _RECORD.pack(_ALONE, at, size, usage.input_tokens, usage.output_tokens, 0, 0))

    def counted(self, identity: str) -> Counted:
        """What was counted of a response that was there before."""
        cell, *numbers = _RECORD.unpack(self._kept.get(identity) or b"")
        if cell != _ALONE:
            return Counted(cell, tuple(numbers), None)
        assert self._alone is not None
        self._alone.seek(numbers[0])
        from pickle import loads

        return Counted(cell, (), loads(self._alone.read(numbers[1])))


def _different(marks: array[int]) -> int:
    """How many of them there are, each once; a part at a time, since a set takes ten times as much memory."""
    parts = [array("q") for _ in range(1 + len(marks) // _AT_ONCE)]
    if len(parts) == 1:
        return len(set(marks))
    for mark in marks:
        parts[mark % len(parts)].append(mark)
    return sum(len(set(part)) for part in parts)


def _temporary() -> IO[bytes]:
    import tempfile

    try:
        return tempfile.TemporaryFile()
    except OSError as error:
        raise TokcostError(
            f"--unique needs a temporary file: {error.strerror}: name another folder in TMPDIR"
        ) from error
