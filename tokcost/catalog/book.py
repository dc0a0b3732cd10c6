"""The price book: the built-in file, what the user lays over it, and look-up by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, timedelta
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Any

from tokcost.catalog.aliases import Alias
from tokcost.catalog.builtin import BuiltinBook
from tokcost.catalog.model import INHERITED, Model, without_rates
from tokcost.catalog.names import Meaning, Names
from tokcost.catalog.parse import laid_rules, model_fields
from tokcost.catalog.price_file import Key, ParsedFile, PriceFile
from tokcost.catalog.rows import laid_over, routed, rows_of, same_rows
from tokcost.catalog.rule_book import RuleBook, failing
from tokcost.catalog.toml_text import read_text
from tokcost.errors import UnknownName
from tokcost.rates import Price

Fallback = Callable[[str, "PriceBook", str], tuple[Model, str] | None]
"""Gives the model of a name, of one seller where it is not '', with a sentence on where its price is from."""
REGIONAL = "regional"


class PriceBook:
    """Models by name, merged from price files: later files win by provider and model.

    >>> book = PriceBook.load()
    >>> book.find("gpt-4o").full_id
    'openai/gpt-4o'
    """

    def __init__(
        self, builtin: BuiltinBook, overlays: Sequence[ParsedFile] = (), notes: Iterable[str] = (),
        aliases: Iterable[Alias] = (),
    ) -> None:  # fmt: skip
        self.builtin = builtin
        self.overlays = tuple(overlays)
        self.notes = tuple(notes)
        # asked for names that no file here knows, and for what a seller sells without a row of its own
        self.fallback: Fallback | None = None
        self._raw: dict[Key, dict[str, Any]] | None = None
        self._models: dict[Key, Model] = {}
        self._merging: list[Key] = []
        self._names = Names(self._files(), aliases)
        self.rules = RuleBook(self._files())
        if self.overlays:  # what the built-in book claims twice is held by its lint
            for file, key, at, problem in self._names.clashes:
                file.fail(problem, key, None, at)

    @classmethod
    def load(cls, overlays: Iterable[Path] = (), notes: Iterable[str] = (), aliases: Iterable[Alias] = ()) -> PriceBook:
        """The shipped book with price files laid over it, the last one strongest.

        ``notes`` is what its users should know of them; ``aliases`` are names beside those in the files.
        Raises PriceFileError, with file and line, for a file that breaks the format.
        """
        return cls.of_texts([(str(overlay), read_text(overlay)) for overlay in overlays], notes, aliases)

    @classmethod
    def of_texts(
        cls, overlays: Iterable[tuple[str, str]], notes: Iterable[str] = (), aliases: Iterable[Alias] = ()
    ) -> PriceBook:
        """The same of the names and texts of price files."""
        builtin = BuiltinBook.shipped()
        # the checkout's own pricing.toml is the built-in book
        files = [ParsedFile(name, text) for name, text in overlays if text != builtin.text]
        book = cls(builtin, files, notes, aliases)
        for file in files:
            file.refuse_future(book._today() + timedelta(days=1))  # where it is tomorrow already
            for key in file.names():
                book.model(key)  # a broken overlay is reported at once, not when its model is asked for
                book.rules.named_by(file.table(key), failing(file, key))
            book.rules.check(file)
        book._names.check_aliases(book._today())
        return book

    @property
    def as_of(self) -> date | None:
        """The day the built-in book was put together."""
        return self.builtin.as_of

    @property
    def sha256(self) -> str:
        """Hash over the text of every file, in the order they were laid."""
        import hashlib

        texts = [self.builtin.whole_text, *(file.text for file in self.overlays)]
        return hashlib.sha256("\0".join(texts).encode()).hexdigest()

    def stamp(self) -> dict[str, Any]:
        """What a report says of the book it was priced with."""
        return {
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "sha256": self.sha256,
            "files": [file.path for file in (self.builtin, *self.overlays)],
        }

    def names(self) -> list[str]:
        """Every id, alias and provider/id form by which a model is found, sorted."""
        return self._names.listed()

    def providers(self) -> list[str]:
        """Every provider that a model is of, sorted."""
        return list(dict.fromkeys(provider for provider, _ in self._names.models()))

    def models(self, providers: Collection[str] = ()) -> list[Model]:
        """Every model, or those of some providers, sorted by provider and id."""
        if self._raw is None and not providers:
            self._raw = self.builtin.all_tables()
        return [self.model(key) for key in self._names.models() if not providers or key[0] in providers]

    def find(self, name: str, hints: bool = True) -> Model:
        """The model of that id, alias, provider/id form, snapshot or seller's spelling; never the nearest one.

        Raises UnknownName (with the nearest names, which take long to find, unless no ``hints`` are wanted) or
        AmbiguousModel (with the forms that work).
        """
        try:
            return self.meant(self.meaning(name, hints))
        except UnknownName:
            if below := self._below(name):
                return below
            raise

    def meaning(self, name: str, hints: bool = True) -> Meaning:
        """What a name was read as, and why. Raises as ``find`` does."""
        return self._names.meaning(name, self._today(), hints)

    def sold_by(self, seller: str, name: str, firmly: bool = True) -> Model | None:
        """The model that a seller sells by a name; None where it sells none, or the name says another seller.

        With ``firmly``, also one that the book has no rate of the seller for.
        """
        found = self._names.meaning_at(seller, name, self._today(), firmly)
        return self.meant(found) if found else None

    def meant(self, meaning: Meaning) -> Model:
        """The model of a row, at the place that its name says, or as a seller sells it who has no rate for it."""
        model = self.model(meaning.key)
        if meaning.sold_as is not None:
            seller, name = meaning.sold_as
            return self._below(f"{seller}/{name}", seller) or without_rates(model, seller, name, meaning.reason)
        return self.at_place(model, meaning.place) if meaning.place else model

    def _below(self, name: str, seller: str = "") -> Model | None:
        """What the layer below has by a name, which whoever uses the book is told; None without one."""
        found = self.fallback(name, self, seller) if self.fallback else None
        if found is None:
            return None
        model, note = found
        self.notes = tuple(dict.fromkeys((*self.notes, note)))
        return model

    def model(self, key: Key) -> Model:
        """The model under an exact (provider, id), merged over all files."""
        if key not in self._models:
            self._models[key] = self._merge(key)
        return self._models[key]

    def at_place(self, model: Model, place: str) -> Model:
        """The model with the rates of a place that its name says ("regional", "data-zone", ...), and an id that does.

        By its id it is found again, at the same place.
        """
        from tokcost.catalog.places import id_at, rows_at

        factors = self.rules.factors(model.provider, place, model.id, self._released(model))
        prices = tuple(rows_at(model.prices, factors)) if factors else model.prices
        elsewhere = self.rules.factors(model.provider, REGIONAL, model.id, self._released(model))
        return model._replace(id=id_at(model, place, bool(factors), bool(elsewhere)), place=place, prices=prices)

    def _released(self, model: Model) -> date | None:
        """The day a model came out: that of the one it sells where the seller's own is not known."""
        provider, _, maker_id = model.sells.partition("/")
        return model.released or (self.model((provider, maker_id)).released if model.sells else None)

    @cached_property
    def _builtin_names(self) -> Names:
        return Names([self.builtin])

    def _today(self) -> date:
        # where the clock is behind the book, the days that the book knows have come all the same
        return max(date.today(), self.as_of or date.min)

    def _files(self) -> tuple[PriceFile, ...]:
        return (self.builtin, *self.overlays)

    def _merge(self, key: Key) -> Model:
        fields: dict[str, Any] = {}
        aliases: dict[str, None] = {}
        rows: list[Price] = []
        rules: dict[str, Any] = {}
        for file, own in self._names.sources_of(*key):
            raw = self._raw[own] if file is self.builtin and self._raw is not None else file.table(own)
            new = model_fields(raw, failing(file, own))
            if file is not self.builtin:
                rules = self._rules_below(rules, own, fields, new.get("encoding", ""))
            rules = laid_rules(rules, raw)
            fields |= new
            aliases |= dict.fromkeys(fields.get("aliases", ()))
            rows = laid_over(rows, self._whole_rows(file, own, rows_of(file, own, raw)))
            if "routed_to" in new:
                rows = self._routed(file, own, fields, rows)
        if fields.get("scale") or fields.get("standing") == "exact":
            fields.pop("margin", None)  # of a file below this one
        sized = fields.get("scale") or fields.get("margin")
        if fields.get("encoding") and not sized and fields.get("standing", "estimate") == "estimate":
            # an encoding alone, as a user may fill it in, is an assumption, not a ratio
            fields["standing"] = "assumed"
            fields.setdefault("assumes", f"{key[1]} uses {fields['encoding']}, as a price file says")
        if "sells" in fields:
            sold = self._other(file, own, fields["sells"], "sells")
            fields = _as_sold(sold, fields)
            rules = {**sold.own_rules, **rules}
        fields |= {"aliases": tuple(aliases), "prices": tuple(rows), "own_rules": rules, "rule_book": self.rules}
        return Model(key[0], key[1], **fields)

    def _whole_rows(self, file: PriceFile, key: Key, rows: list[Price]) -> list[Price]:
        """The rows, with those of another model in place of one that says its price is the same."""
        found: list[Price] = []
        for row, after in zip_longest(rows, rows[1:]):
            if row.same_as:
                other = self._other(file, key, row.same_as, "rates")
                if after is not None and (row.end is None or row.end > after.start):
                    row = row._replace(end=after.start)
                found += same_rows(row, other.prices, other.retires if other.routed_to else None)
            else:
                found.append(row)
        return found

    def _routed(self, file: PriceFile, key: Key, fields: dict[str, Any], rows: list[Price]) -> list[Price]:
        if "retires" not in fields:
            file.fail("'routed_to' needs 'retires', the first day on which requests are routed", key, None, "routed_to")
        other = self._other(file, key, f"{key[0]}/{fields['routed_to']}", "routed_to")
        return routed(rows, other.prices, fields["retires"])

    def _other(self, file: PriceFile, key: Key, full_id: str, at: str) -> Model:
        """The model that a key of another one names; none, or one that leads back, is refused."""
        provider, _, model = full_id.partition("/")
        found = self._names.sources_of(provider, model)
        if not found:
            file.fail(f"'{at}' names {full_id}, which no price file has: write provider/id", key, None, at)
        if key in self._merging:
            file.fail(f"'{at}' leads from {'/'.join(key)} back to itself", key, None, at)
        self._merging.append(key)
        try:
            return self.model(found[0][1])
        finally:
            self._merging.remove(key)

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
        relative = self._builtin_names.relative_of(key[1], self._today())
        if relative is None:
            return {}
        table = self.builtin.table(relative)
        if relative[0] == key[0] or (brought and brought == self.rules.framing_by(table.get("encoding", ""))):
            shared = ("framing", "image", "cache_")
            return {rule: value for rule, value in laid_rules({}, table).items() if rule.startswith(shared)}
        return {}


def _as_sold(sold: Model, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a seller's model: what it does not state is as the sold model has it."""
    counted = ("encoding", "standing", "assumes", "scale", "margin")
    named = fields.keys() & set(counted)
    taken = [name for name in INHERITED if name not in fields and not (named and name in counted)]
    return {name: getattr(sold, name) for name in taken} | fields
