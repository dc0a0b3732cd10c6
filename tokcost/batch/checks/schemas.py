"""Schemas as OpenAI's structured outputs want them."""

from __future__ import annotations

from collections.abc import Iterator

from tokcost.phrases import quote
from tokcost.requests.shape import Object, object_of

_DEEPEST = 100


def schema_problem(schema: Object, where: str, strict: bool) -> str:
    """The first thing in a schema that is refused, "" where there is none.

    Strict or not, the whole is an object, and arrays say of what; a strict one closes every object and requires
    all of its properties.
    """
    if not schema:
        return ""
    kind = schema.get("type")
    if kind is not None and kind != "object":
        return f"{where} is of the type {quote(str(kind))}: it must be an object"
    if not strict:
        return ""
    return next(_open(schema, where, 0), "")


def _open(schema: Object, where: str, depth: int) -> Iterator[str]:
    """What is open in a schema that is to be strict."""
    if depth > _DEEPEST:
        return
    properties = object_of(schema.get("properties"))
    if schema.get("type") == "object" or properties:
        if schema.get("additionalProperties") is not False:
            yield f"{where} is strict: it needs additionalProperties: false"
        required = schema.get("required")
        missing = [name for name in properties if name not in (required if isinstance(required, list) else ())]
        if missing:
            yield f"{where} is strict: {quote(missing[0])} must be in required"
    for name, inner in properties.items():
        yield from _open(object_of(inner), f"{where}.properties.{name}"[:200], depth + 1)
    for key in ("items",):
        yield from _open(object_of(schema.get(key)), f"{where}.{key}", depth + 1)
    for key in ("anyOf",):
        for at, inner in enumerate(schema[key] if isinstance(schema.get(key), list) else ()):
            yield from _open(object_of(inner), f"{where}.{key}[{at}]", depth + 1)
    for key in ("$defs", "definitions"):
        for name, inner in object_of(schema.get(key)).items():
            yield from _open(object_of(inner), f"{where}.{key}.{name}"[:200], depth + 1)
