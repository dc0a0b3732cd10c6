"""Lines of Claude Code sessions as the fast path reads them: what is needed of each is decoded, the rest skipped.

A line whose fields are not of the types declared here, or that says what is out of the ordinary, is left to the
full parser in ``claude_code``; both must agree.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from msgspec import UNSET, Struct, UnsetType

from tokcost.logs import anthropic
from tokcost.logs.entry import MOST, Entry
from tokcost.logs.fields import LineContext, text
from tokcost.logs.usage_structs import AnthropicUsage, anthropic_counts
from tokcost.usage import Usage

CLIENT = "Claude Code"
TYPES = ("assistant", "user", "summary", "system", "attachment", "progress", "file-history-snapshot")
_TYPES = frozenset(TYPES)


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


_Served = tuple[str | None, str | None, str | None]
_MessageCounts = tuple[int, int, int, int, int, int, _Served]


class SessionMessage(Struct, array_like=True, gc=False):
    """A message as the line of it with the largest output tells it. ``when`` is UTC, with or without saying so."""

    message: tuple[str, str]
    output: int
    counts: _MessageCounts
    model: str
    cwd: str | None
    when: datetime | None
    number: int
    file: str = ""

    def entry(self) -> Entry:
        """The entry that the full parser makes of the same line."""
        when = self.when and self.when.replace(tzinfo=None)
        known = LineContext(CLIENT, None, text(self.cwd), when, None)
        where = f"{self.file}:{self.number}"
        return anthropic.entry_of(where, Usage(*self.counts[:6]), self.model, self.message[0], self.counts[6], known)


class _Unlike(Exception):
    """The line has to be read by the full parser."""


def messages_of(part: list[bytes], number: int, at: int) -> tuple[list[SessionMessage], int]:
    """The messages of lines from ``at`` on, and the index of the first line that the full parser has to read.

    Lines of one message that follow each other are one. ``number`` lines of the file came before ``part``.
    """
    found: list[SessionMessage] = []
    last, output = ("", ""), 0
    for index in range(at, len(part)):
        raw = part[index]
        try:
            if not raw.isascii():
                raw.decode()
            line = _decode_line(raw)
            message = line.message
            if message is None or message.usage is None or line.type != "assistant":
                if not _is_owned(line):
                    return found, index
                continue
            read = _message(line, message, message.usage, number + index + 1)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError, _Unlike):
            if _tells_nothing(raw):
                continue
            return found, index
        if read.message != last:
            last = read.message
            found.append(read)
        elif read.output > output:
            found[-1] = read
        else:
            continue
        output = read.output
    return found, len(part)


def _message(line: _SessionLine, message: _SessionMessage, usage: AnthropicUsage, number: int) -> SessionMessage:
    """The message of a line. Raises _Unlike for one that is out of the ordinary."""
    if not _is_owned(line) or not message.id or not message.model or message.model == anthropic.SYNTHETIC:
        raise _Unlike
    counts = anthropic_counts(usage)
    if counts is None:
        raise _Unlike
    given, read, written, long, output, thinking, _ = counts
    if usage.input_tokens < 0 or read < 0 or written < 0 or long < 0 or given > MOST:
        raise _Unlike
    if thinking < 0 or thinking > output or output > MOST:
        raise _Unlike
    when = line.timestamp
    if when is not None and (zone := when.tzinfo) is not None and zone is not UTC:
        when = when.astimezone(UTC)
    return SessionMessage((message.id, line.request), output, counts, message.model, line.cwd, when, number)


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
