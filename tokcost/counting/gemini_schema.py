"""How the parameters of functions are counted where they are not marked up: as leaves or as lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tokcost.counting import gemini_rules as rules

Words = Callable[[str], int]

_DEEPEST = 12
# Keywords that a plain parameter may have without costing more than its line.
_FREE = {
    "type",
    "description",
    "title",
    "properties",
    "required",
    "additionalProperties",
    "$defs",
    "additional_properties",
}


def leaves_of_value(value: object, words: Words) -> int:
    """Every name and text in a JSON value by itself; a number is one token, null and truth values none."""
    if isinstance(value, str):
        return words(value)
    if isinstance(value, dict):
        return sum(words(name) + leaves_of_value(inner, words) for name, inner in value.items())
    if isinstance(value, list):
        return sum(leaves_of_value(inner, words) for inner in value)
    return 1 if isinstance(value, int | float) and not isinstance(value, bool) else 0


def leaves_of_schema(schema: object, words: Words) -> int:
    """The texts of a schema by themselves, and one token a type.

    As the client's local tokenizer adds them: format, description, enum, required and property names.
    """
    if not isinstance(schema, dict):
        return 0
    tokens = 1 if schema.get("type") else 0
    tokens += sum(words(text) for name in ("format", "description") if isinstance(text := schema.get(name), str))
    for name in ("enum", "required"):
        if isinstance(listed := schema.get(name), list):
            tokens += sum(words(text) for text in listed if isinstance(text, str))
    tokens += leaves_of_schema(schema.get("items"), words)
    if isinstance(properties := schema.get("properties"), dict):
        tokens += sum(words(name) + leaves_of_schema(known, words) for name, known in properties.items())
    if isinstance(choices := schema.get("anyOf", schema.get("any_of")), list):
        tokens += sum(leaves_of_schema(choice, words) for choice in choices)
    return tokens


def lines_of_parameters(schema: object, words: Words) -> tuple[float, float, float]:
    """Tokens of parameters that are shown as lines: likely, low and high."""
    if not isinstance(schema, dict):
        return 0.0, 0.0, 0.0
    return _lines(schema, schema, words, 0)


def plain(schema: object) -> bool:
    """Whether a schema has nothing but parameters with a type and a description, and lists of such."""
    if schema is None:
        return True
    if not isinstance(schema, dict) or not set(schema) <= _FREE | {"items"} or "$defs" in schema:
        return False
    inner = schema.get("properties")
    return all(plain(known) for known in (inner.values() if isinstance(inner, dict) else ())) and (
        "items" not in schema or plain(schema["items"])
    )


def _lines(schema: Mapping[str, object], root: Mapping[str, object], words: Words, depth: int) -> tuple[float, ...]:
    likely = low = high = 0.0

    def add(one: float, least: float, most: float) -> None:
        nonlocal likely, low, high
        likely, low, high = likely + one, low + least, high + most

    if isinstance(reference := schema.get("$ref"), str):
        schema = _resolved(reference, root)
    if depth > _DEEPEST:
        return likely, low, high
    properties = schema.get("properties")
    for name, known in properties.items() if isinstance(properties, dict) else ():
        tokens = rules.PARAMETER + words(str(name))
        add(tokens, tokens, tokens)
        if isinstance(known, dict):
            if isinstance(text := known.get("description"), str) and text:
                tokens = words(text) + rules.DESCRIBED
                add(tokens, tokens, tokens)
            add(*_lines(known, root, words, depth + 1))
    if isinstance(items := schema.get("items"), dict):
        add(*rules.ELEMENT)
        add(*_lines(items, root, words, depth + 1))
    for key in ("anyOf", "oneOf", "allOf", "prefixItems"):
        for choice in listed if isinstance(listed := schema.get(key), list) else ():
            add(*rules.ALTERNATIVE)
            if isinstance(choice, dict):
                add(*_lines(choice, root, words, depth + 1))
    for key in set(schema) - _FREE - {"items", "anyOf", "oneOf", "allOf", "prefixItems", "$ref"}:
        value = schema[key]
        tokens = sum(words(str(text)) for text in value) if isinstance(value, list) else words(str(value))
        add(rules.KEYWORD[0] + tokens / 2, 0, rules.KEYWORD[2] + tokens)
    return likely, low, high


def _resolved(reference: str, root: Mapping[str, object]) -> Mapping[str, object]:
    found: object = root
    for step in reference.removeprefix("#/").split("/"):
        found = found.get(step) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}
