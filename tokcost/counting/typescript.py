"""Functions as the TypeScript that OpenAI models read in their prompt.

    namespace functions {

    // Weather of a place
    type get_weather = (_: {
    // The city
    city: string,
    unit?: "c" | "f", // default: c
    }) => any;

    } // namespace functions

Source: the form that OpenAI's models repeat when asked for it and that the harmony format of gpt-oss
documents, fitted line by line to recorded requests with tools. Comments and whitespace follow those.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from tokcost.counting.schema_keywords import Schema, pointed_at, unrecorded_in_tools
from tokcost.counting.tally import shown_name
from tokcost.errors import RequestError

Function = tuple[str, str, Schema | None]  # name, description, JSON schema of the parameters

_NAMES = {"integer": "number"}
_PLAIN = {"number", "string", "boolean", "null"}
_DEPTH = 24  # a schema that refers to itself is cut off here
# Characters that one schema is written out to: a few references may stand for more than any model reads.
_MOST = 8_000_000


class Rendered(NamedTuple):
    """Functions as text: the whole namespace, each function with the blank line that follows it."""

    whole: str
    each: tuple[str, ...]
    unusual: tuple[str, ...]  # the keywords in their schemas whose writing was not measured, with their values
    thin: int  # tokens that hang on forms which one suite alone recorded
    endless: tuple[str, ...] = ()  # the functions whose schema was cut off, which may refer to itself


def functions_text(functions: Iterable[Function]) -> str:
    """The namespace of all functions."""
    return render(functions).whole


def render(functions: Iterable[Function], legacy: bool = False) -> Rendered:
    """The functions' text; ``legacy`` gives the form of 2023, which had nothing inline.

    Tools that come again with every line of a batch are rendered once. Raises RequestError for a schema
    that its references make longer than can be counted.
    """
    return _render(json.dumps(list(functions)), legacy)


@lru_cache(maxsize=64)
def _render(functions: str, legacy: bool) -> Rendered:
    listed = json.loads(functions)
    writers = [_Writer(name, schema or {}, legacy) for name, _, schema in listed]
    each = tuple(_function(name, about, writer) for (name, about, _), writer in zip(listed, writers, strict=True))
    whole = f"namespace functions {{\n\n{''.join(each)}}} // namespace functions"
    unusual = tuple(keyword for writer in writers for keyword in unrecorded_in_tools(writer.root))
    endless = tuple(writer.name for writer in writers if writer.endless)
    return Rendered(whole, each, unusual, sum(writer.thin for writer in writers), endless)


def _function(name: str, description: str, writer: _Writer) -> str:
    parameters = f"_: {writer.parameters()}" if _properties(writer.root) else ""
    return "\n".join([*_comment(description), f"type {name} = ({parameters}) => any;\n\n"])


def _comment(text: Any) -> Iterator[str]:
    """A comment line for every line that is not blank."""
    for line in text.split("\n") if isinstance(text, str) else ():
        if stripped := line.strip():
            yield f"// {stripped}"


def _properties(schema: Schema) -> Schema:
    found = schema.get("properties")
    return found if isinstance(found, dict) else {}


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


class _Writer:
    """Writes the types of one schema, whose own ``$ref`` it follows."""

    def __init__(self, name: str, root: Schema, legacy: bool) -> None:
        self.name = name
        self.root = root
        self.legacy = legacy
        self.thin = 0
        self.endless = False
        self._left = _MOST
        self._open: set[str] = {"#"}  # what is being written, which would go on for ever inside itself

    def spend(self, size: int) -> None:
        """Takes so much from what the schema may still come to."""
        self._left -= size
        if self._left < 0:
            raise RequestError(
                f"tool {shown_name(self.name)}",
                f"with what it refers to, its schema comes to more than {_MOST:,} characters",
                "no model reads so much: write out what is meant",
            )

    def parameters(self) -> str:
        """The object of all parameters; its title and description are comments inside it."""
        head = [*_comment(self.root.get("title")), *_comment(self.root.get("description"))]
        return self.object(self.root, 0, head, "{%s}")

    def object(self, schema: Schema, depth: int, head: list[str], inline: str = "{ %s }") -> str:
        """One line where nothing in the object carries a comment, else a line for each property."""
        required = schema.get("required")
        required = required if isinstance(required, list) else []
        lines, types = list(head), []
        plain = not (head or self.legacy)
        for name, value in _properties(schema).items():
            about = self.resolve(value)
            notes = [*_comment(about.get("title")), *_comment(about.get("description"))]
            default = _default(about)
            self.spend(sum(map(len, notes)) + len(default))
            types.append(f"{name}{'' if name in required else '?'}: {self.type(value, depth + 1)}")
            lines += [*notes, f"{types[-1]},{default}"]
            plain = plain and not (notes or default)
        # Billed in 2023: an object inside another opened with a blank.
        opening = "{ " if self.legacy and depth else "{"
        return inline % ", ".join(types) if plain else "\n".join([opening, *lines, "}"])

    def type(self, value: Any, depth: int) -> str:
        """The type that a schema describes; of one that is being written already, nothing."""
        schema, references = self.resolve(value), self._references(value)
        if self._open.intersection(references):
            self.endless = True
            return "any"
        self._open.update(references)
        text = self._type(schema, depth)
        self._open.difference_update(references)
        self.spend(len(text))
        return text

    def _type(self, schema: Schema, depth: int) -> str:
        if depth > _DEPTH:
            self.endless = True
            return "any"
        for key in ("anyOf", "oneOf"):
            if isinstance(schema.get(key), list):
                return " | ".join(self.member(one, depth + 1) for one in schema[key])
        if isinstance(schema.get("enum"), list):
            return " | ".join(map(_literal, schema["enum"]))
        if "const" in schema:
            return _literal(schema["const"])
        kind = schema.get("type")
        if isinstance(kind, list):
            return " | ".join(self.type({**schema, "type": one}, depth + 1) for one in kind)
        if kind == "array":
            return self.array(self.type(schema.get("items"), depth + 1))
        if kind == "object" or "properties" in schema:
            return self.object(schema, depth + 1, []) if _properties(schema) else "object"
        return _NAMES.get(str(kind), str(kind) if str(kind) in _PLAIN else "any")

    def member(self, value: Any, depth: int) -> str:
        """One type of a union. Billed: a list in a union goes by its kind alone."""
        if self.resolve(value).get("type") != "array":
            return self.type(value, depth)
        self.thin += 1
        return "array"

    def array(self, item: str) -> str:
        """A list of the given type. Billed: longer around an object with comments."""
        if "\n" not in item:
            return f"{item}[]"
        self.thin += 2
        return f"Array<\n{item}\n>"

    def _references(self, value: Any) -> list[str]:
        """The references that lead from one to the schema itself."""
        found: list[str] = []
        while isinstance(value, dict) and isinstance(ref := value.get("$ref"), str) and ref not in found:
            found.append(ref)
            value = pointed_at(self.root, ref)
        return found

    def resolve(self, schema: Any, depth: int = 0) -> Schema:
        """The schema with its ``$ref`` into this document replaced by what it points to."""
        if not isinstance(schema, dict):
            return {}
        ref = schema.get("$ref")
        if not isinstance(ref, str):
            return schema
        if depth > _DEPTH:
            self.endless = True
            return {}
        meant = self.resolve(pointed_at(self.root, ref), depth + 1)
        whole = {**meant, **{key: value for key, value in schema.items() if key != "$ref"}}
        self.spend(len(ref) + len(whole))
        return whole


def _default(schema: Schema) -> str:
    """The comment that states a default: bare for an enum, else JSON."""
    if "default" not in schema:
        return ""
    value = schema["default"]
    bare = "enum" in schema and isinstance(value, str)
    return f" // default: {value if bare else _literal(value)}"
