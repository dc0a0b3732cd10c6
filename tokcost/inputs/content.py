"""What below a folder is content: what no .gitignore names, and what git tracks all the same."""

from __future__ import annotations

import os
from collections.abc import Iterator

from tokcost.inputs.files import InputFile, LeftOut
from tokcost.inputs.gitignore import GitIgnore
from tokcost.inputs.search import Search, regular
from tokcost.inputs.tracked import TrackedFiles

# Folders of version control: never content.
_HISTORY = frozenset({".git", ".hg", ".svn"})
# Never prompts, and there whether or not somebody remembered to ignore them.
TOOL_FOLDERS = frozenset({"node_modules", ".venv", "__pycache__"})
NEVER_WALKED = _HISTORY | TOOL_FOLDERS
_IGNORED = "named in .gitignore (--no-ignore reads it)"
_TOOLS = "a folder of tools, not of texts (--no-ignore reads it)"


class FolderContent:
    """The content below a folder, and why the rest is none."""

    def __init__(self, top: str, search: Search) -> None:
        self._top = top
        self._search = search
        self._rules = GitIgnore(top) if search.ignore else None
        self._tracked = TrackedFiles(top)

    def wanted(self, path: str, deeply: bool = False) -> InputFile | LeftOut:
        """A file, or why it is left out; ``deeply``: the folders that it lies in were not looked at."""
        excludes = self._rules and (self._rules.excludes_deeply if deeply else self._rules.excludes)
        if excludes and excludes(path) and self._name(path) not in self._tracked.files():
            return self._ignored(path, _IGNORED)
        return regular(path, self._search)

    def not_walked(self, path: str, name: str) -> Iterator[InputFile | LeftOut] | None:
        """What of a folder that is not walked is content, and why the rest is not; None when it is walked."""
        if name in _HISTORY and (self._rules or self._search.suffixes):
            return iter(())
        if os.path.islink(path):
            return iter([self._linked(path)])
        if self._rules and name in TOOL_FOLDERS:
            return self._tracked_in(path, _TOOLS)
        if self._rules and self._rules.excludes(path + "/"):
            return self._tracked_in(path, _IGNORED)
        return None

    def missing(self) -> Iterator[LeftOut]:
        """What git tracks and does not lay on the disk."""
        if self._tracked.may_miss():
            for name in sorted(self._tracked.absent()):
                if self._search.takes(name):
                    yield LeftOut(os.path.join(self._top, name), "git has it, a sparse checkout does not", unread=True)

    def _tracked_in(self, folder: str, reason: str) -> Iterator[InputFile | LeftOut]:
        yield self._ignored(folder + "/", reason)
        for name in self._tracked.below(self._name(folder)):
            path = os.path.join(self._top, name)
            if os.path.lexists(path):
                yield regular(path, self._search)

    def _ignored(self, path: str, reason: str) -> LeftOut:
        self._tracked.files()
        failure = self._tracked.failure
        return LeftOut(path, f"{reason}; whether git tracks it is not known: {failure}" if failure else reason,
                       unread=failure is not None)  # fmt: skip

    def _linked(self, path: str) -> LeftOut:
        """A link to a folder: what is in there is read under its own name, or not at all."""
        real, top = os.path.realpath(path), os.path.realpath(self._top)
        inside = os.path.relpath(real, top).split(os.sep)
        left_out = not NEVER_WALKED.isdisjoint(inside) or bool(self._rules and self._rules.excludes_deeply(real))
        return LeftOut(path + "/", "a linked folder, not followed", unread=inside[0] == os.pardir or left_out)

    def _name(self, path: str) -> str:
        """The name of a path as git has it below the folder."""
        return os.path.relpath(path, self._top).replace(os.sep, "/")
