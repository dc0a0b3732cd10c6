"""What .gitignore files leave out, from the top of the repository down."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    Chain = tuple[tuple[str, GitIgnoreSpec], ...]


class GitIgnore:
    """The rules that hold below a folder. pathspec is loaded only where there is a .gitignore."""

    def __init__(self, folder: str) -> None:
        start = Path(folder).resolve()
        self._root = next((str(top) for top in (start, *start.parents) if (top / ".git").exists()), str(start))
        self._real_folders: dict[str, str] = {}
        self._chains: dict[str, Chain] = {}
        self._excluded_folders: dict[str, bool] = {}

    def excludes(self, path: str) -> bool:
        """Whether a path is ignored (a folder ends in "/"); the deepest .gitignore with a rule for it decides."""
        bare = path.rstrip("/")
        return self._decides(self._real(os.path.dirname(bare) or "."), os.path.basename(bare), path.endswith("/"))

    def excludes_deeply(self, path: str) -> bool:
        """Whether a file is ignored, or a folder that it lies in: what is below cannot be taken back in."""
        folder = self._real(os.path.dirname(path) or ".")
        return self._excludes_folder(folder) or self._decides(folder, os.path.basename(path), False)

    def _excludes_folder(self, folder: str) -> bool:
        below = []
        while folder not in self._excluded_folders and self._within(folder) and folder != self._root:
            below.append(folder)
            folder = os.path.dirname(folder)
        excluded = self._excluded_folders.get(folder, False)
        for each in reversed(below):
            excluded = excluded or self._decides(os.path.dirname(each), os.path.basename(each), True)
            self._excluded_folders[each] = excluded
        return excluded

    def _decides(self, folder: str, name: str, is_folder: bool) -> bool:
        real = os.path.join(folder, name)
        for level, spec in self._chain(folder):
            below = real[len(level.rstrip(os.sep)) + 1 :] + ("/" if is_folder else "")
            verdict = spec.check_file(below).include
            if verdict is not None:
                return verdict
        return False

    def _real(self, folder: str) -> str:
        """The folder without a link in it; looked up from the one above, so that depth costs nothing."""
        if folder not in self._real_folders:
            above, name = os.path.split(folder)
            known = self._real_folders.get(above)
            if known is not None and name not in ("", ".", "..") and not os.path.islink(folder):
                self._real_folders[folder] = os.path.join(known, name)
            else:
                self._real_folders[folder] = os.path.realpath(folder)
        return self._real_folders[folder]

    def _within(self, folder: str) -> bool:
        return folder == self._root or folder.startswith(self._root.rstrip(os.sep) + os.sep)

    def _chain(self, folder: str) -> Chain:
        """The rules of the folder and of its parents up to the top of the repository, deepest first."""
        below = []
        while folder not in self._chains:
            below.append(folder)
            above = os.path.dirname(folder)
            if folder == self._root or above == folder or not self._within(folder):
                break
            folder = above
        chain = self._chains.get(folder, ())
        for each in reversed(below):
            spec = _spec(each)
            chain = self._chains[each] = ((each, spec), *chain) if spec is not None else chain
        return chain


def _spec(folder: str) -> GitIgnoreSpec | None:
    """The rules of one folder. git reads no .gitignore that is a link, and none that is no file."""
    path = os.path.join(folder, ".gitignore")
    if not os.path.isfile(path) or os.path.islink(path):
        return None
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.readlines()
    except OSError:
        return None
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)
