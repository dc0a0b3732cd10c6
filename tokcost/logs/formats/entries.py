"""An entry of counts that are read, with the model, the time and the charge that stand beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.errors import Problem
from tokcost.logs.counts import CountedUsage
from tokcost.logs.entry import BadLine, Entry, money, whole
from tokcost.logs.fields import model_name
from tokcost.logs.times import moment
from tokcost.logs.unread import WITHOUT_USAGE, counts_in, not_read

Json = Mapping[str, Any]
EMPTY: Json = {}


def entry_of(where: str, found: CountedUsage, model: object, when: object = None, **more: Any) -> Entry:
    """The entry; ``more`` are further fields of it."""
    return Entry(
        where,
        found.usage,
        model=model_name(model),
        when=moment(when, "time"),
        doubts=found.doubts,
        remarks=found.remarks,
        **more,
    )


def inside(holder: object, *path: str) -> Json:
    """The object at the end of a path of names; an empty one where there is none."""
    for name in path:
        holder = holder.get(name) if isinstance(holder, Mapping) else None
    return holder if isinstance(holder, Mapping) else EMPTY


def first(*values: object) -> Any:
    """The first value that says something; None for none."""
    for value in values:
        if value or value == 0:
            return value
    return None


def at_first(holder: Json, names: tuple[str, ...]) -> Any:
    """What the first of some names that says something holds; None for none."""
    for name in names:
        if (value := holder.get(name)) or value == 0:
            return value
    return None


def charge(*values: object) -> Any:
    """The first of them that is an amount of money, None for none: what is no plain number is no charge."""
    for value in values:
        if isinstance(value, Mapping | list) or value is None:
            continue
        try:
            if (amount := money(value, "cost")) is not None:
                return amount
        except BadLine:
            continue
    return None


def untold(where: str, answer: object, *values: object) -> Iterator[Problem]:
    """What is to be said of a call whose usage is not told: the counts that it has, else that it was answered."""
    found = list(unread(where, *values))
    yield from found or ([Problem(where, WITHOUT_USAGE)] if answer else ())


def unread(where: str, *values: object) -> Iterator[Problem]:
    """The counts of a value whose format found no usage in it: told, never passed over."""
    for value in values:
        if found := counts_in(value):
            yield Problem(where, not_read(found, "no known usage"))
            return


def name_of(value: object) -> str | None:
    """An id as text; None for none."""
    return str(value) if value not in (None, "") else None


def positive(**kinds: object) -> tuple[tuple[str, int], ...]:
    """Parts of the usage that are not text, by their name, those of 0 left out."""
    counted = ((kind, whole(number, kind)) for kind, number in kinds.items())
    return tuple((kind, number) for kind, number in counted if number)


def objects(value: object) -> Iterator[Json]:
    """The objects of a list."""
    yield from (each for each in value if isinstance(each, Mapping)) if isinstance(value, list) else ()
