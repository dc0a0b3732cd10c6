"""The totals of texts compared with the limits, with what would bring them back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from tokcost.amounts import money, tokens
from tokcost.catalog import Model
from tokcost.documents.models import Pricing, Target
from tokcost.limits import Checked, Limits, hold
from tokcost.phrases import plural
from tokcost.pricing import Cost, Priced, plus, sure
from tokcost.quoting import as_text, price_count
from tokcost.rates import EXACT
from tokcost.remedies import fitting_model, tokens_over
from tokcost.report import Report, Row
from tokcost.report.totals import Total


def hold_rows(
    report: Report, totals: Iterable[Total], rows: Sequence[Row], targets: Sequence[Target], pricing: Pricing | None,
    limits: Limits, reprice: Callable[[Sequence[Row], Model], Cost],
) -> None:  # fmt: skip
    """Compare the total of each model or encoding with the limits; ``rows`` are what a remedy would shorten.

    ``reprice`` says what some of the rows cost together under another model, in the report's currency.
    """
    models = {(each.model.provider, each.model.name): each.model for each in targets if each.model}

    def checked(total: Total) -> Checked:
        own = [row for row in rows if (row.provider, row.model) == (total.provider, total.model)]
        model = models.get((total.provider or "", total.model or ""))

        def remedy(rule: str, limit: Decimal) -> str:
            return _remedy(rule, limit, total, own, model, pricing, lambda other: reprice(own, other))

        return Checked(total.model or "", total.model or "", total.counted, total.cost, remedy)

    hold(report, map(checked, totals), limits)


def _remedy(
    rule: str, limit: Decimal, total: Total, rows: Sequence[Row], model: Model | None, pricing: Pricing | None,
    reprice: Callable[[Model], Cost],
) -> str:  # fmt: skip
    """The least that brings the total back within the limit."""
    if total.quantity is not None:
        return f"have fewer {total.quantity.unit}, or raise the limit"
    over = total.input.high - int(limit) if rule == "max-tokens" else 0
    if rule == "max-cost" and model and pricing and isinstance(total.cost, Priced):
        over = tokens_over(EXACT.subtract(total.cost.high, limit), total.input.high, _input_rate(model, pricing))
    advice = [f"cut {plural(over, 'token')}"] if over else []
    if advice and len(rows) > 1:
        largest = max(rows, key=lambda row: row.input.tokens)
        advice[0] += f" (the largest input is {largest.name} with {tokens(largest.input.tokens)})"
    if rule == "max-cost" and model and pricing:

        def most(other: Model) -> Decimal | None:
            cost = reprice(other)
            return cost.high if isinstance(cost, Priced) else None

        found = fitting_model(model, pricing.book, pricing.terms.day, limit, most)
        advice += [f"take {found.model.name} ({money(found.cost, pricing.exchange.currency)})"] if found else []
    return " or ".join(advice) or "raise the limit"


def _input_rate(model: Model, pricing: Pricing) -> Decimal | None:
    """Money for a million input tokens in the report's currency, None where there is no such rate."""
    price = model.price_on(pricing.terms.day)
    rates = price.modes.get(pricing.terms.mode) if price else None
    if price is None or rates is None or rates.input is None:
        return None
    cost = pricing.exchange.cost(sure(rates.input, price.currency))
    return cost.likely if isinstance(cost, Priced) else None


def price_texts(rows: Sequence[Row], model: Model, pricing: Pricing) -> Cost:
    """What the texts of rows cost under another model, one request each, in the report's currency."""
    summed: Cost = sure(Decimal(0), None)
    for row in rows:
        cost = price_count(row.input, model, pricing.terms, row.cached_tokens, row.output_tokens)
        summed = plus(summed, pricing.exchange.cost(as_text(cost, model, pricing.terms.day)))
    return summed
