"""Which limits of which budgets are broken. Knows no words and no remedies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tokcost.budgets.budgeted import Entry
from tokcost.budgets.changes import Key
from tokcost.budgets.settings import Setting
from tokcost.catalog import Model
from tokcost.errors import ConfigError
from tokcost.pricing import unpriced_reason
from tokcost.rates import EXACT


class Breach(NamedTuple):
    """A limit that is broken: by one prompt (``entry``), or by all of a budget under a model.

    ``value`` and ``limit`` are tokens or money; for growth they are the tokens now and the most
    that were let through, ``before`` those of the base.
    """

    rule: str
    setting: Setting
    model: Model
    entries: Sequence[Entry]
    entry: Entry | None = None
    value: Decimal = Decimal(0)
    limit: Decimal = Decimal(0)
    before: int | None = None

    @property
    def is_money(self) -> bool:
        """Whether value and limit are money."""
        return "cost" in self.rule


def by_budget(entries: Iterable[Entry]) -> dict[tuple[str, str], list[Entry]]:
    """The entries of each budget and model, in order."""
    found: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        found.setdefault((entry.setting.budget.name, entry.model.full_id), []).append(entry)
    return found


def breaches(entries: Iterable[Entry]) -> list[Breach]:
    """Every limit of tokens, money and models that is broken, in the order of the budgets.

    Raises ConfigError when money is limited and a model has no price: what cannot be checked does
    not pass.
    """
    found: list[Breach] = []
    for group in by_budget(entries).values():
        setting, model = group[0].setting, group[0].model
        if setting.budget.limits_money:
            _need_prices(group)
        if setting.allowed is not None and model not in setting.allowed:
            found.append(Breach("allowed-models", setting, model, group))
        for entry in group:
            found += _each(entry)
        found += _total(setting, model, group)
    return found


def _each(entry: Entry) -> Iterator[Breach]:
    budget = entry.setting.budget
    if budget.max_input_tokens is not None and entry.tokens > budget.max_input_tokens:
        yield _breach("max-input-tokens", [entry], entry, Decimal(entry.tokens), Decimal(budget.max_input_tokens))
    if budget.max_cost is not None and entry.cost is not None and entry.cost > budget.max_cost:
        yield _breach("max-cost", [entry], entry, entry.cost, budget.max_cost)


def _total(setting: Setting, model: Model, group: Sequence[Entry]) -> Iterator[Breach]:
    budget = setting.budget
    tokens = sum(entry.tokens for entry in group)
    if budget.max_total_tokens is not None and tokens > budget.max_total_tokens:
        yield _breach("max-total-tokens", group, None, Decimal(tokens), Decimal(budget.max_total_tokens))
    if budget.max_total_cost is not None and (cost := cost_of_all(group)) > budget.max_total_cost:
        yield _breach("max-total-cost", group, None, cost, budget.max_total_cost)
    if budget.max_cost_per_month is not None and (cost := cost_per_month(group)) > budget.max_cost_per_month:
        yield _breach("max-cost-per-month", group, None, cost, budget.max_cost_per_month)


def growth(
    entries: Sequence[Entry], before: Mapping[Key, int], totals: Mapping[Key, int], lets_none: bool
) -> list[Breach]:
    """Every limit of growth that is broken.

    ``before``: held tokens at the base by name and model, ``totals``: by budget and model.

    What was not there at the base is new and has not grown; only the total sees it. With
    ``lets_none`` a budget without a limit of its own lets nothing grow.
    """
    found: list[Breach] = []
    for group in by_budget(entries).values():
        budget = group[0].setting.budget
        for entry in group:
            old = before.get(entry.key)
            if old is None or entry.tokens <= old:
                continue
            if budget.max_increase is not None:
                if not budget.max_increase.allows(old, entry.tokens):
                    most = _most(old, budget.max_increase.percent, budget.max_increase.tokens)
                    found.append(
                        _breach("max-increase", [entry], entry, Decimal(entry.tokens), most)._replace(before=old)
                    )
            elif lets_none:
                found.append(
                    _breach("locked", [entry], entry, Decimal(entry.tokens), Decimal(old))._replace(before=old)
                )
        limit = budget.max_total_increase
        old_total = totals.get((budget.name, group[0].model.full_id), 0)
        total = sum(entry.tokens for entry in group)
        if limit is not None and total > old_total and not limit.allows(old_total, total):
            most = _most(old_total, limit.percent, limit.tokens)
            found.append(_breach("max-total-increase", group, None, Decimal(total), most)._replace(before=old_total))
    return found


def need_same_models(entries: Iterable[Entry], before: Iterable[Key], where: str, remedy: str) -> None:
    """Raises ConfigError for a prompt that may not grow and is in ``before`` under other models only.

    It is not new, and what it was under this model is not known: what cannot be checked does not pass.
    """
    known: dict[str, list[str]] = {}
    for name, model in before:
        known.setdefault(name, []).append(model)
    for entry in entries:
        budget, others = entry.setting.budget, known.get(entry.row.name)
        if budget.limits_growth and others and entry.model.full_id not in others:
            raise _growth_unknown(
                entry.setting, f"{where} has {entry.row.name} for {_short(others)}, not for {entry.model.id}: {remedy}"
            )


def need_other_limits(settings: Iterable[Setting]) -> None:
    """Raises ConfigError for a budget that limits growth alone, where there is nothing to measure it from."""
    for setting in settings:
        budget = setting.budget
        if budget.limits_growth and not budget.limits_more and setting.allowed is None:
            raise _growth_unknown(
                setting, "there is neither a base nor a lock: name a ref with --base, or run 'tokcost lock'"
            )


def _growth_unknown(setting: Setting, reason: str) -> ConfigError:
    key = "max-increase" if setting.budget.max_increase is not None else "max-total-increase"
    return ConfigError(setting.path, setting.budget.line(key), f"{key} cannot be checked: {reason}")


def _short(full_ids: Iterable[str]) -> str:
    return ", ".join(sorted(name.partition("/")[2] for name in full_ids))


def _most(before: int, percent: Decimal | None, tokens: int | None) -> Decimal:
    """The most tokens that the growth lets through: whole, rounded down, as tokens are."""
    if percent is None:
        return Decimal(before + (tokens or 0))
    return Decimal(before + int(EXACT.multiply(percent, Decimal(before)).scaleb(-2, EXACT)))


def _breach(rule: str, group: Sequence[Entry], entry: Entry | None, value: Decimal, limit: Decimal) -> Breach:
    return Breach(rule, group[0].setting, group[0].model, group, entry, value, limit)


def cost_of_all(group: Iterable[Entry]) -> Decimal:
    """One request of every prompt; all must be priced."""
    total = Decimal(0)
    for entry in group:
        assert entry.cost is not None
        total = EXACT.add(total, entry.cost)
    return total


def cost_per_month(group: Sequence[Entry]) -> Decimal:
    """All prompts of a budget, each as often as it runs a month."""
    return EXACT.multiply(cost_of_all(group), Decimal(group[0].setting.budget.runs_per_month or 0))


def _need_prices(group: Sequence[Entry]) -> None:
    for entry in group:
        if entry.cost is None:
            budget = entry.setting.budget
            key = next(key for key in ("max-cost", "max-total-cost", "max-cost-per-month") if key in budget.lines)
            reason = unpriced_reason(entry.model, entry.setting.terms.day)
            raise ConfigError(
                entry.setting.path, budget.line(key),
                f"{key} cannot be checked: {entry.model.id} is unpriced ({reason}): "
                "fill it in with a price file (prices = [...]), or take another model",
            )  # fmt: skip


class Stale(NamedTuple):
    """A price that nobody compared for long, or a model that is about to go."""

    rule: str
    model: Model
    message: str
    value: int | None
    limit: int
    remedy: str


def stale(models: Iterable[Model], day: date, max_age: int | None, retires_within: int | None) -> list[Stale]:
    """The models whose price is older than ``max_age`` days, or that retire within so many days."""
    found = []
    for model in models:
        price = model.price_on(day)
        if max_age is not None and price is not None:
            age = None if price.checked is None else (day - price.checked).days
            if age is None or age > max_age:
                seen = "was never compared" if age is None else f"was last compared {age} days ago, on {price.checked}"
                message = f"the price of {model.id} {seen}: the limit is {max_age} days"
                found.append(
                    Stale("max-price-age", model, message, age, max_age, "compare it, and lay a price file over it")
                )
        if retires_within is not None and model.retires is not None:
            left = (model.retires - day).days
            if left <= retires_within:
                when = f"retires in {left} days, on" if left > 0 else f"was retired {-left} days ago, on"
                message = f"{model.id} {when} {model.retires}: the limit is {retires_within} days"
                found.append(
                    Stale("retires-within", model, message, left, retires_within, "move to a model that stays")
                )
    return found
