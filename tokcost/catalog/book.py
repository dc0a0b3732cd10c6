"""The price book: the built-in file, what the user lays over it, and look-up by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from tokcost.catalog.model import Model
from tokcost.catalog.names import BY_SELLER, Names
from tokcost.catalog.parse import laid_rules, model_fields, price_row
from tokcost.catalog.price_file import IndexedFile, Key, ParsedFile, PriceFile
from tokcost.catalog.rule_book import RuleBook, failing
from tokcost.catalog.toml_text import read_text
from tokcost.errors import AmbiguousModel, UnknownName
from tokcost.phrases import nearest
from tokcost.rates import Price


class PriceBook:
    """Models by name, merged from price files: later files win by provider and model.

    >>> book = PriceBook.load()
    >>> book.find("gpt-4o").full_id
    'openai/gpt-4o'
    """

    def __init__(self, builtin: IndexedFile, overlays: Sequence[ParsedFile] = (), notes: Iterable[str] = ()) -> None:
        self.builtin = builtin
        self.overlays = tuple(overlays)
        self.notes = tuple(notes)
        self._raw: dict[Key, dict[str, Any]] | None = None
        self._models: dict[Key, Model] = {}
        self._names = Names(self._files())
        self.rules = RuleBook(self._files())
        for file, key, at, problem in self._names.clashes:
            file.fail(problem, key, None, at)

    @classmethod
    def load(cls, overlays: Iterable[Path] = (), notes: Iterable[str] = ()) -> PriceBook:
        """The shipped book with price files laid over it, the last one strongest.

        ``notes`` is what its users should know of them.
        Raises PriceFileError, with file and line, for a file that breaks the format.
        """
        return cls.of_texts([(str(overlay), read_text(overlay)) for overlay in overlays], notes)

    @classmethod
    def of_texts(cls, overlays: Iterable[tuple[str, str]], notes: Iterable[str] = ()) -> PriceBook:
        """The same of the names and texts of price files."""
        builtin = IndexedFile("pricing.toml", read_text(builtin_path()))
        # the checkout's own pricing.toml is the built-in book
        files = [ParsedFile(name, text) for name, text in overlays if text != builtin.text]
        book = cls(builtin, files, notes)
        for file in files:
            file.refuse_future(book._today() + timedelta(days=1))  # where it is tomorrow already
            for key in file.names():
                book.model(key)  # a broken overlay is reported at once, not when its model is asked for
                book.rules.named_by(file.table(key), failing(file, key))
            book.rules.check(file)
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
        return {
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "sha256": self.sha256,
            "files": [file.path for file in (self.builtin, *self.overlays)],
        }

    def names(self) -> list[str]:
        """Every model id, alias and provider/id form, sorted."""
        keys = self._names.models()
        listed = {f"{provider}/{model}" for provider, model in keys}
        listed |= {model for provider, model in keys if provider not in BY_SELLER}
        for file in self._files():
            for (provider, _), aliases in file.names().items():
                listed.update(f"{provider}/{alias}" if provider in BY_SELLER else alias for alias in aliases)
        return sorted(listed)

    def models(self) -> list[Model]:
        """Every model, sorted by provider and id."""
        if self._raw is None:
            self._raw = self.builtin.all_tables()
        return [self.model(key) for key in self._names.models()]

    def find(self, name: str, hints: bool = True) -> Model:
        """The model of that id, alias, provider/id form, snapshot or seller's spelling; never the nearest one.

        Raises UnknownName (with the nearest names, which take long to find, unless no ``hints`` are wanted) or
        AmbiguousModel (with the forms that work).
        """
        keys = self._names.meant_by(name, self._today())
        if len(keys) == 1:
            return self.model(keys[0])
        if keys:
            raise AmbiguousModel(name, [f"{provider}/{model}" for provider, model in keys])
        raise UnknownName("model", name, self._nearest(name) if hints else [], "'tokcost models list' shows all")

    def model(self, key: Key) -> Model:
        """The model under an exact (provider, id), merged over all files."""
        if key not in self._models:
            self._models[key] = self._merge(key)
        return self._models[key]

    def _today(self) -> date:
        # where the clock is behind the book, the days that the book knows have come all the same
        return max(date.today(), self.as_of or date.min)

    def _files(self) -> tuple[PriceFile, ...]:
        return (self.builtin, *self.overlays)

    def _nearest(self, name: str) -> list[str]:
        known = {known_name.casefold(): known_name for known_name in self.names()}
        folded = name.casefold()
        begins = sorted((other for other in known if other.startswith(folded)), key=len) if len(folded) > 2 else []
        close = nearest(folded, known)
        return [known[other] for other in dict.fromkeys([*begins, *close])][:3]

    def _merge(self, key: Key) -> Model:
        fields: dict[str, Any] = {}
        aliases: dict[str, None] = {}
        rows: list[Price] = []
        rules: dict[str, Any] = {}
        for file, own in self._names.sources[(key[0].casefold(), key[1].casefold())]:
            raw = self._raw[own] if file is self.builtin and self._raw is not None else file.table(own)
            new = model_fields(raw, failing(file, own))
            if file is not self.builtin:
                rules = self._rules_below(rules, own, fields, new.get("encoding", ""))
            rules = laid_rules(rules, raw)
            fields |= new
            aliases |= dict.fromkeys(fields.get("aliases", ()))
            rows = _laid_over(rows, rows_of(file, own, raw))
        if fields.get("scale") or fields.get("standing") == "exact":
            fields.pop("margin", None)  # of a file below this one
        sized = fields.get("scale") or fields.get("margin")
        if fields.get("encoding") and not sized and fields.get("standing", "estimate") == "estimate":
            # an encoding alone, as a user may fill it in, is an assumption, not a ratio
            fields["standing"] = "assumed"
            fields.setdefault("assumes", f"{key[1]} uses {fields['encoding']}, as a price file says")
        fields |= {"aliases": tuple(aliases), "prices": tuple(rows), "own_rules": rules, "rule_book": self.rules}
        return Model(key[0], key[1], **fields)

    def _rules_below(self, rules: dict[str, Any], key: Key, fields: dict[str, Any], encoding: str) -> dict[str, Any]:
        """The rules of a model that a file is laid over, as far as they go with the ``encoding`` that it gives.

        A model that no file below has takes over those of the built-in one that it is a snapshot of, fine-tuned
        from, or the same as at another seller.
        """
        brought = self.rules.framing_by(encoding)
        if fields:
            if brought and brought != self.rules.framing_by(fields.get("encoding", "")):
                return {rule: value for rule, value in rules.items() if not rule.startswith(("framing", "image"))}
            return rules
        relative = Names([self.builtin]).relative_of(key[1], self._today())
        if relative is None:
            return {}
        table = self.builtin.table(relative)
        if relative[0] == key[0] or (brought and brought == self.rules.framing_by(table.get("encoding", ""))):
            shared = ("framing", "image", "cache_")
            return {rule: value for rule, value in laid_rules({}, table).items() if rule.startswith(shared)}
        return {}


def builtin_path() -> Path:
    """pricing.toml: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    shipped = package / "pricing.toml"
    return shipped if shipped.exists() else package.parent / "pricing.toml"


