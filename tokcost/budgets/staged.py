"""The files that a commit would have: what git's index holds of a configuration, its prices, lock and prompts."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable

from tokcost.budgets.budget import Config
from tokcost.budgets.config import OWN, SHARED, ConfigFile, config_in, config_of
from tokcost.budgets.lock_place import lock_path
from tokcost.budgets.parse import parse_config
from tokcost.budgets.paths import pattern_of
from tokcost.catalog import PriceBook
from tokcost.catalog.overlays import PROJECT_FILE
from tokcost.errors import TokcostError
from tokcost.inputs.git import Repository
from tokcost.inputs.git_links import LINK
from tokcost.phrases import quote

_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")


class StagedFiles:
    """A temporary folder with what the index has of the files that a check reads; gone in the end.

    ``config`` is the configuration as it is staged, ``folder`` stands for its folder.
    """

    def __init__(self, named: str | None) -> None:
        start = os.path.dirname(os.path.abspath(named)) if named else os.getcwd()
        self._repository = Repository(Repository(start).top)
        self._tree = self._repository.staged()
        self._top = os.path.realpath(self._repository.top)
        self._copy = tempfile.TemporaryDirectory(prefix="tokcost-staged-")
        try:
            self._read(os.path.realpath(start), named)
        except BaseException:
            self._copy.cleanup()
            raise

    def _read(self, start: str, named: str | None) -> None:
        found = self._config(start, named)
        self.config: Config = parse_config(found)
        self.folder = self._inside(self.config.folder)
        lead = self._name(self.config.folder)
        lead = f"{lead}/" if lead else ""
        own = (PROJECT_FILE, lock_path(self.config), *self.config.prices, *self.config.fallback)
        wanted = {self._name(os.path.join(self.config.folder, name)) for name in own}
        below = [name[len(lead) :] for name in self._tree if name.startswith(lead)]
        patterns = [pattern_of(entry) for budget in self.config.budgets for entry in budget.paths]
        prompts = {lead + name for name in below if any(each.matches(name) for each in patterns)}
        if any(name.endswith((".json", ".jsonl")) for name in prompts):  # requests may name pictures by their path
            wanted |= {lead + name for name in below if name.lower().endswith(_PICTURES)}
        self._lay({*wanted, *prompts} & self._tree.keys())
        for path in self.config.prices:
            if not os.path.isabs(path) and not os.path.exists(os.path.join(self.folder, path)):
                raise TokcostError(f"the price file {quote(path)} is not staged: add it with 'git add'")

    def __enter__(self) -> StagedFiles:
        return self

    def __exit__(self, *_: object) -> None:
        self._copy.cleanup()

    def name_files(self, book: PriceBook) -> PriceBook:
        """The book, its files named as they are called in the repository."""
        for file in book.overlays:
            if file.path.startswith(self._copy.name):
                file.path = self._top + file.path[len(self._copy.name) :]
        return book

    def head(self) -> str | None:
        """What a commit of the index grows from; None when it would be the first of all."""
        return "HEAD" if self._repository.has_commits() else None

    def path(self, path: str) -> str:
        """Where the copy of a file below the configuration's folder lies."""
        return os.path.join(self.folder, os.path.relpath(path, self.config.folder))

    def _config(self, start: str, named: str | None) -> ConfigFile:
        """The configuration as it is staged, from a folder upwards or the one that is named."""
        if named:
            path = os.path.join(start, os.path.basename(named))
            text = self._text(path)
            if text is None:
                raise TokcostError(f"{quote(named)} is not staged: add it with 'git add'")
            return config_of(path, text)
        folder = start
        while True:
            found = config_in(folder, self._text)
            if found is not None:
                return found
            if folder == self._top:
                raise TokcostError(
                    f"no {OWN} and no [tool.tokcost] in a {SHARED} is staged here or above: add it with 'git add', "
                    "or check the files here with --no-staged"
                )
            folder = os.path.dirname(folder)

    def _text(self, path: str) -> str | None:
        entry = self._tree.get(self._name(path))
        if entry is None:
            return None
        try:
            return self._repository.read([entry])[entry].decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise TokcostError(f"{path}: not UTF-8 text at byte {error.start}: save it as UTF-8") from error

    def _lay(self, names: Iterable[str]) -> None:
        """Write the staged content of files where their copies belong."""
        entries = {name: self._tree[name] for name in names}
        for name, entry in entries.items():
            if entry.mode == LINK:
                raise TokcostError(f"{quote(name)} is a link out of the repository: a commit has nothing behind it")
        contents = self._repository.read(entries.values())
        for name, entry in entries.items():
            path = os.path.join(self._copy.name, *name.split("/"))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(contents[entry])

    def _name(self, path: str) -> str:
        """A path as the index names it, from the top of the repository."""
        name = os.path.relpath(path, self._top).replace(os.sep, "/")
        return "" if name == "." else name

    def _inside(self, path: str) -> str:
        folder = os.path.join(self._copy.name, self._name(path))
        os.makedirs(folder, exist_ok=True)
        return folder
