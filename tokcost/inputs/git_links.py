"""Links in a tree of git, followed there as a file system would: to files, and to folders with all that is in them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tokcost.errors import GitError
from tokcost.phrases import quote

LINK = "120000"
# As many links as Linux follows in one path.
_LINKS_IN_A_PATH = 40
# Names that links to folders may add: links that lead to folders with links multiply.
_MOST_NAMES = 200_000


class GitFile(NamedTuple):
    """A file in a tree: its mode, its object, the repository that has it ('' or a submodule) and its path there."""

    mode: str
    object: str
    module: str
    path: str


def followed(tree: Mapping[str, GitFile], targets: Mapping[str, str], lead: str) -> dict[str, GitFile]:
    """The tree with the file that each link leads to in place of the link, and names below each linked folder.

    ``targets``: where each link leads, by its name; those that begin with ``lead`` are followed. A link out of
    the tree stays a link.
    """
    return dict(tree) if not targets else _Links(tree, targets).followed(lead)


class _Links:
    def __init__(self, tree: Mapping[str, GitFile], targets: Mapping[str, str]) -> None:
        self._tree = tree
        self._targets = targets
        self._added = 0
        self._inside: dict[str, set[str]] = {}  # the names in each folder
        for name in tree:
            while name:
                above, _, last = name.rpartition("/")
                there = self._inside.setdefault(above, set())
                if last in there:
                    break
                there.add(last)
                name = above

    def followed(self, lead: str) -> dict[str, GitFile]:
        found = dict(self._tree)
        for name in self._targets:
            if not name.startswith(lead):
                continue
            real = self._real(name)
            if real is not None and real in self._tree:
                found[name] = self._tree[real]
            elif real is not None:
                del found[name]
                above = self._real(posixpath.dirname(name)) or ""
                found |= self._below(real, name, _parents(above))
        return found

    def _below(self, folder: str, shown: str, above: frozenset[str]) -> Iterator[tuple[str, GitFile]]:
        """What is in a folder under another name; not what leads back to a folder that it is in."""
        waiting = [(folder, shown, above)]
        while waiting:
            folder, shown, above = waiting.pop()
            if folder in above:
                continue
            for last in self._inside.get(folder, ()):
                self._added += 1
                if self._added > _MOST_NAMES:
                    raise GitError(f"{quote(shown)}: links to folders lead to more than {_MOST_NAMES:,} names")
                inner = f"{folder}/{last}" if folder else last
                real = self._real(inner)
                if real is None:
                    yield f"{shown}/{last}", self._tree[inner]
                elif real in self._tree:
                    yield f"{shown}/{last}", self._tree[real]
                else:
                    waiting.append((real, f"{shown}/{last}", above | _parents(folder)))

    def _real(self, name: str) -> str | None:
        """The name without a link in it; None where that is not in the tree."""
        parts = name.split("/")[::-1] if name else []
        real = ""
        links = 0
        while parts:
            part = parts.pop()
            if part in ("", "."):
                continue
            if part == "..":
                if not real:
                    return None
                real = posixpath.dirname(real)
                continue
            real = f"{real}/{part}" if real else part
            if real in self._targets:
                links += 1
                target = self._targets[real]
                if links > _LINKS_IN_A_PATH or target.startswith("/"):
                    return None
                real = posixpath.dirname(real)
                parts += target.split("/")[::-1]
        return real if real in self._tree or real in self._inside or not real else None


def _parents(folder: str) -> frozenset[str]:
    """A folder and all that it is in."""
    parts = folder.split("/") if folder else []
    return frozenset("/".join(parts[:count]) for count in range(len(parts) + 1))
