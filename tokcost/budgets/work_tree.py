"""The files of a working tree that patterns mean: what lies there, and what git tracks of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tokcost.budgets.budget import Budget
from tokcost.budgets.paths import Pattern, excluded, matching, pattern_of
from tokcost.budgets.prompt import Address, read, text_of
from tokcost.errors import TokcostError
from tokcost.inputs.files import LeftOut
from tokcost.inputs.find import NEVER_WALKED
from tokcost.inputs.gitignore import GitIgnore
from tokcost.inputs.tracked import TrackedFiles
from tokcost.phrases import plural, quote

if TYPE_CHECKING:
    from tokcost.budgets.keys import KeyedFile

# Names under links to folders: links that lead to folders with links multiply.
_MOST_LINKED = 200_000


class PathMatches(NamedTuple):
    """Names that a pattern matches, and those that .gitignore leaves out."""

    names: list[str]
    ignored: list[str]


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
            return PathMatches([pattern.glob] if there else [], [])
        start = pattern.fixed()
        parts = pattern.glob.split("/")
        deep = None if "**" in parts else len(parts) - (len(start.split("/")) if start else 0) - 1
        found = {name for name in _walk(self.folder, start, deep) if pattern.matches(name)}
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
        return PathMatches(sorted(found - ignored), sorted(ignored))

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
        found |= dict.fromkeys(own)
    return list(found)


def _reject_non_utf8_name(name: str) -> None:
    try:
        name.encode()
    except UnicodeEncodeError:
        shown = os.fsencode(name).decode("utf-8", "backslashreplace")
        raise TokcostError(f"{quote(shown)}: the file name is not UTF-8, no report could name it: rename it") from None


def _walk(folder: str, below: str, deep: int | None) -> Iterator[str]:
    """Files under ``below``, at most ``deep`` folders down; a link to a folder is followed, but not back up."""
    waiting: list[tuple[str, int | None, frozenset[str]]] = [(below, deep, frozenset())]
    linked = 0
    while waiting:
        below, deep, above = waiting.pop()
        lead = f"{below}/" if below else ""
        for entry in _entries(folder, below):
            name = lead + entry.name
            linked += bool(above)
            if linked > _MOST_LINKED:
                raise TokcostError(f"{quote(name)}: links to folders lead to more than {_MOST_LINKED:,} names")
            if entry.is_symlink() and os.path.isdir(entry.path):
                here = os.path.realpath(os.path.dirname(entry.path))
                real = os.path.realpath(entry.path)
                if deep != 0 and entry.name not in NEVER_WALKED and not _leads_back(real, above | {here}):
                    waiting.append((name, None if deep is None else deep - 1, above | {here, real}))
            elif entry.is_dir(follow_symlinks=False):
                if deep != 0 and entry.name not in NEVER_WALKED:
                    waiting.append((name, None if deep is None else deep - 1, above))
            elif _may_hold_text(entry):
                yield name


def _leads_back(real: str, above: frozenset[str]) -> bool:
    """Whether a folder is one of those above, or holds one of them."""
    return any(each == real or each.startswith(real.rstrip(os.sep) + os.sep) for each in above)


def _may_hold_text(entry: os.DirEntry[str]) -> bool:
    """Whether it is a file, or a link that leads nowhere, which is reported when it is read."""
    try:
        return entry.is_file() or not os.path.exists(entry.path)
    except OSError:  # links in a circle
        return True


def _entries(folder: str, below: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(os.path.join(folder, below) if below else folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise TokcostError(f"{quote(below or folder)}: cannot be read: {error.strerror}") from error
