"""One declaration of a usage serves both readers: what the fast path makes of it counts as the full parser does."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tokcost.logs.anthropic import FIELDS
from tokcost.logs.counts import CountFields, counted
from tokcost.logs.openai import CHAT, RESPONSES
from tokcost.logs.plain_counts import plain_counts

NAMES = [
    (fields, kind, name)
    for fields in (CHAT, RESPONSES, FIELDS)
    for kind in ("cached", "write", "write_short", "write_long", "reasoning", "total")
    for name in getattr(fields, kind)
]


def usage_of(fields: CountFields, **more: int) -> dict[str, Any]:
    """A usage of 100 in and 50 out, and further numbers under their names; dots lead into objects."""
    made: dict[str, Any] = {fields.input[0]: 100, fields.output[0]: 50}
    for path, number in more.items():
        holder = made
        *objects, last = path.split(".")
        for each in objects:
            holder = holder.setdefault(each, {})
        holder[last] = number
    return made


def plainly(usage: dict[str, Any], fields: CountFields) -> tuple[int, ...] | None:
    """The counts by what is made for usages like this one."""
    made = plain_counts(usage, fields, {})
    assert made is not None
    found = made[1](msgspec.json.decode(msgspec.json.encode(usage), type=made[0]))
    return None if found is None else found[:6]


@pytest.mark.parametrize(("fields", "kind", "name"), NAMES, ids=lambda value: value if isinstance(value, str) else "")
def test_every_declared_name_is_counted_by_both(fields: CountFields, kind: str, name: str) -> None:
    """A number under any of the names, beside the input and the output, is the same for both; a null is none."""
    number = 150 if kind == "total" else 7
    usage = usage_of(fields, **{name: number})
    if kind in ("write_short", "write_long"):
        usage |= {key: {**usage.get(key, {}), **held} if isinstance(held, dict) else held
                  for key, held in usage_of(fields, **{fields.write[0]: 7}).items()}  # fmt: skip
    assert plainly(usage, fields) == counted(usage, fields).usage.parts()
    assert plain_counts(usage | {"surprise_tokens": 3}, fields, {}) is None


def test_what_has_to_be_decided_is_left_to_the_full_parser() -> None:
    """Two names that disagree, a total that does not add up, an output that is not stated."""
    twice = usage_of(CHAT, **{"prompt_tokens_details.cached_tokens": 5, "cached_tokens": 6})
    assert plainly(twice, CHAT) is None
    assert plainly(twice | {"cached_tokens": 5}, CHAT) == (100, 5, 0, 0, 50, 0)
    assert plainly(usage_of(CHAT, total_tokens=151), CHAT) is None
    assert plainly({"prompt_tokens": 9, "completion_tokens": None}, CHAT) is None
    assert plainly({"prompt_tokens": 9, "total_tokens": 9}, CHAT) == (9, 0, 0, 0, 0, 0)
