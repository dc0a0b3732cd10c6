"""Money: exact below, readable above."""

from __future__ import annotations

import decimal
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.conftest import AS_OF, Run
from tokcost.amounts import money
from tokcost.rates import EXACT, KINDS, Rates, cost_of
from tokcost.usage import Usage

RATES = st.decimals(min_value=0, max_value=1000, places=6, allow_nan=False, allow_infinity=False)
COUNTS = st.integers(0, 10**15)


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0.000005", "$0.000005"),
        ("0.0000225", "$0.0000225"),
        ("0.00114375", "$0.001144"),
        ("12.34", "$12.34"),
        ("12.345", "$12.35"),
        ("17264.593", "$17,264.59"),
        ("0.5", "$0.50"),
        ("0.99999", "$1.00"),
        ("0.00000000004999", "$0.00000000004999"),
        ("0", "$0.00"),
        ("-0.5", "-$0.50"),
        ("1E+3", "$1,000.00"),
    ],
)
def test_money_for_people(amount: str, shown: str) -> None:
    """Two decimals at least, four significant digits below one, half up, no exponent."""
    assert money(Decimal(amount)) == shown


def test_other_currencies_and_the_unknown() -> None:
    """A sign where there is one, the code where there is none; None is not zero."""
    assert (money(Decimal(1250), "KRW"), money(Decimal("0.5"), "CHF"), money(None)) == (
        "₩1,250.00",
        "0.50 CHF",
        "unknown",
    )


@given(st.decimals(min_value=Decimal("1e-15"), max_value=Decimal("1e9"), allow_nan=False, allow_infinity=False))
def test_what_is_not_zero_never_shows_as_zero(amount: Decimal) -> None:
    """However small, a cost is seen; and it is seen within half a unit of its last digit."""
    shown = money(amount)
    assert "E" not in shown
    value = Decimal(shown.replace("$", "").replace(",", ""))
    assert value > 0
    assert abs(value - amount) <= max(amount / 1000, Decimal("0.005") if amount >= 1 else Decimal(0))


@given(st.lists(RATES, min_size=5, max_size=5), st.lists(COUNTS, min_size=10, max_size=10))
def test_costs_add_up_exactly(rates: list[Decimal], counts: list[int]) -> None:
    """Within a tier the cost of two usages is that of their sum, and nothing on the way is rounded."""
    table = Rates(**dict(zip(KINDS, rates, strict=True)))
    one, other = (Usage(sum(part[:4]), part[0], part[1], part[2], part[4]) for part in (counts[:5], counts[5:]))
    context = decimal.Context(prec=60, traps=[decimal.Inexact, decimal.InvalidOperation])
    with decimal.localcontext(context):
        assert cost_of(one, table) + cost_of(other, table) == cost_of(one + other, table)


@given(COUNTS, RATES)
def test_a_cost_is_rate_times_tokens(tokens: int, rate: Decimal) -> None:
    """As fractions, not as floats."""
    from fractions import Fraction

    cost = cost_of(Usage(input_tokens=tokens), Rates(input=rate))
    assert Fraction(cost) == Fraction(rate) * tokens / 10**6


@given(st.sampled_from(KINDS))
def test_a_missing_rate_is_no_free_rate(kind: str) -> None:
    """Tokens of a kind without a rate are an error, with a rate of 0 they are free."""
    from tokcost.rates import MissingRate

    usage = {
        "input": Usage(1),
        "cached": Usage(1, 1),
        "cache_write": Usage(1, 0, 1),
        "cache_write_long": Usage(1, 0, 0, 1),
        "output": Usage(output_tokens=1),
    }[kind]
    with pytest.raises(MissingRate):
        cost_of(usage, Rates())
    assert cost_of(usage, Rates(**{kind: Decimal(0)})) == 0


@given(st.lists(st.integers(-5, 50), min_size=6, max_size=6))
def test_usage_refuses_what_cannot_be(parts: list[int]) -> None:
    """Negative tokens, more cached than input, more reasoning than output."""
    possible = min(parts) >= 0 and parts[0] >= sum(parts[1:4]) and parts[4] >= parts[5]
    assume(not possible)
    with pytest.raises(ValueError, match="token"):
        Usage(*parts)


def test_the_context_is_wide_enough() -> None:
    """10^18 tokens at a rate of nine decimals need 36 digits; the default 28 would round."""
    assert EXACT.prec >= 40
    assert cost_of(Usage(10**18), Rates(input=Decimal("123.456789123"))) == Decimal(123456789123000)


def test_a_bound_holds_over_hours_cliffs_and_both_ends_of_a_count(run: Run) -> None:
    """81 tokens, 62 to 100: below the cliff of 90 they cost 10 at the peak hour, past it 2, at other hours 1."""
    Path("p.toml").write_text(
        '[tokcost]\nschema = 1\n[acme.m]\nencoding = "o200k_base"\nstanding = "estimate"\nmargin = 23\n'
        "[[acme.m.rates]]\nfrom = 2026-01-01\n"
        'input = "1"\nwindows = [{ utc = "01:00-04:00", input = "10" }]\nlong = [{ prompt = ">90", input = "2" }]\n'
    )
    result = run("count", "-t", "a " * 80 + "a", "-m", "m", "--prices", "p.toml", "-f", "json", "--as-of", "2026-11-25")
    assert (result.code, result.err) == (
        0,
        (
            "note: m: estimate: another vocabulary: that of o200k_base within 23 %\n"
            f"note: amounts in USD; prices: built-in of {AS_OF}, p.toml\n"
        ),
    )
    row = json.loads(result.out)["rows"][0]
    assert (row["input_tokens"], row["input_tokens_low"], row["input_tokens_high"]) == (81, 62, 100)
    # likely 81 x 1, least 62 x 1, most 90 x 10: the last prompt below the cliff at the peak hour
    assert (row["cost"], row["cost_low"], row["cost_high"]) == ("0.000081", "0.000062", "0.0009")
