"""The counts of usage objects like one that was seen, decoded and added up by the declaration of their fields.

``counted`` reads any usage; what is made here from the same ``CountFields`` reads the plain ones, which are most: it
gives None for a usage in which something has to be decided or told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from tokcost.logs.counts import BESIDE, INSIDE, OPEN, CountFields, Names
from tokcost.logs.entry import MOST

Json = Mapping[str, Any]
Counts = tuple[int, int, int, int, int, int, Any]
"""Input (inclusive), cached, written, written for long, output, reasoning; and how it was served."""
_NUMBER = Annotated[int, Meta(ge=0, le=MOST)] | None


class _UnknownField(Exception):
    """The usage has a field that neither the declaration names nor those who ask for it."""


class _Names:
    """The fields of a usage that was seen, each under an attribute of its own, and the code that gets them."""

    def __init__(self, fields: CountFields, others: Mapping[str, Any]) -> None:
        self._counts = {name for kind in fields if isinstance(kind, tuple) for name in kind} - set(fields.known)
        self._others = others
        self.code: dict[str, str] = {}
        self.lines: list[str] = []

    def speaks_of(self, name: str) -> bool:
        """Whether a field is one of the counts, or holds some."""
        return name in self._counts or any(path.startswith(f"{name}.") for path in self._counts)

    def struct(self, usage: Json, prefix: str = "", held: str = "usage") -> type[Struct]:
        """What decodes objects with these fields and no others. Raises _UnknownField."""
        fields: list[tuple[str, Any, Any]] = []
        rename: dict[str, str] = {}
        for at, (name, value) in enumerate(usage.items()):
            path = prefix + name
            known = name.isidentifier() and (path in self._others or path in self._counts)
            attribute = name if known else f"n{at}"
            kind: Any
            if path in self._others:
                kind = self._others[path]
            elif path in self._counts:
                kind = _NUMBER
                self.code[path] = f"{held}.{attribute}" if held == "usage" else f"({held} and {held}.{attribute})"
            elif value is None:
                kind = None
            elif isinstance(value, Mapping):
                inner = f"o{len(self.lines)}"
                self.lines.append(f"{inner} = {held} and {held}.{attribute}")
                kind = self.struct(value, path + ".", inner) | None
            else:
                raise _UnknownField
            rename[attribute] = name
            fields.append((attribute, kind, None))
        made: type[Struct] = msgspec.defstruct(
            "PlainUsage", fields, rename=rename, forbid_unknown_fields=True, gc=False
        )
        return made


def every_field(fields: CountFields, others: Mapping[str, Any]) -> dict[str, Any]:
    """A usage with all fields of a declaration."""
    made: dict[str, Any] = dict.fromkeys(others)
    for kind in fields:
        for name in kind if isinstance(kind, tuple) and kind is not fields.known else ():
            holder = made
            *objects, last = name.split(".")
            for each in objects:
                holder = holder.setdefault(each, {})
            holder[last] = 0
    return made


def plain_counts(
    usage: Json, fields: CountFields, others: Mapping[str, Any], flat: bool = False
) -> tuple[type[Struct], Callable[[Any], Counts | None]] | None:
    """What decodes usages of these fields, and what counts them; None where they need the full parser.

    ``others`` are the types of fields that are no counts: those with which they change nothing.
    ``flat``: the counts stand among fields of another kind.
    """
    names = _Names(fields, others)
    if flat:
        usage = {name: usage[name] for name in usage if names.speaks_of(name)}
    try:
        made = names.struct(usage)
    except (_UnknownField, ValueError, TypeError):
        return None
    if fields.parts not in (INSIDE, BESIDE) or fields.more_input:
        return None
    body = [*names.lines, *_body(fields, names.code)]
    space: dict[str, Any] = {}
    exec("def counts(usage):\n" + "".join(f"    {line}\n" for line in body), space)
    return made, space["counts"]


def _body(fields: CountFields, code: Mapping[str, str]) -> Iterator[str]:
    """The arithmetic of ``settle`` for a usage whose numbers agree, a line of code each."""
    kinds: dict[str, Names] = {
        "cached": fields.cached, "written": fields.write, "short": fields.write_short, "long": fields.write_long,
        "reasoning": fields.reasoning, "total": fields.total, "given": fields.input, "output": fields.output,
    }  # fmt: skip
    for kind, among in kinds.items():
        stated = [code[name] for name in among if name in code]
        empty = "None" if kind in ("given", "output") else "0"
        if not stated:
            yield f"{kind} = {empty}"
            continue
        yield f"{kind} = {stated[0]}" + ("" if empty == "None" else " or 0")
        for other in stated[1:]:
            yield f"other = {other}"
            yield f"if {kind} and other and other != {kind}: return None"
            yield f"{kind} = {kind} or other" + ("" if empty == "None" else " or 0")
    yield "if given is None: return None"
    yield "if output is None:"
    yield "    if not total or total != given: return None"
    yield "    output = 0"
    if any(name in code for name in (*fields.write_short, *fields.write_long)):
        yield "if short or long:"
        yield "    if short + long != written: return None"
        yield "    written = short"
    if fields.parts == BESIDE:
        yield "given += cached + written + long"
    if fields.thinking == BESIDE:
        yield "output += reasoning"
    elif fields.thinking == OPEN and any(name in code for name in fields.reasoning):
        yield "if reasoning > output: return None"
    if any(name in code for name in fields.total):
        yield "if total and total != given + output: return None"
    yield "return given, cached, written, long, output, reasoning, None"