def rows_of(file: PriceFile, key: Key, raw: dict[str, Any]) -> list[Price]:
    """The dated rows of one model in one file, oldest first.

    Raises PriceFileError for a row that breaks the format or overlaps the one before.
    """
    prices: list[Price] = []
    for number, row in enumerate(raw_rows(file, key, raw)):
        fail = failing(file, key, number)
        price = price_row(row, fail)
        if prices and (problem := overlap(prices[-1], price)):
            fail(problem, "from")
        prices.append(price)
    return prices


def raw_rows(file: PriceFile, key: Key, raw: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a model's table as TOML has them."""
    rows = raw.get("rates", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        file.fail(f'rates are rows of their own: [[{key[0]}."{key[1]}".rates]]', key, None, "rates")
    return rows


def overlap(before: Price, price: Price) -> str:
    """What is wrong with two rows that follow each other in a file; empty when nothing is."""
    if price.start <= before.start:
        return f"rows overlap: {price.start} is not after {before.start}, the 'from' of the row before"
    if before.end is not None and price.start < before.end:
        return f"rows overlap: {price.start} is before {before.end}, the 'to' of the row before"
    return ""


def _laid_over(below: list[Price], above: list[Price]) -> list[Price]:
    """Rows in order, each ending where the next begins.

    A row of ``above`` replaces the one of the same day. Where it has an end, it also covers what
    began under it, and what ran under it goes on after it: a discount of a month leaves the list
    price as it was.
    """
    rows = {row.start: row for row in below}
    for new in above:
        if new.end is None:
            continue
        under = [row for row in below if row.start < new.end and row.start != new.start]
        if under and (under[-1].end is None or under[-1].end > new.end):
            rows[new.end] = under[-1]._replace(start=new.end)
        for row in under:
            if row.start > new.start:
                del rows[row.start]
    rows |= {new.start: new for new in above}
    ordered = [rows[start] for start in sorted(rows)]
    ended = [
        row._replace(end=after.start) if row.end is None or row.end > after.start else row
        for row, after in pairwise(ordered)
    ]
    return [*ended, *ordered[-1:]]
