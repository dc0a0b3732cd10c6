"""What is to be said of caching in a batch: what is marked, what caching what repeats would save, what is not sold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from tokcost.amounts import money, tokens
from tokcost.currency import Exchange
from tokcost.prefixes import Prefixes
from tokcost.pricing import Priced, sure
from tokcost.rates import EXACT, STANDARD, Price, Rates, plain
from tokcost.report import Column, Kind, Table

# What repeats behind the marks is worth a word from one in so many of the marked tokens on: less is the last question.
_WORTH_MARKING = 20


def caching_sentences(prefixes: Prefixes, price: Price | None, mode: str, exchange: Exchange) -> Iterator[str]:
    """How much of the input of a model is marked to be cached, and how much repeats that is not."""
    name = prefixes.model.name
    if prefixes.marked:
        yield f"{name}: {tokens(prefixes.marked)} input tokens are marked to be cached, {_likely(prefixes)}"
    if not prefixes.unmarked or prefixes.unmarked * _WORTH_MARKING < prefixes.marked:
        return
    saved = _saving(prefixes, (price.modes.get(mode) or price.modes.get(STANDARD)) if price else None)
    worth = ""
    if price is not None and saved is not None and saved > 0:
        cost = exchange.cost(sure(saved, price.currency))
        if isinstance(cost, Priced):
            how = ": cached unasked, which may save" if prefixes.unasked else ", caching saves about"
            worth = f"{how} {money(cost.likely, exchange.currency)}"
    more = " more" if prefixes.marked else ""
    yield f"{name}: {tokens(prefixes.unmarked)}{more} input tokens repeat the beginning of earlier requests{worth}"


def _likely(prefixes: Prefixes) -> str:
    """What becomes of what is marked: the first of it is written, and read by who comes after."""
    if not prefixes.read or prefixes.read == prefixes.marked:
        return f"likely all of them {'read' if prefixes.read else 'written'}"
    return f"likely {tokens(prefixes.read)} of them read and {tokens(prefixes.marked - prefixes.read)} written"


def caching_notes(prefixes: Prefixes, price: Price | None, mode: str) -> Iterator[str]:
    """What is marked to be cached, and is not, or at rates that are not known."""
    name = prefixes.model.name
    if prefixes.short:
        least = tokens(prefixes.model.rules.cache_min)
        yield f"{name}: fewer than {least} tokens, its minimum, are marked to be cached: they are not, and plain input"
    rates = price.modes.get(mode) if price is not None else None
    if not prefixes.marked or rates is None:
        return
    missing = [what for what, rate in (("reads", rates.cached), ("writes", rates.cache_write)) if rate is None]
    if missing:
        yield f"{name} has no {mode} rate for cache {' and '.join(missing)}: they are priced as plain input"
    elif prefixes.long and rates.cache_write_long is None:
        yield f"{name} has no {mode} rate for long-lived cache writes: they are priced as the others"


def caching_table(all_of: Iterable[Prefixes]) -> Table:
    """What is marked to be cached, a line for each model."""
    table = Table(
        (
            Column("model", lambda each: each.model.name, "model"),
            Column("provider", lambda each: each.model.provider),
            Column("minimum", lambda each: each.model.rules.cache_min, "at least", Kind.NUMBER),
            Column("marked", lambda each: each.marked, "marked", Kind.NUMBER),
            Column("read", lambda each: each.read, "read", Kind.NUMBER),
            Column("written", lambda each: each.written, "written", Kind.NUMBER),
            Column("written_long", lambda each: each.written_long, "written for long", Kind.NUMBER),
        ),
        shown=False,
    )
    return table.extend(each for each in all_of if each.marked)


def _saving(prefixes: Prefixes, rates: Rates | None) -> Decimal | None:
    """What caching what repeats would save at these rates, writes paid for; None when they do not state it."""
    if rates is None or rates.input is None or rates.cached is None:
        return None
    saved = EXACT.multiply(EXACT.subtract(rates.input, rates.cached), Decimal(prefixes.unmarked))
    if rates.cache_write is not None and prefixes.model.rules.caching != "free":
        paid = EXACT.multiply(EXACT.subtract(rates.cache_write, rates.input), Decimal(prefixes.unwritten))
        saved = EXACT.subtract(saved, paid)
    return plain(saved.scaleb(-6, EXACT))
