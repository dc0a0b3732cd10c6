"""Which model a name means: ids, aliases and provider/id forms as they are written; for all others, see meanings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from tokcost.catalog.builtin import BuiltinBook
from tokcost.catalog.name_index import Clash, Meaning, NameIndex, own_days
from tokcost.catalog.price_file import Key, ParsedFile, PriceFile
from tokcost.errors import AmbiguousModel, TokcostError, UnknownName
from tokcost.naming.aliases import Alias, Aliases
from tokcost.naming.sellers import REGIONAL_BY_ID, RESELLERS
from tokcost.phrases import quote

if TYPE_CHECKING:
    from tokcost.catalog.meanings import Meanings

_ALL = "'tokcost models list' shows all"
WAY_OUT = (
    f"{_ALL}; for a name of your own '-m NAME=MODEL' or [aliases], for a new model a price file, "
    "as 'tokcost prices import' writes one"
)

# The most parts of a name that are looked up, of a few dozen that any has.
_MOST_SPANS = 300


class Names:
    """Every name that the files know. What pricing.toml says of makers is looked up without reading the others."""

    def __init__(self, files: Sequence[PriceFile], aliases: Iterable[Alias] = ()) -> None:
        self._files = tuple(files)
        overlays = [file for file in files if isinstance(file, ParsedFile)]
        self.aliases = Aliases([*(alias for file in overlays for alias in file.aliases()), *aliases])
        self._by_form: Meanings | None = None
        self._of_sellers: dict[str, NameIndex | None] = {}

    @cached_property
    def index(self) -> NameIndex:
        """Of all files, read now."""
        return NameIndex(self._files, lambda file: file.names())

    @cached_property
    def _head(self) -> NameIndex:
        """Of the makers in the head of the book, and of the files laid over it."""
        return NameIndex(self._files, _head_names)

    @cached_property
    def _part_providers(self) -> frozenset[str]:
        books = (file for file in self._files if isinstance(file, BuiltinBook))
        return frozenset(provider for book in books for provider in book.listed)

    @property
    def clashes(self) -> list[Clash]:
        """Names that two models claim. The files of sellers are read where a file laid over the book is about them."""
        overlays = [file for file in self._files if isinstance(file, ParsedFile)]
        named = [(key, aliases) for file in overlays for key, aliases in file.names().items()]
        apart = overlays and not any(aliases or key[0].casefold() in self._part_providers for key, aliases in named)
        return self._head.clashes if apart else self.index.clashes

    def models(self) -> list[Key]:
        """Every model as first written, sorted by provider and id."""
        return [self.index.sources[folded][0][1] for folded in sorted(self.index.sources)]

    def sources_of(self, provider: str, model: str) -> list[tuple[PriceFile, Key]]:
        """The files that have the model, each with the key that it has there; none where no file has it."""
        folded = (provider.casefold(), model.casefold())
        index = self._head if folded[0] not in self._part_providers else self._of_seller(folded[0]) or self.index
        return index.sources.get(folded, [])

    def shares_id(self, key: Key) -> bool:
        """Whether a model of a file laid over the book has the id of a maker's in its head, or of another file's."""
        own = any(isinstance(file, BuiltinBook) and key in file.core_names() for file in self._files)
        return not own and key in (owners := self._head.owners.get(key[1].casefold(), [])) and len(owners) > 1

    def meanings(self, name: str, today: date) -> list[Meaning]:
        """The models that the name may mean. None of them: unknown. Several: it does not say which."""
        folded = name.strip().casefold()
        key = self._at_a_maker(folded) or self._snapshot_of_a_maker(folded, today) or self._at_its_seller(folded)
        if key:
            return [Meaning(key)]
        return self._read(today).of(name)

    def meaning(self, name: str, today: date, hints: bool = True) -> Meaning:
        """The one model that the name means, after the names of one's own.

        Raises UnknownName (with the nearest names where ``hints`` are wanted) or AmbiguousModel.
        """
        alias = self.aliases.of(name) if self.aliases else None
        model = alias.model if alias else name
        found = self.meanings(model, today)
        if len(found) > 1 or (found and found[0].guessed):
            raise AmbiguousModel(model, ["/".join(each.key) for each in found])
        if not found:
            raise UnknownName("model", model, self.nearest(model, today) if hints else [], WAY_OUT if hints else _ALL)
        if alias:
            why = f"{quote(alias.name)} is a name of your own for {alias.model} ({alias.place})"
            return found[0]._replace(why=(why, *found[0].why))
        return found[0]

    def meaning_at(self, seller: str, name: str, today: date, firmly: bool) -> Meaning | None:
        """The same at one seller, None for no model of its; with ``firmly``, also one that it has no rate for."""
        if self.aliases and self.aliases.of(name):
            return self.meaning(name, today, hints=False)
        found = self._read(today).at(seller, name, firmly)
        return found[0] if len(found) == 1 else None

    def check_aliases(self, today: date) -> None:
        """Raise TokcostError, with its place, for a name of one's own that means no model."""
        for alias in self.aliases.all():
            try:
                self.meaning(alias.name, today)
            except (UnknownName, AmbiguousModel) as error:
                raise TokcostError(f"{alias.place}: the alias {quote(alias.name)} means no model: {error}") from error

    def listed(self) -> list[str]:
        """Every id, alias and provider/id form by which a model is found, sorted."""
        listed = {f"{provider}/{model}" for provider, model in self.models()}
        listed |= {alias.name for alias in self.aliases.all()}
        for name, keys in self.index.owners.items():
            if not {key[0].casefold() for key in keys} <= RESELLERS:
                listed.add(self.index.written[name])
        return sorted(listed)

    def _of_seller(self, provider: str) -> NameIndex | None:
        """The index of one seller with a file of its own; None for others, and where files are laid over the book."""
        if provider not in self._of_sellers:
            builtin = self._files[0] if len(self._files) == 1 else None
            part = builtin.part(provider) if isinstance(builtin, BuiltinBook) else None
            self._of_sellers[provider] = NameIndex([builtin], lambda _: part.names()) if builtin and part else None
        return self._of_sellers[provider]

    def _at_its_seller(self, folded: str) -> Key | None:
        """What is written as the provider/id of a seller, whose ids say no place."""
        provider, slash, rest = folded.partition("/")
        index = self._of_seller(provider) if slash and provider not in REGIONAL_BY_ID else None
        keys = index.sold_by(provider, rest) if index else []
        return keys[0] if keys else None

    def _read(self, today: date) -> Meanings:
        from tokcost.catalog.meanings import Meanings

        if self._by_form is None:
            self._by_form = Meanings(self.index, today)
        return self._by_form

    def meant_by(self, name: str, today: date) -> list[Key]:
        """The rows of the models that the name may mean."""
        return [meaning.key for meaning in self.meanings(name, today)]

    def relative_of(self, name: str) -> Key | None:
        """The one model that a name of another file belongs to: the same, its snapshot, or fine-tuned from it.

        The file says that there is such a snapshot: any day will do.
        """
        from tokcost.naming.spelling import parted

        base = name.casefold().removeprefix("ft:").partition(":")[0] if name.casefold().startswith("ft:") else name
        for each in dict.fromkeys((base.casefold(), base.casefold().rpartition("/")[2])):
            dated = parted(each)
            if key := self._at_a_maker(each) or self._at_its_seller(each):
                return key
            if dated and (key := self._at_a_maker(dated[0])):
                return key
        return None

    def named_after(self, name: str) -> Key | None:
        """The model of a maker whose id stands in a name of one's own between marks: the longest, the first."""
        edges = [0, *(each.end() for each in re.finditer(r"[-_.:@/ ]", name)), len(name) + 1]
        spans = sorted(((end - start, -start) for start in edges for end in edges if end > start), reverse=True)
        for size, start in spans[:_MOST_SPANS]:
            if key := self._at_a_maker(name.casefold()[-start : size - start - 1]):
                return key
        return None

    def _snapshot_of_a_maker(self, folded: str, today: date) -> Key | None:
        """The model of a dated id of a maker in the head of the book, as most logs have them."""
        if not re.search(r"20\d\d-?\d\d-?\d\d$", folded):
            return None
        from tokcost.naming.spelling import is_dated, parted

        base, day = parted(folded) or ("", today)
        key = self._at_a_maker(base) if day < today else None
        if key is None or "@" in folded or is_dated(key[1]):
            return None
        return key if day in own_days(self._head.sources[key[0].casefold(), key[1].casefold()])[0] else None

    def nearest(self, name: str, today: date) -> list[str]:
        """What an unknown name may have been meant for."""
        from tokcost.catalog.suggest import suggestions

        def is_gone(key: Key) -> bool:
            tables = [file.table(own) for file, own in self.sources_of(*key)]
            ends = (table.get("retires") for table in tables)
            return any(type(end) is date and end <= today for end in ends) or not any(
                "rates" in each for each in tables
            )

        return suggestions(name, self.index.owners, self.index.written, is_gone)

    def _at_a_maker(self, folded: str) -> Key | None:
        """The one that makers sell under exactly this name. Sellers of others' models are read by their forms."""
        keys = [key for key in self._head.exactly(folded) if key[0] not in RESELLERS]
        keys = self._head.makers_of(keys)
        return keys[0] if len(keys) == 1 else None


def _head_names(file: PriceFile) -> Mapping[Key, tuple[str, ...]]:
    return file.core_names() if isinstance(file, BuiltinBook) else file.names()
