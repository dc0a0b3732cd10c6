"""Patterns to file names, in the working tree and in a list of names alike."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from tokcost.errors import TokcostError
from tokcost.inputs.find import NEVER_WALKED
from tokcost.inputs.gitignore import GitIgnore
from tokcost.phrases import quote

_MAGIC = re.compile(r"[*?\[]")


class Pattern(NamedTuple):
    """One entry of ``paths``: a glob or a name, and the key inside the file after a ``#``."""

    glob: str
    key: str

    @property
    def is_name(self) -> bool:
        """Whether it names one file rather than a pattern."""
        return not _MAGIC.search(self.glob)

    def matches(self, name: str) -> bool:
        """Whether a file name (relative, with slashes) is meant."""
        return name == self.glob if self.is_name else _compiled(self.glob).match(name) is not None


def pattern_of(entry: str) -> Pattern:
    """``agents.yaml#support.system`` is the key support.system of agents.yaml."""
    glob, _, key = entry.partition("#")
    glob = glob.replace("\\", "/") if os.sep == "\\" else glob
    while glob.startswith("./"):
        glob = glob[2:]
    glob = glob.rstrip("/") or glob
    return Pattern(glob, key)


class PathMatches(NamedTuple):
    """Names that a pattern matches, and those that .gitignore leaves out."""

    names: list[str]
    ignored: list[str]


def find_names(folder: str, pattern: Pattern) -> PathMatches:
    """The files under ``folder`` that the pattern means, sorted; a name is one whether or not it is there.

    Raises TokcostError for a folder that cannot be read: what is in there could break a budget.
    """
    if pattern.is_name:
        full = os.path.join(folder, pattern.glob)
        if os.path.isdir(full):
            raise TokcostError(f"{quote(pattern.glob)} is a directory: a budget names files, as '{pattern.glob}/**/*'")
        return PathMatches([pattern.glob] if os.path.lexists(full) else [], [])
    parts = pattern.glob.split("/")
    fixed = 0
    while not _MAGIC.search(parts[fixed]):
        fixed += 1
    deep = None if "**" in parts else len(parts) - fixed - 1
    start = "/".join(parts[:fixed])
    match = _compiled(pattern.glob).match
    names = sorted(name for name in _walk(folder, start, deep) if match(name))
    rules = GitIgnore(folder)
    ignored = {name: None for name in names if rules.excludes_deeply(os.path.join(folder, name))}
    return PathMatches([name for name in names if name not in ignored], list(ignored))


def matching(names: Iterable[str], pattern: Pattern) -> list[str]:
    """Those of the names that the pattern means, sorted."""
    return sorted(name for name in names if pattern.matches(name))


def excluded(name: str, patterns: Sequence[str]) -> bool:
    """Whether one of the patterns leaves a name out."""
    return any(pattern_of(each).matches(name) for each in patterns)


def _walk(folder: str, below: str, deep: int | None) -> Iterator[str]:
    """Files under ``below``, at most ``deep`` folders down; links to folders are not followed."""
    try:
        with os.scandir(os.path.join(folder, below) if below else folder) as entries:
            found = list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise TokcostError(f"{quote(below or folder)}: cannot be read: {error.strerror}") from error
    lead = f"{below}/" if below else ""
    for entry in found:
        name = lead + entry.name
        if entry.is_dir(follow_symlinks=False):
            if deep != 0 and entry.name not in NEVER_WALKED:
                yield from _walk(folder, name, None if deep is None else deep - 1)
        elif entry.is_file() or not os.path.exists(entry.path):  # a broken symlink is reported when it is read
            yield name


@cache
def _compiled(glob: str) -> re.Pattern[str]:
    """``**`` is any folders, ``*`` and ``?`` stay within one; a leading dot needs to be written, as in a shell."""
    parts = glob.split("/")
    found = []
    for at, part in enumerate(parts):
        last = at == len(parts) - 1
        if part == "**":
            found.append(r"(?:(?!\.)[^/]+/)*" + (r"(?!\.)[^/]+" if last else ""))
            continue
        guard = "" if part.startswith(".") else r"(?!\.)"
        found.append(guard + _part(part) + ("" if last else "/"))
    return re.compile("".join(found) + r"\Z", re.DOTALL)


def _part(part: str) -> str:
    pieces = []
    at = 0
    while at < len(part):
        char = part[at]
        close = part.find("]", at + 2)
        if char == "[" and close > 0:
            inner = part[at + 1 : close].replace("\\", r"\\")
            pieces.append("[^" + inner[1:] + "]" if inner[0] in "!^" else f"[{inner}]")
            at = close
        else:
            pieces.append({"*": "[^/]*", "?": "[^/]"}.get(char) or re.escape(char))
        at += 1
    return "".join(pieces)
