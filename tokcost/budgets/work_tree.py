"""The files of a working tree that patterns mean: what lies there, and what git tracks of it."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tokcost.budgets.budget import Budget
from tokcost.budgets.paths import Pattern, excluded, matching, pattern_of
from tokcost.budgets.prompt import Address, read, text_of
from tokcost.errors import TokcostError
from tokcost.inputs.content import NEVER_WALKED
from tokcost.inputs.files import LeftOut
from tokcost.inputs.gitignore import GitIgnore
from tokcost.inputs.globs import depth_of, files_below
from tokcost.inputs.tracked import TrackedFiles
from tokcost.phrases import plural, quote

if TYPE_CHECKING:
    from tokcost.budgets.keys import KeyedFile


class PathMatches(NamedTuple):
    """Names that a pattern matches, those that .gitignore leaves out, and those that only a dot hides from it."""

    names: list[str]
    ignored: list[str]
    hidden: list[str]


class WorkTree:
    """A folder of prompts. Each of its files is read once, and parsed once."""

    def __init__(self, folder: str, charset: str = "utf-8") -> None:
        self.folder = folder
        self._charset = charset
        self._tracked = TrackedFiles(folder)
        self._files: dict[str, bytes] = {}
        self._keyed: dict[str, KeyedFile] = {}

    def find(self, pattern: Pattern) -> PathMatches:
        """The files that the pattern means, sorted; a name is one whether or not it can be read.

        What git tracks is meant even where .gitignore names it, or a sparse checkout leaves it out.
        Raises TokcostError for a folder that cannot be read: what is in there could break a budget.
        """
        if pattern.is_name:
            full = os.path.join(self.folder, pattern.glob)
            if os.path.isdir(full):
                raise TokcostError(
                    f"{quote(pattern.glob)} is a directory: a budget names files, as '{pattern.glob}/**/*'"
                )
            there = os.path.lexists(full) or pattern.glob in self._tracked.absent()
            return PathMatches([pattern.glob] if there else [], [], [])
        start = pattern.fixed()
        deep = depth_of(pattern.glob[len(start) :].lstrip("/"))
        walked = [name for name, is_folder in files_below(self.folder, start, deep, NEVER_WALKED) if not is_folder]
        found = {name for name in walked if pattern.matches(name)}
        hidden = [name for name in walked if "." in name and pattern.would_match(name)]
        tracked = self._tracked.files()
        rules = GitIgnore(self.folder)
        ignored = {
            name for name in found
            if name not in tracked and rules.excludes_deeply(os.path.join(self.folder, name))
        }  # fmt: skip
        if ignored:
            self._tracked.need(min(ignored))
        for name in matching(tracked, pattern):
            if name in self._tracked.absent() or (name not in found and os.path.lexists(f"{self.folder}/{name}")):
                found.add(name)
        return PathMatches(sorted(found - ignored), sorted(ignored), sorted(hidden))

    def read(self, file: str) -> bytes:
        """The text of a file as UTF-8, unpacked; that which git has of one that a sparse checkout leaves out.

        Raises TokcostError when it cannot be read.
        """
        if file not in self._files:
            absent = file in self._tracked.absent()
            data = text_of(file, self._tracked.content(file), self._charset) if absent else None
            self._files[file] = read(self.folder, file, self._charset) if data is None else data
        return self._files[file]

    def keyed(self, file: str) -> KeyedFile:
        """The texts in a file by their keys. Raises TokcostError when it cannot be read or parsed."""
        if file not in self._keyed:
            self._keyed[file] = keyed_file(file, self.read(file))
        return self._keyed[file]


@lru_cache(maxsize=8)
def keyed_file(name: str, data: bytes) -> KeyedFile:
    """The texts in a file of these bytes by their keys, parsed once however many of them are asked for."""
    from tokcost.budgets.keys import KeyedFile

    return KeyedFile(name, data)


def addresses(budget: Budget, tree: WorkTree, left_out: list[LeftOut]) -> list[Address]:
    """The prompts of a budget in the working tree, in the order of its paths, without duplicates.

    ``left_out`` takes what .gitignore names.
    Raises TokcostError when any of its paths matches nothing: a budget that checks nothing is a
    budget that is broken without anybody noticing.
    """
    found: dict[Address, None] = {}
    hidden: dict[str, None] = {}
    for entry in budget.paths:
        pattern = pattern_of(entry)
        matches = tree.find(pattern)
        own = []
        for name in matches.names:
            if excluded(name, "", budget.exclude):
                continue
            _reject_non_utf8_name(name)
            keys = [pattern.key] if pattern.names_key else tree.keyed(name).matching(pattern)
            own += [Address(name, key) for key in keys if not excluded(name, key, budget.exclude)]
        if not own:
            why = "matches no file"
            if matches.names:
                why = f"matches only what exclude leaves out ({plural(len(matches.names), 'file')})"
            elif matches.ignored:
                why = f"matches only what .gitignore leaves out ({plural(len(matches.ignored), 'file')})"
            raise TokcostError(
                f"budget {quote(budget.name)}: {quote(entry)} {why} under {tree.folder}: correct its paths"
            )
        left_out += [LeftOut(name, "named in .gitignore") for name in matches.ignored]
        hidden |= dict.fromkeys(matches.hidden)
        found |= dict.fromkeys(own)
    files = {each.file for each in found}
    left_out += [
        LeftOut(name, "hidden by a dot that the pattern does not write")
        for name in hidden if name not in files and not excluded(name, "", budget.exclude)
    ]  # fmt: skip
    return list(found)


def _reject_non_utf8_name(name: str) -> None:
    try:
        name.encode()
    except UnicodeEncodeError:
        shown = os.fsencode(name).decode("utf-8", "backslashreplace")
        raise TokcostError(f"{quote(shown)}: the file name is not UTF-8, no report could name it: rename it") from None
