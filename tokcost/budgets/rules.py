"""Which limits of tokens, money and models are broken. Knows no words and no remedies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from tokcost.budgets.budgeted import BudgetedPrompt
from tokcost.budgets.settings import Setting
from tokcost.catalog import Model
from tokcost.currency import same_currency
from tokcost.errors import ConfigError, TokcostError
from tokcost.pricing import unpriced_reason
from tokcost.rates import EXACT


class BrokenRule(NamedTuple):
    """A limit that is broken: by one prompt (``prompt``), or by all of a budget under a model (``group``).

    ``value`` and ``limit`` are tokens or money; for growth they are the tokens now and the most
    that were let through, ``before`` those of the base. ``names`` are the prompts that grew, ``came_from`` the
    names that they had where those were others, and ``since`` what, where there are two sides to compare with.
    """

    rule: str
    setting: Setting
    model: Model
    group: Sequence[BudgetedPrompt]
    prompt: BudgetedPrompt | None = None
    value: Decimal = Decimal(0)
    limit: Decimal = Decimal(0)
    before: int | None = None
    names: Sequence[str] = ()
    came_from: Sequence[str] = ()
    since: str = ""

    @property
    def is_money(self) -> bool:
        """Whether value and limit are money."""
        return "cost" in self.rule

    @property
    def runs(self) -> int:
        """How many requests of each prompt the value is for: those of a month where the rule is about one."""
        return (self.setting.budget.runs_per_month or 0) if self.rule == "max-cost-per-month" else 1

    @property
    def excess(self) -> Decimal:
        """By how much the value is over the limit, exact."""
        return EXACT.subtract(self.value, self.limit)


def by_budget(prompts: Iterable[BudgetedPrompt]) -> dict[tuple[str, str], list[BudgetedPrompt]]:
    """The prompts of each budget and model, in order."""
    found: dict[tuple[str, str], list[BudgetedPrompt]] = {}
    for prompt in prompts:
        found.setdefault((prompt.setting.budget.name, prompt.model.full_id), []).append(prompt)
    return found


def refuse_other_currency(settings: Iterable[Setting], currency: str | None) -> None:
    """Refuse a limit that is written in another currency than the report is in. Raises ConfigError."""
    for setting in settings:
        budget = setting.budget
        for key in ("max-cost", "max-total-cost", "max-cost-per-month"):
            limit: Decimal | None = getattr(budget, key.replace("-", "_"))
            try:
                if limit is not None:
                    same_currency(key, limit, currency)
            except TokcostError as error:
                raise ConfigError(setting.path, budget.line(key), str(error)) from None


def broken_rules(prompts: Iterable[BudgetedPrompt]) -> list[BrokenRule]:
    """Every limit of tokens, money and models that is broken, in the order of the budgets.

    Raises ConfigError when money is limited and a model has no price: what cannot be checked does
    not pass.
    """
    found: list[BrokenRule] = []
    for group in by_budget(prompts).values():
        setting, model = group[0].setting, group[0].model
        if setting.budget.limits_money:
            _need_prices(group)
        if setting.allowed is not None and model not in setting.allowed:
            found.append(BrokenRule("allowed-models", setting, model, group))
        for prompt in group:
            found += _of_one(prompt)
        found += _of_all(group)
    return found


def _of_one(prompt: BudgetedPrompt) -> Iterator[BrokenRule]:
    budget = prompt.setting.budget
    if budget.max_input_tokens is not None and prompt.tokens > budget.max_input_tokens:
        yield broken("max-input-tokens", [prompt], Decimal(prompt.tokens), Decimal(budget.max_input_tokens), prompt)
    if budget.max_cost is not None and prompt.cost is not None and prompt.cost > budget.max_cost:
        yield broken("max-cost", [prompt], prompt.cost, budget.max_cost, prompt)


def _of_all(group: Sequence[BudgetedPrompt]) -> Iterator[BrokenRule]:
    budget = group[0].setting.budget
    tokens = sum(prompt.tokens for prompt in group)
    if budget.max_total_tokens is not None and tokens > budget.max_total_tokens:
        yield broken("max-total-tokens", group, Decimal(tokens), Decimal(budget.max_total_tokens))
    if budget.max_total_cost is not None and (cost := cost_of_all(group)) > budget.max_total_cost:
        yield broken("max-total-cost", group, cost, budget.max_total_cost)
    if budget.max_cost_per_month is not None and (cost := cost_per_month(group)) > budget.max_cost_per_month:
        yield broken("max-cost-per-month", group, cost, budget.max_cost_per_month)


def broken(
    rule: str,
    group: Sequence[BudgetedPrompt],
    value: Decimal,
    limit: Decimal,
    prompt: BudgetedPrompt | None = None,
    before: int | None = None,
) -> BrokenRule:
    """A broken rule of the budget and model of a group of prompts."""
    return BrokenRule(rule, group[0].setting, group[0].model, group, prompt, value, limit, before)


def cost_of_all(group: Iterable[BudgetedPrompt]) -> Decimal:
    """One request of every prompt; all must be priced."""
    total = Decimal(0)
    for prompt in group:
        assert prompt.cost is not None
        total = EXACT.add(total, prompt.cost)
    return total


def cost_per_month(group: Sequence[BudgetedPrompt]) -> Decimal:
    """All prompts of a budget, each as often as it runs a month."""
    return EXACT.multiply(cost_of_all(group), Decimal(group[0].setting.budget.runs_per_month or 0))


def _need_prices(group: Sequence[BudgetedPrompt]) -> None:
    for prompt in group:
        if prompt.cost is None:
            budget = prompt.setting.budget
            key = next(key for key in ("max-cost", "max-total-cost", "max-cost-per-month") if key in budget.lines)
            reason = unpriced_reason(prompt.model, prompt.setting.terms.day)
            raise ConfigError(
                prompt.setting.path, budget.line(key),
                f"{key} cannot be checked: {prompt.model.name} is unpriced ({reason}): "
                "fill it in with a price file (prices = [...]), or take another model",
            )  # fmt: skip
