"""A prompt: bytes under a name, from the working tree or from somewhere in history."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tokcost.budgets.budget import Budget
from tokcost.budgets.paths import excluded, find_names, matching, pattern_of
from tokcost.errors import TokcostError
from tokcost.phrases import quote

_LFS = b"version https://git-lfs.github.com/spec/v1"
REQUESTS = (".json", ".jsonl")
_REQUEST_IN_FILE = re.compile(r"(.+\.jsonl?)(?::\d+|\[\d+\])", re.IGNORECASE | re.DOTALL)


class Address(NamedTuple):
    """Where a prompt is: a file relative to the configuration's folder, and a key inside it, or ''."""

    file: str
    key: str = ""

    def __str__(self) -> str:
        return f"{self.file}#{self.key}" if self.key else self.file

    @property
    def is_request(self) -> bool:
        """Whether the whole file is a request body, or a line of them each."""
        return not self.key and self.file.lower().endswith(REQUESTS)


def addresses(budget: Budget, folder: str) -> list[Address]:
    """The prompts of a budget in the working tree, in the order of its paths, none twice.

    Raises TokcostError when any of its paths matches nothing: a budget that checks nothing is a
    budget that is broken without anybody noticing.
    """
    found: dict[Address, None] = {}
    for entry in budget.paths:
        pattern = pattern_of(entry)
        matches = find_names(folder, pattern)
        names = [name for name in matches.names if not excluded(name, budget.exclude)]
        if not names:
            why = "matches no file"
            if matches.names:
                why = f"matches only what exclude leaves out ({len(matches.names)} files)"
            elif matches.ignored:
                why = f"matches only what .gitignore leaves out ({matches.ignored} files)"
            raise TokcostError(f"budget {quote(budget.name)}: {quote(entry)} {why} under {folder}: correct its paths")
        for name in names:
            _reject_non_utf8_name(name)
            found[Address(name, pattern.key)] = None
    return list(found)


def addresses_among(budget: Budget, names: Sequence[str]) -> list[Address]:
    """The prompts of a budget among the names of a tree in history; nothing is a good answer here."""
    found: dict[Address, None] = {}
    for entry in budget.paths:
        pattern = pattern_of(entry)
        hits = [name for name in matching(names, pattern) if not excluded(name, budget.exclude)]
        found |= {Address(name, pattern.key): None for name in hits}
    return list(found)


def row_names(budget: Budget, names: Iterable[str]) -> list[str]:
    """Those names of rows, in a report or a lock, that are prompts of the budget."""
    listed = list(names)
    files = {name: file_of(name) for name in listed if "#" not in name}
    own = {each.file for each in addresses_among(budget, list(dict.fromkeys(files.values()))) if not each.key}
    # a key inside a file is named as the budget writes it
    return [name for name in listed if name in budget.paths or files.get(name) in own]


def file_of(name: str) -> str:
    """The file of a row's name: a request in it is named by its line, 'p.jsonl:12', or its place, 'p.json[3]'."""
    part = _REQUEST_IN_FILE.fullmatch(name)
    return part[1] if part else name.partition("#")[0]


def _reject_non_utf8_name(name: str) -> None:
    try:
        name.encode()
    except UnicodeEncodeError:
        shown = os.fsencode(name).decode("utf-8", "backslashreplace")
        raise TokcostError(f"{quote(shown)}: the file name is not UTF-8, no report could name it: rename it") from None


def read(folder: str, file: str) -> bytes:
    """The bytes of a file. Raises TokcostError when it cannot be read, or is a pointer instead of a text."""
    try:
        descriptor = os.open(os.path.join(folder, file), os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise TokcostError(f"{quote(file)}: cannot be read: {error.strerror}: make it readable") from error
    try:
        data = b"".join(_blocks(descriptor))
    except OSError as error:
        raise TokcostError(f"{quote(file)}: cannot be read: {error.strerror}: make it readable") from error
    finally:
        os.close(descriptor)
    refuse_pointer(file, data, "git lfs pull")
    return data


def refuse_pointer(name: str, data: bytes, remedy: str) -> None:
    """A Git LFS pointer stands for a text that is somewhere else: counting it would pass anything."""
    if data.startswith(_LFS):
        raise TokcostError(f"{quote(name)}: a Git LFS pointer, not the text: run '{remedy}' first")


def _blocks(descriptor: int) -> Iterator[bytes]:
    while block := os.read(descriptor, 1 << 20):
        yield block
