"""The rates of a model at a place that its name says: a region, a geography, a data zone."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tokcost.catalog.parse import MODALITY_RATES
from tokcost.catalog.rows import cut
from tokcost.rates import EXACT, KINDS, Modes, Price, Rates, plain

if TYPE_CHECKING:
    from tokcost.rules import Charge


def rows_at(rows: Sequence[Price], factors: Sequence[Charge]) -> list[Price]:
    """The rows with every rate for tokens times the factor of their days.

    ``factors`` ascend; before the first of them that one holds: nobody was served there before it was offered.
    """
    from tokcost.rules import in_force

    found: list[Price] = []
    starts = [factor.start for factor in factors[1:]]
    for row in rows:
        days = [row.start, *(day for day in starts if row.start < day and (row.end is None or day < row.end))]
        for number, day in enumerate(days):
            end = days[number + 1] if number + 1 < len(days) else row.end
            held = in_force(factors, max(day, factors[0].start))
            found += [_times(part, held.amount if held else Decimal(1)) for part in cut([row], day, end)]
    return found


def _times(row: Price, factor: Decimal) -> Price:
    return row._replace(
        modes=_modes(row.modes, factor),
        tiers=tuple(tier._replace(modes=_modes(tier.modes, factor)) for tier in row.tiers),
        windows=tuple(window._replace(modes=_modes(window.modes, factor)) for window in row.windows),
        other={
            name: plain(EXACT.multiply(rate, factor)) if name in MODALITY_RATES else rate
            for name, rate in row.other.items()
        },
    )


def _modes(modes: Modes, factor: Decimal) -> Modes:
    return {
        mode: Rates(
            **{
                kind: plain(EXACT.multiply(rate, factor))
                for kind in KINDS
                if (rate := getattr(rates, kind)) is not None
            }
        )
        for mode, rates in modes.items()
    }
