"""Which limits of growth are broken since a base or a lock, and whether growth can be checked at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from tokcost.budgets.base import Base, OldCount
from tokcost.budgets.budget import Increase
from tokcost.budgets.budgeted import BudgetedPrompt
from tokcost.budgets.lineage import Descent
from tokcost.budgets.prompt import Address, file_of, prompt_and_part
from tokcost.budgets.rules import BrokenRule, broken, by_budget
from tokcost.budgets.settings import Setting
from tokcost.errors import ConfigError
from tokcost.naming.sellers import name_in_reports
from tokcost.rates import EXACT

Own = dict[str, list[BudgetedPrompt]]
"""The rows of each prompt of a budget."""


def growth(prompts: Sequence[BudgetedPrompt], base: Base, locked: bool = False) -> list[BrokenRule]:
    """Every limit of growth that is broken since the base.

    Prompts that came from others, and the requests of a file where others are in it than were, are held to the
    limit together. What is new has not grown; only the total sees it. What is filled in at run time is no growth,
    and hides none. With ``locked`` a budget without a limit of its own lets nothing grow. Raises ConfigError for a
    prompt that the base knows for other models only.
    """
    found: list[BrokenRule] = []
    budgets: dict[str, list[BudgetedPrompt]] = {}
    for prompt in prompts:
        budgets.setdefault(prompt.setting.budget.name, []).append(prompt)
    for name, group in budgets.items():
        budget = group[0].setting.budget
        if (budget.max_increase is None and not locked) or name not in base.lineages:
            continue
        own: Own = {}
        for prompt in group:
            own.setdefault(prompt_and_part(prompt.row.name)[0], []).append(prompt)
        for descent in base.lineages[name].all():
            found += _Grown(base, locked, own, descent).broken()
    return [*found, *_totals(prompts, base)]


def _totals(prompts: Sequence[BudgetedPrompt], base: Base) -> Iterator[BrokenRule]:
    for group in by_budget(prompts).values():
        budget, model = group[0].setting.budget, group[0].model
        limit = budget.max_total_increase
        before = base.totals.get((budget.name, model.full_id), 0)
        total = sum(prompt.text_tokens for prompt in group)
        if limit is not None and total > before and not limit.allows(before, total):
            yield broken("max-total-increase", group, Decimal(total), _most(before, limit), before=before)


class _Grown:
    """The prompts of one descent against what they came from."""

    def __init__(self, base: Base, locked: bool, own: Own, descent: Descent) -> None:
        self._base = base
        self._locked = locked
        self._descent = descent
        self._after = [prompt for name in descent.after for prompt in own.get(name, ())]
        self._setting = self._after[0].setting if self._after else None

    def broken(self) -> Iterator[BrokenRule]:
        """What has grown too much, each alone where it can be told, all together where not."""
        if self._setting is None:
            return
        budget = self._setting.budget.name
        before = [count for name in self._descent.before for count in self._base.counts.get((budget, name), ())]
        if not before:
            return
        single = len(self._descent.before) == len(self._descent.after) == 1
        parts = {prompt_and_part(prompt.row.name)[1] for prompt in self._after}
        if single and parts == {count.part for count in before}:
            yield from self._one_by_one(before)
        else:
            grown = list(self._together(budget))
            yield from grown or (self._each_request(before) if single else ())

    def _one_by_one(self, before: Sequence[OldCount]) -> Iterator[BrokenRule]:
        then = {(count.part, count.model): count.tokens for count in before}
        for prompt in self._after:
            key = (prompt_and_part(prompt.row.name)[1], prompt.model.full_id)
            if key in then:
                yield from self._judge([prompt], prompt.text_tokens, then[key], prompt)
            else:
                self._need(prompt, [count.model for count in before if count.part == key[0]])

    def _together(self, budget: str) -> Iterator[BrokenRule]:
        """All of it, under each model that texts are counted for; the requests of a file under their own ones."""
        texts = list(dict.fromkeys(each.model.full_id for each in self._after if not _is_request(each.row.name)))
        for model in texts or [self._after[0].model.full_id]:
            after = [each for each in self._after if _is_request(each.row.name) or each.model.full_id == model]
            value = _sum((each.row.name, each.text_tokens) for each in after)
            then: list[tuple[str, int]] = []
            for name in self._descent.before:
                counts = [each for each in self._base.counts.get((budget, name), ()) if not each.moved]
                own = counts if _is_request(name) else [each for each in counts if each.model == model]
                if counts and not own and texts:
                    self._need(after[0], [each.model for each in counts])
                then += [(name + each.part, each.tokens) for each in own or counts[:1]]
            yield from self._judge(after, value, _sum(then))

    def _each_request(self, before: Sequence[OldCount]) -> Iterator[BrokenRule]:
        """The requests of a file that others are in than were: those that changed, the largest against the largest."""
        then = sorted((each.tokens for each in before if not each.moved), reverse=True)
        changed = []
        for prompt in sorted(self._after, key=lambda each: -each.text_tokens):
            if prompt.text_tokens in then:
                then.remove(prompt.text_tokens)
            else:
                changed.append(prompt)
        for prompt, tokens in zip(changed, then, strict=False):
            yield from self._judge([prompt], prompt.text_tokens, tokens, prompt)

    def _judge(
        self, group: Sequence[BudgetedPrompt], value: int, before: int, prompt: BudgetedPrompt | None = None
    ) -> Iterator[BrokenRule]:
        limit = group[0].setting.budget.max_increase
        if value <= before or (limit is not None and limit.allows(before, value)):
            return
        rule, most = ("locked", Decimal(before)) if limit is None else ("max-increase", _most(before, limit))
        came_from = [name for name in self._descent.before if name not in self._descent.after]
        yield broken(rule, group, Decimal(value), most, prompt, before)._replace(
            names=self._descent.after, came_from=tuple(came_from)
        )

    def _need(self, prompt: BudgetedPrompt, others: Sequence[str]) -> None:
        """Raises ConfigError for a prompt that may not grow and is in the base under other models only.

        It is not new, and what it was under this model is not known: what cannot be checked does not pass. With
        ``locked`` it is a finding of its own that it is not in the lock.
        """
        if self._locked or not prompt.setting.budget.limits_growth:
            return
        raise _unknown(
            prompt.setting,
            f"{self._base.label} has {self._descent.before[0]} for {_short(others)}, not for {prompt.model.name}: "
            f"{self._base.remedy}",
        )


def without_base(settings: Iterable[Setting]) -> list[ConfigError]:
    """Why growth, and what is new, cannot be checked where there is nothing to compare with: one for each budget.

    Raises the first of them where a budget has no other limit: then there is nothing to say about it.
    """
    found = []
    for setting in settings:
        budget = setting.budget
        if budget.limits_growth:
            reason = "there is neither a base nor a lock: name a ref with --base, or run 'tokcost lock'"
            found.append(_unknown(setting, reason))
            if not budget.limits_more and setting.allowed is None:
                raise found[-1]
    return found


def _unknown(setting: Setting, reason: str) -> ConfigError:
    budget = setting.budget
    limits = {"max-increase": budget.max_increase, "max-total-increase": budget.max_total_increase}
    key = next((key for key, limit in limits.items() if limit is not None), "allow-new")
    return ConfigError(setting.path, budget.line(key), f"{key} cannot be checked: {reason}")


def _is_request(name: str) -> bool:
    return "#" not in name and Address(file_of(name)).is_request


def _sum(tokens: Iterable[tuple[str, int]]) -> int:
    """The tokens of all names, each once: a request that names no model is counted for every one of its budget."""
    largest: dict[str, int] = {}
    for name, number in tokens:
        largest[name] = max(number, largest.get(name, 0))
    return sum(largest.values())


def _short(full_ids: Iterable[str]) -> str:
    return ", ".join(sorted({name_in_reports(full_id) for full_id in full_ids}))


def _most(before: int, limit: Increase) -> Decimal:
    """The most tokens that the growth lets through: whole, rounded down, as tokens are."""
    if limit.percent is None:
        return Decimal(before + (limit.tokens or 0))
    return Decimal(before + int(EXACT.multiply(limit.percent, Decimal(before)).scaleb(-2, EXACT)))
