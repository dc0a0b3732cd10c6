"""Reading JSON of unknown shape: the wrong kind is one clear sentence, never a traceback."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tokcost.errors import TokcostError


def object_at(value: object, where: str) -> Mapping[str, Any]:
    """The value as an object. Raises TokcostError naming the JSON path where it is something else."""
    if isinstance(value, dict):
        return value
    raise _unlike("an object", value, where)


def list_at(value: object, where: str) -> list[Any]:
    """The value as a list."""
    if isinstance(value, list):
        return value
    raise _unlike("a list", value, where)


def text_at(value: object, where: str) -> str:
    """The value as text; a missing or null one is empty."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    raise _unlike("text", value, where)


def listed(value: object, where: str) -> list[Any]:
    """The value as a list: none where it is missing, and of one where it stands alone."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def whole_or_none(value: object) -> int | None:
    """A whole number that is not negative, else None: a limit that the provider would refuse is no limit."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def as_json(value: object, compact: bool = False) -> str:
    """A value that came from JSON as JSON text again, with spaces after its marks unless compact."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":") if compact else None, default=str)


def bytes_of_base64(data: object) -> int | None:
    """How many bytes a base64 text stands for, None where it is no text."""
    if not isinstance(data, str) or not data:
        return None
    return max(1, len(data.rstrip("=")) * 3 // 4)


def _unlike(wanted: str, value: object, where: str) -> TokcostError:
    kinds = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list", dict: "an object"}
    found = "nothing" if value is None else kinds.get(type(value), type(value).__name__)
    return TokcostError(f"{where}: expected {wanted}, found {found}: check the request's shape")
