"""How the parameters of functions are counted where they are not marked up: as leaves or as lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from tokcost.counting import gemini_rules as rules
from tokcost.errors import RequestError

Words = Callable[[str], int]
Range = tuple[float, float, float]

# As deep as a schema that refers to itself is unrolled; fits the two recorded ones.
_DEEPEST = 18
# With several references to itself on every level it would come to more than any model reads.
_MOST = 1_000_000
_MOST_CHARACTERS = 4_000_000
# Keywords that a plain parameter may have without costing more than its line.
_FREE = {
    "type",
    "description",
    "properties",
    "required",
    "additionalProperties",
    "$defs",
    "additional_properties",
}


_ALTERNATIVES = ("anyOf", "oneOf", "allOf", "prefixItems")


def leaves_of_value(value: object, words: Words) -> tuple[int, int]:
    """Tokens of a JSON value: every name and text by itself; and one for every number."""
    if isinstance(value, str):
        return words(value), 0
    if isinstance(value, dict):
        names = sum(words(name) for name in value)
        return _sum([(names, 0), *(leaves_of_value(inner, words) for inner in value.values())])
    if isinstance(value, list):
        return _sum(leaves_of_value(inner, words) for inner in value)
    return 0, 1 if isinstance(value, int | float) and not isinstance(value, bool) else 0


def leaves_of_schema(schema: object, words: Words) -> tuple[int, int]:
    """Tokens of the texts of a schema by themselves; and one for every type.

    As the client's local tokenizer adds them: format, description, enum, required and property names.
    """
    if not isinstance(schema, dict):
        return 0, 0
    tokens = sum(words(text) for name in ("format", "description") if isinstance(text := schema.get(name), str))
    for name in ("enum", "required"):
        if isinstance(listed := schema.get(name), list):
            tokens += sum(words(text) for text in listed if isinstance(text, str))
    inner = [schema.get("items")]
    if isinstance(properties := schema.get("properties"), dict):
        tokens += sum(words(name) for name in properties)
        inner += properties.values()
    if isinstance(choices := schema.get("anyOf", schema.get("any_of")), list):
        inner += choices
    return _sum([(tokens, 1 if schema.get("type") else 0), *(leaves_of_schema(one, words) for one in inner)])


def _sum(pairs: Iterable[tuple[int, int]]) -> tuple[int, int]:
    tokens = marks = 0
    for more, more_marks in pairs:
        tokens, marks = tokens + more, marks + more_marks
    return tokens, marks


class _Shared:
    """What the walk over one schema has at hand: its root, the counter, and references already counted."""

    def __init__(self, root: Mapping[str, object], words: Words) -> None:
        self.root = root
        self.words = words
        self.seen: dict[tuple[str, int], Range] = {}


def lines_of_parameters(where: str, schema: object, words: Words) -> Range:
    """Tokens of parameters that are shown as lines: likely, low and high. Raises RequestError for far too many.

    A tree of itself cannot be shown as deep as a list of itself: how deep it is, nobody has recorded.
    """
    found = _lines(schema, _Shared(schema if isinstance(schema, dict) else {}, words), 0)
    if max(found) > _MOST:
        ended = inlined(where, schema)
        likely, low, high = _lines(ended, _Shared({}, words), 0)
        if high <= _MOST:
            return likely, low, _MOST
        raise RequestError(
            where,
            f"with what it refers to, its schema comes to more than {_MOST:,} tokens",
            "no model reads so much: write out what is meant",
        )
    return found


def inlined(where: str, schema: object) -> object:
    """A schema with what it refers to in its place, but for what would begin again inside itself."""
    root = schema if isinstance(schema, dict) else {}
    meant: dict[str, object] = {}
    left = [_MOST_CHARACTERS]

    def written(value: object, under: tuple[str, ...]) -> object:
        left[0] -= 1 + (
            len(value) if isinstance(value, str) else sum(map(len, value)) if isinstance(value, dict) else 0
        )
        if left[0] < 0:
            raise RequestError(
                where,
                f"with what it refers to, its schema comes to more than {_MOST_CHARACTERS:,} characters",
                "no model reads so much: write out what is meant",
            )
        if isinstance(value, list):
            return [written(each, under) for each in value]
        if not isinstance(value, dict):
            return value
        own = {key: written(each, under) for key, each in value.items() if key not in ("$ref", "$defs", "definitions")}
        reference = value.get("$ref")
        if not isinstance(reference, str) or reference in (*under, "#"):
            return own
        if reference not in meant:
            meant[reference] = _resolved(reference, root)
        whole = written(meant[reference], (*under, reference))
        return {**whole, **own} if isinstance(whole, dict) else own

    return written(schema, ())


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


def _lines(schema: object, shared: _Shared, depth: int) -> Range:
    """What a schema adds beside its own line: the lines of its properties, elements and alternatives."""
    if isinstance(schema, dict) and isinstance(reference := schema.get("$ref"), str):
        # Remembered, for a schema with several references to itself would take for ever.
        if (reference, depth) not in shared.seen:
            shared.seen[reference, depth] = (0.0, 0.0, 0.0)
            shared.seen[reference, depth] = _own_lines(_resolved(reference, shared.root), shared, depth)
        return shared.seen[reference, depth]
    return _own_lines(schema, shared, depth)


def _own_lines(schema: object, shared: _Shared, depth: int) -> Range:
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return 0.0, 0.0, 0.0
    found: list[Range] = []
    required = schema.get("required")
    required = required if isinstance(required, list) else []
    if isinstance(properties := schema.get("properties"), dict):
        for name, known in properties.items():
            found.append(_just(rules.PARAMETER + shared.words(str(name))))
            if name not in required:
                found.append(rules.OPTIONAL)
            found += _inner(known, shared, depth)
    if "items" in schema:
        found += [rules.ELEMENT, *_inner(schema["items"], shared, depth)]
    for key in _ALTERNATIVES:
        for choice in listed if isinstance(listed := schema.get(key), list) else ():
            found += [rules.ALTERNATIVE, *_inner(choice, shared, depth)]
    for key in sorted(set(schema) - _FREE - {"items", "$ref", *_ALTERNATIVES}):
        value = schema[key]
        texts = value if isinstance(value, list) else [value]
        tokens = sum(shared.words(str(text)) for text in texts)
        found.append((rules.KEYWORD[0] + tokens / 2, 0.0, rules.KEYWORD[2] + tokens))
    return _all(found)


def _inner(schema: object, shared: _Shared, depth: int) -> Iterator[Range]:
    """A parameter's own description, and what is nested in it, which is hardly recorded."""
    if isinstance(schema, dict):
        yield _just(_described(schema, shared.words))
        if isinstance(reference := schema.get("$ref"), str) and depth < _DEEPEST:
            tokens = _described(_resolved(reference, shared.root), shared.words)
            yield tokens, 0.0, tokens
    likely, low, high = _lines(schema, shared, depth + 1)
    yield likely, min(low, likely * rules.NESTED[0]), max(high, likely * rules.NESTED[1])


def _described(schema: Mapping[str, object], words: Words) -> float:
    text = schema.get("description")
    return words(text) + rules.DESCRIBED if isinstance(text, str) and text else 0.0


def _all(ranges: Sequence[Range]) -> Range:
    return sum(one for one, _, _ in ranges), sum(low for _, low, _ in ranges), sum(high for _, _, high in ranges)


def _just(tokens: float) -> Range:
    return tokens, tokens, tokens


def _resolved(reference: str, root: Mapping[str, object]) -> Mapping[str, object]:
    found: object = root
    for step in reference.removeprefix("#/").split("/"):
        found = found.get(step) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}
