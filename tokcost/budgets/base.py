"""What prompts are compared with: the rows of a commit, a saved report or a lock, under today's prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from tokcost.budgets.budgeted import BudgetedPrompt, price
from tokcost.budgets.changes import BaseRow, Key
from tokcost.budgets.measure import Content
from tokcost.budgets.prompt import Address, file_of, row_names
from tokcost.budgets.settings import Setting
from tokcost.catalog import PriceBook
from tokcost.counting.count import Count
from tokcost.errors import TokcostError
from tokcost.pricing import Cost, Unpriced
from tokcost.report import Row


class Base(NamedTuple):
    """One side to compare with.

    ``rows``: its rows by name and model; ``tokens``: those that growth is measured from, ``totals``
    their sums by budget and model. ``notes`` is what the user should know. ``contents`` are its texts
    where it has them, by the address of today.
    """

    label: str
    rows: Mapping[Key, BaseRow]
    tokens: Mapping[Key, int]
    totals: Mapping[Key, int]
    notes: Sequence[str]
    contents: Mapping[Address, Content] = MappingProxyType({})


def settings_by_row(prompts: Sequence[BudgetedPrompt]) -> dict[Key, Setting]:
    """Under which setting each row of today stands, the first where budgets share it."""
    found: dict[Key, Setting] = {}
    for prompt in prompts:
        found.setdefault(prompt.key, prompt.setting)
    return found


def recorded_row(
    name: str, model_id: str, count: Count, output: int, book: PriceBook, setting: Setting | None
) -> Row:  # fmt: skip
    """A recorded count, priced under the book of today; without a price when the model is gone from it."""
    provider, _, short = model_id.partition("/")
    cost: Cost | None = None
    encoding = None
    if setting is not None:
        try:
            model = book.find(model_id)
            encoding = model.encoding
            cost = price(count, model, setting, output)
        except TokcostError as error:
            cost = Unpriced(str(error))
    return Row(name, count, provider, short, encoding, output, 0, cost)


def recorded_totals(settings: Sequence[Setting], tokens: Mapping[Key, int]) -> dict[Key, int]:
    """The recorded tokens of each budget and model, by the names that the budget's paths mean."""
    names = list(dict.fromkeys(name for name, _ in tokens))
    found: dict[Key, int] = {}
    for setting in settings:
        own = set(row_names(setting.budget, names))
        models = {model.full_id for model in setting.models}
        for (name, model), number in tokens.items():
            if name in own and (model in models or Address(file_of(name)).is_request):
                key = (setting.budget.name, model)
                found[key] = found.get(key, 0) + number
    return found
