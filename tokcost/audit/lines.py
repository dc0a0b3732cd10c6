"""One line of an audit: a charge, what it should have been, and how the two compare."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from tokcost.audit.tolerance import Slack
from tokcost.logs.entry import Entry
from tokcost.pricing import Cost, Unpriced
from tokcost.rates import EXACT, plain
from tokcost.report import Column, Kind
from tokcost.report.row import cost_columns

MATCHED, OVER, UNDER = "matched", "over", "under"
UNPRICED, DUPLICATE, IMPOSSIBLE = "unpriced", "duplicate", "impossible"
NOT_ON_BILL, NOT_IN_LOG = "missing on the bill", "missing in the log"
STATUSES = (MATCHED, OVER, UNDER, IMPOSSIBLE, DUPLICATE, NOT_ON_BILL, NOT_IN_LOG, UNPRICED)
MISMATCHED = (OVER, UNDER, IMPOSSIBLE, DUPLICATE, NOT_ON_BILL, NOT_IN_LOG)
_CENT = Decimal(1).scaleb(-2)
_DIGITS_OF_FLOATS, _DIGITS_SURE = 15, 12


class AuditedLine(NamedTuple):
    """One line of the audit. Money in the report's currency; ``why`` explains a mismatch.

    ``name`` says what is compared: a line of a log, or a day, model and kind of token. ``place`` is
    where to look, ``file:line`` where it is one.
    """

    name: str
    status: str
    entry: Entry
    charged: Decimal | None
    computed: Cost
    why: tuple[str, ...] = ()
    place: str = ""

    @property
    def nearest(self) -> Decimal | None:
        """The computed cost, at the end nearest to the charge where it is a range; None is unknown."""
        if isinstance(self.computed, Unpriced):
            return None
        if self.charged is None:
            return self.computed.likely
        return min(max(self.charged, self.computed.low), self.computed.high)

    @property
    def difference(self) -> Decimal | None:
        """Charged less computed; from the nearest end, and 0 within it, where what was computed is a range."""
        nearest = self.nearest
        return None if nearest is None or self.charged is None else plain(EXACT.subtract(self.charged, nearest))

    @property
    def implied_rate(self) -> Decimal | None:
        """The charge for a million tokens, to six decimals."""
        if self.charged is None or not self.entry.tokens:
            return None
        per_million = EXACT.divide(self.charged.scaleb(6, EXACT), Decimal(self.entry.tokens))
        return per_million.quantize(Decimal(1).scaleb(-6), context=EXACT)

    @property
    def model(self) -> str | None:
        """The model as the log or the bill names it; what looks like a key in it is masked."""
        return self.entry.model or None

    @property
    def explanation(self) -> str | None:
        """What would explain a mismatch, None where nothing is to be said."""
        return "; ".join(self.why) or None


AUDIT_COLUMNS: tuple[Column, ...] = (
    Column("name", lambda line: line.name, "name", shrinks=True),
    Column("status", lambda line: line.status, "status"),
    Column("when", lambda line: line.entry.when.isoformat() + "Z" if line.entry.when else None),
    Column("model", lambda line: line.model, "model", shrinks=True),
    Column("client", lambda line: line.entry.client, "client"),
    Column("key", lambda line: line.entry.key, "key"),
    Column("item", lambda line: line.entry.item or None),
    Column("total_tokens", lambda line: line.entry.tokens if line.entry.tokens_known else None, "tokens", Kind.NUMBER),
    Column("charged", lambda line: line.charged, "charged", Kind.MONEY),
    *cost_columns(lambda line: line.computed),
    Column("difference", lambda line: line.difference, "difference", Kind.SIGNED_MONEY),
    Column("implied_rate", lambda line: line.implied_rate, "per million", Kind.MONEY),
    Column("explanation", lambda line: line.explanation, "explanation", shrinks=True),
)


def rounding(stated: Decimal) -> Slack:
    """Half of the last place that a charge is written to, of a cent at most: what rounding may have changed.

    Of an amount with as many digits as a binary number of 64 bits has, the last ones are what sums of such leave.
    A zero that is not written to cents was not rounded to it: nothing was charged.
    """
    exponent = stated.as_tuple().exponent
    if not stated and isinstance(exponent, int) and exponent > -2:
        return Slack()
    if len(stated.as_tuple().digits) >= _DIGITS_OF_FLOATS:
        exponent = stated.adjusted() - _DIGITS_SURE
    return Slack.of((min(Decimal(1).scaleb(exponent), _CENT) if isinstance(exponent, int) else _CENT) / 2)
