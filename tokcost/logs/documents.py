"""JSON over many lines: one value, or several after each other, each with the place where it begins."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tokcost.errors import InputError, Problem
from tokcost.inputs.json import PAST_BOUNDS, TOO_DEEP
from tokcost.inputs.lines import Lines
from tokcost.logs.text_lines import not_utf8, why_no_json

_LARGEST = 256 << 20
# What may stand between two values: blanks, commas, record separators.
_BETWEEN = " \t\r\n,\x1e"


def values(name: str, parts: Iterator[Lines]) -> Iterator[tuple[str, Any] | Problem]:
    """The values of a document, as far as it is valid; then why the rest is not. Raises InputError where it is vast."""
    number, kept = _lines(name, parts)
    try:
        text = b"\n".join(kept).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number += error.object.count(b"\n", 0, error.start) + 1
        yield Problem(f"{name}:{number}", not_utf8(error).replace("line", "text"))
        return
    decoder = json.JSONDecoder(parse_float=Decimal)
    at = counted = 0
    while at < len(text):
        number, counted = number + text.count("\n", counted, at), at
        where = f"{name}:{number + 1}"
        try:
            value, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            yield Problem(f"{name}:{number + text.count(chr(10), at, error.pos) + 1}", why_no_json(b"", error))
            return
        except (RecursionError, ArithmeticError, ValueError) as error:
            if isinstance(error, RecursionError):
                error = ValueError(TOO_DEEP)
            elif isinstance(error, ArithmeticError):  # an exponent that no number has
                error = ValueError(PAST_BOUNDS)
            yield Problem(where, why_no_json(b"", error))
            return
        yield where, value
        while at < len(text) and text[at] in _BETWEEN:
            at += 1


def _lines(name: str, parts: Iterator[Lines]) -> tuple[int, list[bytes]]:
    """How many lines come before the first that says something, and all lines from there on."""
    size, number, kept = 0, 0, list[bytes]()
    for before, part in parts:
        kept += [b""] * (before - number if kept else 0)  # of blank lines in a long row only the number is told
        kept += part
        number = before + len(part)
        size += sum(map(len, part))
        if size > _LARGEST:
            raise InputError(name, "one JSON value of more than 256 MB: write it as JSON lines")
    return number - len(kept), kept
