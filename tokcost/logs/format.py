"""What a format of logs is: its name, where it lies, how it is known, and what reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from tokcost.logs.entry import Entry, Read
from tokcost.logs.told import Told

Json = Mapping[str, Any]
Row = Mapping[str, str]
Inner = Callable[[str, Any], Iterator[Read]]
"""Reads a value inside another, of whatever format: where, the value."""
_PLACE = re.compile(r":(?:\d+(?:\[\d+\])*|\w+\[\d+\])(?:\.\d+)*$", re.ASCII)


class FormatReader:
    """Reads the values of one format; what a format has to remember it keeps here, for the whole run.

    ``told`` takes what there is to say beside entries; ``inner`` reads a value inside of one, of any format.
    ``of_one_file``: it remembers in its attributes what holds for the file that is read, and forgets it at the end of
    the file, without more to tell than ``quiet``. Logs that are followed are read in turns, each with its own memory.
    """

    of_one_file = False

    def __init__(self, told: Told, inner: Inner) -> None:
        self.told = told
        self.inner = inner

    def value(self, where: str, value: Json) -> Iterator[Read]:
        """The entries and problems that are known to be complete with this value. May raise BadLine for it."""
        raise NotImplementedError

    @property
    def holding(self) -> bool:
        """Whether entries are held back that lines to come may change: these are then for the full parser."""
        return False

    def quiet(self) -> Iterator[Read]:
        """What is held back, as far as it is known: no line came for a while. Later only its growth is told.

        A reader that forgets more at the end of a file, or tells what is missing then, has a ``quiet`` of its own.
        """
        return self.end_of_file() if self.holding else iter(())

    def end_of_file(self) -> Iterator[Read]:
        """What was held back until the file is known to be over."""
        return iter(())

    def end(self) -> Iterator[Read]:
        """What was held back until every file was read."""
        return iter(())


class Format(NamedTuple):
    """A format of JSON: lines, documents, or the values of a list.

    ``name`` is what people call it, ``where`` where it lies, ``counts`` which of its counts include which. ``keys``:
    one of these stands at the top of every value of it (empty: no such names); ``owns`` then decides. ``reader`` is
    called once a run. ``is_plain`` says of a value that it means the same when it is read alone, as a response: the
    fast path may take it.
    """

    name: str
    where: str
    counts: str
    keys: frozenset[str]
    owns: Callable[[Json], bool]
    reader: Callable[[Told, Inner], FormatReader]
    is_plain: Callable[[Json], bool] = lambda value: False


class TableFormat(NamedTuple):
    """A format of CSV: ``owns`` knows it by its columns, in lower case; ``row`` gives None for a row without usage."""

    name: str
    where: str
    counts: str
    owns: Callable[[frozenset[str]], bool]
    row: Callable[[str, Row], Entry | None]


def each(read: Callable[[str, Json], Entry | Iterable[Read] | None]) -> Callable[[Told, Inner], FormatReader]:
    """The reader of a format whose values have nothing to do with each other."""

    class Each(FormatReader):
        def value(self, where: str, value: Json) -> Iterator[Read]:
            found = read(where, value)
            if isinstance(found, Entry):
                yield found
            elif found is not None:
                yield from found

    return Each


def file_of(where: str) -> str:
    """The name of the file in the place of a value: "logs/a.jsonl:3[2]" is in "logs/a.jsonl"."""
    return _PLACE.sub("", where)
