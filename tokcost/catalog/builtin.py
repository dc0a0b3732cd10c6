"""The built-in book: pricing.toml with the makers that matter, and one file a provider for all others.

A count asks for one model of it, and most for one of those makers: the other files are read when a name
is in none of their tables.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NoReturn

from tokcost.catalog.price_file import IndexedFile, Key
from tokcost.catalog.toml_text import parse_toml, read_text

HEAD = "pricing.toml"


class BuiltinBook(IndexedFile):
    """Read as one price file: the head, pricing.toml, and what stands in a file of its provider's."""

    def __init__(self, head: Path, folder: Path) -> None:
        super().__init__(HEAD, read_text(head))
        self._folder = folder
        self._parts: dict[str, IndexedFile] = {}

    @classmethod
    def shipped(cls) -> BuiltinBook:
        """The one of this installation, read once in a process: nothing in it changes."""
        return _read_once(builtin_path(), providers_folder())

    @cached_property
    def parts(self) -> Mapping[str, IndexedFile]:
        """The files of the other providers by provider, read now."""
        return {provider: part for provider in self.listed if (part := self.part(provider))}

    def part(self, provider: str) -> IndexedFile | None:
        """The file of one other provider, read now; None where it has none of its own."""
        if provider not in self.listed:
            return None
        if provider not in self._parts:
            path = self._folder / f"{provider}.toml"
            self._parts[provider] = IndexedFile(f"prices/{provider}.toml", read_text(path))
        return self._parts[provider]

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """The providers that have files of their own."""
        return listed_files(HEAD, self.text)

    @property
    def whole_text(self) -> str:
        """The text of every file, in order: what the hash of a book is over."""
        return "\0".join([self.text, *(part.text for part in self.parts.values())])

    def core_names(self) -> Mapping[Key, tuple[str, ...]]:
        """The models of pricing.toml with their aliases: no other file is read for them."""
        return super().names()

    def names(self) -> Mapping[Key, tuple[str, ...]]:
        """Every model of all files with its aliases."""
        return self._all_names

    @cached_property
    def _all_names(self) -> dict[Key, tuple[str, ...]]:
        found = dict(super().names())
        for part in self.parts.values():
            found.update(part.names())
        return found

    def table(self, key: Key) -> dict[str, Any]:
        """The raw table of one model, parsed now."""
        return super().table(key) if key in super().names() else self._holder(key[0]).table(key)

    def all_tables(self) -> dict[Key, dict[str, Any]]:
        """Every raw table: cheaper than one by one when the whole book is asked for."""
        found = super().all_tables()
        for part in self.parts.values():
            found |= part.all_tables()
        return found

    def fail(
        self, problem: str, key: tuple[str, ...] = (), row: int | None = None, name: str | None = None
    ) -> NoReturn:
        """Raise PriceFileError at the file and line where the problem stands."""
        if part := self._part(key):
            part.fail(problem, key, row, name)
        super().fail(problem, key, row, name)

    def at(self, key: Key) -> str:
        """The file and the line where a model stands, as errors have it."""
        part = self._part(key)
        return part.at(key) if part else super().at(key)

    def _part(self, key: tuple[str, ...]) -> IndexedFile | None:
        return None if not key or key in super().names() else self.part(key[0])

    def _holder(self, provider: str) -> IndexedFile:
        part = self.part(provider)
        if part is None:
            raise KeyError(provider)
        return part


@cache
def _read_once(head: Path, folder: Path) -> BuiltinBook:
    return BuiltinBook(head, folder)


def builtin_path() -> Path:
    """pricing.toml: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    shipped = package / HEAD
    return shipped if shipped.exists() else package.parent / HEAD


def providers_folder() -> Path:
    """Where the files of the other providers are."""
    return Path(__file__).resolve().parent.parent / "prices"


def listed_files(path: str, text: str) -> tuple[str, ...]:
    """The providers that the head of the book names as having files of their own."""
    head = re.search(r"^\[tokcost\]\n.*?(?=^\[)", text, re.MULTILINE | re.DOTALL)
    if head is None:
        return ()
    files = parse_toml(path, head[0], text.count("\n", 0, head.start()))["tokcost"].get("files", [])
    return tuple(files)
