"""``models list``: the models that are asked for, with the rates in force; who was left out is said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tokcost.amounts import MarkedAmount
from tokcost.catalog import PriceBook
from tokcost.currency import BASE, Exchange
from tokcost.inspection.models import MODEL_COLUMNS, DatedModel, left_as_listed
from tokcost.phrases import join_or, plural
from tokcost.pricing import weak_rates
from tokcost.report import Column, Report, Table
from tokcost.report.report import Provenance

# Where all rates are in one currency, and per token, which a sentence says, a narrow terminal does without its column.
_SAID = 9


class ModelFilter(NamedTuple):
    """Which models are asked for: those that have all of it. ``retired`` None: for machines alone.

    Prices are of 1,000,000 tokens, in the currency that they are written with, else in that of the list. A model
    of which the window or the rate is not known passes no limit of it.
    """

    providers: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    min_window: int | None = None
    max_input_price: Decimal | None = None
    max_output_price: Decimal | None = None
    search: str = ""
    retired: bool | None = None

    def fits(self, each: DatedModel) -> bool:
        """Whether the model is like what is asked for, as far as nothing has to be known of it."""
        names = "\n".join([each.model.full_id, *each.model.aliases]).casefold()
        return (
            (not self.kinds or each.model.kind in self.kinds)
            and set(self.capabilities) <= set(each.capabilities)
            and all(word in names for word in self.search.casefold().split())
            and not (self.retired is False and each.is_retired)
        )

    def unknown(self, each: DatedModel) -> str:
        """What would have to be known of the model to hold it to the limits; '' where it is, or there are none."""
        if self.min_window is not None and each.model.context_window is None:
            return "window"
        for kind, most in self._prices:
            if each.rate(kind) is None:
                return f"{kind} rate"
            if each.currency != _currency_of(most, each.exchange):
                return f"{kind} rate in {_currency_of(most, each.exchange)}"
        return ""

    def within(self, each: DatedModel) -> bool:
        """Whether the window is as large and the rates are as low as asked for."""
        window = each.model.context_window
        if self.min_window is not None and (window is None or window < self.min_window):
            return False
        return all((rate := each.rate(kind)) is not None and rate <= most for kind, most in self._prices)

    @property
    def _prices(self) -> list[tuple[str, Decimal]]:
        asked = (("input", self.max_input_price), ("output", self.max_output_price))
        return [(kind, most) for kind, most in asked if most is not None]


def list_models(book: PriceBook, day: date, exchange: Exchange, asked: ModelFilter) -> Report:
    """The models that exist on the day and are asked for. Raises UnknownName for an unknown provider."""
    models = book.models([book.provider(each) for each in asked.providers])
    there = [DatedModel(each, day, exchange) for each in models if not (each.released and each.released > day)]
    like = [each for each in there if asked.fits(each)]
    found = [each for each in like if not asked.unknown(each) and asked.within(each)]
    shown = [each for each in found if asked.retired or not each.is_retired]
    judged = (each for each in like if asked.retired or not each.is_retired)
    unknown = [what for each in judged if (what := asked.unknown(each))]
    report = Report("models list", Table(_columns(found)).extend(found))
    if len(shown) < len(found):
        report.table.excerpt = [report.table.row(each) for each in shown]
    report.provenance = Provenance(book, day, exchange=exchange)
    report.warn(left_as_listed(exchange, [each.price.currency for each in found if each.price]))
    report.totals = {"rows": len(found)}
    report.details["left_out"] = {"unknown": len(unknown)}
    report.scope = plural(len(found), "model")
    report.sentences = list(_sentences(shown, len(found) - len(shown), unknown))
    return report


def _currency_of(amount: Decimal, exchange: Exchange) -> str:
    written = amount.currency if isinstance(amount, MarkedAmount) else None
    return written or exchange.currency or BASE


def _columns(found: list[DatedModel]) -> Iterable[Column]:
    said = {"currency": len(_currencies(found)) < 2, "billed_by": all(each.billed_by == "token" for each in found)}
    return [column._replace(spare=_SAID) if said.get(column.key) else column for column in MODEL_COLUMNS]


def _currencies(models: Iterable[DatedModel]) -> list[str]:
    return list(dict.fromkeys(each.currency for each in models if each.currency))


def _units_of(shown: list[DatedModel]) -> str:
    """'; rates are USD per 1,000,000 tokens', unless none are; and what a unit rate is of, where there is one."""
    if not (currencies := join_or(_currencies(shown))):
        return ""
    by_token = any("token" in each.billed_by for each in shown)
    by_unit = any(each.unit_rate is not None for each in shown)
    rates = f"; rates are {currencies} per 1,000,000 tokens" if by_token else ""
    return (
        rates
        + (", " if by_token else "; ") * by_unit
        + f"unit rates are {currencies} per what 'billed by' says" * by_unit
    )


def _sentences(shown: list[DatedModel], retired: int, unknown: list[str]) -> Iterable[str]:
    """What the table does not say: how many there are, of what the rates are, and who is not in it."""
    number = plural(len(shown), "model") if shown else "no model is like that"
    yield number + _units_of(shown)
    if retired:
        yield f"{plural(retired, 'retired model')} left out: --retired lists {'it' if retired == 1 else 'them'}, too"
    for what in dict.fromkeys(unknown):
        yield f"{plural(unknown.count(what), 'model')} left out of which no {what} is known"
    yield from weak_rates([each.model.name for each in shown if each.is_weak])
