"""The rows of a saved report, as a base to compare with or as the prompts to check."""

from __future__ import annotations

import os
from collections.abc import Sequence

from tokcost.amounts import money
from tokcost.budgets.base import Base, recorded_row, settings_by_row, today
from tokcost.budgets.budgeted import BudgetedPrompt, Contents, PromptPricer
from tokcost.budgets.changes import Key
from tokcost.budgets.prompt import Address, file_of, row_names
from tokcost.budgets.recorded import Recorded, recorded_base
from tokcost.budgets.saved import SavedRow, read_report
from tokcost.budgets.settings import Setting
from tokcost.catalog import PriceBook
from tokcost.counting.count import Count
from tokcost.errors import TokcostError
from tokcost.phrases import quote
from tokcost.pricing import Priced
from tokcost.report import Row


def of_report(
    path: str, settings: Sequence[Setting], book: PriceBook, prompts: Sequence[BudgetedPrompt], contents: Contents
) -> Base:
    """The rows of a report that was saved as JSON. Raises TokcostError for any other file."""
    name = os.path.basename(path)
    by_row = settings_by_row(prompts)
    rows: dict[Key, Row] = {}
    counts: dict[Key, Count] = {}
    moved: dict[str, str] = {}
    for saved in read_report(path):
        key = (saved.name, saved.model)
        setting = by_row.get(key) or next(
            (each for each in settings if saved.model in [model.full_id for model in each.models]), None
        )
        row = recorded_row(saved.name, saved.model, saved.input, saved.output.likely, book, setting)
        rows[key], counts[key] = row, saved.input
        now = row.cost
        converted = setting is not None and setting.exchange is not None and setting.exchange.to_dict() is not None
        alike = isinstance(now, Priced) and now.currency == saved.currency and not converted
        alike = alike and setting is not None and saved.extra_input == setting.extra_input
        alike = alike and not saved.cached_tokens and not row.cached_tokens
        if (
            alike
            and isinstance(now, Priced)
            and saved.cost not in (None, now.likely)
            and not saved.cached_tokens
            and not row.cached_tokens
        ):
            move = f"{money(saved.cost, now.currency)} -> {money(now.likely, now.currency)}"
            moved.setdefault(saved.model, move)
    notes = [
        f"the price of {model.partition('/')[2]} moved since {name}: the same tokens cost {move}"
        for model, move in moved.items()
    ]
    remedy = "name a ref, or save the report for that model too"
    return recorded_base(name, Recorded(rows, counts, {}), settings, today(prompts, contents), notes, remedy)


def saved_prompts(path: str, settings: Sequence[Setting], book: PriceBook) -> list[BudgetedPrompt]:
    """The rows of a saved report, each under the budgets whose paths name it.

    Raises TokcostError for a budget, or a prompt of it, that the report has no row for under one of its models.
    """
    by_name: dict[str, dict[str, SavedRow]] = {}
    for row in read_report(path, "be checked"):
        by_name.setdefault(row.name, {})[row.model] = row
    pricer = PromptPricer()
    found: list[BudgetedPrompt] = []
    for setting in settings:
        names = row_names(setting.budget, by_name)
        if not names:
            models = " or ".join(model.name for model in setting.models)
            raise TokcostError(f"budget {quote(setting.budget.name)}: {path} has no row for it under {models}")
        for name in names:
            for row in _own(by_name[name], setting, path):
                address = Address(name)
                model = book.find(row.model)
                found.append(pricer.priced(address, name, row.input, model, _as_saved(row, setting)))
    return found


def _own(rows: dict[str, SavedRow], setting: Setting, path: str) -> list[SavedRow]:
    """The rows of a prompt under the models of its budget; those of a request under the model that it names."""
    own = [rows[model.full_id] for model in setting.models if model.full_id in rows]
    name = next(iter(rows.values())).name
    if not own and _is_request(name):
        return list(rows.values())
    missing = next((model.name for model in setting.models if model.full_id not in rows), None)
    if missing:
        raise TokcostError(f"budget {quote(setting.budget.name)}: {path} has no row for {quote(name)} under {missing}")
    return own


def _as_saved(row: SavedRow, setting: Setting) -> Setting:
    """The setting of a saved row: a request keeps the mode and the output that it was saved with."""
    if row.mode is None or not _is_request(row.name):
        return setting
    terms = setting.terms if setting.mode_given else setting.terms._replace(mode=row.mode)
    return setting._replace(terms=terms, output=row.output)


def _is_request(name: str) -> bool:
    return "#" not in name and Address(file_of(name)).is_request
