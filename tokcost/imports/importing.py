"""Which models of a price list of others a price file takes, what of them, and what is refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tokcost.catalog import Model, PriceBook
from tokcost.catalog.price_file import RESERVED
from tokcost.errors import AmbiguousModel, UnknownName
from tokcost.imports.compare import known_as, moved_tenfold, price_then, rates_of
from tokcost.imports.source import PriceSource, SourceModel
from tokcost.imports.toml_rows import Field, ModelEntry, writable
from tokcost.naming.sellers import EVERYWHERE
from tokcost.rates import DISCOUNTED, STANDARD, Modes, Price, Rates

# What a model of no known family is counted by, as the book has it for those that nobody has measured.
_UNMEASURED: dict[str, Field] = {"encoding": "o200k_base", "standing": "estimate", "scale": "unmeasured"}
_FREE = ":free"


class ImportRules(NamedTuple):
    """What is taken as it is: rates of 0, moves of tenfold and more against the book. ``first``: the day on which
    undated rates begin; ``day``: that on which the book is compared."""

    first: date
    day: date
    zero: bool = False
    jumps: bool = False


class ImportedModel(NamedTuple):
    """A model as it goes into a price file, and what of it was left behind. ``counted``: by what its text is."""

    entry: ModelEntry
    source_name: str
    counted: str
    dropped: tuple[str, ...] = ()


class Refusal(NamedTuple):
    """A model that is not taken, and why. ``moved``: its rates are too far from those of the book."""

    source_name: str
    reason: str
    moved: bool = False


def imported(book: PriceBook, source: PriceSource, offer: SourceModel, rules: ImportRules) -> ImportedModel | Refusal:
    """The offer as a model of a price file, or why it is none."""
    known, placed = _row_of(book, offer)
    if known is None and placed:
        return Refusal(
            offer.name, f"the book has it by its place ({placed}), as a factor on another row: import that one"
        )
    key = (known.provider, known.id) if known else (offer.seller, offer.id)
    if not offer.prices:
        return Refusal(offer.name, "the source has no rate of it that a price file can carry")
    if not writable(key) or key[0] in RESERVED:
        return Refusal(offer.name, "no price file can have its name")
    if known and (why := _refused(known, offer, rules)):
        return Refusal(offer.name, why, moved=True)
    dropped: list[str] = []
    zero = rules.zero or offer.id.endswith(_FREE)
    rows = [_row(row, zero, dropped) for row in _dated(offer, rules.first)]
    checked = min(source.day, rules.day) if source.day else None
    kept = tuple(
        row._replace(
            source=f"{source.label}, {offer.name}",
            checked=checked,
            confidence="low",
        )
        for row in rows
        if any(rates.items() for rates in row.modes.values()) or row.other
    )
    if not kept:
        return Refusal(offer.name, "every rate of it is 0, which may stand for unknown: --allow-zero takes it")
    fields, counted = ({}, "as in the book") if known else _fields(book, offer, kept)
    return ImportedModel(ModelEntry(key, fields, kept), offer.name, counted, tuple(dict.fromkeys(dropped)))


def _row_of(book: PriceBook, offer: SourceModel) -> tuple[Model | None, str]:
    """The model whose row the offer is; without one the place by whose factor the book has the very id, '' for none.

    A form that merely leads to a model, as one that says another place, is no row of it.
    """
    try:
        meaning = book.meaning(f"{offer.seller}/{offer.id}", hints=False)
    except (UnknownName, AmbiguousModel):
        return None, ""
    row = book.model(meaning.key)
    if meaning.sold_as is not None or row.provider != offer.seller:
        return None, ""
    called = offer.id.casefold() in (each.casefold() for each in (row.id, *row.aliases))
    if not meaning.place or book.meant(meaning).prices == row.prices:
        return (row if called or meaning.place == EVERYWHERE else None), ""
    return None, meaning.place if called else ""


def _refused(known: Model, offer: SourceModel, rules: ImportRules) -> str:
    """Which rates moved too far from those of the book to be taken unasked; '' for none."""
    ours, theirs = price_then(known, rules.day), offer.price_on(rules.day)
    if ours is None or theirs is None:
        return ""
    own, other = rates_of(ours), rates_of(theirs)
    both = sorted(own.keys() & other.keys())
    zero = [what for what in both if own[what] and not other[what]]
    if zero and not rules.zero:
        return f"{zero[0]} is 0 and was {own[zero[0]]:f}: --allow-zero takes it"
    moved = [what for what in both if own[what] and other[what] and moved_tenfold(own[what], other[what])]
    if moved and not rules.jumps:
        what = moved[0]
        return f"{what} is {other[what]:f} and was {own[what]:f}, tenfold or more: --allow-jumps takes it"
    return ""


def _dated(offer: SourceModel, first: date) -> list[Price]:
    """The rows with days of their own: undated rates begin on the ``first``, or with the model where they ended."""
    rows = list(offer.prices)
    if rows[0].start == date.min and first != date.min:
        after = rows[1].start if len(rows) > 1 else None
        begin = first if after is None or first < after else offer.released
        rows = [rows[0]._replace(start=begin), *rows[1:]] if begin and (not after or begin < after) else rows[1:]
    # a row ends where the next one begins, which need not be said
    return [
        row._replace(end=None) if at + 1 < len(rows) and row.end == rows[at + 1].start else row
        for at, row in enumerate(rows)
    ]


def _row(row: Price, zero: bool, dropped: list[str]) -> Price:
    """The row without what is 0, unless that is wanted, and without what contradicts it."""
    other = {unit: amount for unit, amount in row.other.items() if amount or zero}
    base = row.modes.get(STANDARD, Rates())
    tiers = [tier._replace(modes=_clean(tier.modes, zero, dropped)) for tier in row.tiers]
    windows = [hours._replace(modes=_clean(hours.modes, zero, dropped)) for hours in row.windows]
    if any(not rate for _, rate in base.items()) and not zero:
        dropped.append("rates of 0")
    return row._replace(
        modes=_clean(row.modes, zero, dropped),
        tiers=tuple(tier for tier in tiers if tier.modes),
        windows=tuple(hours for hours in windows if hours.modes),
        other=other,
    )


def _clean(modes: Modes, zero: bool, dropped: list[str]) -> Modes:
    found: Modes = {}
    for mode, rates in modes.items():
        kept: dict[str, Decimal] = {}
        for kind, rate in rates.items():
            standard = getattr(modes.get(STANDARD, Rates()), kind)
            if not rate and not zero:
                continue
            if kind == "cached" and rates.input is not None and rate > rates.input:
                dropped.append(f"{mode} cached, which is above input")
            elif mode in DISCOUNTED and standard is not None and rate > standard:
                dropped.append(f"{mode} {kind}, which is above the standard rate")
            else:
                kept[kind] = rate
        if kept:
            found[mode] = Rates(**kept)
    return found


def _fields(book: PriceBook, offer: SourceModel, rows: Sequence[Price]) -> tuple[dict[str, Field], str]:
    """The keys of a model that the book does not have, and by what its text is counted."""
    by_token = any(rates.items() for row in rows for rates in row.modes.values())
    sold = _maker(book, offer)
    fields: dict[str, Field] = {}
    counted = "not by text token"
    if sold and (sold.encoding or not by_token):
        fields["sells"] = counted = sold.sells or sold.full_id
    elif offer.kind != "chat":
        fields["kind"] = offer.kind
    if by_token and "sells" not in fields:
        fields |= _UNMEASURED
        counted = "an estimate, unmeasured"
    sizes = {
        "context_window": offer.context_window, "max_input": offer.max_input, "max_output": offer.max_output,
        "retires": offer.retires,
    }  # fmt: skip
    fields |= {name: value for name, value in sizes.items() if value is not None}
    if offer.released and (offer.retires is None or offer.released <= offer.retires):
        fields["released"] = offer.released
    return fields, counted


def _maker(book: PriceBook, offer: SourceModel) -> Model | None:
    """The model of the book that an offer is at its maker, or that a form of its name means; None where none is."""
    for name in dict.fromkeys((offer.full_id, offer.id, offer.id.rpartition("/")[2])):
        try:
            found = book.find(name, hints=False)
        except (UnknownName, AmbiguousModel):
            continue
        if found.full_id.casefold() != offer.full_id.casefold():
            return found
    return None


def chosen(
    book: PriceBook, source: PriceSource, models: Iterable[str], provider: str | None, missing: bool
) -> tuple[list[SourceModel], list[str]]:
    """The offers that are asked for, and the names of those that the source does not have."""
    offers = [offer for offer in source.models if provider in (None, offer.seller)]
    names = list(models)
    unknown = []
    if names:
        found: dict[str, SourceModel] = {}
        for name in names:
            meant = offers_called(offers, name)
            unknown += [] if meant else [name]
            found |= {offer.name: offer for offer in meant}
        offers = list(found.values())
    if missing:
        offers = [offer for offer in offers if not any(True for _ in known_as(book, offer))]
    return offers, unknown


def offers_called(offers: Iterable[SourceModel], name: str) -> list[SourceModel]:
    """The offers of that name, as the source or a price file writes it; all sellers' where it names none."""
    folded = name.casefold()
    listed = list(offers)
    exact = [each for each in listed if folded in (each.name.casefold(), each.full_id.casefold())]
    return exact or [each for each in listed if folded in map(str.casefold, (each.id, *each.names))]
