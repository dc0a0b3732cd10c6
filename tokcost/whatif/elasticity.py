"""How volume follows price at a constant elasticity, and the volume at which as much is spent as before."""

from __future__ import annotations

from decimal import Decimal

from tokcost.errors import TokcostError
from tokcost.pricing import Cost, Unpriced
from tokcost.rates import EXACT, plain
from tokcost.whatif.factors import FINE, ONE


def usage_at(price: Decimal, elasticity: Decimal) -> Decimal:
    """By what the volume is multiplied at constant elasticity e: q1/q0 = (p1/p0)^-e, to 28 digits.

    Raises TokcostError for a price of 0, and for a volume out of all bounds.

    >>> usage_at(Decimal("0.1"), Decimal("1"))
    Decimal('10')
    """
    if price <= 0:
        raise TokcostError("elasticity has no answer for a price of 0: volume would be without bound")
    try:
        found = FINE.plus(EXACT.power(price, -elasticity))
    except ArithmeticError:
        found = Decimal("Infinity")
    if not found.is_finite() or not -12 <= found.adjusted() < 15:
        raise TokcostError(f"at an elasticity of {elasticity} and a price of x{price} the volume is out of all bounds")
    return plain(found)


def elasticity_of(price: Decimal, usage: Decimal) -> Decimal | None:
    """The elasticity that a change of price and volume implies, to 28 digits: e = -ln(q1/q0) / ln(p1/p0).

    None where the price does not change, or one of them is 0.
    """
    if price <= 0 or usage <= 0 or price == ONE:
        return None
    return plain(FINE.minus(EXACT.divide(EXACT.ln(usage), EXACT.ln(price))))


def break_even(before: Cost, after_per_use: Cost) -> Decimal | None:
    """By what the volume may grow until as much is spent as before; None where nothing is paid after."""
    if isinstance(before, Unpriced) or isinstance(after_per_use, Unpriced) or not after_per_use.likely:
        return None
    return plain(FINE.divide(before.likely, after_per_use.likely))
