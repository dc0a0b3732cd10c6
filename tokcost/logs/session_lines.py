"""Lines of Claude Code sessions as the fast path decodes them, and what both readers hold back of a message.

``messages_of`` leaves to the full parser: searches and answers to them, copies of messages in lines of progress,
messages without an id, a model or a usage, iterations beside one that repeats the usage, fields that are not known,
and fields of another type than ``_SessionLine`` has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated, Any, Literal, get_args

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
_Type = Literal[
    "agent-color", "agent-name", "agent-setting", "ai-title", "assistant", "attachment", "attribution-snapshot",
    "bridge-session", "content-replacement", "custom-title", "file-history-delta", "file-history-snapshot",
    "fork-context-ref", "frame-link", "last-prompt", "marble-origami-commit", "marble-origami-snapshot", "mode",
    "permission-mode", "pr-link", "progress", "queue-operation", "relocated", "speculation-accept", "summary",
    "system", "tag", "task-summary", "user", "worktree-state",
]  # fmt: skip
# Lines of other types are of a session, too: what they hold is looked at as in a line of no format.
_TYPES = frozenset(get_args(_Type))
_MAY_TELL = ("assistant", "progress", "user")
MARKS = ("sessionId", "uuid", "leafUuid", "messageId")
# A line of progress that copies a message has this in it.
_COPY = b'"usage"'
# A line of Qwen Code, whose sessions look like these, that tells a request.
_TELEMETRY = b'"ui_telemetry"'


_Name = Annotated[str, msgspec.Meta(min_length=1)]


class _SessionBlock(Struct, gc=False):
    """A part of a message: a tool is used under its name."""

    name: str | None = None


class _ToolResult(Struct, gc=False):
    """What a search or a subagent tells beside its answer."""

    searches: Raw = msgspec.field(name="searchCount", default=Raw())
    query: Raw = Raw()
    agent: Raw = msgspec.field(name="agentId", default=Raw())


class _SessionMessage(Struct, gc=False):
    id: _Name | None = None
    content: list[_SessionBlock] | str | None = None
    model: _Name | None = None
    usage: AnthropicUsage | None = None
    stop_reason: str | UnsetType | None = UNSET


class _SessionEnvelope(Struct, gc=False):
    """The fields that mark a line as one of a session, and its kind."""

    type: _Type
    session: str | UnsetType | None = msgspec.field(name="sessionId", default=UNSET)
    uuid: str | UnsetType | None = UNSET
    leaf: str | UnsetType | None = msgspec.field(name="leafUuid", default=UNSET)
    of_message: str | UnsetType | None = msgspec.field(name="messageId", default=UNSET)
    printed: UnsetType = msgspec.field(name="session_id", default=UNSET)  # a line of ``claude -p``, and no session


class _SessionLine(_SessionEnvelope, gc=False):
    """All that is read of a line; a line with a cost of its own is left to the full parser."""

    message: _SessionMessage | None = None
    result: _ToolResult | str | list[Raw] | None = msgspec.field(name="toolUseResult", default=None)
    usage: None = None
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


class FastMessage(Struct, array_like=True, gc=False):
    """A message as the fast path reads it from the line that tells most. ``when`` is UTC, with or without saying so."""

    message: str
    request: str
    ended: bool
    counts: tuple[int, int, int, int, int, int]
    served: tuple[str | None, str | None, str | None]
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
        return anthropic.entry_of(self.where, Usage(*self.counts), self.model, self.message, self.served, known)


_NONE = FastMessage("", "", True, (0, 0, 0, 0, 0, 0), (None, None, None), "", None, None, 0)


def messages_of(  # noqa: C901 - gigabytes go through this loop, and every call in it costs
    part: Sequence[bytes | memoryview], number: int, at: int
) -> tuple[list[FastMessage], int]:
    """The messages of lines from ``at`` on, and the index of the first line that the full parser has to read.

    Lines of one message that follow each other are one. ``number`` lines of the file came before ``part``.
    """
    found: list[FastMessage] = []
    last = _NONE
    for index, raw in enumerate(islice(part, at, None), at):
        try:
            str(raw, "utf-8")  # what is skipped is to be text, too
            line = _decode_line(raw)
            if line.uuid is UNSET and line.session is UNSET and line.leaf is UNSET and line.of_message is UNSET:
                return found, index
            message = line.message
            if line.type != "assistant":
                if line.type == "user" and _may_tell(line):
                    return found, index
                if line.type == "progress" and _COPY in bytes(raw):
                    return found, index
                if line.type == "system" and _TELEMETRY in bytes(raw):
                    return found, index
                continue
            if message is None or message.usage is None or message.id is None or message.model is None:
                return found, index
            counts = anthropic_counts(message.usage)
            if counts is None or counts[5] > counts[4] or counts[0] > MOST or message.model == anthropic.SYNTHETIC:
                return found, index
            if type(message.content) is list and any(block.name == TOOL for block in message.content):
                return found, index
            when = line.timestamp
            if when is not None and (zone := when.tzinfo) is not None and zone is not UTC:
                when = when.astimezone(UTC)
        except Exception:  # damaged, or of other types than most
            if _tells_nothing(bytes(raw)):
                continue
            return found, index
        ended = message.stop_reason is not None
        is_same = message.id == last.message and line.request == last.request
        if is_same and (counts[4], counts[0]) <= last.size:
            last.ended |= ended
            continue
        read = FastMessage(
            message.id, line.request, ended, counts[:6], counts[6], message.model, line.cwd, when, number + index + 1
        )
        if is_same:
            read.ended |= last.ended
            found.pop()
        found.append(read)
        last = read
    return found, len(part)


def _may_tell(line: _SessionLine) -> bool:
    """Whether a line of the user's answers a search or a subagent, or has a usage, which is not known of it."""
    result, message = line.result, line.message
    if message is not None and message.usage is not None:
        return True
    return type(result) is _ToolResult and bool(result.searches or result.query or result.agent)


def is_session(line: Json) -> bool:
    """Whether a line is one of a session."""
    kind = line.get("type")
    if not isinstance(kind, str) or kind not in _TYPES or "session_id" in line:
        return False
    if kind == "assistant" and not isinstance(line.get("message"), Mapping):
        return False
    return any(name in line for name in MARKS)


def _tells_nothing(raw: bytes) -> bool:
    """Whether it is a line of a session of another type than those that may tell counts."""
    try:
        raw.decode()
        line = _decode_envelope(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    named = line.uuid is not UNSET or line.session is not UNSET or line.leaf is not UNSET
    return (named or line.of_message is not UNSET) and line.type not in _MAY_TELL
