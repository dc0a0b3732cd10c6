"""The options of a command on budgets, and the working tree counted under them."""

from __future__ import annotations

import os
from typing import NamedTuple

from tokcost.budgets.budget import Config
from tokcost.budgets.budgeted import BudgetedPrompt, Contents, Prompts, budgeted_prompts, currency_of, working_tree
from tokcost.budgets.measure import Measure
from tokcost.budgets.settings import CliOverrides, Setting, settings
from tokcost.cache import CountCache
from tokcost.catalog import Model, PriceBook
from tokcost.pricing import Terms, notes_on
from tokcost.report_old import Report


class CheckOptions(NamedTuple):
    """All that a command needs to run: built once from flags, environment and file."""

    config: Config
    book: PriceBook
    terms: Terms
    overrides: CliOverrides
    default_model: str
    cache: CountCache

    def settings(self) -> list[Setting]:
        """Every budget, resolved. Raises TokcostError when there is none."""
        return settings(self.config, self.book, self.terms, self.overrides, self.default_model)

    def measure(self) -> Measure:
        """Counts prompts of the configuration."""
        return Measure(self.cache, self.book, self.terms.day, self.config.folder)


class MeasuredPrompts(NamedTuple):
    """Prompts under their budgets, counted; ``paths`` are their addresses by budget, ``contents`` their texts."""

    settings: list[Setting]
    paths: Prompts
    contents: Contents
    prompts: list[BudgetedPrompt]
    measure: Measure

    def models(self) -> list[Model]:
        """The models that prompts are counted for, those of the budgets where there is no prompt; each once."""
        used = [prompt.model for prompt in self.prompts] or [model for each in self.settings for model in each.models]
        return list({model.full_id: model for model in used}.values())


def measure_tree(options: CheckOptions) -> MeasuredPrompts:
    """Every prompt of every budget, as it is in the working tree now."""
    resolved, measure = options.settings(), options.measure()
    paths, contents = working_tree(resolved, options.config.folder)
    return MeasuredPrompts(
        resolved, paths, contents, budgeted_prompts(resolved, paths, contents, measure), measure
    )  # fmt: skip


def measure_saved(options: CheckOptions, path: str) -> MeasuredPrompts:
    """The rows of a saved report in place of the working tree. Raises TokcostError for a budget without a row."""
    from tokcost.budgets.base_report import saved_prompts

    resolved = options.settings()
    return MeasuredPrompts(resolved, {}, {}, saved_prompts(path, resolved, options.book), options.measure())


def report_of(command: str, measured: MeasuredPrompts, options: CheckOptions) -> Report:
    """The rows of the prompts, each prompt and model once, with what is to be known of the prices."""
    report = Report(command, currency_of(measured.prompts))
    rows = {(each.key, each.row.output_tokens, each.setting.terms.mode): each.row for each in measured.prompts}
    report.rows = list(rows.values())
    for model in measured.models():
        report.warnings += notes_on(model, options.terms.day)
    report.warnings += dict.fromkeys(
        f"{row.model}: {row.input.standing}: {row.input.note}" for row in report.rows if row.input.note
    )
    return report


def repository_prefix(folder: str) -> str:
    """The folder as seen from the top of its repository, '' at the top or outside of any, else ending in "/"."""
    top = folder
    while not os.path.exists(os.path.join(top, ".git")):
        parent = os.path.dirname(top)
        if parent == top:
            return ""
        top = parent
    below = os.path.relpath(folder, top).replace(os.sep, "/")
    return "" if below == "." else below + "/"
