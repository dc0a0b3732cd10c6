"""The prompts of a commit: their texts, why some cannot be read, and what became of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from tokcost.budgets.base import Today
from tokcost.budgets.budget import Budget, Config
from tokcost.budgets.budgeted import Contents, Prompts, content_at
from tokcost.budgets.config import OWN, config_in, config_of
from tokcost.budgets.elsewhere import Move, gone_texts
from tokcost.budgets.lineage import KnownText, Lineage, from_outside, lineage
from tokcost.budgets.parse import parse_config
from tokcost.budgets.paths import Pattern
from tokcost.budgets.prompt import Address, addresses_among, read, refuse_pointer
from tokcost.budgets.settings import Setting
from tokcost.budgets.work_tree import keyed_file
from tokcost.errors import NoSuchKey, TokcostError


class CommitSide:
    """What the budgets had at a commit.

    ``unread`` says why some of it is not known: that must keep nobody from mending it. ``folder`` has the files
    of today.
    """

    def __init__(self, move: Move, config: Config, now: Today, folder: str) -> None:
        self._move = move
        self._folder = folder
        self._config = config
        self._now = now
        self._tree = move.repository.tree(move.commit)
        self._tree_now = move.repository.tree(move.until) if move.until else {}
        self._addresses: dict[str, Address] = {}
        self._budgeted: set[str] = set()
        self.contents: Contents = {}
        self.unread: dict[Address, str] = {}

    def prompts(self, settings: Sequence[Setting]) -> Prompts:
        """The prompts of each budget by its paths of today, and those by its paths of then that are gone from there."""
        names = list(self._tree)
        today = {each.budget.name: addresses_among(each.budget, names, self._keys) for each in settings}
        then = {name: addresses_among(budget, names, self._keys) for name, budget in self._budgets_then().items()}
        self._budgeted = {str(address) for own in then.values() for address in own}
        self._read([address for own in today.values() for address in own])
        for name, own in today.items():
            other = [address for address in then.get(name, ()) if address not in own]
            with suppress(TokcostError):  # the paths of today do not ask for them
                self._read(other)
            own += [address for address in other if address in self.contents and self._known(address).lost]
        return today

    def lineages(self, settings: Sequence[Setting], old: Prompts) -> dict[str, Lineage]:
        """What became of the prompts of each budget."""
        listed = dict.fromkeys(address for own in old.values() for address in own)
        known = {str(each): self._known(each) for each in listed if each in self.contents and each not in self.unread}
        found: dict[str, Lineage] = {}
        for setting in settings:
            budget = setting.budget.name
            then = {name: known[name] for name in map(str, old[budget]) if name in known}
            now = self._texts_now(self._now.prompts.get(budget, ()))
            found[budget] = lineage(now, then, unheld=not setting.budget.limits_more)
        new = {name for each in found.values() for name in each.new}
        if not new:
            return found
        texts = self._now.contents
        gone = gone_texts(self._move, {Address(*name.partition("#")[::2]): texts[name] for name in new & texts.keys()})
        self.contents = gone | self.contents
        elsewhere = {str(address): self._known(address) for address in gone} | known
        for budget, one in found.items():
            own_names = set(map(str, old[budget]))
            others = {name: text for name, text in elsewhere.items() if name not in own_names}
            outside = from_outside(self._texts_now(one.new), others, self._budgeted)
            moved = {name for each in outside for name in each.after}
            found[budget] = Lineage(one.descents, [name for name in one.new if name not in moved], outside)
        return found

    def moved_in(self, lineages: Mapping[str, Lineage]) -> Prompts:
        """The texts from elsewhere that prompts of each budget came from."""
        return {
            budget: [self._addresses[name] for each in one.outside for name in each.before]
            for budget, one in lineages.items()
        }

    def _texts_now(self, names: Iterable[str]) -> dict[str, KnownText]:
        nothing = KnownText(None, "")
        found = {name: self._now.contents.get(name) for name in names}
        return {name: KnownText(each.data, each.digest.hex()) if each else nothing for name, each in found.items()}

    def _known(self, address: Address) -> KnownText:
        content = self.contents[address]
        self._addresses[str(address)] = address
        return KnownText(content.data, content.digest.hex(), self._standing(address))

    def _standing(self, address: Address) -> bytes | None:
        """What stands at the place of a prompt of the base now, None when nothing does."""
        content = self._now.contents.get(str(address))
        if content is not None:
            return content.data
        try:
            data = self._data_now(address.file)
            return None if data is None else content_at(address, data).data
        except NoSuchKey:
            return None
        except TokcostError:  # there, and not to be read: it lost its text, and is not gone
            return b""

    def _data_now(self, file: str) -> bytes | None:
        if self._move.until is not None:
            entry = self._tree_now.get(file)
            return None if entry is None else self._move.text(file, entry)
        full = os.path.join(self._folder, file)
        if not os.path.lexists(full):
            return None
        return read(self._folder, file, self._move.charset) if os.path.isfile(full) else b""

    def _budgets_then(self) -> Mapping[str, Budget]:
        """The budgets by the configuration of the base, whichever file it was; none where none can be read."""
        folder = self._config.folder

        def text_then(path: str) -> str | None:
            entry = self._tree.get(os.path.basename(path))
            stored = self._move.repository.stored([entry] if entry else [])
            return stored[entry].decode("utf-8-sig", "replace") if entry in stored else None

        try:
            named = text_then(self._config.path) if os.path.lexists(os.path.join(folder, OWN)) else None
            found = config_in(folder, text_then) if named is None else config_of(self._config.path, named)
            return {each.name: each for each in parse_config(found).budgets} if found else {}
        except TokcostError:
            return {}

    def _keys(self, file: str, pattern: Pattern) -> list[str]:
        """The keys that a pattern meant in a file; none where it could not be read, as is told where one is named."""
        try:
            return keyed_file(file, self._move.text(file, self._tree[file])).matching(pattern)
        except TokcostError:
            return []

    def _read(self, addresses: Iterable[Address]) -> None:
        """Read what stood behind each address."""
        wanted = [address for address in addresses if address not in self.contents]
        data = self._move.repository.read(self._tree[address.file] for address in wanted)
        for address in wanted:
            of_file = data[self._tree[address.file]]
            refuse_pointer(f"{address} at the base", of_file, "git lfs fetch")
            try:
                text = self._move.text(address.file, self._tree[address.file], of_file)
                self.contents[address] = content_at(address, text)
            except NoSuchKey:
                continue
            except TokcostError as error:
                self.unread[address] = str(error)
