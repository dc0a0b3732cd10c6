"""The counts of a usage object by a declaration of its fields: what includes what, what repeats what, what is unknown.

Every number in a usage object is used, known to repeat another, or told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tokcost.logs.entry import NOT_STATED, BadLine, usage_of, whole
from tokcost.logs.unread import is_count, not_known
from tokcost.usage import Usage

Json = Mapping[str, Any]
INSIDE, BESIDE, OPEN = "inside", "beside", "open"
"""Parts lie inside their whole, beside it, or the format leaves it open and the numbers decide."""
Names = tuple[str, ...]
_KINDS = (
    "input", "more_input", "cached", "write", "write_short", "write_long", "output", "reasoning", "total",
)  # fmt: skip


class CountFields(NamedTuple):
    """Where a usage object has its counts: for each kind the names that may hold it; dots lead into objects.

    Names of one kind tell the same tokens. ``write`` is what was written to the cache, all of it where
    ``write_long`` (for an hour or longer) has no ``write_short`` beside it. ``parts`` says whether the input includes
    what was read and written, ``thinking`` whether the output includes the reasoning. ``known`` are further names
    and whole objects (as "server_tool_use") that repeat others, are read elsewhere, or hold no tokens to be billed.
    ``more_input`` are numbers that are added to the input, ``embeds`` says that an answer may have no output at all,
    ``bare`` that the object has counts alone: a number in it is one of tokens, whatever its name.
    """

    input: Names
    output: Names
    cached: Names = ()
    write: Names = ()
    write_short: Names = ()
    write_long: Names = ()
    reasoning: Names = ()
    total: Names = ()
    parts: str = INSIDE
    thinking: str = INSIDE
    known: Names = ()
    more_input: Names = ()
    embeds: bool = False
    bare: bool = False


class Numbers(NamedTuple):
    """The counts as stated; the whole ones None where they are not."""

    input: int | None
    output: int | None
    cached: int
    write: int
    write_long: int
    reasoning: int
    total: int | None


class CountedUsage(NamedTuple):
    """The usage, what in it was not understood, and what is to be said of it."""

    usage: Usage
    doubts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def counted(usage: Json, fields: CountFields) -> CountedUsage:
    """The usage behind the fields. Raises BadLine for one that contradicts itself or does not state its wholes."""
    there = _shape_of(usage, fields)
    found = _numbers(usage, fields, there)
    given, output = _wholes(found, fields, there)
    settled, remarks = settle(found._replace(input=given, output=output), fields)
    unknown = _unknown(usage, there.others) if there.others else []
    if not unknown:
        return CountedUsage(settled, (), remarks)
    if found.total is not None and found.total == settled.input_tokens + settled.output_tokens:
        said = " and ".join(f"'{name}'" for name, _ in unknown)
        return CountedUsage(settled, (), (*remarks, f"{said}: not known, and inside the stated total, as it seems"))
    return CountedUsage(settled, not_known(unknown), remarks)


def settle(found: Numbers, fields: CountFields) -> tuple[Usage, tuple[str, ...]]:
    """The usage of numbers that are stated, input and output inclusive; the total decides what the format does not."""
    given, output = found.input or 0, found.output or 0
    parts, beside = found.cached + found.write + found.write_long, fields.parts == BESIDE
    if fields.parts == OPEN and parts:
        whole_sums = (given + parts + output, given + parts + output + found.reasoning)
        beside = parts > given or found.total in whole_sums
    if beside:
        given += parts
    thinking = found.reasoning
    apart = fields.thinking == BESIDE or (fields.thinking == OPEN and thinking > output)
    if apart and found.total != given + output:
        output += thinking
    remarks: tuple[str, ...] = ()
    if found.total is not None and found.total != given + output:
        over = found.total - given - output
        if over > 0 and over == thinking and fields.thinking != BESIDE:
            output += over  # the total shows that the reasoning was left out of the output
        elif over > 0:
            output += over
            remarks = ("the total is more than input and output: the rest was counted as output",)
        elif found.total != (found.input or 0) + (found.output or 0):
            remarks = ("the stated total is less than its parts: the parts were counted",)
    return usage_of(given, found.cached, found.write, found.write_long, output, min(thinking, output)), remarks


def _numbers(usage: Json, fields: CountFields, there: _Shape) -> Numbers:
    def number(kind: str) -> int | None:
        return _one(usage, there.names.get(kind, ()))

    long = number("write_long") or 0
    short = number("write_short")
    both = number("write")
    if short is None:
        short = both - long if both else 0
        if short < 0:
            raise BadLine(f"'{fields.write_long[0]}' is {long}, more than the {both} written tokens it is part of")
    elif not short + long:
        short = both or 0
    elif both is not None and both != short + long:
        raise BadLine(f"'{fields.write[0]}' is {both}, its parts by time to live are {short} and {long}")
    given = number("input")
    if given is not None:
        given += sum(_one(usage, (each,)) or 0 for each in there.names.get("more_input", ()))
    return Numbers(
        given,
        number("output"),
        number("cached") or 0,
        short,
        long,
        number("reasoning") or 0,
        number("total") or None,
    )


def _wholes(found: Numbers, fields: CountFields, there: _Shape) -> tuple[int, int]:
    """Input and output, which have to be stated; an embedding has no output, nor has what a total of the input has."""
    given, output = found.input, found.output
    if given is None:
        raise BadLine(NOT_STATED.format(there.said("input", fields.input)))
    if output is not None:
        return given, output
    is_embedding = fields.embeds and "output" not in there.names
    thoughts = found.reasoning if fields.thinking == BESIDE else 0  # all that came may have been thoughts
    if found.total not in (given, given + thoughts) and not (found.total is None and is_embedding):
        raise BadLine(NOT_STATED.format(there.said("output", fields.output)))
    return given, 0


Place = tuple[str, tuple[str, ...]]
"""A name as it is declared, and the keys that lead to it."""


class _Shape(NamedTuple):
    """Which of the names of a declaration usage objects of one shape have, by kind; and the numbers of no kind."""

    names: Mapping[str, tuple[Place, ...]]
    others: tuple[Place, ...]

    def said(self, kind: str, names: Names) -> str:
        """The name that a count of a kind has here, or would have."""
        return self.names[kind][0][0] if kind in self.names else names[0]


# Logs have usage objects of few shapes: which names each of them has is looked up once.
_SHAPES: dict[int, tuple[CountFields, dict[Any, _Shape]]] = {}
_MOST_SHAPES = 200


def _shape_of(usage: Json, fields: CountFields) -> _Shape:
    _, shapes = _SHAPES.setdefault(id(fields), (fields, {}))
    keys = _keys(usage)
    found = shapes.get(keys)
    if found is None:
        if len(shapes) >= _MOST_SHAPES:
            shapes.clear()
        found = shapes[keys] = _look(usage, fields)
    return found


def _keys(holder: Json) -> tuple[Any, ...]:
    return tuple((name, _keys(value)) if isinstance(value, dict) else name for name, value in holder.items())


def _look(usage: Json, fields: CountFields) -> _Shape:
    there = {".".join(path): path for path in _paths(usage)}
    names: dict[str, tuple[Place, ...]] = {}
    for kind in _KINDS:
        if found := tuple((name, there[name]) for name in getattr(fields, kind) if name in there):
            names[kind] = found
    known = {name for kind in _KINDS for name in getattr(fields, kind)}.union(fields.known)
    others = tuple(
        (name, path)
        for name, path in there.items()
        if (is_count(name) or (fields.bare and "cost" not in name))
        and not any(".".join(path[:end]) in known for end in range(1, len(path) + 1))
    )
    return _Shape(names, others)


def _paths(holder: Json, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, value in holder.items():
        if isinstance(value, dict):
            yield from _paths(value, (*before, name))
        else:
            yield (*before, name)


def _at(usage: Json, path: tuple[str, ...]) -> Any:
    for name in path:
        usage = usage[name]
    return usage


def _one(usage: Json, places: tuple[Place, ...]) -> int | None:
    """The number that several names may hold. What is null or 0 in one of them does not hide another."""
    found, said = None, ""
    for name, path in places:
        value = _at(usage, path)
        if value is None or value == "":
            continue
        number = whole(value, name)
        if not found:
            found, said = number, name
        elif number and number != found:
            raise BadLine(f"'{said}' is {found} and '{name}' {number}: they name the same tokens")
    return found


def _unknown(usage: Json, others: tuple[Place, ...]) -> list[tuple[str, int]]:
    """The numbers of tokens that no field of the declaration names, those of 0 left out."""
    found = ((name, _number(_at(usage, path))) for name, path in others)
    return [(name, value) for name, value in found if value]


def _number(value: Any) -> int:
    """The number that a value is, also as text; 0 for what is none."""
    try:
        return 0 if isinstance(value, bool) else whole(value, "")
    except BadLine:
        return 0
