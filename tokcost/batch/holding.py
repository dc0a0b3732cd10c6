"""The total of a batch compared with the limits, with what would bring it back."""

from __future__ import annotations

from decimal import Decimal

from tokcost.amounts import money
from tokcost.batch.summary import RequestSum, Summary
from tokcost.limits import Checked, Limits, hold
from tokcost.phrases import plural
from tokcost.pricing import Priced
from tokcost.report import Report


def hold_batch(report: Report, summary: Summary, total: RequestSum, limits: Limits, mode: str, file: str) -> None:
    """Compare the total with the limits; what was not counted is a problem of each limit, which never passes.

    ``file`` is the one file that was read, '' of several.
    """
    report.limited = limits.given
    if summary.uncounted:
        counted = plural(summary.uncounted, "request")
        for option, limit in (("--max-tokens", limits.max_tokens), ("--max-cost", limits.max_cost)):
            if limit is not None:
                first = summary.first_uncounted
                report.fail(option, f"cannot be checked: {counted} could not be counted, the first is {first}")
    if total.quote is None:
        return

    def remedy(rule: str, limit: Decimal) -> str:
        if rule == "max-tokens":
            return "split the batch, or shorten what repeats"
        return _cheaper(summary, total, limit, mode, report.currency)

    at = "with the expected output" if summary.expected else "at the limits of output"
    if summary.expected.learnt is not None:
        at = "at the high end of the learnt output"
    model = next(iter(summary.by_model.values())).model if len(summary.by_model) == 1 else None
    hold(report, [Checked("", model.name if model else "", total.input, total.quote.held, remedy, at, file)], limits)


def _cheaper(summary: Summary, total: RequestSum, limit: Decimal, mode: str, currency: str | None) -> str:
    """The least that brings the cost back within the limit."""
    other = total.quote.other if total.quote else None
    said = summary.expected and summary.expected.learnt is None
    if mode != "batch" and isinstance(other, Priced) and other.likely <= limit and said:
        return f"--mode batch costs {money(other.likely, currency)}"
    if summary.most_expensive is not None and summary.most_expensive > limit:
        return (
            f"one request alone may cost {money(summary.most_expensive, currency)}: "
            "lower its limit of output, or raise yours"
        )  # fmt: skip
    return f"--split-at {limit:f} makes parts within it"
