"""A price list of others beside the book: where both have a rate, whether it is the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tokcost.catalog import Model, PriceBook
from tokcost.catalog.model import NotReleased
from tokcost.errors import AmbiguousModel, UnknownName
from tokcost.imports.source import PriceSource, SourceModel
from tokcost.rates import EXACT, STANDARD, Modes, Price, plain

TENFOLD = Decimal(10)
# So near to each other, in parts of a thousand, two amounts are one: rounded, or converted from another unit.
_NEAR = Decimal(5)
_LIST_CURRENCY = "USD"


class RateDifference(NamedTuple):
    """A rate that the book and a source have, and not alike. ``note`` is what the book says of that, '' for nothing.

    ``what``: the kind of token or the unit, with its mode and the cliff it lies past.
    """

    model: str
    place: str
    source_name: str
    what: str
    book: Decimal
    source: Decimal
    note: str

    @property
    def ratio(self) -> Decimal | None:
        """The source's for one of the book's; None where that has none."""
        return EXACT.divide(self.source, self.book) if self.book else None

    @property
    def mark(self) -> str:
        """zero or tenfold, the moves that are more often a slip than a price; rounding; '' for any other."""
        if not self.source or not self.book:
            return "zero"
        if moved_tenfold(self.book, self.source):
            return "tenfold"
        apart = EXACT.abs(EXACT.subtract(self.source, self.book)).scaleb(3, EXACT)
        return "rounding" if apart < EXACT.multiply(_NEAR, self.book) else ""

    @property
    def breaks(self) -> bool:
        """Whether nothing explains it."""
        return not self.note and self.mark != "rounding"


class OneSidedRate(NamedTuple):
    """A rate that only one of both has: ``by`` is "book" or "source"."""

    model: str
    what: str
    by: str
    rate: Decimal


class Comparison(NamedTuple):
    """All that was found: how much was compared, what differs, and what stands on one side alone.

    ``not_in_book`` are the names of the source, ``not_in_source`` those of the book at sellers that the source has;
    ``unpriced``: models of both for which one of them has no rate on the day.
    """

    models: int
    rates: int
    differences: tuple[RateDifference, ...]
    one_sided: tuple[OneSidedRate, ...]
    not_in_book: tuple[str, ...]
    not_in_source: tuple[str, ...]
    unpriced: tuple[str, ...]


def compare(book: PriceBook, source: PriceSource, day: date) -> Comparison:
    """Every model of the source that the book knows by seller and id, at the rates of the day."""
    differences: dict[tuple[str, str, str, Decimal], RateDifference] = {}
    one_sided: dict[tuple[str, str, str], OneSidedRate] = {}
    compared: set[tuple[str, str]] = set()
    not_in_book, unpriced = [], set()
    rates = 0
    for offer in source.models:
        found = list(known_as(book, offer))
        if not found:
            not_in_book.append(offer.full_id)
        for name, model in found:
            ours, theirs = price_then(model, day), offer.price_on(day)
            if ours is None or theirs is None or ours.currency != _LIST_CURRENCY:
                unpriced.add(model.full_id)
                continue
            compared.add((model.full_id, model.place))
            own, others = rates_of(ours), rates_of(theirs)
            rates += len(own.keys() & others.keys())
            for what in own.keys() & others.keys():
                if others[what] not in (own[what], *of_hours(ours, what)):
                    note = explained(source.kind, others[what], (ours.note, model.note))
                    note = note or _of_place(book, model, day, source.kind, others[what], own[what])
                    differs = RateDifference(model.full_id, model.place, name, what, own[what], others[what], note)
                    differences.setdefault((model.full_id, model.place, what, others[what]), differs)
            for what in own.keys() ^ others.keys():
                by, rate = ("book", own[what]) if what in own else ("source", others[what])
                if rate:
                    one_sided.setdefault((model.full_id, what, by), OneSidedRate(model.full_id, what, by, rate))
    priced = {full_id for full_id, _ in compared}
    both = {offer.seller for offer in source.models} & set(book.providers())
    theirs_too = [model.full_id for model in book.models(both)] if both else []
    missing = [full_id for full_id in theirs_too if full_id not in priced | unpriced]
    return Comparison(
        len(compared),
        rates,
        tuple(sorted(differences.values())),
        tuple(sorted(one_sided.values())),
        tuple(sorted(set(not_in_book))),
        tuple(missing),
        tuple(sorted(unpriced - priced)),
    )


def known_as(book: PriceBook, offer: SourceModel) -> Iterator[tuple[str, Model]]:
    """The models of the book that an offer is, each once: by its seller, and its id or another exact name.

    Each with the name that led there.
    """
    seen = set()
    for each in (offer.id, *offer.names):
        try:
            meaning = book.meaning(f"{offer.seller}/{each}", hints=False)
        except (UnknownName, AmbiguousModel):
            continue
        if each.startswith(f"{offer.seller}/") and not meaning.key[1].startswith(f"{offer.seller}/"):
            continue  # the seller's name in its own id tells it from the one without, which has a price of its own
        if meaning.sold_as is not None:  # the seller is understood, and the book has nothing of it
            continue
        model = book.meant(meaning)
        if model.provider == offer.seller and (model.full_id, model.place) not in seen:
            seen.add((model.full_id, model.place))
            yield (offer.name if each == offer.id else each), model


def _of_place(book: PriceBook, model: Model, day: date, kind: str, theirs: Decimal, ours: Decimal) -> str:
    """The note on the factor of a place that names the kind of source and the factor that it has; '' for none."""
    own_id = model.id.removeprefix(f"{model.place}/")
    factors = book.rules.factors(model.provider, model.place, own_id, book.released(model)) if model.place else []
    factor = next((each for each in reversed(factors) if each.start <= day), None)
    if factor is None or not ours:
        return ""
    times = EXACT.divide(EXACT.multiply(theirs, factor.amount), ours)
    return explained(kind, plain(times), [factor.note])


def price_then(model: Model, day: date) -> Price | None:
    """The row in force on a day, None where there is none, or was none yet."""
    try:
        return model.price_on(day)
    except NotReleased:
        return None


def rates_of(price: Price) -> dict[str, Decimal]:
    """Every rate of a row by what it is for; those of hours apart from the plain ones are left out."""
    found = dict(_named(price.modes))
    for tier in price.tiers:
        found |= _named(tier.modes, f" past {tier.threshold}")
    return {**found, **price.other}


def of_hours(price: Price, what: str) -> list[Decimal]:
    """The rates of single hours of the day for the same: a source may list those of other hours as the plain ones."""
    return [named[what] for hours in price.windows if what in (named := _named(hours.modes))]


def _named(modes: Modes, past: str = "") -> dict[str, Decimal]:
    return {
        f"{'' if mode == STANDARD else f'{mode} '}{kind}{past}": rate
        for mode, rates in modes.items()
        for kind, rate in rates.items()
    }


def moved_tenfold(before: Decimal, after: Decimal) -> bool:
    """Whether one is ten times the other or more."""
    low, high = sorted((before, after))
    return high >= EXACT.multiply(low, TENFOLD)


def explained(kind: str, rate: Decimal, notes: Iterable[str]) -> str:
    """The note that names the kind of source and has the number that it says; '' where there is none."""
    number = re.compile(rf"(?<![\d.,]){re.escape(format(rate, 'f'))}0*(?![\d]|[.,]\d)")
    return next((note for note in notes if kind in note.casefold() and number.search(note)), "")
