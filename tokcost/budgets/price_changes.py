"""What a branch changes in the price files laid over the built-in book: the rates that would be paid, then and now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.budgets.lock import rate_text, rates_of
from tokcost.budgets.rule_set import RuleSet
from tokcost.catalog import PriceBook
from tokcost.catalog.price_file import RESERVED, Key, ParsedFile
from tokcost.errors import TokcostError
from tokcost.phrases import plural, quote
from tokcost.pricing import Terms
from tokcost.rates import MODES, STANDARD

# So many models of a file are named, and so many rates of one.
_NAMED = 6
_RATES = 4


def price_changes(then: RuleSet, now: RuleSet, after: PriceBook, terms: Terms) -> Iterator[str]:
    """A clause for each model that a file prices otherwise, and for each file that is new or gone.

    ``after`` is the book of today.
    """
    if then.prices == now.prices and list(then.prices) == list(now.prices):
        return
    try:
        old, before = {name: ParsedFile(name, text) for name, text in then.prices.items()}, then.book()
    except TokcostError as error:
        yield f"the price files of the base cannot be read ({error})"
        return
    new = {name: ParsedFile(name, text) for name, text in now.prices.items()}
    for name in dict.fromkeys([*new, *old]):
        told = "added" if name not in old else "removed" if name not in new else "changed"
        clauses = list(_file(old.get(name), new.get(name), before, after, terms))
        if not clauses and told != "changed":
            clauses = ["without a rate"]
        yield from (f"{name} {told}: {clause}" for clause in clauses[:_NAMED])
        if len(clauses) > _NAMED:
            yield f"{name} {told}: {plural(len(clauses) - _NAMED, 'more model')}"
    if [name for name in old if name in new] != [name for name in new if name in old]:
        yield f"price files are laid in another order: {', '.join(new)}"


def _file(
    old: ParsedFile | None, new: ParsedFile | None, before: PriceBook, after: PriceBook, terms: Terms
) -> Iterator[str]:
    """What a file says of each model otherwise than it did, and of rules and charges."""
    then, now = (dict(file.names()) if file else {} for file in (old, new))
    for key in dict.fromkeys([*then, *now]):
        if not (old and new and key in then and key in now and old.table(key) == new.table(key)):
            yield f"{key[1]} {_rates(key, before, after, terms)}"
    names, own = (each.data.get("aliases", {}) if each else {} for each in (old, new))
    for name in dict.fromkeys([*names, *own]):
        if names.get(name) != own.get(name):
            yield f"alias {quote(name)} {quote(names.get(name, 'none'))} → {quote(own.get(name, 'none'))}"
    for part in (each for each in RESERVED[1:] if each != "aliases"):
        if (old.data.get(part) if old else None) != (new.data.get(part) if new else None):
            yield f"its {part}"


def _rates(key: Key, before: PriceBook, after: PriceBook, terms: Terms) -> str:
    """How the rates of a model differ on the day, and what counts it."""
    then, now = _of(key, before, terms), _of(key, after, terms)
    moves = [
        f"{name} {rate_text(then.get(name))} → {rate_text(now.get(name))}"
        for name in dict.fromkeys([*then, *now])
        if then.get(name) != now.get(name)
    ]
    more = [f"{len(moves) - _RATES} more"] if len(moves) > _RATES else []
    return ", ".join([*moves[:_RATES], *more]) or "on other days, or beside its rates"


def _of(key: Key, book: PriceBook, terms: Terms) -> Mapping[str, Any]:
    """The rates of every mode, by their names; none of a model that the book does not have."""
    try:
        model = book.find("/".join(key))
        found = rates_of(model, terms._replace(mode=STANDARD))
        for mode in MODES:
            if mode != STANDARD:
                own = rates_of(model, terms._replace(mode=mode))
                found |= {f"{mode} {name}": value for name, value in own.items() if name not in _SHARED}
        return found
    except TokcostError:
        return {}


_SHARED = ("encoding", "scale", "margin", "mode", "currency")
