"""Arguments to sources: files as they are, directories by what git would track, globs."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tokcost.errors import TokcostError
from tokcost.phrases import quote
from tokcost.sources.reading import Source

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

# Never prompts, and there whether or not somebody remembered to ignore them.
_NEVER = frozenset({".git", ".hg", ".svn", "node_modules", ".venv", "__pycache__"})


class Found(NamedTuple):
    """A source; ``named`` when the user named it, rather than a directory or a glob."""

    source: Source
    named: bool


class Skipped(NamedTuple):
    """A file inside a directory that is not counted, and why; ``failed``: it should have been."""

    name: str
    reason: str
    failed: bool = False


def find(arguments: Sequence[str], ignore: bool = True) -> Iterator[Found | Skipped]:
    """The sources behind file arguments, in the order given, directories sorted, none twice.

    Raises TokcostError when a name or a glob matches nothing.
    """
    seen: set[str] = set()
    for argument in arguments:
        for item in _one(argument, ignore):
            if isinstance(item, Found):
                path = os.path.abspath(item.source.path or argument)
                if path in seen:
                    continue
                seen.add(path)
            yield item


def _one(argument: str, ignore: bool) -> Iterator[Found | Skipped]:
    try:
        mode = os.stat(argument).st_mode
    except FileNotFoundError:
        yield from _glob(argument, ignore)
        return
    except (OSError, ValueError) as error:
        raise TokcostError(f"{quote(argument)}: cannot be read: {getattr(error, 'strerror', error)}") from error
    if stat.S_ISDIR(mode):
        yield from _walk(argument, ignore)
    else:
        yield Found(Source(argument, path=Path(argument)), named=True)


def _glob(argument: str, ignore: bool) -> Iterator[Found | Skipped]:
    import glob

    if not glob.has_magic(argument):
        raise TokcostError(f"{quote(argument)}: no such file or directory")
    matches = sorted(glob.glob(argument, recursive=True))
    if not matches:
        raise TokcostError(f"{quote(argument)}: the pattern matches no file")
    rules = Rules(Path.cwd()) if ignore else None
    for match in matches:
        if os.path.isdir(match) or (rules and rules.exclude(match)):
            continue
        yield from _file(match)


def _walk(top: str, ignore: bool) -> Iterator[Found | Skipped]:
    rules = Rules(Path(top)) if ignore else None
    failures: list[OSError] = []
    for folder, folders, files in os.walk(top, onerror=failures.append):
        while failures:
            failure = failures.pop()
            yield Skipped(str(failure.filename), f"cannot be read: {failure.strerror}", failed=True)
        if rules:
            rules.enter(folder)
            folders[:] = [
                name for name in folders if name not in _NEVER and not rules.exclude(os.path.join(folder, name) + "/")
            ]
        folders.sort()
        for name in sorted(files):
            path = os.path.join(folder, name)
            if not (rules and rules.exclude(path)):
                yield from _file(path)
    for failure in failures:
        yield Skipped(str(failure.filename), f"cannot be read: {failure.strerror}", failed=True)


def _file(path: str) -> Iterator[Found | Skipped]:
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        dangling = os.path.islink(path) and error.errno in (errno.ENOENT, errno.ELOOP)
        yield Skipped(
            path, "a link to nothing" if dangling else f"cannot be read: {error.strerror}", failed=not dangling
        )
        return
    if stat.S_ISREG(mode):
        yield Found(Source(path, path=Path(path)), named=False)
    else:
        yield Skipped(path, "no regular file")


class Rules:
    """The .gitignore files from the top of the repository down to where a walk stands."""

    def __init__(self, start: Path) -> None:
        self._specs: dict[str, GitIgnoreSpec | None] = {}
        start = start.resolve()
        self._root = next((str(top) for top in (start, *start.parents) if (top / ".git").exists()), str(start))
        self._links: dict[str, str] = {}

    def enter(self, folder: str) -> None:
        """Read the .gitignore of a folder, and of those above it inside the repository."""
        for level in self._levels(self._real(folder)):
            self._spec(level)

    def exclude(self, path: str) -> bool:
        """Whether a path (a folder ends in "/") is ignored; the deepest .gitignore that speaks decides."""
        bare = path.rstrip("/")
        real = os.path.join(self._real(os.path.dirname(bare) or "."), os.path.basename(bare))
        for level in self._levels(os.path.dirname(real)):
            spec = self._spec(level)
            if spec is None:
                continue
            below = os.path.relpath(real, level) + ("/" if path.endswith("/") else "")
            verdict = spec.check_file(below).include
            if verdict is not None:
                return verdict
        return False

    def _real(self, folder: str) -> str:
        if folder not in self._links:
            self._links[folder] = os.path.realpath(folder)
        return self._links[folder]

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
