"""Reads decoded JSON that may have any shape: the value asked for, or one line saying where it is not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from tokcost.errors import RequestError
from tokcost.inputs.json import google_field, snake_case
from tokcost.phrases import quote

Object = Mapping[str, Any]
_KINDS = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}
_REMEDY = "check the shape of the request"
_MOST = 10**12


class OddNumber(RequestError):
    """A number of a request that its provider would refuse; all else of it can be counted."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(where, problem, _REMEDY)


def kind_of(value: object) -> str:
    """What a JSON value is, in words."""
    known = _KINDS.get(type(value))
    return known or ("a number" if isinstance(value, int | float | Decimal) else f"a {type(value).__name__}")


def an_object(value: object, where: str, remedy: str = _REMEDY) -> Object:
    """The value if it is an object; ``where`` is its path such as ``messages[2]``."""
    if not isinstance(value, dict):
        raise RequestError(where, f"{kind_of(value)} where an object belongs", remedy)
    return value


def a_list(value: object, where: str, remedy: str = _REMEDY) -> list[Any]:
    """The value if it is a list."""
    if not isinstance(value, list):
        raise RequestError(where, f"{kind_of(value)} where a list belongs", remedy)
    return value


def a_string(value: object, where: str, remedy: str = _REMEDY) -> str:
    """The value if it is a string."""
    if not isinstance(value, str):
        raise RequestError(where, f"{kind_of(value)} where a string belongs", remedy)
    return value


def optional_string(value: object, where: str) -> str:
    """The value if it is a string, "" where it is missing or null."""
    return "" if value is None else a_string(value, where)


def objects(value: object, where: str, remedy: str = _REMEDY) -> Iterator[tuple[str, Object]]:
    """(path, object) of every entry of a list of objects; nothing if the value is null."""
    if value is None:
        return
    for at, entry in enumerate(a_list(value, where, remedy)):
        path = f"{where}[{at}]"
        yield path, an_object(entry, path, remedy)


def listed(value: object) -> list[Any]:
    """The value as a list: none where it is missing, and of one where it stands alone."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def text_of(value: object) -> str:
    """The value if it is a string, else "": for what may be left out or null."""
    return value if isinstance(value, str) else ""


def object_of(value: object) -> Object:
    """The value if it is an object, else an empty one: for what may be left out or null."""
    return value if isinstance(value, dict) else {}


def number_of(value: object) -> int | None:
    """The value if it is a whole number >= 0, else None."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def a_whole_number(value: object, where: str, least: int = 1) -> int | None:
    """The value if it is a whole number of ``least`` or more, None where it is missing or null.

    For what is paid for by its number, so that an odd one is never taken for none.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        kind = kind_of(value) if isinstance(value, dict | list) else as_json(value)
        shown = quote(value) if isinstance(value, str) else kind
        raise OddNumber(where, f"{shown[:40]} where a whole number of {least} or more belongs")
    if value > _MOST:
        raise OddNumber(where, "a number larger than any provider takes")
    return value


def first_number(body: Object, keys: Iterable[str], where: str = "") -> int | None:
    """The first whole number that is given under one of the keys; ``where`` is the path of the object with a dot."""
    return next((n for key in keys if (n := a_whole_number(body.get(key), f"{where}{key}")) is not None), None)


def google_number(body: Object, name: str, where: str) -> int | None:
    """A whole number under a name in either spelling, which Google's JSON may have in quotes."""
    return a_whole_number(unquoted(google_field(body, name)), f"{where}.{name}")


def unquoted(value: object) -> object:
    """The value, or the whole number that stands in quotes or with zeros behind its point, as protobuf reads JSON."""
    if isinstance(value, float | Decimal) and -_MOST < value < _MOST and value == int(value):
        return int(value)
    return int(value) if isinstance(value, str) and len(value) < 20 and value.isascii() and value.isdigit() else value


def evened(body: Object, path: str) -> Object | None:
    """The body with what an odd number at the path is meant to be, or without it; None where it is not there."""
    key, _, rest = path.partition(".")
    for name in (key, snake_case(key)):
        held = body.get(name)
        if rest and isinstance(held, dict) and (inner := evened(held, rest)) is not None:
            return {**body, name: inner}
        if not rest and held is not None:
            meant = number_of(unquoted(held)) if held != 0 else None
            rest_of = {each: value for each, value in body.items() if each != name}
            return rest_of | {name: meant} if meant and not isinstance(held, int) and meant <= _MOST else rest_of
    return None


def as_json(value: object) -> str:
    """A value that came from JSON as JSON text again, with spaces after its marks."""
    return json.dumps(value, ensure_ascii=False, default=str)
