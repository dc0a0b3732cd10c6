"""The limits of ``count`` held against its report, in words."""

from __future__ import annotations

from decimal import ROUND_UP, Decimal

from tokcost.budget import Breach, Limits, breaches, finding
from tokcost.catalog import Model
from tokcost.cli.counting import Gathered
from tokcost.errors import NotPriced
from tokcost.pricing import price_count
from tokcost.rates import EXACT
from tokcost.render.money import money, money_in_full, tokens
from tokcost.report import Row


def check(gathered: Gathered, max_cost: Decimal | None, max_tokens: int | None) -> None:
    """Add a finding to the report for every limit that is broken."""
    report = gathered.report
    for breach in breaches(report, Limits(max_tokens, max_cost)):
        report.findings.append(finding(breach, _shown(breach, report.currency), _remedy(breach, gathered)))


def _shown(breach: Breach, currency: str | None) -> tuple[str, str, str]:
    """Value, limit and excess; in full where they would print alike."""
    if breach.rule == "max-tokens":
        return (tokens(int(breach.value)), tokens(int(breach.limit)), tokens(int(breach.excess)))
    show = money if money(breach.value, currency) != money(breach.limit, currency) else money_in_full
    return (show(breach.value, currency), show(breach.limit, currency), money(breach.excess, currency))


def _remedy(breach: Breach, gathered: Gathered) -> str:
    """The least that brings the total back within the limit."""
    over = _tokens_over(breach, gathered)
    advice = [f"cut {tokens(over)} tokens"] if over else []
    rows = [row for row in gathered.report.rows if row.model == breach.model]
    if advice and len(rows) > 1:
        largest = max(rows, key=lambda row: row.input.tokens)
        advice[0] += f" (the largest input is {largest.name} with {tokens(largest.input.tokens)})"
    if breach.rule == "max-cost":
        advice += _cheaper(breach, rows, gathered)
    return " or ".join(advice) or "raise the limit"


def _tokens_over(breach: Breach, gathered: Gathered) -> int:
    """How many input tokens too many, 0 when cutting input alone would not do."""
    if breach.rule == "max-tokens":
        return int(breach.excess)
    model = next(model for model in gathered.models.values() if model.id == breach.model)
    price = model.price_on(gathered.wanted.terms.day)
    rates = price.modes.get(gathered.wanted.terms.mode) if price else None
    if rates is None or not rates.input:
        return 0
    over = int((breach.excess.scaleb(6, EXACT) / rates.input).to_integral_value(ROUND_UP))
    return over if over < breach.totals.input.high else 0


def _cheaper(breach: Breach, rows: list[Row], gathered: Gathered) -> list[str]:
    """The dearest model of the same provider and encoding under which the same tokens are within the limit."""
    wanted = gathered.wanted
    own = next(model for model in gathered.models.values() if model.id == breach.model)
    assert gathered.book is not None
    best: tuple[Decimal, Model] | None = None
    for model in gathered.book.models():
        alike = model.provider == own.provider and (model.encoding, model.scale) == (own.encoding, own.scale)
        if not alike or model.id == own.id or model.kind != "chat" or model.retired_on(wanted.terms.day):
            continue
        cost = Decimal(0)
        try:
            for row in rows:
                priced = price_count(row.input, model, wanted.terms, row.cached_tokens, row.output_tokens)
                cost = EXACT.add(cost, priced.high if priced.high is not None else Decimal("Infinity"))
        except NotPriced:
            continue
        if cost <= breach.limit and (best is None or cost > best[0]):
            best = (cost, model)
    return [f"take {best[1].id} ({money(best[0], gathered.report.currency)})"] if best else []
