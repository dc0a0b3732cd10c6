"""Which form a log has, by its first lines: broken ones among them do not hide the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tokcost.inputs.json import decoded
from tokcost.logs.block import HEAD
from tokcost.logs.events import is_event_line, may_open_events

# Lines of JSON, JSON over many lines, [API USAGE LOG] blocks, a table, a database, calls recorded for tests.
LINES, DOCUMENT, BLOCKS, TABLE = "lines", "document", "blocks", "table"
SQLITE, CASSETTE = "sqlite", "cassette"
_SQLITE = b"SQLite format 3\0"
BINARY = "a binary file, not a usage log"
BOM = b"\xef\xbb\xbf"
# How a JSON document over many lines begins, as printers write it.
_OPENINGS = (b"{", b"[", b"[{")
# A NUL this early marks a binary file, as git has it.
_LOOK_AT = 8000
YAML = (".yaml", ".yml")
_CASSETTES = (b"interactions", b"http_interactions", b"version", b"recorded_with")


def form_of(lines: Sequence[bytes]) -> str:
    """The form of a log by its first lines that are not blank."""
    first = lines[0].removeprefix(BOM).strip()
    if lines[0].startswith(_SQLITE):
        return SQLITE
    if b"\0" in b"\n".join(lines[:_LOOK_AT])[:_LOOK_AT]:
        return BINARY
    if first.startswith(HEAD.encode()):
        return BLOCKS
    if _is_json(first) or is_event_line(first) or (may_open_events(first) and any(map(is_event_line, lines))):
        return LINES
    if first[:1] in b"{[" and len(lines) > 1 and _is_json(lines[1].strip()):
        return LINES
    if first not in _OPENINGS and any(map(_is_object, lines)):
        return LINES
    if first[:1] in b"{[":
        return DOCUMENT
    if any(line.startswith(HEAD.encode()) for line in lines):
        return BLOCKS
    return CASSETTE if _is_yaml(lines) else TABLE


def _is_yaml(lines: Sequence[bytes]) -> bool:
    """Whether the first line of weight is one of the names that a cassette begins with."""
    bare = (line.removeprefix(BOM).rstrip() for line in lines)
    first = next((line for line in bare if not line.startswith((b"#", b"---", b"%"))), b"")
    return first.partition(b":")[0] in _CASSETTES and b":" in first


def _is_json(line: bytes) -> bool:
    return isinstance(_value(line), dict | list)


def _is_object(line: bytes) -> bool:
    """Whether a whole JSON object stands at the beginning of the line: one inside a document is indented."""
    return line.startswith(b"{") and bool(_value(line))


def _value(line: bytes) -> Any:
    """The JSON value of a line, None where it has none; letters that cannot be read do not change what it is."""
    try:
        return decoded(line if line.isascii() else line.decode("utf-8", "replace").encode())
    except ValueError:
        return None
