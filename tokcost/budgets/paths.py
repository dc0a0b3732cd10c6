"""Patterns of files, and of keys inside them: one normal form, in the working tree and in a list of names alike."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from tokcost.errors import TokcostError
from tokcost.inputs.globs import MAGIC, compiled, of_part
from tokcost.phrases import quote

# The first # that does not stand in brackets.
_FILE_AND_KEY = re.compile(r"((?:[^#\[]|\[[^\]]*\]|\[)*?)(?:#(.*))?", re.DOTALL)
# Between the steps of a key, which may hold any dot.
_STEP = "\0"


class Pattern(NamedTuple):
    """One entry of ``paths``: a glob or a name, and the key inside the file after a ``#``, which may be a glob too."""

    glob: str
    key: str

    @property
    def is_name(self) -> bool:
        """Whether it names one file rather than a pattern."""
        return not MAGIC.search(self.glob)

    @property
    def names_key(self) -> bool:
        """Whether it names one key, or none, rather than a pattern of keys."""
        return not MAGIC.search(self.key)

    def fixed(self) -> str:
        """The folder that all it matches lies in, '' for any."""
        parts = self.glob.split("/")
        fixed = next((at for at, part in enumerate(parts) if MAGIC.search(part)), len(parts) - 1)
        return "/".join(parts[:fixed])

    def matches(self, name: str) -> bool:
        """Whether a file name (relative, with slashes) is meant."""
        return name == self.glob if self.is_name else compiled(self.glob).match(name) is not None

    def would_match(self, name: str) -> bool:
        """Whether a file is meant but for a dot that its name, or that of a folder, begins with."""
        return not self.is_name and not self.matches(name) and compiled(self.glob, True).match(name) is not None

    def matches_key(self, key: str) -> bool:
        """Whether a key is meant, whose steps are joined by dots: ``*`` holds none then, lest it takes two steps."""
        return key == self.key if self.names_key else _compiled_key(self.key, "[^.]").match(key) is not None

    def matches_steps(self, steps: Iterable[str]) -> bool:
        """Whether a key is meant, of which each step is known and may hold dots."""
        return _compiled_key(self.key, f"[^{_STEP}]").match(_STEP.join(steps)) is not None


def pattern_of(entry: str) -> Pattern:
    """``agents.yaml#support.system`` is the key support.system of agents.yaml; ``./p//a.md`` is ``p/a.md``.

    Raises TokcostError for a pattern that no file can match.
    """
    if "\0" in entry:
        raise TokcostError(f"{quote(entry)}: no file name holds a NUL: correct the path")
    split = _FILE_AND_KEY.fullmatch(entry)
    assert split is not None
    glob = split[1].replace("\\", "/") if os.sep == "\\" else split[1]
    found = Pattern("/".join(part for part in glob.split("/") if part not in ("", ".")) or glob, split[2] or "")
    if not found.is_name:
        compiled(found.glob)
    return found


def literal(file: str, key: str = "") -> str:
    """The entry of ``paths`` that means one file, or one key of it, and nothing else."""
    name = re.sub(r"[*?\[#]", r"[\g<0>]", file)
    return name + ("#" + re.sub(r"[*?\[]", r"[\g<0>]", key) if key else "")


def as_on_disk(folder: str, entry: str) -> str:
    """The entry with the folders and the file that it names spelled as the disk has them.

    A file system that does not tell upper case from lower takes any spelling; git has one.
    """
    pattern = pattern_of(entry)
    parts = pattern.glob.split("/")
    named = len(parts) if pattern.is_name else len(pattern.fixed().split("/")) if pattern.fixed() else 0
    if not named or not os.path.lexists(os.path.join(folder, *parts[:named])):
        return entry
    above = folder
    for at, part in enumerate(parts[:named]):
        parts[at] = _spelling(above, part)
        above = os.path.join(above, parts[at])
    if parts == pattern.glob.split("/"):
        return entry
    return "/".join(parts) + (f"#{pattern.key}" if pattern.key else "")


def _spelling(folder: str, name: str) -> str:
    """The name that a folder has for what is there under this one."""
    try:
        there = os.listdir(folder)
    except OSError:
        return name
    return name if name in there else next((each for each in there if _folded(each) == _folded(name)), name)


def _folded(name: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFC", name).casefold()


def matching(names: Iterable[str], pattern: Pattern) -> list[str]:
    """Those of the names that the pattern means, sorted."""
    lead = pattern.fixed()
    return sorted(name for name in names if name.startswith(lead) and pattern.matches(name))


def excluded(name: str, key: str, patterns: Sequence[str]) -> bool:
    """Whether one of the patterns leaves out a file, or this key of it."""
    found = map(pattern_of, patterns)
    return any(each.matches(name) and (not each.key or (key != "" and each.matches_key(key))) for each in found)


@cache
def _compiled_key(key: str, one: str) -> re.Pattern[str]:
    """``*`` is anything within one step of a key, ``**`` any steps; a dot stands in a step, or between two."""
    runs = ["[.\0]".join(of_part(part, key, one) for part in run.split(".")) for run in key.split("**")]
    return re.compile(".*".join(runs) + r"\Z", re.DOTALL)
