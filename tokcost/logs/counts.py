"""The counts of a usage object by a declaration of its fields: what includes what, what repeats what, what is unknown.

Every number in a usage object is used, known to repeat another, or told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tokcost.logs.entry import NOT_STATED, BadLine, usage_of, whole
from tokcost.usage import Usage

Json = Mapping[str, Any]
INSIDE, BESIDE, OPEN = "inside", "beside", "open"
"""Parts lie inside their whole, beside it, or the format leaves it open and the numbers decide."""
Names = tuple[str, ...]
_KINDS = ("input", "cached", "write", "write_long", "output", "reasoning", "total")


class CountFields(NamedTuple):
    """Where a usage object has its counts: for each kind the names that may hold it; dots lead into objects.

    Names of one kind tell the same tokens. ``write`` is what was written to the cache, all of it where
    ``write_long`` (for an hour or longer) has no ``write_short`` beside it. ``parts`` says whether the input includes
    what was read and written, ``thinking`` whether the output includes the reasoning. ``known`` are further names
    and whole objects (as "server_tool_use") that repeat others, are read elsewhere, or hold no tokens to be billed.
    ``more_input`` are numbers that are added to the input, ``embeds`` says that an answer may have no output at all.
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
    found = _numbers(usage, fields)
    given, output = _wholes(usage, found, fields)
    settled, remarks = settle(found._replace(input=given, output=output), fields)
    unknown = tuple(_unknown(usage, fields))
    if not unknown:
        return CountedUsage(settled, (), remarks)
    names = " and ".join(f"'{name}' ({number:,})" for name, number in unknown[:3])
    if found.total is not None and found.total == settled.input_tokens + settled.output_tokens:
        said = " and ".join(f"'{name}'" for name, _ in unknown[:3])
        return CountedUsage(settled, (), (*remarks, f"{said}: not known, and inside the stated total, as it seems"))
    return CountedUsage(settled, (f"{names}: not known here, so these tokens were not counted",), remarks)


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
    apart = fields.thinking == BESIDE and found.total != given + output
    if apart or (fields.thinking == OPEN and thinking > output):
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


def _numbers(usage: Json, fields: CountFields) -> Numbers:
    def number(names: Names) -> int | None:
        return _one(usage, names)

    long = number(fields.write_long) or 0
    short = number(fields.write_short)
    both = number(fields.write)
    if short is None:
        short = both - long if both else 0
        if short < 0:
            raise BadLine(f"'{fields.write_long[0]}' is {long}, more than the {both} written tokens it is part of")
    elif not short + long:
        short = both or 0
    elif both is not None and both != short + long:
        raise BadLine(f"'{fields.write[0]}' is {both}, its parts by time to live are {short} and {long}")
    given = number(fields.input)
    if given is not None:
        given += sum(_one(usage, (name,)) or 0 for name in fields.more_input)
    return Numbers(
        given,
        number(fields.output),
        number(fields.cached) or 0,
        short,
        long,
        number(fields.reasoning) or 0,
        number(fields.total),
    )


def _wholes(usage: Json, found: Numbers, fields: CountFields) -> tuple[int, int]:
    """Input and output. One that is not stated follows from the total; an embedding has no output."""
    given, output = found.input, found.output
    if given is None and output is None:
        raise BadLine(NOT_STATED.format(fields.input[0]))
    if given is None:
        raise BadLine(NOT_STATED.format(_named(usage, fields.input)))
    if output is None:
        if found.total is not None and found.total > given:
            raise BadLine(NOT_STATED.format(_named(usage, fields.output)))
        if found.total is None and not (fields.embeds and not any(at(usage, n) is not ABSENT for n in fields.output)):
            raise BadLine(NOT_STATED.format(_named(usage, fields.output)))
        output = 0
    return given, output


def _named(usage: Json, names: Names) -> str:
    return next((name for name in names if at(usage, name) is not ABSENT), names[0])


def _one(usage: Json, names: Names) -> int | None:
    """The number that several names may hold. What is null or 0 in one of them does not hide another."""
    found, said = None, ""
    for name in names:
        value = at(usage, name)
        if value is ABSENT or value is None or value == "":
            continue
        number = whole(value, name)
        if not found:
            found, said = number, name
        elif number and number != found:
            raise BadLine(f"'{said}' is {found} and '{name}' {number}: they name the same tokens")
    return found


ABSENT = object()


def at(holder: Any, path: str) -> Any:
    """The value under a name, or, where that is none, along the dots of it; ABSENT for none."""
    if path in holder:
        return holder[path]
    name, dot, rest = path.partition(".")
    if not dot or not isinstance(inside := holder.get(name), Mapping):
        return ABSENT
    return at(inside, rest)


_KNOWN: dict[CountFields, frozenset[str]] = {}


def _known(fields: CountFields) -> frozenset[str]:
    """All names that a declaration knows, and the objects that they lie in."""
    if fields not in _KNOWN:
        groups = (
            fields.input, fields.output, fields.cached, fields.write, fields.write_short, fields.write_long,
            fields.reasoning, fields.total, fields.known, fields.more_input,
        )  # fmt: skip
        _KNOWN[fields] = frozenset(name for group in groups for name in group)
    return _KNOWN[fields]


def _unknown(usage: Json, fields: CountFields, prefix: str = "") -> Iterator[tuple[str, int]]:
    """The numbers of tokens that no field of the declaration names, those of 0 left out."""
    known = _known(fields)
    for name, value in usage.items():
        path = prefix + name
        if path in known or name in ("cost", "cost_details"):
            continue
        if isinstance(value, Mapping):
            yield from _unknown(value, fields, path + ".")
        elif isinstance(value, int) and not isinstance(value, bool) and value and "token" in path.lower():
            yield path, value
