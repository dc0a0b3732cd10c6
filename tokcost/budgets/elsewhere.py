"""Texts of a base that no budget names and that are gone from their place: what was moved in from there is not new."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha1, sha256
from typing import Any, NamedTuple

from tokcost.budgets.budgeted import Contents, content_at
from tokcost.budgets.keys import KINDS
from tokcost.budgets.measure import Content
from tokcost.budgets.prompt import Address, text_then
from tokcost.budgets.work_tree import keyed_file
from tokcost.errors import TokcostError
from tokcost.inputs.git import Repository
from tokcost.inputs.git_links import GitFile

# A commit may delete thousands of files; those that are most like the new ones by their name are looked at.
_MOST_FILES = 200
_MOST_BYTES = 1 << 20
_MOST_KEYS = 500


class Move(NamedTuple):
    """From which commit to which: None is what is here now."""

    repository: Repository
    commit: str
    until: str | None
    charset: str

    def text(self, name: str, entry: GitFile, data: bytes | None = None) -> bytes:
        """The text of a file of either commit; ``data``, where it is known, is what a checkout would write."""
        content = self.repository.read([entry])[entry] if data is None else data
        return text_then(self.repository, name, entry, content, self.charset)


def gone_texts(move: Move, new: Contents) -> Contents:
    """The texts of files that are gone, for new prompts: whole files, and those under their keys.

    What cannot be read tells nothing: the prompt stays new.
    """
    files = move.repository.gone(move.commit, move.until)
    shown = {name: move.repository.seen_from_folder(name) for name in _most_like(files, new)}
    found: Contents = {}
    try:
        small = set(move.repository.small((files[name] for name in shown), _MOST_BYTES))
        data = move.repository.read(small)
    except TokcostError:
        return {}
    for name, seen in shown.items():
        if files[name] in small:
            with suppress(TokcostError):
                found |= dict(_texts(seen, move.text(seen, files[name], data[files[name]])))
    return found


def _most_like(files: dict[str, GitFile], new: Contents) -> list[str]:
    """The names of the same bytes as a new prompt first, then of its base name, then of its ending, then others."""
    bases = {os.path.basename(address.file) for address in new}
    endings = {os.path.splitext(base)[1] for base in bases}
    objects = {_object_name(content.data, kind) for content in new.values() for kind in (sha1, sha256)}

    def rank(name: str) -> int:
        base = os.path.basename(name)
        places = (files[name].object in objects, base in bases, os.path.splitext(base)[1] in endings, True)
        return places.index(True)

    return sorted(files, key=rank)[:_MOST_FILES]


def _object_name(data: bytes, kind: Callable[[bytes], Any]) -> str:
    """What git calls these bytes, in a repository of one kind of hash."""
    name: str = kind(b"blob %d\0" % len(data) + data).hexdigest()
    return name


def _texts(name: str, text: bytes) -> Iterator[tuple[Address, Content]]:
    with suppress(TokcostError):
        yield Address(name), content_at(Address(name), text)
        if name.lower().endswith(KINDS):
            for key in keyed_file(name, text).texts()[:_MOST_KEYS]:
                yield Address(name, key), content_at(Address(name, key), text)
