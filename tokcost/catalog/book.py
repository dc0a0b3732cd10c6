"""The price book: the built-in file, what the user lays over it, and look-up by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from tokcost.catalog.model import Model
from tokcost.catalog.parse import model_fields, price_row
from tokcost.catalog.price_file import IndexedFile, Key, ParsedFile, PriceFile, read_text
from tokcost.errors import AmbiguousModel, UnknownName
from tokcost.rates import Price

_SNAPSHOT = re.compile(r"^(?P<base>.+?)(?:-|@)(?P<day>20\d{2}-?[01]\d-?[0-3]\d)$")


class PriceBook:
    """Models by name, merged from price files: later files win by provider and model.

    >>> book = PriceBook.load()
    >>> book.find("gpt-4o").full_id
    'openai/gpt-4o'
    """

    def __init__(self, builtin: IndexedFile, overlays: Sequence[ParsedFile] = ()) -> None:
        self.builtin = builtin
        self.overlays = tuple(overlays)
        self._raw: dict[Key, dict[str, Any]] | None = None
        self._models: dict[Key, Model] = {}
        self._by_key: dict[Key, Key] = {}
        self._by_name: dict[str, list[Key]] = {}
        for file in self._files():
            self._add_names(file)

    @classmethod
    def load(cls, overlays: Iterable[Path] = ()) -> PriceBook:
        """The shipped book with price files laid over it, the last one strongest.

        Raises PriceFileError, with file and line, for a file that breaks the format.
        """
        path = builtin_path()
        builtin = IndexedFile("pricing.toml", read_text(path))
        files = []
        for overlay in overlays:
            text = read_text(overlay)
            if text != builtin.text:  # the checkout's own pricing.toml is the built-in book
                files.append(ParsedFile(str(overlay), text))
        book = cls(builtin, files)
        for file in files:
            for key in file.names():
                book.model(key)  # a broken overlay is told at once, not when its model is asked for
        return book

    @property
    def as_of(self) -> date | None:
        """The day the built-in book was put together."""
        return self.builtin.as_of

    @property
    def sha256(self) -> str:
        """Hash over the text of every file, in the order they were laid."""
        import hashlib

        return hashlib.sha256("\0".join(file.text for file in (self.builtin, *self.overlays)).encode()).hexdigest()

    def stamp(self) -> dict[str, Any]:
        """What a report says of the book it was priced with."""
        return {"as_of": self.as_of.isoformat() if self.as_of else None, "sha256": self.sha256}

    def names(self) -> list[str]:
        """Every model id, alias and provider/id form, sorted."""
        forms = {f"{provider}/{model}" for provider, model in self._by_key.values()}
        return sorted(
            forms.union(*({model, *aliases} for file in self._files() for (_, model), aliases in file.names().items()))
        )

    def models(self) -> list[Model]:
        """Every model, sorted by provider and id."""
        if self._raw is None:
            self._raw = self.builtin.all_tables()
        return [self.model(key) for key in sorted(self._by_key.values(), key=lambda key: (key[0], key[1].casefold()))]

    def find(self, name: str) -> Model:
        """The model of that id, alias, provider/id form or dated snapshot; never the nearest one.

        Raises UnknownName (with the nearest names) or AmbiguousModel (with the forms that work).
        """
        keys = self._matches(name)
        if not keys and (snapshot := _SNAPSHOT.match(name)) and _is_day(snapshot["day"]):
            keys = self._matches(snapshot["base"])
        if len(keys) == 1:
            return self.model(keys[0])
        if keys:
            raise AmbiguousModel(name, [f"{provider}/{model}" for provider, model in keys])
        raise UnknownName("model", name, self._nearest(name), "'tokcost models list' shows all")

    def model(self, key: Key) -> Model:
        """The model under an exact (provider, id), merged over all files."""
        if key not in self._models:
            self._models[key] = self._merge(key)
        return self._models[key]

    def _files(self) -> tuple[PriceFile, ...]:
        return (self.builtin, *self.overlays)

    def _add_names(self, file: PriceFile) -> None:
        for key, aliases in file.names().items():
            folded = (key[0].casefold(), key[1].casefold())
            kept = self._by_key.setdefault(folded, key)
            self._claim(key[1], kept, file, None)
            for alias in aliases:
                self._claim(alias, kept, file, "aliases")

    def _claim(self, name: str, key: Key, file: PriceFile, at: str | None) -> None:
        """One name means one model within a provider: a second claim is a shadowed alias."""
        keys = self._by_name.setdefault(name.casefold(), [])
        rival = next((other for other in keys if other[0] == key[0] and other != key), None)
        if rival is not None:
            file.fail(f"the name '{name}' is already that of {rival[0]}/{rival[1]}", key, None, at)
        if key not in keys:
            keys.append(key)

    def _matches(self, name: str) -> list[Key]:
        folded = name.casefold()
        provider, slash, rest = folded.partition("/")
        if slash:
            own = [key for key in self._by_name.get(rest, []) if key[0] == provider]
            if own:
                return own
        return self._by_name.get(folded, [])

    def _nearest(self, name: str) -> list[str]:
        import difflib

        known = {known_name.casefold(): known_name for known_name in self.names()}
        folded = name.casefold()
        begins = sorted((other for other in known if other.startswith(folded)), key=len) if len(folded) > 2 else []
        close = difflib.get_close_matches(folded, known, n=3, cutoff=0.6)
        return [known[other] for other in dict.fromkeys([*begins, *close])][:3]

    def _merge(self, key: Key) -> Model:
        fields: dict[str, Any] = {}
        rows: dict[date, Price] = {}
        for file in self._files():
            own = next((own for own in file.names() if _same(own, key)), None)
            if own is None:
                continue
            raw = self._raw[own] if file is self.builtin and self._raw is not None else file.table(own)
            fields |= model_fields(raw, _failing(file, own, None))
            rows |= {price.start: price for price in _rows_of(file, own, raw)}
        return Model(key[0], key[1], prices=_without_overlap(rows), **fields)


def builtin_path() -> Path:
    """pricing.toml: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    shipped = package / "pricing.toml"
    return shipped if shipped.exists() else package.parent / "pricing.toml"


