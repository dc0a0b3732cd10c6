"""The keywords of JSON schemas: which hold schemas, which say nothing of a value, which nobody was billed for.

A keyword is one only where a schema stands: a property may be called ``required``, a default may hold ``$ref``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

NAMED = ("properties", "$defs", "definitions", "patternProperties", "dependentSchemas")
"""Keywords with a schema for each name."""
LISTED = ("anyOf", "oneOf", "allOf", "prefixItems")
"""Keywords with a list of schemas."""
_SINGLE = ("items", "not", "contains", "if", "then", "else", "propertyNames", "contentSchema")

# Left out of the schema of an answer: recorded, and for $schema reported to OpenAI's cookbook.
_DROPPED = {"additionalProperties", "required", "$schema"}
# What names or explains the schema itself: of no use to a model, but not recorded.
_ABOUT = {"$schema", "$id", "$anchor", "$comment", "$vocabulary"}
# Those of which recorded tools show how they are written, or that they are not.
_RECORDED = {"type", "properties", "required", "additionalProperties", "description", "title", "items", "enum"}
_RECORDED |= {"default", "strict", "$ref", "$defs", "definitions", "anyOf", "oneOf"}
# Those that the recorded schemas of answers have.
_ANSWERED = _RECORDED - {"strict", "default", "$ref", "$defs", "definitions"} | {"const"}

# As much text as OpenAI takes in the names and values of one schema.
_MOST = 120_000


def inner_schemas(schema: Schema) -> Iterator[Any]:
    """The schemas that stand in one, without what its references point to."""
    for key, value in schema.items():
        if key in NAMED and isinstance(value, dict):
            yield from value.values()
        elif key in LISTED and isinstance(value, list):
            yield from value
        elif key == "items" or key in _SINGLE:
            yield from value if isinstance(value, list) else [value]


def pointed_at(root: Any, reference: str) -> Any:
    """What a ``$ref`` into its own document points to, None where that is nothing."""
    found = root
    for step in filter(None, reference.removeprefix("#").split("/")):
        found = found.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(found, dict) else None
    return found


def bare_schema(schema: Any) -> Any:
    """A schema without the keywords that the provider leaves out of the prompt."""
    if not isinstance(schema, dict):
        return schema
    bare: dict[str, Any] = {}
    for key, value in schema.items():
        if key in NAMED and isinstance(value, dict):
            bare[key] = {name: bare_schema(one) for name, one in value.items()}
        elif (key in LISTED or key == "items") and isinstance(value, list):
            bare[key] = [bare_schema(one) for one in value]
        elif key in _SINGLE:
            bare[key] = bare_schema(value)
        elif key not in _DROPPED and key not in _ABOUT:
            bare[key] = value
    return bare


def compact(value: Any) -> str:
    """JSON without blanks, as prompts have it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def unrecorded_in_tools(schema: Any) -> list[str]:
    """The keywords of a function's schema whose writing was not measured, with their values as JSON.

    Only what the schema comes to is looked at: definitions count where a reference leads to them.
    """
    found: list[str] = []
    seen: set[str] = set()
    waiting = [schema]
    while waiting:
        each = waiting.pop()
        if not isinstance(each, dict):
            continue
        if isinstance(reference := each.get("$ref"), str) and reference not in seen:
            seen.add(reference)
            waiting.append(meant := pointed_at(schema, reference))
            found += [] if isinstance(meant, dict) else [f'"$ref":{compact(reference)}']
        found += [f'"{key}":{compact(value)}' for key, value in each.items() if _is_unrecorded(key, value)]
        shown = {key: each[key] for key in ("properties", "items", "anyOf", "oneOf") if key in each}
        waiting += inner_schemas(shown)
    return found


def _is_unrecorded(key: str, value: Any) -> bool:
    if key in ("default", "additionalProperties"):
        return value is None or (key == "additionalProperties" and not isinstance(value, bool))
    return key not in _RECORDED and key not in _ABOUT


def answer_doubts(schema: Schema, tokens_of: Callable[[str], int]) -> tuple[int, int]:
    """By how many tokens the schema of an answer may come to less and to more than its bare JSON.

    Less: its definitions, for one that stands where it is used, and keywords that no recording has. More: what
    explains the schema itself, and definitions that are written out at every reference.
    """
    less = more = 0
    waiting: list[Any] = [schema]
    while waiting:
        each = waiting.pop()
        if not isinstance(each, dict):
            continue
        for key, value in each.items():
            if key in _ABOUT and key not in _DROPPED:
                more += tokens_of(compact({key: value}))
            elif key in ("$defs", "definitions"):
                less += tokens_of(compact({key: bare_schema({"$defs": value})["$defs"]}))
            elif not (key in NAMED or key in LISTED or key in _SINGLE or key in _ANSWERED or key in _ABOUT):
                less += tokens_of(compact({key: value})) if key != "$ref" else 0
        waiting += inner_schemas(each)
    return less, more + _written_out(schema, tokens_of)


def _written_out(schema: Schema, tokens_of: Callable[[str], int]) -> int:
    """The tokens of all that references stand for, each written out where it is used."""
    sizes: dict[str, int] = {}

    def size(reference: str) -> int:
        if reference not in sizes:
            sizes[reference] = 0  # one that refers to itself ends there
            meant = pointed_at(schema, reference)
            sizes[reference] = min(_MOST, tokens_of(compact(bare_schema(meant))) + below(meant))
        return sizes[reference]

    def below(value: Any) -> int:
        total = 0
        waiting = [value]
        while waiting:
            each = waiting.pop()
            if isinstance(each, dict):
                total += size(each["$ref"]) if isinstance(each.get("$ref"), str) else 0
                waiting += inner_schemas({key: one for key, one in each.items() if key not in ("$defs", "definitions")})
        return total

    return min(_MOST, below(schema))
