"""Names that .gitignore leaves out, found without reading rules that cannot mean any of them.

Most lines of a .gitignore have nothing to do with prompts. A line can only match a path that holds its
literal part, so one look through all names at once often shows that no rule needs to be compiled.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokcost.sources.find import Rules


def not_ignored(folder: str, names: Sequence[str]) -> list[str]:
    """Those of the names below the folder that no .gitignore from the top of the repository down leaves out."""
    if not names or not _may_be_ignored(folder, names):
        return list(names)
    from tokcost.sources.find import Rules

    rules = Rules(Path(folder))
    spoken: dict[str, bool] = {"": False}
    kept = []
    for name in names:
        parent = name.rpartition("/")[0]
        if not _folder_ignored(rules, folder, parent, spoken) and not rules.exclude(os.path.join(folder, name)):
            kept.append(name)
    return kept


def _folder_ignored(rules: Rules, folder: str, name: str, spoken: dict[str, bool]) -> bool:
    if name not in spoken:
        above = _folder_ignored(rules, folder, name.rpartition("/")[0], spoken)
        spoken[name] = above or rules.exclude(os.path.join(folder, name) + "/")
    return spoken[name]


def _may_be_ignored(folder: str, names: Sequence[str]) -> bool:
    lead = ""
    top = os.path.realpath(folder)
    levels = [top]
    while not os.path.exists(os.path.join(top, ".git")):
        top, here = os.path.split(top)
        if not here:
            levels, lead = levels[:1], ""  # in no repository: nothing above the folder speaks
            break
        levels.append(top)
        lead = f"{here}/{lead}"
    parents = {name.rpartition("/")[0] for name in names}
    for parent in list(parents):
        while parent:
            parent = parent.rpartition("/")[0]
            parents.add(parent)
    folders = {*levels, *(os.path.join(folder, parent) for parent in parents if parent)}
    every_name = "\n".join(lead + name for name in names)
    return any(_may_match(line, every_name) for each in folders for line in _lines(each))


def _lines(folder: str) -> Iterator[str]:
    try:
        with open(os.path.join(folder, ".gitignore"), encoding="utf-8", errors="replace") as file:
            yield from file
    except OSError:
        return


def _may_match(line: str, every_name: str) -> bool:
    line = line.strip()
    if not line or line.startswith(("#", "!")):
        return False  # nothing, or what only takes back what another line left out
    if "[" in line or "\\" in line:
        return True
    longest = max((part.strip("/") for part in re.split(r"[*?]+", line)), key=len)
    return longest in every_name