def _rows_of(file: PriceFile, key: Key, raw: dict[str, Any]) -> list[Price]:
    rows = raw.get("rates", [])
    if not isinstance(rows, list):
        file.fail(f'rates are rows of their own: [[{key[0]}."{key[1]}".rates]]', key, None, "rates")
    prices: list[Price] = []
    for number, row in enumerate(rows):
        fail = _failing(file, key, number)
        if not isinstance(row, dict):
            fail("rates are tables", None)
        price = price_row(row, fail)
        if prices and price.start <= prices[-1].start:
            fail(f"rows overlap: {price.start} is not after {prices[-1].start}, the 'from' of the row before", "from")
        if prices and (end := prices[-1].end) is not None and price.start < end:
            fail(f"rows overlap: {price.start} is before {end}, the 'to' of the row before", "from")
        prices.append(price)
    return prices


def _without_overlap(rows: dict[date, Price]) -> tuple[Price, ...]:
    """Rows in order, each ending where the next begins."""
    ordered = [rows[start] for start in sorted(rows)]
    ended = [
        row._replace(end=after.start) if row.end is None or row.end > after.start else row
        for row, after in zip(ordered, ordered[1:], strict=False)
    ]
    return (*ended, *ordered[-1:])


def _failing(file: PriceFile, key: Key, row: int | None) -> Any:
    def fail(problem: str, name: str | None) -> NoReturn:
        file.fail(problem, key, row, name)

    return fail


def _same(one: Key, other: Key) -> bool:
    return one[0].casefold() == other[0].casefold() and one[1].casefold() == other[1].casefold()


def _is_day(digits: str) -> bool:
    try:
        date.fromisoformat(digits)  # 3.11 and later read both 2026-01-31 and 20260131
    except ValueError:
        return False
    return True
