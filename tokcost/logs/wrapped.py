"""Values of a format inside others: in a line of somebody's own log, or in the list of a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tokcost.logs.fields import CHARGES, CLIENTS, CURRENCIES, HEADERS, KEY_NAMES, MODELS, PROJECTS, TIMES
from tokcost.logs.plain import object_in
from tokcost.logs.responses import INSIDE, has_usage, is_batch
from tokcost.masking import KEY_FIELDS

Json = Mapping[str, Any]
# Where a line keeps an answer, or an event of a stream.
_HOLDERS = (*INSIDE, "event", "chunk", "log")
# What a line says of the answer in it, and what only fills in where the answer is silent.
_SAYS = frozenset((*CLIENTS, *PROJECTS, *TIMES, *KEY_NAMES, *CHARGES, *CURRENCIES, *KEY_FIELDS, "key"))
_FILLS_IN = frozenset((*HEADERS, *MODELS, "metadata", "request", "service_tier"))
_LOOK_AT = 200
# What a text has in it that may tell of usage.
_SPEAKS = "token"


def owned_inside(line: Json) -> Json | None:
    """The value of a format inside a line of somebody's log, with what the line says of it."""
    if has_usage(line) or is_batch(line):
        return None
    for name in _HOLDERS:
        inner = _held(line, name)
        if inner is not None and (is_owned(inner) or (name not in INSIDE and has_usage(inner))):
            says = {key: held for key, held in line.items() if key.lower() in _SAYS or key in _SAYS}
            fills_in = {key: held for key, held in line.items() if key in _FILLS_IN and inner.get(key) is None}
            return {**inner, **says, **{key: held for key, held in fills_in.items() if key != name}}
    return None


def parts_of(document: Json) -> list[Any]:
    """The list of answers or events in a document, as APIs give out logs; an empty one where there is none."""
    for held in document.values():
        if isinstance(held, list) and any(map(_tells, held[:_LOOK_AT])):
            return held
    inner = next((held for name in ("data", "result") if isinstance(held := document.get(name), Mapping)), None)
    return parts_of(inner) if inner is not None else []


def _tells(value: Any) -> bool:
    """Whether a value is an answer, one of a format, or a line of somebody's log with one of them in it."""
    if not isinstance(value, Mapping):
        return False
    inside = (held for name in _HOLDERS if (held := _held(value, name)) is not None)
    return any(has_usage(each) or is_owned(each) for each in (value, *inside))


def _held(line: Json, name: str) -> Json | None:
    """The object that a line has under a name, also one that is kept as text, as what ships logs does."""
    held = line.get(name)
    if isinstance(held, str):
        held = object_in(held.strip()) if _SPEAKS in held.lower() else None
    return held if isinstance(held, Mapping) else None


def is_owned(value: Json) -> bool:
    """Whether a format knows a value for its own."""
    from tokcost.logs.formats.registry import format_of  # loaded where a value has to be looked at

    return format_of(value) is not None
