"""Prompts that came from nothing in the base: told first, and a finding where a budget takes no new ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tokcost.amounts import tokens
from tokcost.budgets.base import Base
from tokcost.budgets.budgeted import BudgetedPrompt
from tokcost.budgets.lineage import COPIED
from tokcost.budgets.prompt import prompt_and_part
from tokcost.budgets.settings import Setting
from tokcost.phrases import join_and, plural, quote

# So many are named, the others counted.
_NAMED = 20


class NewPrompt(NamedTuple):
    """A new prompt of a budget: its rows, and why it is taken for new where that is not plain, ''."""

    name: str
    setting: Setting
    rows: Sequence[BudgetedPrompt]
    why: str = ""


def new_prompts(prompts: Iterable[BudgetedPrompt], base: Base) -> list[NewPrompt]:
    """The prompts that came from nothing in the base, in order, each for every budget that it stands in."""
    own: dict[tuple[str, str], list[BudgetedPrompt]] = {}
    for prompt in prompts:
        own.setdefault((prompt.setting.budget.name, prompt_and_part(prompt.row.name)[0]), []).append(prompt)
    found = []
    for (budget, name), rows in own.items():
        lineage = base.lineages.get(budget)
        if lineage is None or name not in lineage.new:
            continue
        why = ""
        for each in (*lineage.descents, *lineage.outside):
            if name in each.after:
                old = join_and(each.before[:_NAMED])
                why = f"copied from {old}" if each.how == COPIED else f"in place of {old}, from which nothing else came"
        if name in base.unread:
            why = "what it was at the base cannot be read"
        found.append(NewPrompt(name, rows[0].setting, rows, why))
    return found


def headlines(new: Sequence[NewPrompt]) -> list[str]:
    """A line for each, the first of them by name."""
    by_name: dict[str, list[NewPrompt]] = {}
    for each in new:
        by_name.setdefault(each.name, []).append(each)
    lines = [_headline(name, all_of_it) for name, all_of_it in list(by_name.items())[:_NAMED]]
    if (left := len(by_name) - _NAMED) > 0:
        lines.append(f"and {plural(left, 'more new prompt')}: --format json lists them as added")
    return lines


def _headline(name: str, found: Sequence[NewPrompt]) -> str:
    first = found[0]
    number = max(_tokens(each.rows) for each in found)
    budgets = join_and([quote(each.setting.budget.name) for each in found])
    line = f"new prompt in {budgets}: {name}, {tokens(number)} input tokens for {first.rows[0].model.name}"
    line += f" ({first.why})" if first.why else ""
    free = [quote(each.setting.budget.name) for each in found if not each.setting.budget.limits_more]
    return line + (f"; no limit of {join_and(free)} holds it: give it max-input-tokens" if free else "")


def _tokens(rows: Sequence[BudgetedPrompt]) -> int:
    """The tokens of a prompt under the model that takes most; the requests of a file together."""
    by_model: dict[str, int] = {}
    for row in rows:
        by_model[row.model.full_id] = by_model.get(row.model.full_id, 0) + row.tokens
    return max(by_model.values())
