"""Reads decoded JSON that may have any shape: the value asked for, or one line saying where it is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.errors import RequestError

Object = Mapping[str, Any]
_KINDS = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}


def kind_of(value: object) -> str:
    """What a JSON value is, in words."""
    return _KINDS.get(type(value), "a number")


def an_object(value: object, where: str, remedy: str) -> Object:
    """The value if it is an object; ``where`` is its path such as ``messages[2]``."""
    if not isinstance(value, dict):
        raise RequestError(where, f"{kind_of(value)} where an object belongs", remedy)
    return value


def a_list(value: object, where: str, remedy: str) -> list[Any]:
    """The value if it is a list."""
    if not isinstance(value, list):
        raise RequestError(where, f"{kind_of(value)} where a list belongs", remedy)
    return value


def a_string(value: object, where: str, remedy: str) -> str:
    """The value if it is a string."""
    if not isinstance(value, str):
        raise RequestError(where, f"{kind_of(value)} where a string belongs", remedy)
    return value


def objects(value: object, where: str, remedy: str) -> Iterator[tuple[str, Object]]:
    """(path, object) of every entry of a list of objects; nothing if the value is null."""
    if value is None:
        return
    for at, entry in enumerate(a_list(value, where, remedy)):
        path = f"{where}[{at}]"
        yield path, an_object(entry, path, remedy)


def text_of(value: object) -> str:
    """The value if it is a string, else "": for what may be left out or null."""
    return value if isinstance(value, str) else ""


def object_of(value: object) -> Object:
    """The value if it is an object, else an empty one: for what may be left out or null."""
    return value if isinstance(value, dict) else {}


def number_of(value: object) -> int | None:
    """The value if it is a whole number >= 0, else None."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
