"""Which limits of growth are broken since a base or a lock, and whether growth can be checked at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from tokcost.budgets.budget import Increase
from tokcost.budgets.budgeted import BudgetedPrompt
from tokcost.budgets.changes import Key
from tokcost.budgets.rules import BrokenRule, broken, by_budget
from tokcost.budgets.settings import Setting
from tokcost.errors import ConfigError
from tokcost.rates import EXACT


def growth(
    prompts: Sequence[BudgetedPrompt], before: Mapping[Key, int], totals: Mapping[Key, int], allow_no_growth: bool
) -> list[BrokenRule]:
    """Every limit of growth that is broken.

    ``before``: checked tokens at the base by name and model, ``totals``: by budget and model.

    What was not there at the base is new and has not grown; only the total sees it. With
    ``allow_no_growth`` a budget without a limit of its own lets nothing grow.
    """
    found: list[BrokenRule] = []
    for group in by_budget(prompts).values():
        budget = group[0].setting.budget
        for prompt in group:
            old = before.get(prompt.key)
            if old is None or prompt.tokens <= old:
                continue
            tokens = Decimal(prompt.tokens)
            if budget.max_increase is not None:
                if not budget.max_increase.allows(old, prompt.tokens):
                    most = _most(old, budget.max_increase)
                    found.append(broken("max-increase", [prompt], tokens, most, prompt, old))
            elif allow_no_growth:
                found.append(broken("locked", [prompt], tokens, Decimal(old), prompt, old))
        limit = budget.max_total_increase
        old_total = totals.get((budget.name, group[0].model.full_id), 0)
        total = sum(prompt.tokens for prompt in group)
        if limit is not None and total > old_total and not limit.allows(old_total, total):
            most = _most(old_total, limit)
            found.append(broken("max-total-increase", group, Decimal(total), most, before=old_total))
    return found


def need_same_models(prompts: Iterable[BudgetedPrompt], before: Iterable[Key], where: str, remedy: str) -> None:
    """Raises ConfigError for a prompt that may not grow and is in ``before`` under other models only.

    It is not new, and what it was under this model is not known: what cannot be checked does not pass.
    """
    known: dict[str, list[str]] = {}
    for name, model in before:
        known.setdefault(name, []).append(model)
    for prompt in prompts:
        budget, others = prompt.setting.budget, known.get(prompt.row.name)
        if budget.limits_growth and others and prompt.model.full_id not in others:
            raise _unknown(
                prompt.setting,
                f"{where} has {prompt.row.name} for {_short(others)}, not for {prompt.model.id}: {remedy}",
            )


def need_other_limits(settings: Iterable[Setting]) -> None:
    """Raises ConfigError for a budget that limits growth alone, where there is nothing to measure it from."""
    for setting in settings:
        budget = setting.budget
        if budget.limits_growth and not budget.limits_more and setting.allowed is None:
            raise _unknown(setting, "there is neither a base nor a lock: name a ref with --base, or run 'tokcost lock'")


def unchecked_growth(settings: Iterable[Setting]) -> list[str]:
    """One line that names the budgets whose growth is not checked, where there is neither a base nor a lock."""
    names = [setting.budget.name for setting in settings if setting.budget.limits_growth]
    if not names:
        return []
    return [f"growth was not checked ({', '.join(names)}): --base names a ref, or 'tokcost lock' writes a lock"]


def _unknown(setting: Setting, reason: str) -> ConfigError:
    key = "max-increase" if setting.budget.max_increase is not None else "max-total-increase"
    return ConfigError(setting.path, setting.budget.line(key), f"{key} cannot be checked: {reason}")


def _short(full_ids: Iterable[str]) -> str:
    return ", ".join(sorted(name.partition("/")[2] for name in full_ids))


def _most(before: int, limit: Increase) -> Decimal:
    """The most tokens that the growth lets through: whole, rounded down, as tokens are."""
    if limit.percent is None:
        return Decimal(before + (limit.tokens or 0))
    return Decimal(before + int(EXACT.multiply(limit.percent, Decimal(before)).scaleb(-2, EXACT)))
