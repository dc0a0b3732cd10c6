"""A prompt: bytes under a name, from the working tree or from somewhere in history."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from tokcost.budgets.budget import Budget
from tokcost.budgets.paths import Pattern, excluded, matching, pattern_of
from tokcost.errors import TokcostError
from tokcost.inputs.compression import without_compression
from tokcost.inputs.files import InputFile
from tokcost.inputs.open import open_input, open_stream
from tokcost.inputs.pointers import pointer_of
from tokcost.inputs.text import Reading, in_utf8
from tokcost.phrases import quote

if TYPE_CHECKING:
    from tokcost.inputs.git import Repository
    from tokcost.inputs.git_links import GitFile

REQUESTS = (".json", ".jsonl")
_REQUEST_IN_FILE = re.compile(r"(.+\.jsonl?(?:\.\w+)?)(:\d+|\[\d+\])", re.IGNORECASE | re.DOTALL)
_LARGEST = 256 << 20


class Address(NamedTuple):
    """Where a prompt is: a file relative to the configuration's folder, and a key inside it, or ''."""

    file: str
    key: str = ""

    def __str__(self) -> str:
        return f"{self.file}#{self.key}" if self.key else self.file

    @property
    def is_request(self) -> bool:
        """Whether the whole file is a request body, or a line of them each."""
        return not self.key and without_compression(self.file).endswith(REQUESTS)


def addresses_among(
    budget: Budget, names: Sequence[str], keys: Callable[[str, Pattern], Iterable[str]] | None = None
) -> list[Address]:
    """The prompts of a budget among the names of a tree in history; there may be none.

    ``keys`` says which keys of a file a pattern of keys means there.
    """
    found: dict[Address, None] = {}
    for entry in budget.paths:
        pattern = pattern_of(entry)
        for name in matching(names, pattern):
            own = [pattern.key] if pattern.names_key else keys(name, pattern) if keys else ()
            found |= {Address(name, key): None for key in own if not excluded(name, key, budget.exclude)}
    return list(found)


def row_names(budget: Budget, names: Iterable[str]) -> list[str]:
    """Those names of rows, in a report or a lock, that are prompts of the budget."""
    patterns = [pattern_of(entry) for entry in budget.paths]
    return [name for name in names if any(_is_of(budget, each, name) for each in patterns)]


def _is_of(budget: Budget, pattern: Pattern, name: str) -> bool:
    """Whether a row is of a pattern: named by a file, a request in it, or a file and a key (either may hold a #)."""
    if not pattern.key:
        file = file_of(name) if _REQUEST_IN_FILE.fullmatch(name) else name
        return pattern.matches(file) and not excluded(file, "", budget.exclude)
    at = name.find("#")
    while at >= 0:
        file, key = name[:at], name[at + 1 :]
        if pattern.matches(file) and pattern.matches_key(key):
            return not excluded(file, key, budget.exclude)
        at = name.find("#", at + 1)
    return False


def file_of(name: str) -> str:
    """The file of a row's name: a request in it is named by its line, 'p.jsonl:12', or its place, 'p.json[3]'."""
    part = _REQUEST_IN_FILE.fullmatch(name)
    return part[1] if part else name.partition("#")[0]


def prompt_and_part(name: str) -> tuple[str, str]:
    """The prompt of a row's name, and which request of it the row is: 'p.jsonl:12' is ':12' of 'p.jsonl'."""
    part = None if "#" in name else _REQUEST_IN_FILE.fullmatch(name)
    return (part[1], part[2]) if part else (name, "")


def read(folder: str, file: str, charset: str = "utf-8") -> bytes:
    """The text of a file as UTF-8, unpacked. Raises TokcostError when it cannot be read, or is a pointer instead."""
    with open_input(InputFile(quote(file), os.path.join(folder, file))) as stream:
        data = _whole(stream, quote(file), charset)
    refuse_pointer(file, data)
    return data


def text_of(name: str, data: bytes, charset: str = "utf-8") -> bytes:
    """The same of bytes that git has of a file."""
    with open_stream(BytesIO(data), quote(name)) as stream:
        return _whole(stream, quote(name), charset)


def text_then(repository: Repository, name: str, entry: GitFile, data: bytes, charset: str = "utf-8") -> bytes:
    """The same of a file of history, of which ``data`` is what a checkout would write here.

    That goes by the attributes of today, which may give it a charset that it never had: git itself keeps UTF-8.
    """
    if _is_text(data) or charset != "utf-8":
        return text_of(name, data, charset)
    stored = repository.stored([entry]).get(entry, data)
    return text_of(name, stored if _is_text(stored) else data, charset)


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in data


def _whole(stream: BinaryIO, name: str, charset: str) -> bytes:
    data = in_utf8(stream, name, Reading(charset)).read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise TokcostError(f"{name}: a prompt of more than {_LARGEST >> 20} MB: leave it out with exclude")
    return data


def refuse_pointer(name: str, data: bytes, lfs: str = "git lfs pull") -> None:
    """A pointer of Git LFS or git-annex stands for a text that is somewhere else: counting it would pass anything.

    ``lfs``: what fetches that of Git LFS.
    """
    pointer = pointer_of(data)
    if pointer is not None:
        fetch = lfs if "LFS" in pointer.kind else pointer.fetch
        raise TokcostError(f"{quote(name)}: {pointer.kind}, not the text: run '{fetch}' first")
