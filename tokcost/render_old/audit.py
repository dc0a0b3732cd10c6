"""An audit as a grid: the lines that do not match first, and how many there are of each status."""

from __future__ import annotations

from decimal import Decimal

from tokcost.amounts import money, tokens
from tokcost.audit.lines import IMPOSSIBLE, MATCHED, STATUSES, Audit, Line, row
from tokcost.masking import scrub
from tokcost.pricing import Unpriced
from tokcost.render_old.formats import rendered
from tokcost.render_old.grid import Column, Grid

_COLUMNS = [
    Column("line", "where", shrinks=True),
    Column("status", "status"),
    Column("model", "model"),
    Column("client", "client"),
    Column("key", "key"),
    Column("tokens", "total_tokens", numeric=True),
    Column("charged", "charged", numeric=True),
    Column("computed", "cost", numeric=True),
    Column("difference", "difference", numeric=True),
    Column("per million", "implied_rate", numeric=True),
    Column("why", "explanation", shrinks=True),
]
_SHOWN = 50


def render_audit(audit: Audit, form: str, terminal: bool) -> str:
    """The audit in the format asked for."""
    document = audit.to_dict() if form == "json" else None
    return rendered(form, audit_grid(audit), [row(line) for line in audit.lines], document, terminal)


def audit_grid(audit: Audit) -> Grid:
    """What does not match, line by line; what matches as a number, unless it is all there is and little."""
    currency = audit.exchange.currency
    told = [line for line in audit.lines if line.status != MATCHED]
    shown = told or audit.lines
    grid = Grid(list(_COLUMNS), [_row(line, currency) for line in shown[:_SHOWN]])
    for status in STATUSES:
        if number := audit.counts.get(status, 0):
            grid.footer.append([f"{number:,} {status}", *[""] * (len(_COLUMNS) - 1)])
    sums = [""] * len(_COLUMNS)
    sums[0], sums[5], sums[6] = "total", tokens(audit.tokens), money(audit.charged, currency)
    sums[7] = _span(audit.low, audit.high, currency) if audit.computed else ""
    grid.footer.append(sums)
    return grid.without_empty()


def summary(audit: Audit) -> str:
    """The verdict in a sentence."""
    counts = [f"{audit.counts[status]:,} {status}" for status in STATUSES if audit.counts.get(status)]
    return ", ".join(counts)


def impossible(audit: Audit) -> list[tuple[Line, str]]:
    """The first lines that no rate explains, each in a sentence."""
    lines = [line for line in audit.lines if line.status == IMPOSSIBLE]
    return [
        (line, f"{line.where}: {money(line.implied_rate, audit.exchange.currency)} per million tokens: {line.why[0]}")
        for line in lines[:5]
    ]


def _computed(line: Line, currency: str | None) -> str:
    """What the tokens cost; from where to where, as the difference is to the nearest end."""
    computed = line.computed
    return "" if isinstance(computed, Unpriced) else _span(computed.low, computed.high, currency)


def _span(low: Decimal, high: Decimal, currency: str | None) -> str:
    one, other = money(low, currency), money(high, currency)
    return one if one == other else f"{one}-{other}"


def _row(line: Line, currency: str | None) -> list[str]:
    entry, difference = line.entry, line.difference
    return [
        line.where,
        line.status,
        scrub(entry.model) if entry.model else "",
        entry.client or "",
        entry.key or "",
        tokens(entry.tokens) if entry.tokens else "",
        money(line.charged, currency) if line.charged is not None else "",
        _computed(line, currency),
        money(difference, currency) if difference else "",
        money(line.implied_rate, currency) if line.implied_rate is not None else "",
        scrub("; ".join(line.why)),
    ]
