"""What was told before, by id, however long ago: the newest in memory, the others in a temporary file."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Hashable
from typing import IO

from tokcost.errors import TokcostError

# Bits that tell most ids that are new without a look into the file.
_BITS = 1 << 26
_MASK = (_BITS >> 3) - 1


class Kept:
    """Records of at most ``size`` bytes by id, none of them ever forgotten; ``most`` are in memory.

    An id is known by 64 bits of its hash: among a million of them two are alike once in forty million runs.
    """

    def __init__(self, size: int = 0, most: int = 250_000) -> None:
        self._size = size
        self._most = most
        self._new: dict[int, bytes] = {}
        self._runs: list[tuple[memoryview, memoryview]] = []  # ids in order, and the records in that order
        self._bits = bytearray()

    def get(self, identity: Hashable) -> bytes | None:
        """The record of an id, filled up with blanks; None for one that is new."""
        mark = hash(identity)
        record = self._new.get(mark)
        if record is None and self._bits and self._bits[mark >> 3 & _MASK] & 1 << (mark & 7):
            return self._written(mark)
        return record

    def add(self, identity: Hashable) -> bool:
        """Whether the id is new; it is kept from now on."""
        mark = hash(identity)
        new = self._new
        if mark in new or self.get(identity) is not None:
            return False
        new[mark] = b""
        if len(new) >= self._most:
            self._write()
        return True

    def _written(self, mark: int) -> bytes | None:
        """The record of an id that is in the file."""
        for marks, records in reversed(self._runs):
            at = bisect_left(marks, mark)
            if at < len(marks) and marks[at] == mark:
                return bytes(records[at * self._size : (at + 1) * self._size])
        return None

    def put(self, identity: Hashable, record: bytes = b"") -> None:
        """Keep a record, in place of one that the id had."""
        self._new[hash(identity)] = record
        if len(self._new) >= self._most:
            self._write()

    def _write(self) -> None:
        """The records in memory become a run in a file of its own, which goes away with this process."""
        import mmap
        import tempfile

        marks = sorted(self._new)
        self._bits = self._bits or bytearray(_BITS >> 3)
        for mark in marks:
            self._bits[mark >> 3 & _MASK] |= 1 << (mark & 7)
        try:
            with tempfile.TemporaryFile() as file:
                self._fill(file, marks)
                view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except OSError as error:
            raise TokcostError(
                f"the ids of more than {self._most:,} responses need a temporary file, which cannot be written: "
                f"{error.strerror or error}: name another folder in TMPDIR"
            ) from error
        self._runs.append((view[: 8 * len(marks)].cast("q"), view[8 * len(marks) :]))
        self._new = {}

    def _fill(self, file: IO[bytes], marks: list[int]) -> None:
        file.write(array("q", marks).tobytes())
        if self._size:
            file.writelines(self._new[mark].ljust(self._size) for mark in marks)
        file.flush()
