"""What prompts are compared with: those of a commit, a saved report or a lock, under today's prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from tokcost.budgets.budgeted import BudgetedPrompt, Contents, as_filled_in, price
from tokcost.budgets.changes import BaseRow, Key
from tokcost.budgets.lineage import COPIED, LEFT, Descent, Lineage
from tokcost.budgets.measure import Content
from tokcost.budgets.prompt import Address, prompt_and_part
from tokcost.budgets.settings import Setting
from tokcost.catalog import PriceBook
from tokcost.counting.count import Count
from tokcost.errors import TokcostError
from tokcost.naming.sellers import name_in_reports
from tokcost.pricing import Cost, Unpriced
from tokcost.quoting import cached_part
from tokcost.report import Row


class Today(NamedTuple):
    """The side that is compared: its prompts by budget, their texts by name, its rows."""

    prompts: Mapping[str, Sequence[str]]
    contents: Mapping[str, Content]
    rows: Sequence[Key]


def today(prompts: Iterable[BudgetedPrompt], contents: Contents) -> Today:
    """The prompts as they were counted."""
    own: dict[str, dict[str, None]] = {}
    for prompt in prompts:
        own.setdefault(prompt.setting.budget.name, {})[prompt_and_part(prompt.row.name)[0]] = None
    named = {str(address): content for address, content in contents.items()}
    rows = list(dict.fromkeys(prompt.key for prompt in prompts))
    return Today({budget: list(names) for budget, names in own.items()}, named, rows)


class OldCount(NamedTuple):
    """One request of a prompt of the base ("" is all of it) under a model: tokens as the gate of a budget has them.

    ``moved``: counted under a model that it did not name then.
    """

    part: str
    model: str
    tokens: int
    moved: bool = False


Counts = Mapping[tuple[str, str], Sequence[OldCount]]
"""The counts of the base by budget and prompt."""


class Base(NamedTuple):
    """One side to compare with.

    ``rows``: its rows by the names of today, and model. ``counts`` are what growth is measured from, ``lineages``
    say for each budget which prompts of today came from which, ``totals`` are sums by budget and model.
    ``unread`` says of prompts of today why what they were is not known. ``notes`` is what the user should know,
    ``remedy`` what to do where it lacks a model. ``contents`` are its texts where it has them, by the address of
    today.
    """

    label: str
    rows: Mapping[Key, BaseRow]
    counts: Counts
    lineages: Mapping[str, Lineage]
    totals: Mapping[Key, int]
    notes: Sequence[str]
    remedy: str = ""
    unread: Mapping[str, str] = MappingProxyType({})
    contents: Mapping[Address, Content] = MappingProxyType({})


def rows_of_today(
    rows: Mapping[Key, Row], lineages: Iterable[Lineage], now: Sequence[Key]
) -> dict[Key, BaseRow]:  # fmt: skip
    """The rows of a base under the names that the prompts have today.

    What came out of a prompt beside the one that took its place is there without numbers, so that it is not new.
    """
    parts_now: dict[str, dict[str, None]] = {}
    for name, _ in now:
        prompt, part = prompt_and_part(name)
        parts_now.setdefault(prompt, {})[part] = None
    parts_then: dict[str, dict[str, None]] = {}
    for name, _ in rows:
        prompt, part = prompt_and_part(name)
        parts_then.setdefault(prompt, {})[part] = None
    renamed: dict[str, str] = {}
    came: dict[str, str] = {}
    for each in (descent for lineage in lineages for descent in lineage.all()):
        if each.how == COPIED or (each.how == LEFT and (len(each.before), len(each.after)) != (1, 1)):
            continue
        for old, new in _paired(each.before, each.after):
            pairs = _paired(list(parts_then.get(old, ())), list(parts_now.get(new, ())))
            for old_part, new_part in pairs:
                renamed.setdefault(old + old_part, new + new_part)
        for new in each.after:
            came |= {new + part: each.before[0] for part in parts_now.get(new, ())}
    found: dict[Key, BaseRow] = {}
    for (name, model), row in rows.items():
        shown = renamed.get(name, name)
        if (shown, model) in found:
            shown = name
        found.setdefault((shown, model), BaseRow(row._replace(name=shown), name if shown != name else ""))
    for name, model in now:
        if (name, model) not in found and name in came and came[name] != name:
            found[name, model] = BaseRow(None, came[name])
    return found


def _paired(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, str]]:
    """Each old name with the same new one, the rest in order, as far as both go."""
    new = [name for name in after if name not in before]
    old = [name for name in before if name not in after]
    return [*((name, name) for name in before if name in after), *zip(old, new, strict=False)]


def one_to_one(lineages: Iterable[Lineage]) -> Iterable[Descent]:
    """The descents of one prompt from one."""
    return (each for one in lineages for each in one.all() if len(each.before) == len(each.after) == 1)


def settings_by_row(prompts: Sequence[BudgetedPrompt]) -> dict[Key, Setting]:
    """Under which setting each row of today stands, the first where budgets share it."""
    found: dict[Key, Setting] = {}
    for prompt in prompts:
        found.setdefault(prompt.key, prompt.setting)
    return found


def recorded_row(
    name: str, model_id: str, count: Count, output: int, book: PriceBook, setting: Setting | None
) -> Row:  # fmt: skip
    """A recorded count of a text, as it is sent today and priced under the book of today.

    Without a price when the model is gone from it.
    """
    provider = model_id.partition("/")[0]
    cost: Cost | None = None
    encoding = None
    cached = 0
    if setting is not None:
        count = as_filled_in(count, setting)
        cached = cached_part(count.tokens, setting.cached_share)
        try:
            model = book.find(model_id)
            encoding = model.encoding
            cost = price(count, model, setting, output)
        except TokcostError as error:
            cost = Unpriced(str(error))
    return Row(name, count, provider, name_in_reports(model_id), encoding, output, cached, cost)
