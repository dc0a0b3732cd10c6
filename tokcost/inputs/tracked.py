"""What git tracks below a folder: content, whatever an ignore file or a sparse checkout says."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tokcost.errors import GitError, TokcostError
from tokcost.phrases import quote

if TYPE_CHECKING:
    from tokcost.inputs.git import IndexedFiles, Repository
    from tokcost.inputs.git_links import GitFile


# Version 2 of the index has no room for a file that is left out of the disk.
_PLAIN_INDEX = b"\0\0\0\2"


class TrackedFiles:
    """The index of the repository around a folder, asked for once and only where there is one.

    ``failure``: why git could not say, None where it could or there is no repository.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._repository: Repository | None = None
        self._found: IndexedFiles | None = None
        self._sorted: list[str] | None = None
        self._absent: Mapping[str, GitFile] | None = None
        self.failure: GitError | None = None

    def files(self) -> Mapping[str, GitFile]:
        """Every tracked file by its name below the folder."""
        return self._index().files

    def absent(self) -> Mapping[str, GitFile]:
        """Those that git has and does not lay on the disk: left out by a sparse checkout, or assumed unchanged."""
        if self._absent is None:
            found = self._index()
            self._absent = {
                name: found.files[name] for name in found.sparse
                if not os.path.exists(os.path.join(self._folder, name))
            }  # fmt: skip
        return self._absent

    def below(self, folder: str) -> list[str]:
        """The tracked files in a folder and its folders, sorted."""
        if self._sorted is None:
            self._sorted = sorted(self.files())
        start = bisect_left(self._sorted, f"{folder}/")
        end = bisect_left(self._sorted, f"{folder}0", start)  # "0" comes after "/"
        return self._sorted[start:end]

    def may_miss(self) -> bool:
        """Whether the index may name files as left out of the disk, told by its first bytes: no git is run."""
        top = _top(self._folder)
        git = os.path.join(top or "", ".git")
        if top is None or not os.path.isdir(git):
            return top is not None
        try:
            with open(os.path.join(git, "index"), "rb") as file:
                head = file.read(8)
        except OSError:
            return False
        return head[4:8] != _PLAIN_INDEX

    def content(self, name: str) -> bytes:
        """What git has of a file. Raises GitError when that is not in this clone."""
        assert self._repository is not None
        entry = self.files()[name]
        return self._repository.read([entry])[entry]

    def need(self, name: str) -> None:
        """Raise TokcostError where git cannot say whether it tracks an ignored file, which would then be content."""
        self._index()
        if self.failure is not None:
            raise TokcostError(
                f"{quote(name)} is named in .gitignore, and whether git tracks it is not known: {self.failure}"
            )

    def _index(self) -> IndexedFiles:
        if self._found is None:
            from tokcost.inputs.git import IndexedFiles, Repository

            self._found = IndexedFiles({}, frozenset())
            top = _top(self._folder)
            if top is not None:
                try:
                    self._repository = Repository(self._folder)
                    self._found = self._repository.index()
                except GitError as error:
                    self.failure = error
                    if os.path.exists(os.path.join(top, ".git", "info", "sparse-checkout")):
                        raise
        return self._found


def _top(folder: str) -> str | None:
    """The folder at or above that has a repository."""
    top = os.path.abspath(folder)
    while not os.path.exists(os.path.join(top, ".git")):
        above = os.path.dirname(top)
        if above == top:
            return None
        top = above
    return top
