"""Lines of a log as text; bytes that are not UTF-8 are said of their line, and never read as other letters."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tokcost.inputs.lines import Lines
from tokcost.logs.entry import BadLine

LONGEST = 32 << 20
"""A longer line of a log is not read: a value in memory takes up to twenty times as much as its text."""
TOO_LONG = f"a line of more than {LONGEST >> 20} MB"


class TextLine(NamedTuple):
    """A line by its number; ``damage`` says what in it could not be read, '' when all of it could."""

    number: int
    text: str
    damage: str = ""


def text_lines(parts: Iterable[Lines]) -> Iterator[TextLine]:
    """The lines of blocks, without the mark that may begin the first and the CR that may end each."""
    for before, part in parts:
        for number, raw in enumerate(part, before + 1):
            damage = TOO_LONG if len(raw) > LONGEST else ""
            try:
                text = "" if damage else raw.decode()
            except UnicodeDecodeError as error:
                text, damage = raw.decode("utf-8", "replace"), not_utf8(error)
            if number == 1:
                text = text.removeprefix("\ufeff")
            yield TextLine(number, text.rstrip("\r"), damage)


def not_utf8(error: UnicodeDecodeError) -> str:
    """Where in its line text stops being UTF-8, and what reads it."""
    return f"not UTF-8 text at byte {error.start} of the line: --charset names its encoding"


def why_no_json(line: bytes, error: ValueError) -> str:
    """Why a line is no JSON, in few words."""
    if isinstance(error, BadLine):
        return str(error)
    if isinstance(error, json.JSONDecodeError):
        return f"not valid JSON: {error.msg}"
    try:
        line.decode()
    except UnicodeDecodeError as damage:
        return not_utf8(damage)
    return f"not valid JSON: {str(error)[:80].splitlines()[0]}"
