"""Every name of some price files, and the models that it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from tokcost.catalog.price_file import Key, PriceFile

Clash = tuple[PriceFile, Key, str | None, str]
"""File, the model in it, the key at fault (None: its header) and the problem."""


class Meaning(NamedTuple):
    """What a name means: a row of the book, and the place that the name says.

    ``sold_as`` is (seller, id) of one that has no row of this seller's: it is counted as the row, and ``reason``
    says why it has no price. ``why`` is how the name was read, in words; empty where it is simply the name.
    ``guessed``: the name says no seller, and is not the id of the only one that is known.
    """

    key: Key
    place: str = ""
    sold_as: Key | None = None
    reason: str = ""
    why: tuple[str, ...] = ()
    guessed: bool = False


class NameIndex:
    """The names of some files, later ones over earlier ones; case makes no difference."""

    def __init__(
        self, files: Sequence[PriceFile], names_of: Callable[[PriceFile], Mapping[Key, tuple[str, ...]]]
    ) -> None:
        self.sources: dict[Key, list[tuple[PriceFile, Key]]] = {}
        self.owners: dict[str, list[Key]] = {}
        self.written: dict[str, str] = {}
        self.clashes: list[Clash] = []
        self._names_of = names_of
        for file in files:
            self._add(file)
        self.clashes += self._unreachable(files)

    def exactly(self, folded: str) -> list[Key]:
        """The models of that id, alias or provider/id form."""
        provider, slash, rest = folded.partition("/")
        own = self.sold_by(provider, rest) if slash else []
        return own or self.owners.get(folded, [])

    def sold_by(self, provider: str, folded: str) -> list[Key]:
        """The model of that id or alias at one provider."""
        return [key for key in self.owners.get(folded, []) if key[0].casefold() == provider]

    def makers_of(self, keys: list[Key]) -> list[Key]:
        """Of several models of one name those that are nobody else's: who sells another's model says so."""
        return [key for key in keys if not self._sells_anothers(key)] if len(keys) > 1 else keys

    def _sells_anothers(self, key: Key) -> bool:
        sells = own_days(self.sources[key[0].casefold(), key[1].casefold()])[1]
        return sells.partition("/")[0].casefold() not in ("", key[0].casefold())

    def _add(self, file: PriceFile) -> None:
        known = set(self.owners) if self.sources else set()  # what the files below already give a meaning
        for key, aliases in self._names_of(file).items():
            sources = self.sources.setdefault((key[0].casefold(), key[1].casefold()), [])
            sources.append((file, key))
            kept = sources[0][1]
            self._claim(key[1], kept, file, key, None)
            for alias in aliases:
                if alias.casefold() in known and kept not in self.owners[alias.casefold()]:
                    owner = self.exactly(alias.casefold())[0]
                    self.clashes.append((file, key, "aliases", _taken(alias, owner)))
                self._claim(alias, kept, file, key, "aliases")

    def _claim(self, name: str, kept: Key, file: PriceFile, key: Key, at: str | None) -> None:
        """One name means one model within a provider; several providers may sell the same id."""
        folded = name.casefold()
        self.written.setdefault(folded, name)
        owners = self.owners.setdefault(folded, [])
        if not owners:
            owners.append(kept)
            return
        rival = next((other for other in owners if other[0] == kept[0] and other != kept), None)
        if rival is not None:
            self.clashes.append((file, key, at, _taken(name, rival)))
        elif kept not in owners:
            owners.append(kept)

    def _unreachable(self, files: Sequence[PriceFile]) -> Iterator[Clash]:
        """An alias that reads as the provider/id form of another model would never be reached."""
        for file in files:
            for key, aliases in self._names_of(file).items():
                for alias in aliases:
                    means = self.exactly(alias.casefold()) if "/" in alias else []
                    if means and not any(_same(key, other) for other in means):
                        yield file, key, "aliases", _taken(alias, means[0])


def own_days(sources: Iterable[tuple[PriceFile, Key]]) -> tuple[set[date], str]:
    """The days of the snapshots of a model as its tables have them, and the model that it sells."""
    days: set[date] = set()
    sells = ""
    for file, key in sources:
        table = file.table(key)
        days |= {day for day in table.get("snapshots", ()) if type(day) is date}
        sells = str(table.get("sells", sells))
        if not sells and type(table.get("released")) is date:
            days.add(table["released"])
    return days, sells


def _taken(name: str, owner: Key) -> str:
    return f"the name '{name}' is already that of {owner[0]}/{owner[1]}"


def _same(one: Key, other: Key) -> bool:
    return one[0].casefold() == other[0].casefold() and one[1].casefold() == other[1].casefold()
