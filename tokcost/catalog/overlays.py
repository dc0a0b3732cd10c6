"""Which price files are laid over the built-in book unasked, and what of them looks like a slip."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from tokcost.catalog.book import PriceBook
from tokcost.catalog.names import Names
from tokcost.catalog.price_file import RESERVED
from tokcost.catalog.toml_text import parse_toml, read_text
from tokcost.errors import PriceFileError
from tokcost.naming.aliases import Alias
from tokcost.phrases import nearest, shown_path
from tokcost.rates import KINDS

PROJECT_FILE = "pricing.toml"
# So many models are looked at; a file that adds more of them is not one of slips.
_MOST = 20
# How much alike two ids are where one is a slip for the other: one character in a short one.
_ALIKE = 0.8


def laid_over(user: Path | None, folder: Path, named: Iterable[Path], aliases: Iterable[Alias] = ()) -> PriceBook:
    """The built-in book, the user's file, the project's in ``folder``, those named: each over the last.

    Raises PriceFileError for a file that is there and cannot be read, or is no price file; only the project may
    have a pricing.toml that is about something else, which the notes of the book then say.
    """
    own = [user] if user is not None and _is_there(user) else []
    notes = []
    project = folder / PROJECT_FILE
    if _is_there(project):
        if is_price_file(str(project), read_text(project)):
            own.append(project)
        else:
            notes.append(
                f"{shown_path(str(project))} is about something else: it has no [tokcost], so no rate is taken from it"
            )
    return PriceBook.load([*own, *named], notes, aliases)


def is_price_file(path: str, text: str) -> bool:
    """Whether a text is meant as a price file: its head is there in any spelling, or rates without it.

    Raises PriceFileError for one that speaks of tokcost and is not valid TOML.
    """
    if any(line.strip() == "[tokcost]" for line in text.splitlines()):
        return True
    try:
        data = parse_toml(path, text)
    except PriceFileError:
        if "tokcost" in text:
            raise
        return False
    return "tokcost" in data or any(_has_rates(models) for name, models in data.items() if name not in RESERVED)


def book_notes(book: PriceBook) -> list[str]:
    """What whoever uses a book should know of the files laid over it."""
    return [*book.notes, *_slips(book), *islice(_overtaken(book), _MOST)] if book.overlays else [*book.notes]


def _slips(book: PriceBook) -> Iterator[str]:
    """A sentence for each model that a price file adds with nothing but rates, though one named much alike exists."""
    keys = book.builtin.names().keys()
    names = Names([book.builtin])
    providers = sorted({provider for provider, _ in keys})
    own = ((file, key) for file in book.overlays for key in file.names() if file.table(key).keys() <= {"rates", "note"})
    strangers = (
        (file, key) for file, key in own if (names.relative_of("/".join(key)) or ("",))[0] != key[0].casefold()
    )
    for file, key in islice(strangers, _MOST):
        provider, model = key
        near = [] if provider in providers else nearest(provider, providers, 1, _ALIKE)
        if not near and not names.meant_by(model, date.today()):
            near = nearest(model, [each for _, each in keys], 1, _ALIKE)
        if near:
            yield (
                f"{file.at(key)}: {provider}/{model} is in no other price book, and nearest to it is {near[0]}: "
                "if that is meant, its price is what it was"
            )


def _overtaken(book: PriceBook) -> Iterator[str]:
    """A sentence for each model of which a file says a price without an end, where the book has a later row by now."""
    today = max(date.today(), book.as_of or date.min)
    known = {(provider.casefold(), model.casefold()): (provider, model) for provider, model in book.builtin.names()}
    own = [(file, key) for file in book.overlays for key in file.names()]
    for file, key in own:
        rows = file.table(key).get("rates", ())
        below = known.get((key[0].casefold(), key[1].casefold()))
        if below is None or not rows or "to" in rows[-1]:
            continue
        begun = rows[-1]["from"]
        later = [row["from"] for row in book.builtin.table(below).get("rates", ()) if begun < row["from"] <= today]
        if later:
            yield (
                f"{file.at(key)}: these rates of {'/'.join(key)} end on {min(later)}, where the built-in book has a "
                "row: a row from that day on keeps them"
            )


def _has_rates(models: Any) -> bool:
    """Whether a table holds models with rows of rates."""
    tables = models.values() if isinstance(models, dict) else ()
    rows = (row for table in tables if isinstance(table, dict) for row in _listed(table.get("rates")))
    return any(isinstance(row, dict) and not row.keys().isdisjoint(KINDS) for row in rows)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_there(path: Path) -> bool:
    """Whether there is such a file. What cannot be known, and a link that leads nowhere, is refused."""
    try:
        if os.path.isdir(path):
            return False
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise PriceFileError(str(path), None, f"cannot read the price file: {error.strerror}") from error
    return True
