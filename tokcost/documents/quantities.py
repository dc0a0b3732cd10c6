"""Models that are billed by something else than tokens: by the characters of a text, or by what an option states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from tokcost.counting.count import Count
from tokcost.documents.models import Pricing, Target
from tokcost.errors import TokcostError
from tokcost.phrases import join_and
from tokcost.pricing import Cost, Unpriced, sure, unpriced_reason
from tokcost.report import Row
from tokcost.units import ONE, Quantity, units_cost


def check_stated(targets: Sequence[Target], quantities: Mapping[str, Decimal], tokens: int) -> None:
    """Raise TokcostError where a model lacks the option of its unit, or an option has no model or no meaning."""
    for target in targets:
        billed = f"{target.name} is billed by the {ONE[target.unit]}" if target.unit else ""
        if target.is_stated and target.unit not in quantities:
            raise TokcostError(f"{billed}: say how many with --{target.unit} N")
        if billed and tokens:
            raise TokcostError(f"{billed}: leave out --output and --cached")
    for unit in quantities:
        if not any(target.unit == unit for target in targets):
            named = join_and([target.name for target in targets])
            raise TokcostError(f"--{unit} is for models billed by the {ONE[unit]}, not for {named}: leave it out")


def quantity_row(name: str, target: Target, number: Decimal, pricing: Pricing) -> Row:
    """The row of so many characters of a text, or, without a name, of what an option states. Raises NotPriced."""
    model, counted = target.model, Quantity(target.unit, number)
    assert model is not None
    price = model.price_on(pricing.terms.day)
    if price is None:
        cost: Cost = Unpriced(unpriced_reason(model, pricing.terms.day))
    else:
        cost = sure(units_cost([counted], model, price, pricing.terms.mode), price.currency)
    return Row(
        name or counted.shown, Count(0, 0, 0), model.provider, model.name,
        cost=pricing.exchange.cost(cost), quantity=counted,
    )  # fmt: skip
