"""The lines of an audit that do not match, as findings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from tokcost.amounts import money, money_apart
from tokcost.audit.judge import Audit
from tokcost.audit.lines import DUPLICATE, IMPOSSIBLE, NOT_IN_LOG, NOT_ON_BILL, OVER, UNDER, AuditedLine
from tokcost.audit.matched import Matched
from tokcost.phrases import plural
from tokcost.rates import EXACT
from tokcost.report import Finding

# A line, or one of several values on it: costs.json:1[0].2
_FILE_AND_LINE = re.compile(r"(.+):(\d+)(?:\[\d+\]|\.\d+)*", re.DOTALL)


def findings_of(audit: Audit) -> Iterator[Finding]:
    """A finding for each of the first lines that do not match, and one that counts the rest."""
    for line in audit.mismatches:
        yield _finding(line, audit.exchange.currency)
    if rest := audit.mismatched - len(audit.mismatches):
        verb = "does" if rest == 1 else "do"
        yield Finding("audit", f"{plural(rest, 'more line')} {verb} not match: --format json lists them")
    if (drift := audit.matched.drift(audit.tolerance)) is not None:
        yield _drifted(audit.matched, drift, audit.exchange.currency)


def _finding(line: AuditedLine, currency: str | None) -> Finding:
    """``value`` is what was charged, ``limit`` what was computed: nothing is due for a duplicate's second time."""
    place = _FILE_AND_LINE.fullmatch(line.place)
    in_file = place is not None and place[1] != "stdin"
    compared = line.status != DUPLICATE
    return Finding(
        line.status.replace(" ", "-"),
        f"{line.name}: {_message(line, currency)}",
        name=line.name,
        model=line.model or "",
        value=line.charged,
        limit=line.nearest if compared else None,
        excess=line.difference if compared else None,
        file=place[1] if place and in_file else "",
        line=int(place[2]) if place and in_file else None,
    )


def _drifted(matched: Matched, drift: Decimal, currency: str | None) -> Finding:
    """What no line alone shows: a cent too much in each is within its rounding, a thousand of them are not."""
    computed = EXACT.subtract(matched.charged, drift)
    charged, cost = money_apart(matched.charged, computed, currency)
    status = OVER if drift > 0 else UNDER
    message = (
        f"the {plural(matched.lines, 'line')} that match each, together: charged {charged}, "
        f"{status} the computed {cost} by {money(drift.copy_abs(), currency)}, which rounding does not explain"
    )
    return Finding(status, message, name="total", value=matched.charged, limit=computed, excess=drift)


def _message(line: AuditedLine, currency: str | None) -> str:
    """The fact in words, and what would explain it."""
    why = f": {line.explanation}" if line.explanation else ""
    if line.status == NOT_ON_BILL:
        return f"{money(line.nearest, currency)} by the log, and no charge on the bill"
    if line.status == NOT_IN_LOG:
        return f"charged {money(line.charged, currency)}, and no usage in the log{why}"
    if line.status == DUPLICATE:
        return f"charged {money(line.charged, currency)} again{why}"
    if line.status == IMPOSSIBLE or line.charged is None or line.nearest is None or line.difference is None:
        return f"{money(line.implied_rate, currency)} per million tokens{why}"
    charged, computed = money_apart(line.charged, line.nearest, currency)
    by = money(line.difference.copy_abs(), currency)
    return f"charged {charged}, {line.status} the computed {computed} by {by}{why}"
