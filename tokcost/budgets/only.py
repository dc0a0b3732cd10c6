"""Budgets cut down to the files that somebody named."""

from __future__ import annotations

import os
from collections.abc import Sequence

from tokcost.budgets.budget import Budget
from tokcost.budgets.paths import literal
from tokcost.budgets.settings import Setting
from tokcost.budgets.work_tree import WorkTree, addresses
from tokcost.errors import TokcostError
from tokcost.inputs.files import LeftOut
from tokcost.phrases import quote


def only_files(
    settings: Sequence[Setting], tree: WorkTree, files: Sequence[str], folder: str, left_out: list[LeftOut]
) -> list[Setting]:
    """The budgets that hold one of the files, each for these alone, here and at a base.

    One that limits all of its prompts together is kept whole: of a part it could not say whether it is within.
    ``folder`` is that of the configuration; ``left_out`` takes the files under no budget. Raises TokcostError for
    one that is not there.
    """
    wanted = {_below(folder, file): file for file in files}
    found = []
    held: set[str] = set()
    by_budget = [addresses(setting.budget, tree, []) for setting in settings]
    there = {_named(each.file, wanted) for own in by_budget for each in own}
    for unheld in sorted(wanted.keys() - there):  # budgets may know it by the name that a link leads to
        file = wanted.pop(unheld)
        wanted[_from(folder, os.path.realpath(file))] = file
    for setting, own in zip(settings, by_budget, strict=True):
        named = {each: name for each in own if (name := _named(each.file, wanted)) is not None}
        held.update(named.values())
        if named and not _limits_all(setting.budget):
            paths = tuple(literal(each.file, each.key) for each in named)
            setting = setting._replace(budget=setting.budget._replace(paths=paths, exclude=()))
        found += [setting] if named else []
    left_out += [LeftOut(wanted[name], "under no budget") for name in wanted if name not in held]
    return found


def _below(folder: str, file: str) -> str:
    """A path as the budgets name it, from the folder of the configuration."""
    if not os.path.lexists(file):
        raise TokcostError(f"{quote(file)}: no such file or directory")
    path = os.path.join(os.path.realpath(os.path.dirname(os.path.abspath(file))), os.path.basename(file))
    path = os.path.realpath(file) if os.path.basename(file) in ("", ".", "..") else path
    return _from(folder, path)


def _from(folder: str, path: str) -> str:
    """A path from a folder; of what the folder lies in, the folder."""
    parts = os.path.relpath(path, os.path.realpath(folder)).split(os.sep)
    return "." if set(parts) == {".."} else "/".join(parts)


def _named(file: str, wanted: dict[str, str]) -> str | None:
    """The name among those wanted that is a file, or a folder that it is in."""
    while file:
        if file in wanted:
            return file
        file = file.rpartition("/")[0]
    return "." if "." in wanted else None


def _limits_all(budget: Budget) -> bool:
    limits = (budget.max_total_tokens, budget.max_total_cost, budget.max_total_increase, budget.max_cost_per_month)
    return any(limit is not None for limit in limits)
