"""Which model a name means: ids, aliases, provider/id forms, dated snapshots and the spellings of sellers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from tokcost.catalog.forms import rows_meant, without_window
from tokcost.catalog.price_file import Key, PriceFile

_DAY = r"20\d{2}-?[01]\d-?[0-3]\d"
_SNAPSHOT = rf"(?P<base>.+?)(?:-|@)(?P<day>{_DAY})"
# They sell models of others under the maker's own id, which therefore never means their row by itself.
BY_SELLER = frozenset(("vertex",))

Clash = tuple[PriceFile, Key, str | None, str]
"""File, the model in it, the key at fault (None: its header) and the problem."""


class Names:
    """Every name of the files, later ones over earlier ones; case makes no difference."""

    def __init__(self, files: Sequence[PriceFile]) -> None:
        self.sources: dict[Key, list[tuple[PriceFile, Key]]] = {}
        self.clashes: list[Clash] = []
        self._owners: dict[str, list[Key]] = {}
        for file in files:
            self._add(file)
        self.clashes += self._unreachable(files)

    def models(self) -> list[Key]:
        """Every model as first written, sorted by provider and id."""
        return [self.sources[folded][0][1] for folded in sorted(self.sources)]

    def meant_by(self, name: str, today: date) -> list[Key]:
        """The models that the name may mean: provider/id always means one, and a dated snapshot its base.

        A day that does not exist, or comes after ``today``, makes no snapshot, and a snapshot has no
        snapshots, whatever alias it is called by.
        """
        keys = self._exactly(name)
        if not keys and (shorter := without_window(name)) != name:
            return self.meant_by(shorter, today)
        return _makers(keys) or self._base_of(name, today) or keys or self._by_form(name)

    def relative_of(self, name: str, today: date) -> Key | None:
        """The one model that a name of another file belongs to: the same, its snapshot, or fine-tuned from it."""
        base = name.split(":")[1] if name.casefold().startswith("ft:") else name
        keys = self.meant_by(base, today)
        return keys[0] if len(keys) == 1 else None

    def _base_of(self, name: str, today: date) -> list[Key]:
        snapshot = re.fullmatch(_SNAPSHOT, name)
        day = _day(snapshot["day"]) if snapshot else None
        if snapshot is None or day is None or day > today:
            return []
        keys = self._exactly(snapshot["base"]) or self._by_form(snapshot["base"])
        keys = _makers(keys) or keys
        return [] if any(re.search(_DAY, model) for _, model in keys) else keys

    def _by_form(self, name: str) -> list[Key]:
        sold = (self._sold_by(provider, model) for provider, model in rows_meant(name))
        return next((keys for keys in sold if keys), [])

    def _exactly(self, name: str) -> list[Key]:
        folded = name.casefold()
        provider, slash, rest = folded.partition("/")
        own = self._sold_by(provider, rest) if slash else []
        return own or self._owners.get(folded, [])

    def _sold_by(self, provider: str, name: str) -> list[Key]:
        return [key for key in self._owners.get(name, []) if key[0].casefold() == provider]

    def _add(self, file: PriceFile) -> None:
        known = set(self._owners) if self.sources else set()  # what the files below already give a meaning
        for key, aliases in file.names().items():
            sources = self.sources.setdefault((key[0].casefold(), key[1].casefold()), [])
            sources.append((file, key))
            kept = sources[0][1]
            self._claim(key[1], kept, file, key, None)
            for alias in aliases:
                if alias.casefold() in known and kept not in self._owners[alias.casefold()]:
                    owner = self._owners[alias.casefold()][0]
                    self.clashes.append((file, key, "aliases", _taken(alias, owner)))
                self._claim(alias, kept, file, key, "aliases")

    def _claim(self, name: str, kept: Key, file: PriceFile, key: Key, at: str | None) -> None:
        """One name means one model within a provider; several providers may sell the same id."""
        owners = self._owners.setdefault(name.casefold(), [])
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
            for key, aliases in file.names().items():
                for alias in aliases:
                    means = self._exactly(alias) if "/" in alias else []
                    if means and not any(_same(key, other) for other in means):
                        yield file, key, "aliases", _taken(alias, means[0])


def _makers(keys: Sequence[Key]) -> list[Key]:
    return [key for key in keys if key[0] not in BY_SELLER]


def _taken(name: str, owner: Key) -> str:
    return f"the name '{name}' is already that of {owner[0]}/{owner[1]}"


def _same(one: Key, other: Key) -> bool:
    return one[0].casefold() == other[0].casefold() and one[1].casefold() == other[1].casefold()


def _day(digits: str) -> date | None:
    try:
        return date.fromisoformat(digits)  # reads a day with dashes and without
    except ValueError:
        return None
