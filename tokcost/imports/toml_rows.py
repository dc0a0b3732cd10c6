"""Models and their rows as a price file has them: exact keys, plain amounts, in order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tokcost.catalog.price_file import Key
from tokcost.rates import STANDARD, Modes, Price, Rates

_BARE = re.compile("[A-Za-z0-9_-]+")
_WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
Field = str | int | date


class ModelEntry(NamedTuple):
    """One model of a price file: its provider and id, its keys, its rows."""

    key: Key
    fields: Mapping[str, Field]
    rows: tuple[Price, ...]


def price_file_text(head: str, entries: Iterable[ModelEntry]) -> str:
    """The text of a price file; ``head`` says in one line where it comes from."""
    ordered = sorted(entries, key=lambda entry: (entry.key[0], entry.key[1].casefold()))
    parts = [f"# {head}\n\n[tokcost]\nschema = 1\n", *map(_model, ordered)]
    return "\n".join(parts)


def writable(key: Key) -> bool:
    """Whether a price file can have the name: half a character stands in no UTF-8 text."""
    return "/" not in key[0] and all(name.strip() and not re.search("[\ud800-\udfff]", name) for name in key)


def _model(entry: ModelEntry) -> str:
    name = f"{_key(entry.key[0])}.{_quoted(entry.key[1])}"
    lines = [f"{key} = {_field(value)}" for key, value in entry.fields.items()]
    rows = [f"[[{name}.rates]]\n" + "".join(f"{line}\n" for line in _row(row)) for row in entry.rows]
    # a table without keys of its own is that of a model which a book below has
    own = [f"[{name}]\n" + "".join(f"{line}\n" for line in lines)] if lines else []
    return "\n".join([*own, *rows])


def _row(row: Price) -> Iterator[str]:
    yield f"from = {row.start.isoformat()}"
    if row.end is not None:
        yield f"to = {row.end.isoformat()}"
    yield from _kinds(row.modes.get(STANDARD, Rates()))
    for mode, rates in row.modes.items():
        if mode != STANDARD:
            yield f"{mode} = {{ {', '.join(_kinds(rates))} }}"
    if row.tiers:
        tables = [f'{{ prompt = "{tier.prompt}", {_inline(tier.modes)} }}' for tier in row.tiers]
        yield f"long = [{', '.join(tables)}]"
    if row.windows:
        tables = [f'{{ utc = "{hours.utc}"{_days(hours.days)}, {_inline(hours.modes)} }}' for hours in row.windows]
        yield f"windows = [{', '.join(tables)}]"
    for unit, amount in row.other.items():
        yield f"{unit} = {_amount(amount)}"
    yield f"source = {_quoted(row.source)}"
    if row.checked:
        yield f"checked = {row.checked.isoformat()}"
    if row.confidence:
        yield f"confidence = {_quoted(row.confidence)}"
    if row.note:
        yield f"note = {_quoted(row.note)}"


def _inline(modes: Modes) -> str:
    found = list(_kinds(modes.get(STANDARD, Rates())))
    found += [f"{mode} = {{ {', '.join(_kinds(rates))} }}" for mode, rates in modes.items() if mode != STANDARD]
    return ", ".join(found)


def _kinds(rates: Rates) -> list[str]:
    return [f"{kind} = {_amount(rate)}" for kind, rate in rates.items()]


def _days(days: frozenset[int]) -> str:
    """The span of days, where it is not all of them."""
    first = next((day for day in sorted(days) if (day - 1) % 7 not in days), 0)
    if len(days) == len(_WEEK):
        return ""
    last = _WEEK[(first + len(days) - 1) % 7]
    return f', days = "{_WEEK[first] if len(days) == 1 else f"{_WEEK[first]}-{last}"}"'


def _amount(amount: Decimal) -> str:
    return f'"{amount:f}"'


def _field(value: Field) -> str:
    return value.isoformat() if isinstance(value, date) else _quoted(value) if isinstance(value, str) else str(value)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    """A text as TOML has it between quotes; half a character, which it cannot have, is written out."""
    escaped = text.encode(errors="backslashreplace").decode().replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub("[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found[0]):04X}", escaped) + '"'
