"""What .gitignore files leave out, from the top of the repository down."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


class GitIgnore:
    """The rules that hold below a folder. pathspec is loaded only where there is a .gitignore."""

    def __init__(self, folder: str) -> None:
        self._specs: dict[str, GitIgnoreSpec | None] = {}
        start = Path(folder).resolve()
        self._root = next((str(top) for top in (start, *start.parents) if (top / ".git").exists()), str(start))
        self._real_folders: dict[str, str] = {}
        self._excluded_folders: dict[str, bool] = {}

    def excludes(self, path: str) -> bool:
        """Whether a path is ignored (a folder ends in "/"); the deepest .gitignore with a rule for it decides."""
        bare = path.rstrip("/")
        real = os.path.join(self._real(os.path.dirname(bare) or "."), os.path.basename(bare))
        return self._decides(real, path.endswith("/"))

    def excludes_deeply(self, path: str) -> bool:
        """Whether a file is ignored, or a folder that it lies in: what is below cannot be taken back in."""
        real = os.path.join(self._real(os.path.dirname(path) or "."), os.path.basename(path))
        return self._excludes_folder(os.path.dirname(real)) or self._decides(real, False)

    def _excludes_folder(self, folder: str) -> bool:
        if folder == self._root or not folder.startswith(self._root):
            return False
        if folder not in self._excluded_folders:
            above = self._excludes_folder(os.path.dirname(folder))
            self._excluded_folders[folder] = above or self._decides(folder, True)
        return self._excluded_folders[folder]

    def _decides(self, real: str, is_folder: bool) -> bool:
        for level in self._levels(os.path.dirname(real)):
            spec = self._spec(level)
            if spec is None:
                continue
            below = os.path.relpath(real, level) + ("/" if is_folder else "")
            verdict = spec.check_file(below).include
            if verdict is not None:
                return verdict
        return False

    def _real(self, folder: str) -> str:
        if folder not in self._real_folders:
            self._real_folders[folder] = os.path.realpath(folder)
        return self._real_folders[folder]

    def _levels(self, folder: str) -> Iterator[str]:
        """The folder and its parents up to the top of the repository, deepest first."""
        while True:
            yield folder
            parent = os.path.dirname(folder)
            if folder == self._root or parent == folder or not folder.startswith(self._root):
                return
            folder = parent

    def _spec(self, folder: str) -> GitIgnoreSpec | None:
        if folder not in self._specs:
            self._specs[folder] = None
            try:
                with open(os.path.join(folder, ".gitignore"), encoding="utf-8", errors="replace") as file:
                    lines = file.readlines()
            except OSError:
                return None
            from pathspec import GitIgnoreSpec

            self._specs[folder] = GitIgnoreSpec.from_lines(lines)
        return self._specs[folder]
