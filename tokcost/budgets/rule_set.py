"""What decides whether prompts pass: configuration, price files and lock, here and as a commit has them."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from tokcost.budgets.budget import Config
from tokcost.budgets.config import OWN, SHARED, ConfigFile, config_of
from tokcost.budgets.lock_place import lock_path
from tokcost.budgets.parse import parse_config
from tokcost.budgets.prompt import text_then
from tokcost.catalog import PriceBook
from tokcost.catalog.overlays import PROJECT_FILE, is_price_file
from tokcost.errors import GitError, TokcostError
from tokcost.inputs.git import Repository
from tokcost.inputs.git_links import GitFile
from tokcost.inputs.regular import read_regular
from tokcost.phrases import quote

LOCK = "tokcost.lock"


class RuleSet(NamedTuple):
    """The rules on one side. Files are named by their path from the top of the repository, with slashes.

    ``config`` is None where there is none, or where it cannot be read: ``unread`` then says why.
    ``prices`` are the texts of the price files in the repository, each laid over the last, ``outside`` those
    of others. ``lock`` is None where there is none. ``fallback`` are the contents of the files in the repository
    that limits may rest on where the book knows no name.
    """

    path: str
    config: Config | None
    unread: str
    prices: Mapping[str, str]
    outside: Mapping[str, str]
    lock_path: str
    lock: bytes | None
    fallback: Mapping[str, bytes] = {}

    def book(self) -> PriceBook:
        """The price book of this side. Raises PriceFileError."""
        names = self.config.own_names if self.config else ()
        return PriceBook.of_texts([*self.outside.items(), *self.prices.items()], aliases=names)


class CommitFiles:
    """The files of a commit, and where a folder of today lies among them."""

    def __init__(self, folder: str, ref: str, exact: bool) -> None:
        found = Repository(folder)
        self.commit = found.commit(ref) if exact else found.merge_base(ref)
        self.top = os.path.realpath(found.top)
        self._repository = Repository(self.top)
        self.tree: Mapping[str, GitFile] = self._repository.tree(self.commit)

    def place(self, path: str) -> str:
        """A path of today as seen from the top, with slashes; what is outside begins with ".."."""
        folder, name = os.path.split(os.path.abspath(path))
        return os.path.relpath(os.path.join(os.path.realpath(folder), name), self.top).replace(os.sep, "/")

    def named(self, folder: str, name: str) -> str:
        """The same of a name in a configuration that lies in a folder."""
        return self.place(name) if os.path.isabs(name) else posixpath.normpath(posixpath.join(folder, name))

    def read(self, places: Iterable[str]) -> dict[str, bytes]:
        """The contents of those that are there, as git keeps them: rules have no other charset."""
        there = {place: self.tree[place] for place in places if place in self.tree}
        contents = self._repository.stored(there.values()) if there else {}
        lost = [place for place, entry in there.items() if entry not in contents]
        if lost:
            raise GitError(f"{quote(lost[0])}: its content at the base is not in this clone: run 'git fetch' first")
        return {place: contents[entry] for place, entry in there.items()}

    def texts(self, places: Iterable[str], charset: str) -> Iterator[tuple[str, bytes | TokcostError]]:
        """The text of each that is there as a checkout would have it, or why it cannot be read."""
        there = {place: self.tree[place] for place in places if place in self.tree}
        contents = self._repository.read(there.values())
        for place, entry in there.items():
            try:
                yield place, text_then(self._repository, place, entry, contents[entry], charset)
            except TokcostError as error:
                yield place, error


def rules_here(config: Config, book: PriceBook, files: CommitFiles) -> RuleSet:
    """The rules that hold in the working tree."""
    texts = {files.place(file.path): file.text for file in book.overlays}
    inside, outside = _split(texts)
    path = lock_path(config)
    try:
        lock: bytes | None = read_regular(path)
    except OSError:
        lock = None
    fallback = {}
    for name in config.fallback if config.allow_fallback else ():
        path_here = os.path.join(config.folder, name)
        if os.path.isfile(path_here):
            fallback[files.place(path_here)] = read_regular(path_here)
    return RuleSet(files.place(config.path), config, "", inside, outside, files.place(path), lock, fallback)


def rules_then(here: RuleSet, files: CommitFiles, named: bool) -> RuleSet:
    """The rules that the same command would have held to at the commit; ``named``: --config named the file."""
    assert here.config is not None
    found, config, unread = _config_then(here.config, here.path, files, named)
    place = os.path.relpath(found.path, files.top).replace(os.sep, "/") if found else ""
    folder = posixpath.dirname(place)
    own = posixpath.join(folder, PROJECT_FILE)
    prices = [files.named(folder, name) for name in config.prices] if config else []
    if config is None:  # then all that can be said is what became of the files of today
        prices = list(here.prices)
    today = posixpath.dirname(here.path)
    listed = {posixpath.join(today, PROJECT_FILE), *(files.named(today, name) for name in here.config.prices)}
    options = [name for name in here.prices if name not in listed]
    lock = posixpath.normpath(posixpath.join(folder, (config.lock if config else None) or LOCK))
    below = [files.named(folder, name) for name in config.fallback] if config and config.allow_fallback else []
    contents = files.read([own, *prices, *options, lock, *below])
    texts = {name: _text(contents[name]) for name in dict.fromkeys([own, *prices, *options]) if name in contents}
    if own in texts and not _is_ours(own, texts[own]):
        del texts[own]
    fallback = {name: contents[name] for name in below if name in contents}
    return RuleSet(place, config, unread, texts, here.outside, lock, contents.get(lock), fallback)


def _config_then(
    now: Config, place: str, files: CommitFiles, named: bool
) -> tuple[ConfigFile | None, Config | None, str]:
    """The file that held, what it says, and why that is not known; nothing where there was none."""
    if place.startswith(".."):  # above the repository: it is the same on both sides
        return config_of(now.path, ""), now, ""
    if named:
        found = _held([place], files)
    else:
        start = files.place(os.path.join(os.getcwd(), "x"))[:-2]
        found = _held([posixpath.join(each, own) for each in _upwards(start) for own in (OWN, SHARED)], files)
    return found if found[0] else _moved(now, files, posixpath.basename(place))


def _held(names: Sequence[str], files: CommitFiles) -> tuple[ConfigFile | None, Config | None, str]:
    """The first of some files of the commit that has a configuration, what it says, and why that is not known."""
    contents = files.read(names)
    found: ConfigFile | None = None
    try:
        for name in names:
            if name in contents:
                found = config_of(os.path.join(files.top, name), _text(contents[name]))
                if found.is_ours or len(names) == 1:
                    return found, parse_config(found), ""
    except TokcostError as error:
        return found, None, str(error)
    return None, None, ""


def _moved(now: Config, files: CommitFiles, name: str) -> tuple[ConfigFile | None, Config | None, str]:
    """The configuration that was elsewhere: behind a link by its old name, or gone with a budget of the same name."""
    budgets = {each.name for each in now.budgets}
    best: tuple[int, tuple[ConfigFile | None, Config | None, str]] = (0, (None, None, ""))
    for old in files.tree:
        if posixpath.basename(old) not in (OWN, SHARED, name):
            continue
        path = os.path.join(files.top, old)
        leads = os.path.lexists(path) and os.path.realpath(path)
        if leads and os.path.relpath(leads, files.top).replace(os.sep, "/") in files.tree:
            continue  # it is there still
        found = _held([old], files)
        if found[1] is not None:
            alike = len(budgets.intersection(each.name for each in found[1].budgets))
            alike = len(budgets) + 1 if leads and leads == os.path.realpath(now.path) else alike
            best = max(best, (alike, found), key=lambda each: each[0])
    return best[1]


def _upwards(folder: str) -> Iterable[str]:
    """A folder and those above it, "" the last."""
    parts = [part for part in folder.split("/") if part]
    return ("/".join(parts[:size]) for size in range(len(parts), -1, -1))


def _split(texts: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Those in the repository, and the others."""
    inside = {name: text for name, text in texts.items() if not name.startswith("..")}
    return inside, {name: text for name, text in texts.items() if name not in inside}


def _text(data: bytes) -> str:
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n")


def _is_ours(name: str, text: str) -> bool:
    try:
        return is_price_file(name, text)
    except TokcostError:
        return True
