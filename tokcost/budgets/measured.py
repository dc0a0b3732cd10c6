"""The options of a command on budgets, and the working tree counted under them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tokcost.amounts import percent, tokens
from tokcost.budgets.budget import Config
from tokcost.budgets.budgeted import BudgetedPrompt, Contents, Prompts, budgeted_prompts, working_tree
from tokcost.budgets.config import OWN, SHARED, shared_config
from tokcost.budgets.measure import Measure
from tokcost.budgets.only import only_files
from tokcost.budgets.rows import PROMPT_COLUMNS, PromptRow
from tokcost.budgets.settings import CliOverrides, Setting, settings
from tokcost.budgets.work_tree import WorkTree
from tokcost.cache import CountCache
from tokcost.catalog import Model, PriceBook
from tokcost.currency import Exchange
from tokcost.inputs.files import LeftOut, left_out_lines
from tokcost.phrases import plural, quote, shown_path, told_once
from tokcost.pricing import Terms, notes_on
from tokcost.report import Report, Table
from tokcost.report.report import Provenance
from tokcost.report.totals import totals_record


class CheckOptions(NamedTuple):
    """All that a command needs to run: built once from flags, environment and file.

    ``exchange`` brings all money into one currency; None leaves each price in its own, as a lock has it.
    ``files``: only the prompts in these files and folders, by their paths; None is all. ``staged``: where the
    files of git's index were laid, to be read instead of those of the configuration's folder.
    ``named``: --config names the configuration, it was not looked for.
    """

    config: Config
    book: PriceBook
    terms: Terms
    overrides: CliOverrides
    default_model: str
    cache: CountCache
    charset: str = "utf-8"
    exchange: Exchange | None = None
    named: bool = False
    files: tuple[str, ...] | None = None
    staged: str | None = None

    def settings(self) -> list[Setting]:
        """Every budget, resolved. Raises TokcostError when there is none."""
        return settings(self.config, self.book, self.terms, self.overrides, self.default_model, self.exchange)

    def measure(self) -> Measure:
        """Counts prompts of the configuration."""
        return Measure(self.cache, self.book, self.terms.day, self.staged or self.config.folder)


class MeasuredPrompts(NamedTuple):
    """Prompts under their budgets, counted; ``paths`` are their addresses by budget, ``contents`` their texts."""

    settings: list[Setting]
    paths: Prompts
    contents: Contents
    prompts: list[BudgetedPrompt]
    measure: Measure
    left_out: tuple[LeftOut, ...] = ()

    def models(self) -> list[Model]:
        """The models that prompts are counted for, those of the budgets where there is no prompt; each once."""
        used = [prompt.model for prompt in self.prompts] or [model for each in self.settings for model in each.models]
        return list({model.full_id: model for model in used}.values())


def measure_tree(options: CheckOptions) -> MeasuredPrompts:
    """Every prompt of every budget, as it is in the working tree now."""
    resolved, measure = options.settings(), options.measure()
    left_out: list[LeftOut] = []
    tree = WorkTree(options.staged or options.config.folder, options.charset)
    if options.files is not None:
        resolved = only_files(resolved, tree, options.files, options.config.folder, left_out)
    paths, contents = working_tree(resolved, tree, left_out)
    prompts = budgeted_prompts(resolved, paths, contents, measure)
    return MeasuredPrompts(resolved, paths, contents, prompts, measure, tuple(dict.fromkeys(left_out)))


def measure_saved(options: CheckOptions, path: str) -> MeasuredPrompts:
    """The rows of a saved report in place of the working tree. Raises TokcostError for a budget without a row."""
    from tokcost.budgets.base_report import saved_prompts

    resolved = options.settings()
    return MeasuredPrompts(resolved, {}, {}, saved_prompts(path, resolved, options.book), options.measure())


def report_of(command: str, measured: MeasuredPrompts, options: CheckOptions) -> Report:
    """A report without rows: what the prompts are priced with, and what is to be known of the prices."""
    report = Report(command, Table(PROMPT_COLUMNS, shown=False))
    report.currency = (options.exchange.currency if options.exchange else None) or "USD"
    modes = {prompt.setting.terms.mode for prompt in measured.prompts}
    mode = modes.pop() if len(modes) == 1 else None
    report.provenance = Provenance(
        options.book, options.terms.day, mode, options.exchange, shown_path(options.config.path)
    )
    report.prefix = repository_prefix(options.config.folder)
    names = {prompt.row.name for prompt in measured.prompts}
    budgets = {prompt.setting.budget.name for prompt in measured.prompts}
    report.scope = f"{plural(len(names), 'prompt')} in {plural(len(budgets), 'budget')}"
    if os.path.basename(options.config.path) == OWN and shared_config(options.config.folder):
        report.warn([f"{SHARED} has [tool.tokcost], too: beside {OWN} it is not used"])
    report.warn(left_out_lines(measured.left_out))
    report.warn(_filled_in(measured.settings))
    for model in measured.models():
        report.warn(notes_on(model, options.terms.day))
    noted = (each.row for each in measured.prompts if each.row.input.note)
    report.warn(told_once((str(row.model), f"{row.input.standing}: {row.input.note}") for row in noted))
    return report


def _filled_in(settings: Iterable[Setting]) -> Iterator[str]:
    """What is not in the prompts and is priced all the same."""
    for each in settings:
        name = quote(each.budget.name)
        if each.extra_input:
            yield f"{name}: {tokens(each.extra_input)} input tokens are added to each prompt for what is filled in"
        if each.cached_share:
            yield f"{name}: {percent(each.cached_share, 1)} of the input is priced as read from the cache"


def add_rows(report: Report, rows: Sequence[PromptRow]) -> None:
    """Give the report its rows, and what those that are there add up to."""
    report.table.extend(rows)
    report.totals = totals_record([each.now for each in rows if each.now is not None])


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
