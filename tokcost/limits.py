"""Every limit of every command: a value compared with it, and the finding in words where it is exceeded.

Knows amounts and totals, not where they came from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from tokcost.amounts import money, money_apart, tokens
from tokcost.counting.count import ESTIMATE, Count
from tokcost.currency import same_currency
from tokcost.phrases import plural
from tokcost.pricing import Cost, Priced
from tokcost.rates import EXACT
from tokcost.report import Finding, Report

_NO_TOKENS = Count(0, 0, 0)
HIGH_END = "the high end of"


class Limits(NamedTuple):
    """What a user will not go beyond: tokens of input, money in the report's currency, money for each of a group."""

    max_tokens: int | None = None
    max_cost: Decimal | None = None
    max_cost_per: Mapping[str, Decimal] = {}

    @property
    def given(self) -> bool:
        """Whether there is any."""
        return self.max_tokens is not None or self.max_cost is not None or bool(self.max_cost_per)


class Amount(NamedTuple):
    """What is compared with a limit: input tokens or money, of whom ('' of all).

    ``of`` says what it is of ("for gpt-4o", "at 100 runs a month"), ``which`` in brackets which number of a
    range it is; ``over`` names what it is summed over.
    """

    value: Decimal | int
    is_money: bool
    subject: str = ""
    which: str = ""
    over: str = ""
    of: str = ""


def exceeded(amount: Amount, limit: Decimal | int, currency: str | None) -> str | None:
    """The sentence of a limit that is exceeded, None within it: the fact, the limit, by how much.

    >>> exceeded(Amount(12, False, "a.md"), 10, None)
    'a.md: 12 input tokens exceed the limit of 10 by 2'
    """
    if amount.value <= limit:
        return None
    excess = EXACT.subtract(Decimal(amount.value), Decimal(limit))
    if amount.is_money:
        value, most = money_apart(Decimal(amount.value), Decimal(limit), currency)
        fact, by = f"a cost of {value}", money(excess, currency)
    else:
        most, by = tokens(int(limit)), tokens(int(excess))
        fact = plural(int(amount.value), "input token")
    of = f" {amount.of}" if amount.of else ""
    which = f" ({amount.which})" if amount.which else ""
    over = f" over {amount.over}" if amount.over else ""
    verb = "exceeds" if amount.is_money or amount.value == 1 else "exceed"
    subject = f"{amount.subject}: " if amount.subject else ""
    return f"{subject}{fact}{of}{which}{over} {verb} the limit of {most} by {by}"


def which_end(count: Count, cost: Cost | None = None) -> str:
    """Which number of a range is compared, '' where there is none: of a count, or of a cost."""
    if count.ranged:
        return f"{HIGH_END} {'an estimate' if count.standing == ESTIMATE else 'a range'}"
    return f"{HIGH_END} a range" if isinstance(cost, Priced) and cost.ranged else ""


class Checked(NamedTuple):
    """A total to compare with the limits. ``cost`` is what the limit of money is compared with: its high end.

    ``subject`` is who it is about, '' of all. ``input`` is None where it is not billed by token. ``remedy`` is
    asked for a broken rule, with its limit. ``at`` says in place of the end of a range what the cost is compared
    at; ``file`` is where to look.
    """

    subject: str
    model: str
    input: Count | None
    cost: Cost | None
    remedy: Callable[[str, Decimal], str] = lambda rule, limit: ""
    at: str = ""
    file: str = ""


def hold(report: Report, totals: Iterable[Checked], limits: Limits) -> None:
    """Add a finding for every limit that is exceeded; what cannot be compared is a problem, and never passes."""
    report.limited = report.limited or limits.given
    for each in totals:
        if limits.max_tokens is not None and each.input is None:
            report.fail("--max-tokens", f"cannot be checked: {each.subject or 'the total'} is not billed by token")
        elif limits.max_tokens is not None and each.input is not None:
            amount = Amount(each.input.high, False, each.subject, which_end(each.input))
            _add(report, "max-tokens", amount, Decimal(limits.max_tokens), each)
        if limits.max_cost is None:
            continue
        same_currency("--max-cost", limits.max_cost, report.currency)
        if not isinstance(each.cost, Priced):
            why = each.cost.reason if each.cost is not None else "no model was named"
            report.fail("--max-cost", f"cannot be checked: {each.subject or 'the total'} is unpriced: {why}")
            continue
        amount = Amount(each.cost.high, True, each.subject, each.at or which_end(each.input or _NO_TOKENS, each.cost))
        _add(report, "max-cost", amount, limits.max_cost, each)


def _add(report: Report, rule: str, amount: Amount, limit: Decimal, each: Checked) -> None:
    message = exceeded(amount, limit, report.currency)
    if message is not None:
        report.findings.append(
            Finding(
                rule, message, each.remedy(rule, limit), model=each.model,
                value=Decimal(amount.value), limit=limit, excess=Decimal(amount.value) - limit,
                file=each.file,
            )
        )  # fmt: skip
