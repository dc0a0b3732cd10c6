"""The price book: the built-in file, what the user lays over it, and look-up by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from tokcost.catalog.builtin import BuiltinBook
from tokcost.catalog.merge import Merger
from tokcost.catalog.model import Model, without_rates
from tokcost.catalog.name_index import Meaning
from tokcost.catalog.names import Names
from tokcost.catalog.price_file import Key, ParsedFile, PriceFile
from tokcost.catalog.rule_book import RuleBook, failing
from tokcost.catalog.toml_text import read_text
from tokcost.errors import UnknownName
from tokcost.naming.aliases import Alias
from tokcost.naming.sellers import EVERYWHERE, REGIONAL, REGIONAL_BY_ID, id_at, seller_of
from tokcost.phrases import join_or, nearest

Fallback = Callable[[str, "PriceBook", str], tuple[Model, str] | None]
"""Gives the model of a name, of one seller where it is not '', with a sentence on where its price is from."""


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
        self._models: dict[Key, Model] = {}
        self._names = Names(self._files(), aliases)
        self.rules = RuleBook(self._files())
        self._merger = Merger(builtin, self._names, self.rules, self.model)
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

    def provider(self, name: str) -> str:
        """A provider by its own name or another way that it is written. Raises UnknownName."""
        known = {each.casefold(): each for each in self.providers()}
        found = known.get(name.casefold()) or seller_of(name)
        if found is None:
            raise UnknownName("provider", name, nearest(name, known), f"choose {join_or(known.values())}")
        return found

    def models(self, providers: Collection[str] = ()) -> list[Model]:
        """Every model, or those of some providers, sorted by provider and id.

        Where ids differ by place, it is that of the price in its table.
        """
        if not providers:
            return list(self._all_models)
        return [self._listed(key) for key in self._names.models() if key[0] in providers]

    @cached_property
    def _all_models(self) -> tuple[Model, ...]:
        self._merger.raw = self.builtin.all_tables()
        return tuple(self._listed(key) for key in self._names.models())

    def _listed(self, key: Key) -> Model:
        model = self.model(key)
        return self.at_place(model, EVERYWHERE) if model.provider in REGIONAL_BY_ID else model

    def find(self, name: str, hints: bool = True) -> Model:
        """The model of that id, alias, provider/id form, snapshot or seller's spelling; never the nearest one.

        Raises UnknownName (with the nearest names, which take long to find, unless no ``hints`` are wanted) or
        AmbiguousModel (with the forms that work).
        """
        return self.read(name, hints)[0]

    def read(self, name: str, hints: bool = True) -> tuple[Model, tuple[str, ...]]:
        """The same, and how the name was read, in words; none where it is simply the name."""
        try:
            meaning = self.meaning(name, hints)
        except UnknownName as error:  # which has the name that one of one's own stands for
            if below := self._below(error.name):
                return below, ()
            raise
        return self.meant(meaning), meaning.why

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
            found = self._merger.merged(key)
            shares = bool(self.overlays) and self._names.shares_id((found.provider, found.id))
            self._models[key] = found._replace(shares_id=True) if shares else found
        return self._models[key]

    def at_place(self, model: Model, place: str) -> Model:
        """The model with the rates of a place that its name says ("regional", "data-zone", ...), and an id that does.

        By its id it is found again, at the same place. What a file of one's own says of a model it says of it as it
        is named there, whatever the place, unless such a file has the factor too: what was agreed on is the price.
        """
        from tokcost.catalog.places import rows_at

        dearer_at = REGIONAL if place == EVERYWHERE else place
        factors = self.rules.factors(model.provider, dearer_at, model.id, self.released(model))
        if not factors or self._agreed_on((model.provider, model.id), dearer_at):
            return model  # it has one price everywhere
        prices = model.prices if place == EVERYWHERE else tuple(rows_at(model.prices, factors))
        return model._replace(id=id_at(model.provider, model.id, place), place=place, prices=prices)

    def released(self, model: Model) -> date | None:
        """The day a model came out, by which factors go: that of the one it sells where its own is not known."""
        provider, _, maker_id = model.sells.partition("/")
        return model.released or (self.model((provider, maker_id)).released if model.sells else None)

    def _agreed_on(self, key: Key, place: str) -> bool:
        own = [each for each in self._names.sources_of(*key) if each[0] is not self.builtin]
        priced = any("rates" in file.table(named) for file, named in own)
        return priced and not any(place in file.charges("factors").get(key[0], ()) for file in self.overlays)

    def _today(self) -> date:
        # where the clock is behind the book, the days that the book knows have come all the same
        return max(date.today(), self.as_of or date.min)

    def _files(self) -> tuple[PriceFile, ...]:
        return (self.builtin, *self.overlays)
