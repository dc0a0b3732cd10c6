"""A prompt: bytes under a name, from the working tree or from somewhere in history."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import BinaryIO, NamedTuple

from tokcost.budgets.budget import Budget
from tokcost.budgets.paths import excluded, find_names, matching, pattern_of
from tokcost.errors import TokcostError
from tokcost.inputs.compression import without_compression
from tokcost.inputs.files import InputFile, LeftOut
from tokcost.inputs.open import open_input, open_stream
from tokcost.inputs.text import Reading, in_utf8
from tokcost.phrases import plural, quote

_LFS = b"version https://git-lfs.github.com/spec/v1"
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


def addresses(budget: Budget, folder: str, left_out: list[LeftOut]) -> list[Address]:
    """The prompts of a budget in the working tree, in the order of its paths, without duplicates.

    ``left_out`` takes what .gitignore names.
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
                why = f"matches only what exclude leaves out ({plural(len(matches.names), 'file')})"
            elif matches.ignored:
                why = f"matches only what .gitignore leaves out ({plural(len(matches.ignored), 'file')})"
            raise TokcostError(f"budget {quote(budget.name)}: {quote(entry)} {why} under {folder}: correct its paths")
        left_out += [LeftOut(name, "named in .gitignore") for name in matches.ignored]
        for name in names:
            _reject_non_utf8_name(name)
            found[Address(name, pattern.key)] = None
    return list(found)


def addresses_among(budget: Budget, names: Sequence[str]) -> list[Address]:
    """The prompts of a budget among the names of a tree in history; there may be none."""
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


def prompt_and_part(name: str) -> tuple[str, str]:
    """The prompt of a row's name, and which request of it the row is: 'p.jsonl:12' is ':12' of 'p.jsonl'."""
    part = None if "#" in name else _REQUEST_IN_FILE.fullmatch(name)
    return (part[1], part[2]) if part else (name, "")


def _reject_non_utf8_name(name: str) -> None:
    try:
        name.encode()
    except UnicodeEncodeError:
        shown = os.fsencode(name).decode("utf-8", "backslashreplace")
        raise TokcostError(f"{quote(shown)}: the file name is not UTF-8, no report could name it: rename it") from None


def read(folder: str, file: str, charset: str = "utf-8") -> bytes:
    """The text of a file as UTF-8, unpacked. Raises TokcostError when it cannot be read, or is a pointer instead."""
    with open_input(InputFile(quote(file), os.path.join(folder, file))) as stream:
        data = _whole(stream, quote(file), charset)
    refuse_pointer(file, data, "git lfs pull")
    return data


def text_of(name: str, data: bytes, charset: str = "utf-8") -> bytes:
    """The same of bytes that git has of a file."""
    with open_stream(BytesIO(data), quote(name)) as stream:
        return _whole(stream, quote(name), charset)


def _whole(stream: BinaryIO, name: str, charset: str) -> bytes:
    data = in_utf8(stream, name, Reading(charset)).read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise TokcostError(f"{name}: a prompt of more than {_LARGEST >> 20} MB: leave it out with exclude")
    return data


def refuse_pointer(name: str, data: bytes, remedy: str) -> None:
    """A Git LFS pointer stands for a text that is somewhere else: counting it would pass anything."""
    if data.startswith(_LFS):
        raise TokcostError(f"{quote(name)}: a Git LFS pointer, not the text: run '{remedy}' first")
