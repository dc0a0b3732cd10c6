"""Broken rules in words: the fact, the limit, by how much, where the rule stands, and what would satisfy it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal

from tokcost.amounts import percent, tokens
from tokcost.budgets.advice import Advice
from tokcost.budgets.budget import Config
from tokcost.budgets.budgeted import BudgetedPrompt, Contents
from tokcost.budgets.measure import Content
from tokcost.budgets.new_prompts import NewPrompt
from tokcost.budgets.prompt import Address
from tokcost.budgets.rules import BrokenRule
from tokcost.budgets.stale import PRICE_AGE, StaleModel
from tokcost.counting.count import ESTIMATE
from tokcost.limits import HIGH_END, Amount, exceeded
from tokcost.phrases import join_and, plural, quote
from tokcost.report import Finding

# Past so many findings the remedy is no longer worked out: the first will do to begin with.
_DETAILED = 40
# Of prompts that grew together so many are named.
_NAMED = 3
# So many steps, in the worst case, are taken to compare lines by where they stand.
_MOST_STEPS = 20_000_000


class FindingWriter:
    """Writes findings about the prompts of a configuration.

    ``contents`` are the texts as they are now, ``before`` as they were at the base, where it has them.
    """

    def __init__(
        self, config: Config, contents: Contents, before: Mapping[Address, Content], advice: Advice,
        currency: str | None,
    ) -> None:  # fmt: skip
        self._config = config
        self._file = os.path.basename(config.path)
        self._contents = contents
        self._before = before
        self._advice = advice
        self._currency = currency
        self._written = 0

    def broken(self, rule: BrokenRule) -> Finding:
        """A limit that is broken."""
        self._written += 1
        detailed = self._written <= _DETAILED
        budget, prompt = rule.setting.budget, rule.prompt
        rule_line = budget.line(rule.rule if rule.rule in budget.lines else "")
        measured = rule.rule != "allowed-models"
        return Finding(
            rule=rule.rule,
            message=_message(rule, self._currency),
            remedy=self._advice.remedy(rule) if detailed or not measured else "shorten it, or raise the limit",
            name=prompt.row.name if prompt else next(iter(rule.names), ""),
            model=rule.model.name,
            budget=budget.name,
            value=rule.value if measured else None,
            limit=rule.limit if measured else None,
            excess=rule.excess if measured else None,
            file=prompt.address.file if prompt else self._file if not rule.names else rule.group[0].address.file,
            line=self._line(prompt, detailed) if prompt else rule_line if not rule.names else 1,
            rule_file=self._file,
            rule_line=rule_line,
            hint=budget.message,
        )

    def new(self, found: NewPrompt) -> Finding:
        """A prompt that is new where none may be."""
        prompt, budget = found.rows[0], found.setting.budget
        why = f" ({found.why})" if found.why else ""
        line = budget.lines.get("allow-new") or self._config.line("allow-new") or budget.line()
        return Finding(
            rule="new-prompt",
            message=f"{found.name}: new in {quote(budget.name)}, which takes no new prompts{why}",
            remedy="take it out, or let the budget take new ones: allow-new = true",
            name=found.name,
            model=prompt.model.name,
            budget=budget.name,
            file=prompt.address.file,
            line=1,
            rule_file=self._file,
            rule_line=line,
            hint=budget.message,
        )

    def not_locked(self, prompt: BudgetedPrompt, lock: str) -> Finding:
        """A prompt that is not in the lock."""
        budget = prompt.setting.budget
        return Finding(
            rule="locked",
            message=f"{prompt.row.name}: {tokens(prompt.tokens)} input tokens for {prompt.model.name} "
            f"are not in {lock}",
            remedy="accept it with 'tokcost lock'",
            name=prompt.row.name,
            model=prompt.model.name,
            budget=budget.name,
            file=prompt.address.file,
            line=1,
            rule_file=self._file,
            rule_line=budget.line(),
            hint=budget.message,
        )

    def stale(self, found: StaleModel) -> Finding:
        """A price too old, or a model about to be retired."""
        line = self._config.line(found.rule) or 1
        aged = found.rule == PRICE_AGE
        return Finding(
            rule=found.rule,
            message=f"{_age(found) if aged else _retirement(found)}: the limit is {plural(found.limit, 'day')}",
            remedy="compare it, and lay a price file over it" if aged else "move to a model that stays",
            model=found.model.name,
            value=None if found.days is None else Decimal(found.days),
            limit=Decimal(found.limit),
            file=self._file,
            line=line,
            rule_file=self._file,
            rule_line=line,
        )

    def _line(self, prompt: BudgetedPrompt, detailed: bool) -> int:
        """Where the prompt changed most since the base, else where its largest section begins."""
        old, new = self._before.get(prompt.address), self._contents.get(prompt.address)
        line = line_changed(old.data, new.data) if old and new and old.digest != new.digest else None
        if line is None:
            largest = self._advice.largest(prompt) if detailed else None
            line = largest.line if largest else 1
        return line + (new.line - 1 if new and new.line else 0)


def _message(rule: BrokenRule, currency: str | None) -> str:
    who = rule.prompt.row.name if rule.prompt else _together(rule)
    model = rule.model.name
    if rule.rule == "allowed-models":
        allowed = ", ".join(each.id for each in rule.setting.allowed or ())
        return f"{who}: {model} is not among its allowed models: {allowed}"
    if rule.before is not None:
        if rule.came_from:
            who += f" (at the base {join_and(rule.came_from[:_NAMED])})"
        return f"{who}: {_growth(rule, rule.before)}"
    runs = f"at {plural(rule.runs, 'run')} a month " if rule.rule == "max-cost-per-month" else ""
    over = "" if rule.prompt else plural(len(rule.group), "prompt")
    amount = Amount(rule.value, rule.is_money, who, _which_end(rule), over, f"{runs}for {model}")
    return exceeded(amount, rule.limit, currency) or ""


def _together(rule: BrokenRule) -> str:
    """Who broke a rule together: the budget, some prompts of it, or the requests of a file."""
    if not rule.names:
        return f"budget {quote(rule.setting.budget.name)}"
    if len(rule.names) == 1:
        requests = len({each.row.name for each in rule.group if each.address.is_request})
        return f"{rule.names[0]} with its {plural(requests, 'request')}" if requests > 1 else rule.names[0]
    more = len(rule.names) - _NAMED
    return f"{join_and([*rule.names[:_NAMED], *([f'{more} more'] if more > 0 else [])])} together"


def _growth(rule: BrokenRule, before: int) -> str:
    value = int(rule.value)
    share = f" ({percent(value - before, before)})" if before else ""
    numbers = f"grew from {tokens(before)} to {tokens(value)} input tokens for {rule.model.name}"
    which = _which_end(rule)
    end = f" ({which})" if which else ""
    fact = f"{numbers}{end}, by {tokens(value - before)}{share}{f' since {rule.since}' if rule.since else ''}"
    if rule.rule == "locked":
        return f"{fact}; the lock allows {tokens(before)}"
    budget = rule.setting.budget
    limit = budget.max_increase if rule.rule == "max-increase" else budget.max_total_increase
    return f"{fact}; the limit is {limit} more, exceeded by {tokens(int(rule.excess))}"


def _which_end(rule: BrokenRule) -> str:
    """Which end of a range was compared with the limit, '' where there is no range."""
    counts = [each.row.input for each in rule.group if each.row.input.ranged]
    outputs = [each.setting.output for each in rule.group]
    if not counts and not (rule.is_money and any(output.low != output.high for output in outputs)):
        return ""
    if rule.setting.gate:
        end = {"floor": "low end", "likely": "likely number", "ceiling": "high end"}[rule.setting.gate]
        return f"the {end} of a range"
    span = "an estimate" if any(count.standing == ESTIMATE for count in counts) else "a range"
    return f"{HIGH_END} {span}" if counts else "at the likely output"


def _age(found: StaleModel) -> str:
    if found.when is None:
        return f"the price of {found.model.name} was never compared"
    return f"the price of {found.model.name} was last compared {plural(found.days or 0, 'day')} ago, on {found.when}"


def _retirement(found: StaleModel) -> str:
    days = found.days or 0
    when = f"retires in {plural(days, 'day')}, on" if days > 0 else f"was retired {plural(-days, 'day')} ago, on"
    return f"{found.model.name} {when} {found.when}"


def line_changed(before: bytes, after: bytes) -> int | None:
    """The first line (from 1) of the largest run of lines that came new, None when none did."""
    import difflib
    from collections import Counter

    old, new = before.splitlines(), after.splitlines()
    then = Counter(old)
    if sum(then[line] for line in new) * min(len(old), len(new)) <= _MOST_STEPS:
        codes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        runs = [range(start, end) for tag, _, _, start, end in codes if tag in ("insert", "replace")]
    else:  # lines that repeat, or very many: where they stand is left out
        runs = [range(0)]
        for at, line in enumerate(new):
            then[line] -= 1
            if then[line] < 0:
                runs.append(range(runs.pop().start, at + 1) if runs[-1].stop == at else range(at, at + 1))
    longest = max(runs, key=lambda run: sum(len(new[at]) for at in run), default=range(0))
    return longest.start + 1 if longest else None
