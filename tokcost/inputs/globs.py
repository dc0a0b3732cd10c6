"""Patterns of file names, and the files that they are compared with."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache

from tokcost.errors import TokcostError
from tokcost.phrases import quote

MAGIC = re.compile(r"[*?\[]")
# Links to folders that are followed: those that lead to folders with links multiply.
_MOST_LINKS = 10_000


def depth_of(glob: str) -> int | None:
    """How many folders down the files that a pattern matches lie, None for any."""
    return None if "**" in glob.split("/") else glob.count("/")


@cache
def compiled(glob: str, hidden: bool = False) -> re.Pattern[str]:
    """``**`` is any folders, ``*`` and ``?`` stay within one; a leading dot needs to be written, as in a shell.

    With ``hidden`` it need not be.

    What stands between two wildcards is taken where it comes first, for good: no pattern takes long.
    """
    parts = glob.split("/")
    seen = "" if hidden else r"(?!\.)"
    runs: list[list[str]] = [[]]
    for part in parts:
        if part != "**":
            runs[-1].append(("" if part.startswith(".") else seen) + of_part(part, glob, "[^/]"))
        elif runs[-1] or len(runs) == 1:
            runs.append([])
    found = "/".join(runs[0]) + ("/" if runs[0] and len(runs) > 1 else "")
    for run in runs[1:-1]:
        found += rf"(?>(?:{seen}[^/]+/)*?" + "/".join(run) + "/)"
    if len(runs) > 1:
        found += rf"(?:{seen}[^/]+/)*" + ("/".join(runs[-1]) or rf"{seen}[^/]+")
    return re.compile(found + r"\Z", re.DOTALL)


def of_part(part: str, whole: str, one: str) -> str:
    """The expression of a part of a pattern, where ``one`` is any one character."""
    pieces = [""]
    at = 0
    while at < len(part):
        char = part[at]
        close = part.find("]", at + (3 if part[at + 1 : at + 2] in ("!", "^") else 2)) if char == "[" else -1
        if char == "*":
            pieces.append("")
        elif close > 0:
            pieces[-1] += _set(part[at + 1 : close], whole)
            at = close
        else:
            pieces[-1] += one if char == "?" else re.escape(char)
        at += 1
    middle = "".join(f"(?>{one}*?{piece})" for piece in pieces[1:-1] if piece)
    return pieces[0] + (f"{middle}{one}*{pieces[-1]}" if len(pieces) > 1 else "")


def _set(inner: str, whole: str) -> str:
    """A set of characters in brackets."""
    sign = "^" if inner[0] in "!^" else ""
    inner = inner[len(sign) :]
    found = ""
    at = 0
    while at < len(inner):
        first, last = inner[at], inner[at : at + 3][-1] if inner[at + 1 : at + 2] == "-" and at + 2 < len(inner) else ""
        if last and last < first:
            raise TokcostError(f"{quote(whole)}: no character is in [{first}-{last}]: write the range from low to high")
        found += re.escape(first) + (f"-{re.escape(last)}" if last else "")
        at += 3 if last else 1
    return f"(?!/)[{sign}{found}]"


def files_below(
    folder: str, below: str, deep: int | None, not_into: frozenset[str] = frozenset()
) -> Iterator[tuple[str, bool]]:
    """The names under ``below``, at most ``deep`` folders down, and whether each is a folder.

    A link to a folder is followed, unless it leads back to where it is. Raises TokcostError for a folder that
    cannot be read.
    """
    top = os.path.realpath(os.path.join(folder, below))
    waiting: list[tuple[str, int | None, str, frozenset[str]]] = [(below, deep, top, frozenset())]
    links = 0
    while waiting:
        below, deep, real, above = waiting.pop()
        lead = f"{below}/" if below else ""
        for entry in _entries(folder, below):
            name = lead + entry.name
            is_link = entry.is_symlink()
            if not (os.path.isdir(entry.path) if is_link else entry.is_dir(follow_symlinks=False)):
                if _may_hold_text(entry):
                    yield name, False
                continue
            yield name, True
            if deep == 0 or entry.name in not_into:
                continue
            inner, below_it = above, os.path.join(real, entry.name)
            if is_link:
                below_it = os.path.realpath(below_it)
                if _leads_back(below_it, above | {real}):
                    continue
                inner = above | {real, below_it}
                links += 1
                if links > _MOST_LINKS:
                    raise TokcostError(
                        f"{quote(name)}: more than {_MOST_LINKS:,} links to folders on the way: leave it out"
                    )
            waiting.append((name, None if deep is None else deep - 1, below_it, inner))


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
