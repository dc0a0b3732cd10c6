"""The price book checks itself: every problem of a price file with its line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from tokcost.catalog.book import PriceBook
from tokcost.catalog.builtin import HEAD, BuiltinBook, builtin_path, listed_files, providers_folder
from tokcost.catalog.lines import line_of
from tokcost.catalog.names import Names
from tokcost.catalog.parse import model_fields, price_row
from tokcost.catalog.price_file import CHARGES, IndexedFile, Key, ParsedFile
from tokcost.catalog.rows import overlap, raw_rows
from tokcost.catalog.rule_book import RuleBook, failing
from tokcost.catalog.rule_lint import rule_problems
from tokcost.catalog.rule_tables import KINDS as KINDS_OF_RULES
from tokcost.catalog.style_lint import style_problems
from tokcost.catalog.toml_text import read_text
from tokcost.catalog.values import Fail
from tokcost.errors import PriceFileError, TokcostError
from tokcost.phrases import join_or, quote
from tokcost.rates import KINDS, STANDARD, Modes, Price, Rates

DISCOUNTED = ("batch", "flex")


class LintIssue(NamedTuple):
    """One thing wrong in a price file; ``line`` counts from 1, None where no line is to blame.

    ``severity`` is "error" (contradicts the format or itself) or "warning" (suspicious, may be true).
    """

    path: str
    line: int | None
    severity: str
    message: str


def lint(
    file: Path | None = None,
    *,
    encodings: Collection[str] | None = None,
    scales: Collection[str] | None = None,
    today: date | None = None,
) -> list[LintIssue]:
    """Everything wrong in the price file, in the order of its lines; None checks the built-in book.

    The known ``encodings`` and ``scales`` are the caller's to give; without them the names in the
    file are not checked. ``today`` is the day past which nothing can have been checked.
    Raises PriceFileError only for a file that cannot be read.
    """
    known = {"encoding": encodings, "scale": scales}
    return [issue for each in linted_files(file) for issue in _lint_file(each, known, today or date.today())]


def linted_files(file: Path | None) -> list[Path]:
    """The price file, or all of the built-in book."""
    parts = (f"{each}.toml" for each in listed_files(HEAD, read_text(builtin_path())))
    return [file] if file is not None else [builtin_path(), *(providers_folder() / part for part in parts)]


def _lint_file(path: Path, known: Mapping[str, Collection[str] | None], today: date) -> list[LintIssue]:
    text = read_text(path)  # first, for a path that leads nowhere is one that cannot be read
    head = path.resolve() == builtin_path()
    builtin = head or path.resolve().parent == providers_folder()
    try:
        parsed = ParsedFile(str(path), text, head)
        parsed.names()
    except PriceFileError as error:
        return [_problem(error)]
    below = [] if head else [BuiltinBook.shipped()]
    clashes = Names(below if builtin and below else [*below, parsed]).clashes
    found = [
        LintIssue(parsed.path, line_of(text, key, None, at), "error", message)
        for holder, key, at, message in clashes
        if (key in parsed.names() if builtin else holder is parsed)
    ]
    rules = RuleBook([*below, parsed])
    linted = _Linted(parsed, builtin, known, today, rules)
    for key in parsed.names():
        found += linted.model(key)
    found += [
        LintIssue(parsed.path, line_of(text, at, row, name), "error", message)
        for at, row, name, message in rule_problems(parsed, known, today, builtin)
    ]
    found += map(_problem, rules.problems(parsed))
    if builtin:
        found += _of_index(parsed)
    if builtin and not found:
        there = [each.stem for each in providers_folder().glob("*.toml")] if head else None
        found += [LintIssue(parsed.path, line, "error", message) for line, message in style_problems(parsed, there)]
    if not found:
        found += _of_others(parsed, builtin)
    return sorted(dict.fromkeys(found), key=lambda problem: (problem.line or 0, problem.severity))


def _of_others(file: ParsedFile, builtin: bool) -> Iterator[LintIssue]:
    """What is wrong with the models that a table names: the one it sells, whose price it has, that answers for it."""
    book = PriceBook(BuiltinBook.shipped(), [] if builtin else [file])
    for alias in file.aliases():
        try:
            book.meaning(alias.name, hints=False)
        except TokcostError as error:
            yield LintIssue(file.path, alias.line, "error", f"the alias {quote(alias.name)} means no model: {error}")
    for key in file.names():
        try:
            if key in book.builtin.names() or not builtin:
                book.model(key)
        except PriceFileError as error:
            yield _problem(error)._replace(path=file.path)


class _Linted(NamedTuple):
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
            yield _problem(error)
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
            problems.append(_problem(error))
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


def _of_index(file: ParsedFile) -> Iterator[LintIssue]:
    """The built-in book is indexed by a fixed form of header and read in one order."""
    whole = IndexedFile(file.path, file.text)
    indexed = whole.names()
    for key, aliases in file.names().items():
        if indexed.get(key) != aliases:
            header = f'[{key[0]}."{key[1]}"]'
            message = f"the header must stand as {header} and its aliases on one line below it, for the index"
            yield LintIssue(file.path, line_of(file.text, key), "error", message)
    for kind in KINDS_OF_RULES:
        for name in file.rule_names(kind):
            if whole.rule(kind, name) != file.rule(kind, name):
                message = f'a rule must stand as [rules.{kind}."{name}"] before the first model, or the index misses it'
                yield LintIssue(file.path, line_of(file.text, ("rules", kind, name)), "error", message)
    if any(whole.charges(group) != file.charges(group) for group in CHARGES):
        yield LintIssue(file.path, None, "error", "fees and factors must stand together before the first model")
    for before, key in pairwise(indexed):
        if (key[0], key[1].casefold()) < (before[0], before[1].casefold()):
            message = f"out of order: {key[0]}/{key[1]} comes before {before[0]}/{before[1]}"
            yield LintIssue(file.path, line_of(file.text, key), "error", message)


def _problem(error: PriceFileError) -> LintIssue:
    where = f"{error.path}:{error.line}: " if error.line else f"{error.path}: "
    return LintIssue(error.path, error.line, "error", str(error).removeprefix(where))
