"""The limits of ``count`` held against its report, in words."""

from __future__ import annotations

from decimal import ROUND_UP, Decimal

from tokcost.amounts import money, money_apart, tokens
from tokcost.budget import Breach, Limits, breaches, finding
from tokcost.catalog import Model
from tokcost.cli.counting import Gathered
from tokcost.pricing import Unpriced, price_count
from tokcost.rates import EXACT
from tokcost.remedies import fitting_model
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
    return (*money_apart(breach.value, breach.limit, currency), money(breach.excess, currency))


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
    """The model under which the same tokens are within the limit."""
    terms = gathered.wanted.terms
    own = next(model for model in gathered.models.values() if model.id == breach.model)

    def price(model: Model) -> Decimal | None:
        total = Decimal(0)
        for row in rows:
            cost = price_count(row.input, model, terms, row.cached_tokens, row.output_tokens)
            if isinstance(cost, Unpriced):
                return None
            total = EXACT.add(total, cost.high)
        return total

    assert gathered.book is not None
    found = fitting_model(own, gathered.book, terms.day, breach.limit, price)
    return [f"take {found.model.id} ({money(found.cost, gathered.report.currency)})"] if found else []
