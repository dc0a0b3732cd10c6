"""Claude Code sessions: ``~/.claude/projects/**/*.jsonl``.

A message stands once for every block of its content, with ``output_tokens`` still growing: of the lines that share
``message.id``, the one with the most counts. A resumed or forked session copies the lines of its parent, an aside
replays them under another ``requestId``, and a line of progress copies a message of a subagent: so this holds over
all files of a run.

A line is read in two ways that must agree: ``ClaudeCode.value`` takes any line, ``messages_of`` those that are
as most. Both hold back one message in ``ClaudeCode.held``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.errors import Problem
from tokcost.logs import anthropic
from tokcost.logs.entry import BadLine, Entry, Read, money
from tokcost.logs.fields import LineContext, text
from tokcost.logs.format import Format, FormatReader, Inner, file_of
from tokcost.logs.reported import Reported, ReportedMessages, growth
from tokcost.logs.session_agents import SessionAgents
from tokcost.logs.session_lines import CLIENT, MARKS, FastMessage, FullMessage, is_session
from tokcost.logs.session_searches import SessionSearches
from tokcost.logs.times import moment
from tokcost.logs.told import Told
from tokcost.logs.unread import counts_in, not_read
from tokcost.phrases import plural

Json = Mapping[str, Any]
_SILENT = "an answer without its usage: what it cost is not known"
_REPEATS = "messages that stand in several places of sessions"


class ClaudeCode(FormatReader):
    """Holds back one message, whose lines mostly follow each other; keeps what was reported of all."""

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self.reported = ReportedMessages()
        self.held: FullMessage | FastMessage | None = None
        self._request: tuple[object, str] = (None, "")  # the last one that told the message held back
        self._searches = SessionSearches(told)
        self._agents = SessionAgents(told)
        self._partial = 0
        self._first_partial = ""
        self._silent: dict[str, str] = {}  # where messages stand that told no usage so far

    def value(self, where: str, line: Json) -> Iterator[Read]:
        """The entries that are known to be complete once this line is read."""
        if line["type"] == "user":
            self._searches.answer(where, line)
            self._agents.answer(where, line)
            _check_of_user(line)
        elif line["type"] == "progress":
            self._agents.copied(line)
            for copy in _copies(line):
                yield from self.value(where, copy)
        elif line["type"] == "assistant":
            yield from self._assistant(where, line, line["message"])

    def _assistant(self, where: str, line: Json, message: Json) -> Iterator[Read]:
        usage = message.get("usage")
        if not isinstance(usage, Mapping):
            yield from self._without_usage(where, line, message)
            return
        entry = anthropic.message(where, message, usage, _known(line))
        if entry.charged is not None:
            entry = entry._replace(cost_is_final=True)
        request = str(line.get("requestId") or "")
        name = message.get("id") or (f"request {request}" if request else line.get("uuid"))
        self._searches.message(message, entry)
        if not name:
            yield from self.told.parted(entry)
            return
        counts = [each.usage for each in (entry, *entry.inside)]
        size = sum(each.output_tokens for each in counts), sum(each.input_tokens for each in counts)
        ended = message.get("stop_reason", "") is not None
        yield from self.hold(FullMessage(str(name), request, size, ended, file_of(where), entry))

    def _without_usage(self, where: str, line: Json, message: Json) -> Iterator[Read]:
        """An answer that tells no usage: another line of its message may."""
        if counts := counts_in({**line, "message": {**message, "content": None}}):
            raise BadLine(not_read(counts, "'message.usage' is not there"))
        if not message.get("model") or message.get("model") == anthropic.SYNTHETIC or line.get("isApiErrorMessage"):
            return
        if message.get("id"):
            self._silent.setdefault(str(message["id"]), where)
        else:
            yield Problem(where, _SILENT)

    def hold(self, read: FullMessage | FastMessage) -> Iterator[Read]:
        """Hold a line of a message back; what is complete with it."""
        held = self.held
        if held is None or held.message != read.message:
            yield from self.flush()
            self.held = read
            return
        of, before = self._request
        self.told.repeat(_REPEATS, read.request != (before if of is held else held.request))
        if read.size > held.size:
            read.ended |= held.ended
            self.held = read
        else:
            held.ended |= read.ended
        self._request = self.held, read.request

    def quiet(self) -> Iterator[Read]:
        """The last message, so far, and the searches that were answered."""
        yield from self.end_of_file()

    def end_of_file(self) -> Iterator[Read]:
        """The last message of a file, and the searches that it tells of."""
        yield from self.flush()
        yield from self._searches.found()

    def end(self) -> Iterator[Read]:
        """What is known to be missing once all is read."""
        yield from self._searches.not_found()
        self._agents.tell_missing()
        for message, where in self._silent.items():
            if self.reported.get(message) is None:
                yield Problem(where, _SILENT)
        if self._partial:
            number = plural(self._partial, "message")
            text = f"partial: {number} told no stop_reason: the output is at least what was counted"
            self.told.remark(text, self._first_partial)
            self._partial = 0

    def flush(self) -> Iterator[Read]:
        """The message held back: whole, or what it has more than when it was reported before."""
        if self.held is None:
            return
        held, self.held = self.held, None
        before = self.reported.get(held.message)
        if before is not None and self.is_repeat(held, before):
            return
        entry = held.entry()
        self.report(held, entry.usage.parts(), before, entry)
        own = entry._replace(inside=())
        beside = (self._beside(f"{held.message} {at}", each) for at, each in enumerate(entry.inside))
        for each in (own if before is None else growth(own, before), *beside):
            if each is not None:
                yield from self.told.parted(each)

    def _beside(self, name: str, beside: Entry) -> Entry | None:
        """What is billed beside a message, as far as it was not reported."""
        before = self.reported.get(name)
        self.reported.put(name, beside.usage.parts(), None)
        return beside if before is None else growth(beside, before)

    def is_repeat(self, held: FullMessage | FastMessage, before: Reported) -> bool:
        """Whether a message tells no more than was reported of it; where it does, that it comes again is counted."""
        self.told.session_files.add(held.file)
        self.told.repeat(_REPEATS, before.place != _place(held))
        if held.size > before.size:
            return False
        if held.ended and not before.ended:
            self._partial -= 1
            self.reported.put(held.message, *before._replace(ended=True))
        return True

    def report(
        self,
        held: FullMessage | FastMessage,
        counts: tuple[int, ...],
        before: Reported | None = None,
        entry: Entry | None = None,
    ) -> None:
        """These counts of a message were reported."""
        self.told.session_files.add(held.file)
        ended = held.ended or (before is not None and before.ended)
        if not ended and not self._partial:
            self._first_partial = held.where
        self._partial += (not ended) - (before is not None and not before.ended)
        charged = None if entry is None else entry.charged
        calls = 0 if entry is None else sum(call.number for call in entry.calls)
        self.reported.put(held.message, counts, charged, calls, _place(held), ended)


def _place(held: FullMessage | FastMessage) -> int:
    """What marks where a message stands: its lines in one file are of one request."""
    return hash((held.file, held.request))


def _check_of_user(line: Json) -> None:
    """A line of the user's carries no usage: were there one, it would be passed over."""
    message = line.get("message")
    held = {
        "usage": line.get("usage"),
        "message": {"usage": message.get("usage") if isinstance(message, dict) else None},
    }
    if counts := counts_in(held):
        raise BadLine(not_read(counts, "it is a line of the user's"))


def _copies(line: Json) -> Iterator[Json]:
    """The messages of a subagent that a line of progress copies, as lines of their own."""
    data = line.get("data")
    if not isinstance(data, Mapping):
        return
    earlier = data.get("normalizedMessages")
    for copy in (*(earlier if isinstance(earlier, list) else ()), data.get("message")):
        if not isinstance(copy, Mapping) or not isinstance(copy.get("message"), Mapping):
            continue
        if copy.get("type") in ("assistant", "user"):
            yield {"cwd": line.get("cwd"), "timestamp": line.get("timestamp"), **copy}


def _known(line: Json) -> LineContext:
    return LineContext(
        client=CLIENT,
        key=None,
        project=text(line.get("cwd")),
        when=moment(line.get("timestamp"), "timestamp"),
        charged=money(line.get("costUSD"), "costUSD"),
    )


FORMAT = Format(
    "Claude Code session",
    "~/.claude/projects/**/*.jsonl",
    "input, cache reads and cache writes apart; the largest output of a message holds",
    frozenset(MARKS),
    is_session,
    ClaudeCode,
)
