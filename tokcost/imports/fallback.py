"""A layer below the book: price files and price lists of others, asked for names that the book does not know."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

from tokcost.catalog import Model, PriceBook
from tokcost.catalog.price_file import ParsedFile
from tokcost.catalog.toml_text import read_text
from tokcost.errors import AmbiguousModel, TokcostError, UnknownName
from tokcost.imports.compare import known_as
from tokcost.imports.importing import ImportRules, Refusal, imported, offers_called
from tokcost.imports.opening import price_source
from tokcost.imports.source import PriceSource
from tokcost.imports.toml_rows import price_file_text
from tokcost.phrases import quote, shown_path

# A price file ends so, or has this head near its beginning; whatever else is a list of others.
_SUFFIX, _HEAD, _LOOK_AT = ".toml", b"[tokcost]", 4096


class FallbackFiles(NamedTuple):
    """The files of a layer, the first one strongest, and whether a limit may be held against what they say."""

    files: tuple[str, ...] = ()
    allowed: bool = False


class FallbackLayer:
    """Answers as a book's ``fallback``.

    ``named`` are those that the command line names, read at once; ``configured`` gives those of the configuration,
    asked when a name is not known. ``gate``: a limit is set, which no number of this layer may keep unless allowed.
    """

    def __init__(self, named: FallbackFiles, gate: bool, configured: Callable[[], FallbackFiles]) -> None:
        self._named = named
        self._gate = gate
        self._configured = configured
        self._layers: list[_Layer] | None = None
        self._found: dict[tuple[str, str], tuple[Model, str] | None] = {}
        self._allowed = named.allowed
        self._own = [_Layer(file) for file in named.files]

    def __call__(self, name: str, book: PriceBook, seller: str = "") -> tuple[Model, str] | None:
        """The model of that name and what must be said of it; None where no file has it.

        With a ``seller`` only what this one sells. Raises TokcostError for a name of several sellers, for a file that
        cannot be read, and behind a limit.
        """
        key = (name, seller)
        if key not in self._found:
            self._found[key] = self._find(name, book, seller)
        found = self._found[key]
        if found is not None and self._gate and not self._allowed:
            raise TokcostError(
                f"model {quote(name)} is not in the book, and no limit is held against what a fallback says of it: "
                "--allow-fallback, or allow-fallback = true in the configuration, allows that"
            )
        return found

    def _find(self, name: str, book: PriceBook, seller: str) -> tuple[Model, str] | None:
        if self._layers is None:
            more = self._configured()
            self._allowed = self._allowed or more.allowed
            known = set(self._named.files)
            self._layers = self._own + [_Layer(file) for file in more.files if file not in known]
        for layer in self._layers:
            if found := layer.find(name, book, seller):
                return found
        return None


class _Layer:
    """One file, read when it is made."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._source: PriceSource | None = None
        self._own: ParsedFile | None = None
        if _is_price_file(file):
            PriceBook.load([Path(file)])  # all that is wrong in it is said at once
            self._own = ParsedFile(file, read_text(Path(file)))
        else:
            self._source = price_source(file)

    def find(self, name: str, book: PriceBook, seller: str) -> tuple[Model, str] | None:
        """The model that the file has by a name, and the sentence on it."""
        if self._own is not None:
            return self._in_price_file(name, PriceBook(book.builtin, [*book.overlays, self._own]), seller)
        assert self._source is not None
        offers = [each for each in offers_called(self._source.models, name) if seller in ("", each.seller)]
        bare = PriceBook(book.builtin, book.overlays)
        if not offers or any(True for _ in known_as(bare, offers[0])):
            return None  # by another name the book knows it, and its price
        if len({offer.full_id for offer in offers}) > 1:
            raise AmbiguousModel(name, [offer.name for offer in offers])
        # undated rates are taken for those of every day: the sentence says of which they are
        found = imported(bare, self._source, offers[0], ImportRules(date.min, date.max))
        if isinstance(found, Refusal):
            raise TokcostError(
                f"model {quote(name)} is not in the book, and of {self._told()} is taken: {found.reason}"
            )
        text = price_file_text(f"{self._source.label}, one model", [found.entry])
        model = PriceBook(book.builtin, [*book.overlays, ParsedFile(self._file, text)]).model(found.entry.key)
        return model, f"{model.full_id}: priced from {self._told()}, not from the book"

    def _told(self) -> str:
        assert self._source is not None
        label = self._source.label if self._source.version else self._source.kind
        file = "" if self._file.casefold().startswith(self._source.kind) else f" {shown_path(self._source.path)}"
        return f"{label}{file} of {self._source.day or 'a day that is not known'}"

    def _in_price_file(self, name: str, below: PriceBook, seller: str) -> tuple[Model, str] | None:
        try:
            meaning = below.meaning(name, hints=False)
        except UnknownName:
            return None
        model = below.meant(meaning)
        own = self._own.names() if self._own else ()
        if meaning.sold_as is not None or seller not in ("", model.provider) or meaning.key not in own:
            return None
        rows = [row for row in model.prices if row.source]
        days = [row.checked for row in model.prices if row.checked]
        where = f" ({rows[-1].source})" if rows else ""
        when = f" of {max(days)}" if days else ""
        return model, f"{model.full_id}: priced from the price file {self._file}{where}{when}, not from the book"


def _is_price_file(file: str) -> bool:
    if file.endswith(_SUFFIX) or not os.path.isfile(file):
        return file.endswith(_SUFFIX)
    try:
        with open(file, "rb") as opened:
            return _HEAD in opened.read(_LOOK_AT)
    except OSError:
        return False  # said when it is read
