"""What a branch changes in the rules that it is held to: typed values are compared, not texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from tokcost.amounts import MarkedAmount, tokens
from tokcost.budgets.budget import Budget, Config, Output
from tokcost.budgets.lock import Lock, parse_lock
from tokcost.budgets.parse import BUDGET_FIELDS, SETTING_FIELDS
from tokcost.budgets.price_changes import price_changes
from tokcost.budgets.rule_set import RuleSet
from tokcost.catalog import PriceBook
from tokcost.errors import TokcostError
from tokcost.phrases import plural, quote
from tokcost.pricing import Terms

# So many prompts of a lock that moved are named.
_NAMED = 3


def rule_changes(then: RuleSet, now: RuleSet, book: PriceBook, terms: Terms) -> list[str]:
    """A clause for each change, those that loosen the most first: configuration, limits, price files, lock."""
    prices = price_changes(then, now, book, terms)
    return [*_configs(then, now), *prices, *_fallbacks(then, now), *_locks(then, now)]


def _configs(then: RuleSet, now: RuleSet) -> Iterator[str]:
    assert now.config is not None
    if then.unread:
        yield f"the rules of the base cannot be read ({then.unread})"
        return
    if then.config is None:
        return
    if then.path != now.path:
        yield f"configuration used: {then.path} → {now.path}"
    yield from _moves(then.config, now.config, SETTING_FIELDS, "")
    before = {each.name: each for each in then.config.budgets}
    after = {each.name: each for each in now.config.budgets}
    renamed = _renamed(before, after)
    for name, old in before.items():
        new = after.get(renamed.get(name, name))
        if new is None:
            yield f"budget {quote(name)} removed"
        else:
            yield from _moves(old, new, BUDGET_FIELDS, f" of {quote(name)}")
    yield from (f"budget {quote(name)} is named {quote(new)}" for name, new in renamed.items())
    taken = set(renamed.values())
    yield from (f"budget {quote(name)} added" for name in after if name not in before and name not in taken)


def _fallbacks(then: RuleSet, now: RuleSet) -> Iterator[str]:
    """What became of the files that price what the book does not know, where limits rest on them."""
    for name in dict.fromkeys([*now.fallback, *then.fallback]):
        told = "added" if name not in then.fallback else "removed" if name not in now.fallback else "changed"
        if then.fallback.get(name) != now.fallback.get(name):
            yield f"{name} {told}: it prices the models that the book does not know"


def _renamed(before: Mapping[str, Budget], after: Mapping[str, Budget]) -> dict[str, str]:
    """The budgets that have but another name: old to new."""
    new = {_nameless(each): name for name, each in after.items() if name not in before}
    gone = ((name, new.get(_nameless(each))) for name, each in before.items() if name not in after)
    return {name: other for name, other in gone if other is not None}


def _nameless(budget: Budget) -> tuple[Any, ...]:
    return budget._replace(name="", lines={}, message="")[:-1]


def _moves(old: Budget | Config, new: Budget | Config, fields: Mapping[str, str], of: str) -> Iterator[str]:
    for field, key in fields.items():
        before, after = getattr(old, field), getattr(new, field)
        if before == after and _currency(before) == _currency(after):
            continue
        if isinstance(before, Mapping):
            yield from _names(key, before, after)
            continue
        lists = [each for each in (before, after) if isinstance(each, tuple) and not isinstance(each, Output)]
        if lists and _is_list(before) and _is_list(after):
            yield f"{key}{of} {_list_change(before or (), after or ())}"
        else:
            yield f"{key}{of} {_shown(before)} → {_shown(after)}"


def _names(key: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """A clause for each name of one's own that means another model."""
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            yield f"{key} {quote(name)} {_shown(before.get(name))} → {_shown(after.get(name))}"


def _is_list(value: Any) -> bool:
    return value is None or (type(value) is tuple)


def _list_change(before: tuple[str, ...], after: tuple[str, ...]) -> str:
    added, removed = [each for each in after if each not in before], [each for each in before if each not in after]
    parts = [f"added {', '.join(map(quote, added))}"] if added else []
    parts += [f"removed {', '.join(map(quote, removed))}"] if removed else []
    return " and ".join(parts) or "in another order"


def _currency(value: Any) -> str | None:
    return value.currency if isinstance(value, MarkedAmount) else None


def _shown(value: Any) -> str:
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value:f}" + (f" {_currency(value)}" if _currency(value) else "")
    if isinstance(value, Output):
        return str(value.likely) if value.low == value.high else f"{value.low} to {value.high}"
    if type(value) is tuple:
        return ", ".join(map(quote, value))
    return tokens(value) if isinstance(value, int) else quote(value) if isinstance(value, str) else str(value)


def _locks(then: RuleSet, now: RuleSet) -> Iterator[str]:
    """What moved in the lock; that it lies elsewhere is told of its key."""
    if then.lock is None or now.lock is None:
        if (then.lock is None) != (now.lock is None):
            yield f"{then.lock_path} removed" if now.lock is None else f"{now.lock_path} added"
        return
    before, after = _lock(then), _lock(now)
    if before is None or after is None:
        if then.lock != now.lock:
            yield f"{now.lock_path} moved, and {'is' if after is None else 'was'} no lock"
        return
    names = before.prompts.keys() | after.prompts.keys()
    moved = sorted(name for name in names if before.prompts.get(name) != after.prompts.get(name))
    if moved:
        named = [f"{quote(name)} {_numbers(before, name)} → {_numbers(after, name)}" for name in moved[:_NAMED]]
        more = [f"{plural(len(moved) - _NAMED, 'more prompt')}"] if len(moved) > _NAMED else []
        yield f"{now.lock_path} moved: {', '.join([*named, *more])}"
    elif before.models != after.models:
        yield f"{now.lock_path} moved: the rates in it"


def _lock(side: RuleSet) -> Lock | None:
    try:
        return parse_lock(side.lock_path, side.lock or b"", side.lock_path)
    except TokcostError:
        return None


def _numbers(lock: Lock, name: str) -> str:
    prompt = lock.prompts.get(name)
    counts = {tokens(each.input.tokens) for each in prompt.counts.values()} if prompt else set()
    return "/".join(sorted(counts)) or "none"
