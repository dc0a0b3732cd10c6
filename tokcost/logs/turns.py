"""Logs that are read in turns: what formats remember of one is put aside while another one is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tokcost.logs.entry import Read
from tokcost.logs.shapes import Shapes

_Memory = dict[str, Any]
_CONTAINERS = (dict, list, set)
# What has more in it is no memory of a single file; to copy it at every turn would take too long.
_MOST = 1000


class Turns:
    """Turns the readers of formats to one of several logs, each known by a number.

    What belongs to one file is what its reader forgets at the end: it is put back when the log has its next turn.
    """

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._aside: dict[int, dict[str, _Memory]] = {}
        self._turn: int | None = None

    def turn(self, log: int) -> Iterator[Read]:
        """From here on values are of this log; yields what was held back of the one before, as far as it is known."""
        if log == self._turn:
            return
        if self._turn is not None:
            yield from self._shapes.quiet()
            aside = self._aside[self._turn] = {}
            for name, reader in self._shapes.readers.items():
                if reader.of_one_file:
                    memory, same = _memory(reader), dict(vars(reader))
                    yield from reader.end_of_file()
                    aside[name] = _forgotten(memory, same, vars(reader))
        for name, memory in self._aside.pop(log, {}).items():
            vars(self._shapes.readers[name]).update(memory)
        self._turn = log

    def over(self) -> Iterator[Read]:
        """What was held back until each log, and all of them, are known to be over."""
        for log in list(self._aside):
            yield from self.turn(log)
        yield from self._shapes.end_of_file()
        yield from self._shapes.end()


def _memory(reader: object) -> _Memory:
    """What a reader remembers, its lists and sets as they are now."""
    return {name: held.copy() if _is_small(held) else held for name, held in vars(reader).items()}


def _forgotten(before: _Memory, same: _Memory, after: _Memory) -> _Memory:
    """The part of ``before`` that has another value, or other things in it, ``after`` the end of a file."""
    return {
        name: held
        for name, held in before.items()
        if after[name] is not same[name] or (_is_small(held) and len(after[name]) != len(held))
    }


def _is_small(held: object) -> bool:
    return isinstance(held, _CONTAINERS) and type(held) in _CONTAINERS and len(held) <= _MOST
