"""Names that are not simply in the book: each is read by its form, and the seller it names decides the row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property

from tokcost.catalog.name_index import Meaning, NameIndex, own_days
from tokcost.catalog.price_file import Key
from tokcost.naming.forms import readings
from tokcost.naming.seller_forms import NameReading
from tokcost.naming.sellers import ORGS, OWN_MACHINE, RESELLERS, SELL_TOO, seller_of
from tokcost.naming.spelling import (
    dotted,
    is_dated,
    parted,
    parted_in_year,
    spelled,
    unversioned,
    weights,
    without_publisher,
)

Spelling = Callable[[str], str]
# In place of one seller: all makers (what a name of nobody in particular is read at first), and everybody.
_MAKERS, _ANYBODY = "", "*"


def _first_version(name: str) -> str:
    return spelled(unversioned(name))


def _last_part(name: str) -> str:
    return without_publisher(unversioned(name))


# In which an id and one of the book are compared, the closest first.
_SPELLINGS: tuple[Spelling, ...] = (str.casefold, spelled, _first_version, _last_part)


class Meanings:
    """Reads names with an index of all files. ``today``: a snapshot of a later day is none."""

    def __init__(self, index: NameIndex, today: date) -> None:
        self._index = index
        self._today = today
        self._spelled: dict[tuple[str, Spelling], dict[str, dict[Key, None]]] = {}

    def of(self, name: str) -> list[Meaning]:
        """What the name may mean: one, several where it does not say which, or none."""
        return self._first(readings(name, self._providers))

    def at(self, seller: str, name: str, firmly: bool) -> list[Meaning]:
        """What a seller sells by the name; none where the name itself says another.

        With ``firmly``, also what is known of it where the book has no rate of the seller.
        """
        named = seller_of(seller) or seller.strip().casefold()
        stated = next((each.seller for each in readings(name, self._providers)), None)
        may_sell = named in RESELLERS or stated in SELL_TOO.get(named, ())
        if stated not in (None, named) and (stated in RESELLERS or not may_sell):
            return []
        text = name if stated == named else f"{named}/{name}"
        own = [each for each in readings(text, self._providers) if each.seller == named]
        return self._first(own, firmly)

    def _first(self, read: Sequence[NameReading], unpriced: bool = True) -> list[Meaning]:
        for reading in read:
            if found := self._rows(reading):
                return found
        known = (self._unpriced(reading) for reading in read) if unpriced else ()
        return next(([each] for each in known if each), [])

    @cached_property
    def _providers(self) -> frozenset[str]:
        return frozenset(provider for provider, _ in self._index.sources)

    def _rows(self, reading: NameReading) -> list[Meaning]:
        if reading.seller is None:
            keys = self._unnamed(reading)
            ids = self._named(_ANYBODY, spelled, reading.ids[0])
            guessed = len(keys) == 1 and keys[0][0].casefold() in RESELLERS and keys[0] not in ids
            return [Meaning(key, reading.place, why=reading.why, guessed=guessed) for key in keys]
        if reading.own_price:
            keys = self._alike(reading.seller, reading.ids, _SPELLINGS[:2])
        else:
            keys = self._at(reading.seller, reading.ids)
        return [Meaning(key, reading.place, why=reading.why) for key in keys]

    def _at(self, seller: str, ids: Sequence[str]) -> list[Key]:
        """The row of a seller; of all makers several may sell one id."""
        keys = self._alike(seller, ids) or self._snapshots(seller, ids)
        if keys:
            return keys
        bases = self._spelled_at(seller, _undated)
        return next(
            (found for each in ids if not is_dated(each) and (found := _one(bases.get(_undated(each), ())))), []
        )

    def _alike(self, seller: str, ids: Sequence[str], spellings: Sequence[Spelling] = _SPELLINGS) -> list[Key]:
        for spelling in spellings:
            rows = self._spelled_at(seller, spelling)
            for each in ids:
                org = each.rpartition("/")[0].rpartition("/")[2]
                if spelling is _last_part and org and org not in ORGS:
                    continue
                if found := _one(rows.get(spelling(each), ()), several=not seller):
                    return found
        return []

    def _snapshots(self, seller: str, ids: Sequence[str]) -> list[Key]:
        for each in ids:
            name = unversioned(each)
            if dated := parted(name):
                base, day = dated
                keys = self._alike(seller, [base]) if day <= self._today else []
                keys = [key for key in keys if not is_dated(key[1]) and day in self._days(key, f"{base}-{day}")]
            elif short := parted_in_year(name):
                base, month, of_month = short
                keys = [
                    key
                    for key in self._alike(seller, [base])
                    if any((day.month, day.day) == (month, of_month) for day in self._days(key, name))
                ]
            else:
                continue
            if keys:
                return keys
        return []

    def _days(self, key: Key, asked: str) -> set[date]:
        """On which snapshots of a model were made. A seller has those of the model that it sells, as they are there."""
        days, sells = own_days(self._index.sources[(key[0].casefold(), key[1].casefold())])
        provider, _, model = sells.casefold().partition("/")
        if (provider, model) in self._index.sources and provider not in RESELLERS:
            sold = self._index.sources[(provider, model)][0][1]
            own_row = self._alike(provider, [asked.rpartition("/")[2]])
            if sold != key and own_row in ([], [sold]):  # else that snapshot has a price of its own
                days |= self._days(sold, asked)
        return days

    def _unnamed(self, reading: NameReading) -> list[Key]:
        """A name that does not say who sells: its maker, else the one seller with that id, else all that have it."""
        (text,) = reading.ids
        org = text.rpartition("/")[0]
        if not org and (keys := self._at(_MAKERS, [text])):
            return self._index.makers_of(keys) or keys
        same = [*self._named(_ANYBODY, spelled, text)]
        if org and not same and seller_of(org):
            return []  # it names a maker that does not sell it
        if org in ORGS or not org:
            same += self._named(_ANYBODY, _last_part, text)
        if org or not same or len({key[0] for key in same}) > 1:
            alike = self._same_weights(text) if org in ORGS or not org else ()
            sellers = {key[0]: key for key in reversed([*same, *alike])}
            same = [sellers[each] for each in sorted(sellers)] if len(sellers) > 1 or same else []
        return list(dict.fromkeys(same))

    def _named(self, seller: str, spelling: Spelling, name: str) -> Iterable[Key]:
        return self._spelled_at(seller, spelling).get(spelling(name), ())

    def _unpriced(self, reading: NameReading) -> Meaning | None:
        seller = reading.seller
        others = SELL_TOO.get(seller or "", ())
        if seller is None or (seller and seller not in RESELLERS and not reading.own_price and not others):
            return None  # makers sell what is in the book
        model, own_price = reading.model, reading.own_price
        key = self._sold(seller, model)
        if key is None and model.endswith("-fast"):
            key, own_price = self._sold(seller, model.removesuffix("-fast")), "fast mode has rates of its own"
        if key is None or (others and not reading.own_price and key[0] not in others):
            return None
        seller = seller or key[0]
        if reading.ids[-1].startswith("ft:"):
            own = self._alike(seller, [f"ft:{key[1]}"], _SPELLINGS[:1])
            if own and not (is_dated(model) and is_dated(own[0][1])):  # else it grew from another snapshot
                return Meaning(own[0], why=reading.why)
        told = own_price or f"the book has no rate of {seller} for {model}: give one with a price file"
        if key[0] in others and "/" not in model:
            return Meaning(key, "", (seller, f"{key[0]}/{model}"), told, reading.why)  # as no model of its own is named
        return Meaning(key, "", (seller, reading.ids[-1]), told, reading.why)

    def _sold(self, seller: str, model: str) -> Key | None:
        """The row by which a model of a seller that has none is counted: its maker's, else of whoever sells it."""
        own = self._alike(seller, [model]) if seller not in OWN_MACHINE else []
        if keys := own or self._at(_MAKERS, [model]):
            return keys[0]
        name = weights(model)
        rows = self._spelled_at(_ANYBODY, weights)
        dated = parted(name)
        if same := self._same_weights(model):
            return min(same, key=lambda key: (key[0] in RESELLERS, key))
        if dated and dated[1] <= self._today:
            keys = [
                key for key in rows.get(dated[0], ()) if key[0] not in RESELLERS and dated[1] in self._days(key, name)
            ]
            return keys[0] if keys else None
        return None

    def _same_weights(self, name: str) -> Iterable[Key]:
        """The rows of a model under whatever id; a point written as a letter is read in ids of Fireworks' alone."""
        return () if dotted(name) != name else self._named(_ANYBODY, weights, name)

    def _spelled_at(self, seller: str, spelling: Spelling) -> dict[str, dict[Key, None]]:
        """The names of a seller, of all makers or of everybody in a spelling, each with the rows that have it."""
        kept = (seller, spelling)
        if kept not in self._spelled:
            found: defaultdict[str, dict[Key, None]] = defaultdict(dict)
            for name, key in self._names_of(seller):
                found[spelling(name)][key] = None
            self._spelled[kept] = dict(found)
        return self._spelled[kept]

    def _names_of(self, seller: str) -> Iterator[tuple[str, Key]]:
        for name, keys in self._index.owners.items():
            for key in keys:
                provider = key[0].casefold()
                if seller == _ANYBODY or provider == seller or (not seller and provider not in RESELLERS):
                    yield name, key


def _undated(name: str) -> str:
    """The base of a dated id, spelled; that of any other is itself."""
    found = parted(unversioned(name))
    return spelled(found[0] if found else unversioned(name))


def _one(keys: Iterable[Key], several: bool = False) -> list[Key]:
    """The only row of a spelling; with ``several``, one of each seller. None where it does not say which."""
    found = list(keys)
    return found if len({key[0] for key in found}) == len(found) and (several or len(found) == 1) else []
