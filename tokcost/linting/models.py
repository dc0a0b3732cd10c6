"""What is wrong with the models of a price file: in each table by itself, and between its rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from tokcost.catalog.lines import line_of
from tokcost.catalog.parse import model_fields, price_row
from tokcost.catalog.price_file import Key, ParsedFile
from tokcost.catalog.rows import overlap, raw_rows
from tokcost.catalog.rule_book import RuleBook, failing
from tokcost.catalog.values import Fail
from tokcost.errors import PriceFileError
from tokcost.linting.issue import LintIssue, issue_of
from tokcost.phrases import join_or
from tokcost.rates import DISCOUNTED, KINDS, STANDARD, Modes, Price, Rates


class LintedFile(NamedTuple):
    """A price file whose models are looked at one by one, as of ``today``."""

    file: ParsedFile
    builtin: bool
    known: Mapping[str, Collection[str] | None]
    today: date
    rules: RuleBook

    def model(self, key: Key) -> Iterator[LintIssue]:
        """What is wrong with one model."""
        raw = self.file.table(key)
        fields, problems = _all_of(model_fields, raw, failing(self.file, key))
        yield from problems
        yield from self._about_model(key, fields or {})
        yield from _all_of(self.rules.named_by, raw, failing(self.file, key))[1]
        try:
            rows = raw_rows(self.file, key, raw)
        except PriceFileError as error:
            yield issue_of(error)
            return
        prices: list[tuple[int, Price]] = []
        for number, row in enumerate(rows):
            price, problems = _all_of(price_row, row, failing(self.file, key, number))
            yield from problems
            if price is not None:
                prices.append((number, price))
            if price is not None and not problems:
                yield from self._row(key, number, price, row)
        for (_, before), (number, price) in pairwise(prices):
            if problem := overlap(before, price):
                yield self._at(key, number, "from", problem)

    def _about_model(self, key: Key, fields: Mapping[str, Any]) -> Iterator[LintIssue]:
        for name, known in self.known.items():
            value = fields.get(name)
            if value and known is not None and value not in known:
                names = join_or(sorted(known))
                yield self._at(key, None, name, f"unknown {name} '{value}': choose {names}")
        released, retires = fields.get("released", date.min), fields.get("retires", date.max)
        if retires < released:
            yield self._at(key, None, "retires", f"'retires' ({retires}) is before 'released' ({released})")
        if fields.get("standing") == "assumed" and not fields.get("assumes"):
            yield self._at(key, None, "standing", "an assumed count says what it 'assumes'")
        if fields.get("margin") and (fields.get("scale") or fields.get("standing") == "exact"):
            yield self._at(key, None, "margin", "'margin' goes with an assumed count, or an estimate without a 'scale'")

    def _row(self, key: Key, number: int, price: Price, raw: Mapping[str, Any]) -> Iterator[LintIssue]:
        for name in ("source", "checked", "confidence"):
            if self.builtin and name not in raw:
                yield self._at(key, number, None, f"a row of the built-in book needs '{name}'")
        if price.checked is not None and price.checked > self.today:
            yield self._at(key, number, "checked", f"'checked' ({price.checked}) lies in the future")
        if price.guaranteed_until is not None and price.guaranteed_until < price.start:
            yield self._at(key, number, "guaranteed_until", "'guaranteed_until' is before 'from'")
        tables: list[tuple[str, Modes]] = [("", price.modes)]
        tables += [("long", tier.modes) for tier in price.tiers]
        tables += [("windows", window.modes) for window in price.windows]
        for at, modes in tables:
            for name, message in _contradictions(modes):
                yield self._at(key, number, at or name, message)
        for below, above in pairwise([price.modes, *(tier.modes for tier in price.tiers)]):
            for message in _cheaper(below, above):
                yield self._at(key, number, "long", message)._replace(severity="warning")

    def _at(self, key: Key, row: int | None, name: str | None, message: str) -> LintIssue:
        return LintIssue(self.file.path, line_of(self.file.text, key, row, name), "error", message)


def _all_of(read: Any, raw: Mapping[str, Any], fail: Fail) -> tuple[Any, list[LintIssue]]:
    """What the parser makes of a table and everything it refuses in it: each key at fault is left out in turn."""
    left = dict(raw)
    problems: list[LintIssue] = []

    def refuse(problem: str, name: str | None) -> Any:
        if name in left:
            del left[name]
            if "from" in raw:
                left.setdefault("input", "0")  # lest a row without its bad rate count as one without any
        else:
            left.clear()  # the fault is in no one key: nothing more to learn from this table
        fail(problem, name)

    while True:
        try:
            return read(left, refuse), problems
        except PriceFileError as error:
            problems.append(issue_of(error))
            if not left or ("from" in raw and "from" not in left):
                return None, problems


def _contradictions(modes: Modes) -> Iterator[tuple[str, str]]:
    """Rates that cannot both be right: the key at fault and why."""
    standard = modes.get(STANDARD, Rates())
    for mode, rates in modes.items():
        if rates.cached is not None and rates.input is not None and rates.cached > rates.input:
            name = "cached" if mode == STANDARD else mode
            yield name, f"{mode} 'cached' ({rates.cached}) is above 'input' ({rates.input})"
        if mode not in DISCOUNTED:
            continue
        for kind, rate in rates.items():
            listed = getattr(standard, kind)
            if listed is not None and rate > listed:
                yield mode, f"{mode} '{kind}' ({rate}) is above the standard rate ({listed})"


def _cheaper(below: Modes, above: Modes) -> Iterator[str]:
    """Rates past a cliff that are lower than before it."""
    for mode in below.keys() & above.keys():
        for kind in KINDS:
            before, past = getattr(below[mode], kind), getattr(above[mode], kind)
            if before is not None and past is not None and past < before:
                yield f"{mode} '{kind}' is {past} past the cliff and {before} before it"
