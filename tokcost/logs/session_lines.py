"""Lines of Claude Code sessions as the fast path decodes them, and what both readers hold back of a message.

``read_fast`` leaves to the full parser: searches and answers to them, copies of messages in lines of progress,
messages without an id, a model or a usage, iterations beside one that repeats the usage, fields that are not known,
and fields of another type than ``_SessionLine`` has.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from tokcost.logs import anthropic
from tokcost.logs.entry import MOST, Entry
from tokcost.logs.fields import LineContext, text
from tokcost.logs.usage_structs import AnthropicUsage, Counts, anthropic_counts
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
MARKS = ("sessionId", "uuid", "leafUuid", "messageId")
# What a line that needs the full parser has in it, by its type: searches and copies of messages.
_SEARCH, _ANSWERS, _COPY = b'"WebSearch"', (b'"searchCount"', b'"durationSeconds"'), b'"usage"'


class _SessionMessage(Struct, gc=False):
    id: str | None = None
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


class FastMessage(Struct, gc=False):
    """A line of a message as the fast path reads it. ``when`` is UTC, with or without saying so."""

    message: str
    request: str
    size: tuple[int, int]
    ended: bool
    file: str
    counts: Counts
    model: str
    cwd: str | None
    when: datetime | None
    number: int

    @property
    def where(self) -> str:
        """Where the line stands."""
        return f"{self.file}:{self.number}"

    def entry(self) -> Entry:
        """The entry that the full parser makes of the same line."""
        when = self.when and self.when.replace(tzinfo=None)
        known = LineContext(CLIENT, None, text(self.cwd), when, None)
        return anthropic.entry_of(self.where, Usage(*self.counts[:6]), self.model, self.message, self.counts[6], known)


def read_fast(file: str, number: int, raw: bytes) -> FastMessage | Literal[False] | None:
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
    if line.type != "assistant":
        return False if _tells_of_others(line.type, raw) else None
    if message is None or message.usage is None or _SEARCH in raw:
        return False
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
    ended, size = message.stop_reason is not None, (output, given)
    return FastMessage(
        message.id, line.request, size, ended, file, counts, message.model, line.cwd, when, number
    )  # fmt: skip


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


def _tells_nothing(raw: bytes) -> bool:
    """Whether it is a line of a session of another type than those with a usage."""
    try:
        raw.decode()
        line = _decode_envelope(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return line.type != "assistant" and _is_owned(line) and not _tells_of_others(line.type, raw)


def _tells_of_others(kind: str, raw: bytes) -> bool:
    """Whether a line that is no message may copy one, or answer a search."""
    return _COPY in raw if kind == "progress" else kind == "user" and any(mark in raw for mark in _ANSWERS)
