"""Which model a name means: ids, aliases, provider/id forms and dated snapshots."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from tokcost.catalog.price_file import Key, PriceFile

_SNAPSHOT = r"(?P<base>.+?)(?:-|@)(?P<day>20\d{2}-?[01]\d-?[0-3]\d)"

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

    def meant_by(self, name: str) -> list[Key]:
        """The models that the name may mean: provider/id always means one, and a dated snapshot its base.

        A day that does not exist makes no snapshot, and a snapshot has no snapshots.
        """
        if keys := self._exactly(name):
            return keys
        snapshot = re.fullmatch(_SNAPSHOT, name)
        if snapshot is None or not _is_day(snapshot["day"]) or re.fullmatch(_SNAPSHOT, snapshot["base"]):
            return []
        return self._exactly(snapshot["base"])

    def _exactly(self, name: str) -> list[Key]:
        folded = name.casefold()
        provider, slash, rest = folded.partition("/")
        if slash:
            own = [key for key in self._owners.get(rest, []) if key[0].casefold() == provider]
            if own:
                return own
        return self._owners.get(folded, [])

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


def _taken(name: str, owner: Key) -> str:
    return f"the name '{name}' is already that of {owner[0]}/{owner[1]}"


def _same(one: Key, other: Key) -> bool:
    return one[0].casefold() == other[0].casefold() and one[1].casefold() == other[1].casefold()


def _is_day(digits: str) -> bool:
    try:
        date.fromisoformat(digits)  # reads a day with dashes and without
    except ValueError:
        return False
    return True
