"""The markup in which Gemini 3 sees functions, calls and results, as Google published it with FunctionGemma.

A text is a list of strings, each tokenised by itself, parted by control tokens of one token each
(``MARK``): those around a declaration, a call or a response, and those around every string in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tokcost.requests.shape import as_json

MARK = None
Markup = list["str | None"]

# Deeper than any recorded schema; a schema that refers to itself ends somewhere.
_DEEPEST = 40


def declaration(name: str, description: str, schema: Mapping[str, Any] | None) -> Markup:
    """A function that the model may call."""
    fields: list[Markup] = []
    if description:
        fields.append(["description:", *_quoted(description)])
    if schema:
        fields.append(["parameters:", *_schema(schema, 0)])
    return [MARK, f"declaration:{name}", *_braced(fields), MARK]


def call(name: str, arguments: object) -> Markup:
    """A call that the model made."""
    return [MARK, f"call:{name}", *_value(arguments, 0), MARK]


def response(name: str, answer: object) -> Markup:
    """What the function gave back."""
    return [MARK, f"response:{name}", *_value(answer, 0), MARK]


def joined(markup: Markup) -> tuple[list[str], int]:
    """The strings between control tokens, and the number of those."""
    texts: list[str] = [""]
    marks = 0
    for piece in markup:
        if piece is MARK:
            marks += 1
            texts.append("")
        else:
            texts[-1] += piece
    return [text for text in texts if text], marks


def _schema(schema: Mapping[str, Any], depth: int) -> Markup:
    """Description, properties, items, required and type in this order; other keywords are not shown."""
    fields: list[Markup] = []
    if depth < _DEEPEST:
        if isinstance(description := schema.get("description"), str) and description:
            fields.append(["description:", *_quoted(description)])
        if isinstance(values := schema.get("enum"), list):
            fields.append(["enum:", *_listed([_quoted(str(value)) for value in values])])
        if isinstance(properties := schema.get("properties"), dict) and properties:
            inner: list[Markup] = [
                [f"{name}:", *_schema(known if isinstance(known, dict) else {}, depth + 1)]
                for name, known in properties.items()
            ]
            fields.append(["properties:", *_braced(inner)])
        if isinstance(items := schema.get("items"), dict):
            fields.append(["items:", *_schema(items, depth + 1)])
        if isinstance(required := schema.get("required"), list) and required:
            fields.append(["required:", *_listed([_quoted(str(name)) for name in required])])
    if isinstance(kind := schema.get("type"), str):
        fields.append(["type:", *_quoted(kind.upper())])
    return _braced(fields)


def _value(value: object, depth: int) -> Markup:
    if isinstance(value, str):
        return _quoted(value)
    if depth < _DEEPEST:
        if isinstance(value, dict):
            return _braced([[f"{name}:", *_value(inner, depth + 1)] for name, inner in value.items()])
        if isinstance(value, list):
            return _listed([_value(inner, depth + 1) for inner in value])
    return [as_json(value)]


def _quoted(text: str) -> Markup:
    return [MARK, text, MARK]


def _braced(fields: list[Markup]) -> Markup:
    return ["{", *_with_commas(fields), "}"]


def _listed(items: list[Markup]) -> Markup:
    return ["[", *_with_commas(items), "]"]


def _with_commas(fields: list[Markup]) -> Markup:
    found: Markup = []
    for index, field in enumerate(fields):
        found += [",", *field] if index else field
    return found
