"""One parsed JSON value to the format that owns it; what no format owns is a response, or is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.errors import Problem
from tokcost.logs import claude_code
from tokcost.logs.claude_code import ClaudeCode
from tokcost.logs.entry import BadLine, Entry, Read
from tokcost.logs.format import Format, FormatReader
from tokcost.logs.responses import NoUsage, is_list_of_responses, response
from tokcost.logs.told import Told
from tokcost.logs.unread import WITHOUT_USAGE, counts_in, is_answer, not_read
from tokcost.logs.wrapped import owned_inside, parts_of
from tokcost.masking import scrub

Json = Mapping[str, Any]


class Shapes:
    """Reads JSON values one by one; every format remembers what it has told before.

    ``owned`` is whether a format has known a value for its own since it was last set to False.
    """

    def __init__(self) -> None:
        self.told = Told()
        self.claude_code = ClaudeCode(self.told, self.read)
        self.owned = False
        self.readers: dict[str, FormatReader] = {claude_code.FORMAT.name: self.claude_code}
        self._containers: dict[str, str] = {}

    def read(self, where: str, value: Any) -> Iterator[Read]:
        """The entries of one value. What holds no usage by its nature yields nothing."""
        yield from self.told_apart(self._safely(where, self._of(where, value)))

    @property
    def holding(self) -> bool:
        """Whether a format holds entries back that lines to come may change, Claude Code's own apart."""
        return any(reader.holding for reader in self.readers.values())

    def quiet(self) -> Iterator[Read]:
        """What is held back, as far as it is known: no line came for a while."""
        for reader in self.readers.values():
            yield from self.told_apart(self._safely("", reader.quiet()))

    def end_of_file(self) -> Iterator[Read]:
        """What was held back until the file is known to be over."""
        for reader in self.readers.values():
            yield from self.told_apart(self._safely("", reader.end_of_file()))

    def end(self) -> Iterator[Read]:
        """What was held back until every file was read."""
        for reader in self.readers.values():
            yield from self.told_apart(self._safely("", reader.end()))

    def _safely(self, where: str, reads: Iterator[Read]) -> Iterator[Read]:
        """The reads; what a parser stumbles over is a problem of the value."""
        try:
            yield from reads
        except BadLine as bad:
            yield Problem(where, scrub(str(bad)))
        except RecursionError:
            yield Problem(where, "objects or lists nested too deeply")
        except (AttributeError, TypeError, ValueError, KeyError, IndexError):
            yield Problem(where, "one of its fields has the wrong type, as a string in place of an object")

    def told_apart(self, reads: Iterator[Read]) -> Iterator[Read]:
        """The reads, with what entries have to say apart from them."""
        for each in reads:
            if not isinstance(each, Entry):
                yield each
                continue
            yield from self.told.parted(self._charged_once(each))

    def _of(self, where: str, value: Any) -> Iterator[Read]:
        if isinstance(value, list):
            for number, each in enumerate(value, 1):
                yield from self.read(f"{where}[{number}]", each)
            return
        if not isinstance(value, Mapping):
            raise BadLine("not a JSON object")
        from tokcost.logs.formats.registry import format_of  # most sessions need no other format

        if (known := format_of(value)) is not None:
            self.owned = True
            yield from self._reader(known).value(where, value)
        elif value.get("object") == "list" and is_list_of_responses(value):
            yield from self._of(where, value["data"])
        else:
            yield from self._response(where, value)

    def _response(self, where: str, value: Json) -> Iterator[Read]:
        """The entry of a response; what holds none is told where it has counts, or is an answer that told none."""
        if (inner := owned_inside(value)) is not None:
            yield from self._of(where, inner)
            return
        try:
            yield response(where, value)
        except NoUsage as none:
            if parts := parts_of(value):
                yield from self._of(where, parts)
            elif counts := counts_in(value):
                yield Problem(where, not_read(counts, str(none)))
            elif is_answer(value):
                yield Problem(where, WITHOUT_USAGE)
            else:
                self.told.without_usage += 1

    def _reader(self, known: Format) -> FormatReader:
        reader = self.readers.get(known.name)
        if reader is None:
            reader = self.readers[known.name] = known.reader(self.told, self.read)
        return reader

    def _charged_once(self, entry: Entry) -> Entry:
        """The entry without the sessions of containers that an answer before it has been charged for."""
        if not entry.containers:
            return entry
        own = entry.identity or entry.where
        new = sum(self._containers.setdefault(each, own) == own for each in entry.containers)
        calls = (each if each.occasions is None else each._replace(occasions=new) for each in entry.calls)
        return entry._replace(calls=tuple(calls))
