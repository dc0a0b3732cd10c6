"""Any table or JSON by a map from what the tool asks for to the names of its fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import reduce
from typing import Any

from tokcost.errors import Problem, TokcostError
from tokcost.logs.entry import NOT_STATED, BadLine, Entry, currency_code, mode_of, money, usage_of, whole
from tokcost.logs.fields import model_name, text
from tokcost.logs.map_paths import ABSENT, Place, outside_quotes
from tokcost.logs.times import moment
from tokcost.logs.told import Told
from tokcost.masking import fingerprint, scrub
from tokcost.phrases import join_or, nearest, quote
from tokcost.rates import EXACT

_COUNTS = ("input", "output", "cached", "cache_write", "cache_write_long", "reasoning", "uncached", "total", "requests")
FIELDS = (
    *_COUNTS[:-1],
    "model", "provider", "time", "client", "key", "project", "mode", "charged", "currency", "id", "geo", "requests",
)  # fmt: skip
# What must be stated where it is mapped; the others are parts of these.
_WHOLES = ("input", "output", "uncached", "total")
# What numbers are added up in; and what a table must have a column for.
_SUMS = (*_COUNTS, "charged")


class Map:
    """Field of the tool -> where it stands in the log. Remembers which names were never found."""

    def __init__(self, places: Mapping[str, Place]) -> None:
        self.places = places
        self._unseen = {field: {path.text for path in place.paths} for field, place in places.items()}
        self._has_read = False

    def missing_in(self, columns: Sequence[str]) -> list[str]:
        """The names of counts that a table with these columns does not have, each with what it was to be."""
        known = dict.fromkeys(columns)
        listed = {field: place.missing_in(known) for field, place in self.places.items() if field in _SUMS}
        return [f"{quote(name)} ({field})" for field, names in listed.items() for name in names]

    def entry(self, where: str, row: Mapping[str, Any]) -> Entry:
        """The entry of one row or object. Raises BadLine for a field that is missing or not a number."""
        self._has_read = True
        return _entry(where, row, self)

    def found(self, row: Mapping[str, Any], field: str) -> list[Any]:
        """The values of a field in a row, one for each name of it that is there."""
        return self.places[field].find(row, self._unseen[field])

    def end(self, told: Told) -> Iterator[Problem]:
        """Names that stood in no line of any log: a part of a sum is a problem, since the sum is too small then."""
        for field, names in self._unseen.items() if self._has_read else ():
            for name in sorted(names):
                if field not in _SUMS:
                    told.remark(f"no line has {quote(name)} ({field})", "--map")
                elif self.places[field].is_sum:
                    yield Problem("", f"--map: no line has {quote(name)} ({field})")


def parse_map(texts: Sequence[str], named: Callable[[str], str] | None = None) -> Map | None:
    """``input=prompt_tok,output=completion_tok``; None when there is none. ``named`` gives the map that has a name.

    Raises TokcostError for a field that the tool does not know, or a map without tokens.
    """
    places: dict[str, Place] = {}
    for part in outside_quotes(",".join(texts), ","):
        if not part.strip():
            continue
        if named is not None and "=" not in part:
            places |= _places(named(part.strip()))
        else:
            places |= _places(part)
    if places and not {"input", "output", "uncached", "total", "charged"} & set(places):
        raise TokcostError("--map names no tokens: give at least input=FIELD or output=FIELD")
    return Map(places) if places else None


def _places(given: str) -> dict[str, Place]:
    places: dict[str, Place] = {}
    for part in outside_quotes(given, ","):
        if not part.strip():
            continue
        field, equals, name = (side.strip() for side in part.partition("="))
        if not equals or not name:
            raise TokcostError(f"--map {quote(scrub(part))}: write it as input=prompt_tokens,output=completion_tokens")
        if field not in FIELDS:
            alike = nearest(field, FIELDS, most=1)
            hint = f"did you mean '{alike[0]}'? " if alike else ""
            raise TokcostError(f"--map: unknown field {quote(scrub(field))}: {hint}choose {join_or(FIELDS)}")
        places[field] = Place(name)
        if places[field].is_sum and field not in _SUMS:
            raise TokcostError(
                f'--map {quote(part)}: numbers are added, not names: one with a plus is written in "..."'
            )
    return places


def _entry(where: str, row: Mapping[str, Any], by: Map) -> Entry:
    places = by.places

    def values(field: str) -> list[Any]:
        return by.found(row, field) if field in places else [ABSENT]

    def count(field: str) -> int:
        if field not in places:
            return 0
        said = places[field].text
        if (found := values(field)) == [ABSENT]:
            raise BadLine(f"no field {quote(said)} ({field})")
        if field in _WHOLES and all(value is None or value == "" for value in found):
            raise BadLine(NOT_STATED.format(said))
        return sum(whole(value, said) for value in found)

    def amount(field: str) -> Decimal | None:
        said = (money(value, places[field].text) for value in values(field) if value is not ABSENT)
        stated = [each for each in said if each is not None]
        return reduce(EXACT.add, stated) if stated else None

    def name(field: str) -> str | None:
        found = values(field)[0]
        return None if found is ABSENT else text(found)

    cached, write, long = count("cached"), count("cache_write"), count("cache_write_long")
    given = count("input") if "input" in places else count("uncached") + cached + write + long
    if "total" in places and "input" not in places:
        given = count("total") - count("output")
        if given < 0:
            raise BadLine(f"the total of {count('total')} tokens is less than the {count('output')} of the output")
    key = name("key") and values("key")[0]
    time = values("time")[0]
    return Entry(
        where,
        usage_of(given, cached, write, long, count("output"), count("reasoning")),
        model=model_name(name("model")),
        provider=name("provider"),
        when=None if time is ABSENT else moment(time, places["time"].text),
        mode=mode_of(name("mode")),
        client=name("client"),
        key=fingerprint(str(key)) if key else None,
        project=name("project"),
        charged=amount("charged"),
        currency=currency_code(name("currency")),
        geo=(name("geo") or "").lower(),
        requests=count("requests") if "requests" in places else 1,
        is_aggregate="requests" in places and count("requests") != 1,
        identity=name("id"),
        split_known=not ("total" in places and "output" not in places),
    )
