"""Any CSV or JSONL by a map from what the tool asks for to the names of its fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tokcost.errors import TokcostError
from tokcost.logs.entry import NOT_STATED, BadLine, Entry, currency_code, mode_of, money, usage_of, whole
from tokcost.logs.fields import model_name, text
from tokcost.logs.times import moment
from tokcost.masking import fingerprint, scrub
from tokcost.phrases import join_or, nearest, quote

FIELDS = (
    "input", "output", "cached", "cache_write", "cache_write_long", "reasoning", "uncached", "total",
    "model", "provider", "time", "client", "key", "project", "mode", "charged", "currency", "id", "geo", "requests",
)  # fmt: skip


# What must be stated where it is mapped; the others are parts of these.
_WHOLES = ("input", "output", "uncached", "total")


class Map(NamedTuple):
    """Field of the tool -> field of the log; a dot goes into an object: ``response.usage.in``."""

    names: Mapping[str, str]

    def holds(self, columns: Sequence[str]) -> bool:
        """Whether a table with these columns has what the map needs."""
        return all(
            name.split(".")[0] in columns
            for field, name in self.names.items()
            if field in ("input", "output", "uncached")
        )


def parse_map(texts: Sequence[str]) -> Map | None:
    """``input=prompt_tok,output=completion_tok``; None when there is none.

    Raises TokcostError for a field that the tool does not know, or a map without tokens.
    """
    names: dict[str, str] = {}
    for part in ",".join(texts).split(","):
        if not part.strip():
            continue
        field, equals, name = (side.strip() for side in part.partition("="))
        if not equals or not name:
            raise TokcostError(f"--map {quote(scrub(part))}: write it as input=prompt_tokens,output=completion_tokens")
        if field not in FIELDS:
            alike = nearest(field, FIELDS, most=1)
            hint = f"did you mean '{alike[0]}'? " if alike else ""
            raise TokcostError(f"--map: unknown field {quote(scrub(field))}: {hint}choose {join_or(FIELDS)}")
        names[field] = name
    if names and not {"input", "output", "uncached", "total", "charged"} & set(names):
        raise TokcostError("--map names no tokens: give at least input=FIELD or output=FIELD")
    return Map(names) if names else None


def mapped(where: str, row: Mapping[str, Any], by: Map) -> Entry:
    """The entry of one row or object. Raises BadLine for a field that is missing or not a number."""

    def get(field: str) -> Any:
        return _at(row, by.names[field]) if field in by.names else None

    def count(field: str) -> int:
        if field not in by.names:
            return 0
        found = get(field)
        if found is _ABSENT:
            raise BadLine(f"no field '{by.names[field]}' ({field})")
        if (found is None or found == "") and field in _WHOLES:
            raise BadLine(NOT_STATED.format(by.names[field]))
        return whole(found, by.names[field])

    def name(field: str) -> str | None:
        found = get(field)
        return None if found is _ABSENT else text(found)

    cached, write, long = count("cached"), count("cache_write"), count("cache_write_long")
    given = count("input") if "input" in by.names else count("uncached") + cached + write + long
    if "total" in by.names and "input" not in by.names:
        given = count("total") - count("output")
        if given < 0:
            raise BadLine(f"the total of {count('total')} tokens is less than the {count('output')} of the output")
    key = name("key") and get("key")
    charged, time = get("charged"), get("time")
    return Entry(
        where,
        usage_of(given, cached, write, long, count("output"), count("reasoning")),
        model=model_name(name("model")),
        provider=name("provider"),
        when=None if time is _ABSENT else moment(time, by.names.get("time", "time")),
        mode=mode_of(name("mode")),
        client=name("client"),
        key=fingerprint(str(key)) if key else None,
        project=name("project"),
        charged=None if charged is _ABSENT else money(charged, by.names.get("charged", "charged")),
        currency=currency_code(name("currency")),
        geo=(name("geo") or "").lower(),
        requests=count("requests") if "requests" in by.names else 1,
        is_aggregate="requests" in by.names and count("requests") != 1,
        identity=name("id"),
        split_known=not ("total" in by.names and "output" not in by.names),
    )


_ABSENT = object()


def _at(row: Mapping[str, Any], path: str) -> Any:
    if path in row:
        return row[path]
    found: Any = row
    for part in path.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return _ABSENT
        found = found[part]
    return found
