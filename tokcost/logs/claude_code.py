"""Claude Code sessions: ``~/.claude/projects/**/*.jsonl``.

A message stands once for every block of its content, with ``output_tokens`` still growing: of
the lines that share ``message.id`` and ``requestId``, the one with the most counts. A resumed or
forked session copies the lines of its parent, so this holds over all files of a run.

A line is read in two ways that must agree: ``ClaudeCode.value`` takes any line, ``session_lines`` those whose
fields have the types declared there. Both hold back one message in ``ClaudeCode.held``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tokcost.logs import anthropic
from tokcost.logs.entry import Entry, Read, moment, money
from tokcost.logs.fields import LineContext, text
from tokcost.logs.format import Format, FormatReader, Inner
from tokcost.logs.reported import MessageId, ReportedMessages, growth
from tokcost.logs.session_lines import CLIENT, TYPES, SessionMessage
from tokcost.logs.told import Told

Json = Mapping[str, Any]


class FullMessage(NamedTuple):
    """A line of a message as the full parser reads it."""

    message: MessageId
    output: int
    full: Entry

    def entry(self) -> Entry:
        """The entry of the line."""
        return self.full


class ClaudeCode(FormatReader):
    """Holds back one message, whose lines mostly follow each other; keeps what was reported of all."""

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self.reported = ReportedMessages()
        self.held: FullMessage | SessionMessage | None = None

    @staticmethod
    def owns(line: Json) -> bool:
        """Whether a line is one of a session."""
        return line.get("type") in TYPES and ("sessionId" in line or "uuid" in line or "leafUuid" in line)

    def value(self, where: str, line: Json) -> Iterator[Read]:
        """The entries that are known to be complete once this line is read."""
        message = line.get("message")
        if line.get("type") != "assistant" or not isinstance(message, Mapping):
            return
        usage = message.get("usage")
        if not isinstance(usage, Mapping):
            return
        entry = anthropic.message(where, message, usage, _known(line))
        if entry.charged is not None:
            entry = entry._replace(cost_is_final=True)
        if not message.get("id"):
            yield entry
            return
        same = (str(message["id"]), str(line.get("requestId", "")))
        if self.held is not None and self.held.message == same:
            if entry.usage.output_tokens > self.held.output:
                self.held = FullMessage(same, entry.usage.output_tokens, entry)
            return
        yield from self.flush()
        self.held = FullMessage(same, entry.usage.output_tokens, entry)

    def end_of_file(self) -> Iterator[Read]:
        """The last message of a file."""
        yield from self.flush()

    def flush(self) -> Iterator[Entry]:
        """The message held back: whole, or what it has more than when it was reported before."""
        if self.held is None:
            return
        held, self.held = self.held, None
        before = self.reported.get(held.message)
        if before is not None and held.output <= before.output:
            return
        entry = held.entry()
        self.reported.put(held.message, entry.usage.parts(), entry.charged)
        more = entry if before is None else growth(entry, before)
        if more is not None:
            yield more


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
    frozenset({"sessionId", "uuid", "leafUuid"}),
    ClaudeCode.owns,
    ClaudeCode,
)
