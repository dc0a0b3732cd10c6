"""[API USAGE LOG] blocks of logs that grow: one is whole when the next begins, and told as soon as it can be read."""

from __future__ import annotations

from collections.abc import Iterator

from tokcost.logs.block import HEAD, blocks
from tokcost.logs.entry import Entry, Read
from tokcost.logs.growing import Grown
from tokcost.logs.reported import Reported, growth
from tokcost.logs.text_lines import TextLine, text_lines


class _OneLog:
    """The lines of the last block of a log, and what was told of it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: list[TextLine] = []
        self.told: Reported | None = None


class GrowingBlocks:
    """Keeps the last block of every log, since lines to come may be of it."""

    def __init__(self) -> None:
        self._logs: dict[int, _OneLog] = {}

    def take(self, grown: Grown) -> Iterator[Read]:
        """The blocks that are whole with these lines."""
        log = self._logs.setdefault(grown.log, _OneLog(grown.name))
        log.name = grown.name
        log.lines += text_lines([(grown.number, grown.lines)])
        heads = [at for at, line in enumerate(log.lines) if line.text.strip().startswith(HEAD)]
        for begin, end in zip([0, *heads[1:]], heads[1:], strict=False):
            yield from self._whole(log, log.lines[begin:end])
        if len(heads) > 1:
            log.lines = log.lines[heads[-1] :]

    def quiet(self) -> Iterator[Read]:
        """The last block of each log, where what there is of it can be read."""
        for log in self._logs.values():
            found = list(blocks(log.name, log.lines))
            if all(isinstance(each, Entry) for each in found):
                yield from self._more(log, found)

    def over(self) -> Iterator[Read]:
        """The last block of each log, as it is."""
        for log in self._logs.values():
            yield from self._whole(log, log.lines)
            log.lines = []

    def _whole(self, log: _OneLog, lines: list[TextLine]) -> Iterator[Read]:
        yield from self._more(log, list(blocks(log.name, lines)))
        log.told = None

    def _more(self, log: _OneLog, reads: list[Read]) -> Iterator[Read]:
        """The reads; of a block that was told before what it has more."""
        for each in reads:
            if not isinstance(each, Entry):
                yield each
                continue
            more = each if log.told is None else growth(each, log.told)
            log.told = Reported(each.usage.parts(), each.charged)
            if more is not None:
                yield more
