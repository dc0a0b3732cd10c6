"""Lines of Claude Code sessions as the fast path decodes them, and what both readers hold back of a message.

``messages_of`` leaves to the full parser: searches and answers to them, copies of messages in lines of progress,
messages without an id, a model or a usage, iterations beside one that repeats the usage, fields that are not known,
and fields of another type than ``_SessionLine`` has.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from tokcost.logs import anthropic
from tokcost.logs.entry import MOST, Entry
from tokcost.logs.fields import LineContext, text
from tokcost.logs.session_searches import TOOL
from tokcost.logs.usage_structs import AnthropicUsage, anthropic_counts
from tokcost.usage import Usage

Json = Mapping[str, Any]
CLIENT = "Claude Code"
_WITHOUT_USAGE = frozenset(
    {
        "agent-color", "agent-name", "agent-setting", "ai-title", "attachment", "attribution-snapshot",
        "bridge-session", "content-replacement", "custom-title", "file-history-delta", "file-history-snapshot",
        "fork-context-ref", "frame-link", "last-prompt", "marble-origami-commit", "marble-origami-snapshot", "mode",
        "permission-mode", "pr-link", "queue-operation", "relocated", "speculation-accept", "summary", "system", "tag",
        "task-summary", "user", "worktree-state",
    }
)  # fmt: skip
# Lines of other types are of a session, too: what they hold is looked at as in a line of no format.
_TYPES = _WITHOUT_USAGE | {"assistant", "progress"}
_MAY_TELL = ("assistant", "progress", "user")
MARKS = ("sessionId", "uuid", "leafUuid", "messageId")
# A line of progress that copies a message has this in it.
_COPY = b'"usage"'


class _SessionBlock(Struct, gc=False):
    """A part of a message: a tool is used under its name."""

    name: str | None = None


class _ToolResult(Struct, gc=False):
    """What a search or a subagent tells beside its answer."""

    searches: Raw = msgspec.field(name="searchCount", default=Raw())
    query: Raw = Raw()
    agent: Raw = msgspec.field(name="agentId", default=Raw())


class _SessionMessage(Struct, gc=False):
    id: str | None = None
    content: list[_SessionBlock] | str | None = None
    model: str | None = None
    usage: AnthropicUsage | None = None
    stop_reason: str | UnsetType | None = UNSET


class _SessionEnvelope(Struct, gc=False):
    """The fields that mark a line as one of a session, and its kind."""

    type: str
    session: str | UnsetType | None = msgspec.field(name="sessionId", default=UNSET)
    uuid: str | UnsetType | None = UNSET
    leaf: str | UnsetType | None = msgspec.field(name="leafUuid", default=UNSET)
    of_message: str | UnsetType | None = msgspec.field(name="messageId", default=UNSET)
    printed: UnsetType = msgspec.field(name="session_id", default=UNSET)  # a line of ``claude -p``, and no session


class _SessionLine(_SessionEnvelope, gc=False):
    """All that is read of a line; a line with a cost of its own is left to the full parser."""

    message: _SessionMessage | None = None
    result: _ToolResult | str | list[Raw] | None = msgspec.field(name="toolUseResult", default=None)
    request: str = msgspec.field(name="requestId", default="")
    cwd: str | None = None
    timestamp: datetime | None = None
    cost: None = msgspec.field(name="costUSD", default=None)


_decode_line = msgspec.json.Decoder(_SessionLine).decode
_decode_envelope = msgspec.json.Decoder(_SessionEnvelope).decode


class FullMessage(Struct, gc=False):
    """A line of a message as the full parser reads it."""

    message: str
    request: str
    size: tuple[int, int]
    ended: bool
    file: str
    full: Entry

    @property
    def where(self) -> str:
        """Where the line stands."""
        return self.full.where

    def entry(self) -> Entry:
        """The entry of the line."""
        return self.full


_Served = tuple[str | None, str | None, str | None]


class FastMessage(Struct, array_like=True, gc=False):
    """A message as the fast path reads it from the line that tells most. ``when`` is UTC, with or without saying so."""

    message: str
    request: str
    ended: bool
    counts: tuple[int, int, int, int, int, int, _Served]
    model: str
    cwd: str | None
    when: datetime | None
    number: int
    file: str = ""

    @property
    def size(self) -> tuple[int, int]:
        """What a message grows by: its output, then its input."""
        return self.counts[4], self.counts[0]

    @property
    def where(self) -> str:
        """Where the line stands."""
        return f"{self.file}:{self.number}"

    def entry(self) -> Entry:
        """The entry that the full parser makes of the same line."""
        when = self.when and self.when.replace(tzinfo=None)
        known = LineContext(CLIENT, None, text(self.cwd), when, None)
        return anthropic.entry_of(self.where, Usage(*self.counts[:6]), self.model, self.message, self.counts[6], known)


class _UnlikeMost(Exception):
    """The line has to be read by the full parser."""


def messages_of(part: list[bytes], number: int, at: int) -> tuple[list[FastMessage], int]:
    """The messages of lines from ``at`` on, and the index of the first line that the full parser has to read.

    Lines of one message that follow each other are one. ``number`` lines of the file came before ``part``.
    """
    found: list[FastMessage] = []
    last: FastMessage | None = None
    for index in range(at, len(part)):
        raw = part[index]
        try:
            if not raw.isascii():
                raw.decode()
            line = _decode_line(raw)
            if line.type != "assistant":
                if _may_tell(line, raw):
                    return found, index
                continue
            read = _message(line, number + index + 1)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError, _UnlikeMost):
            if _tells_nothing(raw):
                continue
            return found, index
        if last is None or read.message != last.message or read.request != last.request:
            found.append(read)
        else:
            read.ended = last.ended = read.ended or last.ended
            if read.size <= last.size:
                continue
            found[-1] = read
        last = read
    return found, len(part)


def _message(line: _SessionLine, number: int) -> FastMessage:
    """The message of a line. Raises _UnlikeMost for one that is out of the ordinary."""
    message = line.message
    if message is None or message.usage is None or not message.id or not message.model or not _is_owned(line):
        raise _UnlikeMost
    if message.model == anthropic.SYNTHETIC or (type(message.content) is list and _searches(message.content)):
        raise _UnlikeMost
    counts = anthropic_counts(message.usage)
    if counts is None:
        raise _UnlikeMost
    given, read, written, long, output, thinking, _ = counts
    if message.usage.input_tokens < 0 or read < 0 or written < 0 or long < 0 or given > MOST:
        raise _UnlikeMost
    if thinking < 0 or thinking > output or output > MOST:
        raise _UnlikeMost
    when = line.timestamp
    if when is not None and (zone := when.tzinfo) is not None and zone is not UTC:
        when = when.astimezone(UTC)
    ended = message.stop_reason is not None
    return FastMessage(message.id, line.request, ended, counts, message.model, line.cwd, when, number)


def _searches(content: list[_SessionBlock]) -> bool:
    return any(block.name == TOOL for block in content)


def is_session(line: Json) -> bool:
    """Whether a line is one of a session."""
    kind = line.get("type")
    if not isinstance(kind, str) or kind not in _TYPES or "session_id" in line:
        return False
    if kind == "assistant" and not isinstance(line.get("message"), Mapping):
        return False
    return any(name in line for name in MARKS)


def _is_owned(line: _SessionEnvelope) -> bool:
    named = line.uuid is not UNSET or line.session is not UNSET or line.leaf is not UNSET
    return (named or line.of_message is not UNSET) and line.type in _TYPES


def _may_tell(line: _SessionLine, raw: bytes) -> bool:
    """Whether a line that is no message may copy one, answers a search, or is of no session."""
    result = line.result
    if type(result) is _ToolResult and line.type == "user" and (result.searches or result.query or result.agent):
        return True
    return not _is_owned(line) or (line.type == "progress" and _COPY in raw)


def _tells_nothing(raw: bytes) -> bool:
    """Whether it is a line of a session of another type than those that may tell counts."""
    try:
        raw.decode()
        line = _decode_envelope(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return line.type not in _MAY_TELL and _is_owned(line)
