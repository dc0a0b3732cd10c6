"""One request of a batch: counted, priced, and what came of it where results are known."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from tokcost.batch.outputs import OutputRange
from tokcost.batch.quote import Quote
from tokcost.catalog import Model
from tokcost.counting.count import Count
from tokcost.counting.window import Misfit
from tokcost.pricing import Cost, Priced
from tokcost.usage import Usage

BILLED, FAILED, MISSING = "billed", "failed", "missing"


class BilledRow(NamedTuple):
    """What came of one request: billed, failed (``why``) or missing; tokens and cost of what was billed."""

    status: str
    why: str = ""
    usage: Usage | None = None
    cost: Cost | None = None

    @property
    def money(self) -> Decimal | None:
        """What it cost, as far as that is known."""
        return self.cost.likely if isinstance(self.cost, Priced) else None


class BatchRow(NamedTuple):
    """One request. ``input`` and ``quote`` are None when it cannot be counted; ``problems`` say why,
    or what the provider will refuse."""

    name: str
    file: str
    line: int
    model: Model | None
    input: Count | None
    output: OutputRange | None
    quote: Quote | None
    problems: tuple[str, ...] = ()
    mode: str = ""  # at whose rates it is priced
    notes: tuple[str, ...] = ()  # what is charged beside its tokens, and is not in the cost
    misfits: tuple[Misfit, ...] = ()  # limits that it may go past, or that nobody is known to refuse it for
    effort: str = ""  # how hard it asks the model to reason
    billed: BilledRow | None = None  # what came of it, where results were given
