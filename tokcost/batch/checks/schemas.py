"""Schemas as OpenAI's structured outputs want them."""

from __future__ import annotations

from collections.abc import Iterator

from tokcost.phrases import printable, quote
from tokcost.requests.shape import Object, object_of

_DEEPEST = 100
_LONGEST_PATH = 100


def schema_problem(schema: Object, where: str, strict: bool) -> str:
    """The first thing in a schema that is refused, "" where there is none.

    Strict or not, the whole is an object; a strict one closes every object and requires all of its properties.
    """
    if not schema:
        return ""
    kind = schema.get("type")
    if isinstance(kind, str) and kind != "object":
        return f"{where} is of the type {quote(kind)}: it must be an object"
    if not strict:
        return ""
    path, problem = _opening(schema, 0)
    return f"{where}{printable(path[:_LONGEST_PATH])} is strict: {problem}" if problem else ""


def _opening(schema: Object, depth: int) -> tuple[str, str]:
    """(path, what is missing) of the first object in a strict schema that is open, ("", "") where none is."""
    properties = schema.get("properties")
    if schema.get("type") == "object" or properties:
        if schema.get("additionalProperties") is not False:
            return "", "it needs additionalProperties: false"
        required = schema.get("required")
        if properties and isinstance(properties, dict):
            listed = required if isinstance(required, list) else ()
            missing = next((name for name in properties if name not in listed), None)
            if missing is not None:
                return "", f"{quote(missing)} must be in required"
    if depth < _DEEPEST:
        for step, inner in _inner(schema):
            path, problem = _opening(inner, depth + 1)
            if problem:
                return f".{step}{path}", problem
    return "", ""


def _inner(schema: Object) -> Iterator[tuple[str, Object]]:
    """The schemas in a schema, each with the way to it."""
    for key in ("properties", "$defs", "definitions"):
        for name, inner in object_of(schema.get(key)).items():
            if isinstance(inner, dict):
                yield f"{key}.{name}", inner
    items, choices = schema.get("items"), schema.get("anyOf")
    if isinstance(items, dict):
        yield "items", items
    for at, inner in enumerate(choices if isinstance(choices, list) else ()):
        if isinstance(inner, dict):
            yield f"anyOf[{at}]", inner
