"""Claude Code sessions: ``~/.claude/projects/**/*.jsonl``.

A message stands once for every block of its content, with ``output_tokens`` still growing: of
the lines that share ``message.id`` and ``requestId``, the one with the most counts. A resumed or
forked session copies the lines of its parent, so this holds over all files of a run.

A line is read in two ways that must agree: ``ClaudeCode.value`` takes any line, ``ClaudeCode.fast``
those whose fields have the types of ``_SessionLine``. Both hold back one message in ``ClaudeCode.held``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import UNSET, Struct, UnsetType

from tokcost.logs import anthropic
from tokcost.logs.entry import MOST, Entry, Read, money
from tokcost.logs.fields import LineContext, text
from tokcost.logs.format import Format, FormatReader, Inner
from tokcost.logs.reported import MessageId, ReportedMessages, growth
from tokcost.logs.times import moment
from tokcost.logs.told import Told
from tokcost.logs.usage_structs import AnthropicUsage, Counts, anthropic_counts
from tokcost.usage import Usage

Json = Mapping[str, Any]
_CLIENT = "Claude Code"
_TYPES = ("assistant", "user", "summary", "system", "attachment", "progress", "file-history-snapshot")


class _SessionMessage(Struct, gc=False):
    id: str | None = None
    model: str | None = None
    usage: AnthropicUsage | None = None


class _SessionEnvelope(Struct, gc=False):
    """The fields that mark a line as one of a session, and its kind."""

    type: str
    session: str | UnsetType | None = msgspec.field(name="sessionId", default=UNSET)
    uuid: str | UnsetType | None = UNSET
    leaf: str | UnsetType | None = msgspec.field(name="leafUuid", default=UNSET)


class _SessionLine(_SessionEnvelope, gc=False):
    """All that is read of a line; a line with a cost of its own is left to the full parser."""

    message: _SessionMessage | None = None
    request: str = msgspec.field(name="requestId", default="")
    cwd: str | None = None
    timestamp: datetime | None = None
    cost: None = msgspec.field(name="costUSD", default=None)


_decode_line = msgspec.json.Decoder(_SessionLine).decode
_decode_envelope = msgspec.json.Decoder(_SessionEnvelope).decode


class FullMessage(NamedTuple):
    """A line of a message as the full parser reads it."""

    message: MessageId
    output: int
    full: Entry

    def entry(self) -> Entry:
        """The entry of the line."""
        return self.full


class FastMessage(Struct, gc=False):
    """A line of a message as the fast path reads it. ``when`` is UTC, with or without saying so."""

    message: MessageId
    output: int
    counts: Counts
    model: str
    cwd: str | None
    when: datetime | None
    file: str
    number: int

    def entry(self) -> Entry:
        """The entry that the full parser makes of the same line."""
        when = self.when and self.when.replace(tzinfo=None)
        known = LineContext(_CLIENT, None, text(self.cwd), when, None)
        where = f"{self.file}:{self.number}"
        return anthropic.entry_of(where, Usage(*self.counts[:6]), self.model, self.message[0], self.counts[6], known)


class ClaudeCode(FormatReader):
    """Holds back one message, whose lines mostly follow each other; keeps what was reported of all."""

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self.reported = ReportedMessages()
        self.held: FullMessage | FastMessage | None = None

    @staticmethod
    def owns(line: Json) -> bool:
        """Whether a line is one of a session."""
        return line.get("type") in _TYPES and ("sessionId" in line or "uuid" in line or "leafUuid" in line)

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

    @staticmethod
    def fast(file: str, number: int, raw: bytes) -> FastMessage | Literal[False] | None:
        """The message of a line; None for a line of a session without usage, False for one of the full parser."""
        try:
            if not raw.isascii():
                raw.decode()
            line = _decode_line(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None if _tells_nothing(raw) else False
        if not _is_owned(line):
            return False
        message = line.message
        if line.type != "assistant" or message is None or message.usage is None:
            return None
        if not message.id or not message.model or message.model == anthropic.SYNTHETIC:
            return False
        counts = anthropic_counts(message.usage)
        if counts is None:
            return False
        given, read, written, long, output, thinking, _ = counts
        if message.usage.input_tokens < 0 or read < 0 or written < 0 or long < 0 or given > MOST:
            return False
        if thinking < 0 or thinking > output or output > MOST:
            return False
        when = line.timestamp
        if when is not None and (zone := when.tzinfo) is not None and zone is not UTC:
            try:
                when = when.astimezone(UTC)
            except OverflowError:
                return False
        return FastMessage((message.id, line.request), output, counts, message.model, line.cwd, when, file, number)

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


def _is_owned(line: _SessionEnvelope) -> bool:
    named = line.uuid is not UNSET or line.session is not UNSET or line.leaf is not UNSET
    return named and line.type in _TYPES


def _tells_nothing(raw: bytes) -> bool:
    """Whether it is a line of a session of another type than those with a usage."""
    try:
        raw.decode()
        line = _decode_envelope(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return line.type != "assistant" and _is_owned(line)


def _known(line: Json) -> LineContext:
    return LineContext(
        client=_CLIENT,
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
