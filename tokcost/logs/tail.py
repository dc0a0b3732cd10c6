"""Logs that grow, looked at again and again: those named, and those that are or appear in the folders named."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress

from tokcost.errors import Problem, TokcostError
from tokcost.inputs.compression import ARCHIVE_SUFFIX, COMPRESSION_SUFFIXES
from tokcost.inputs.files import STDIN, LeftOut
from tokcost.inputs.find import identity
from tokcost.inputs.search import Search
from tokcost.logs.followed_form import PACKED, TABLE, is_table_name
from tokcost.logs.growing import NOT_REGULAR, FileId, GrowingFile, Grown
from tokcost.logs.session_files import NO_LOG, is_beside_sessions
from tokcost.masking import scrub
from tokcost.phrases import quote

_SUFFIXES = (".jsonl", ".json", ".ndjson", ".log", ".txt")
_LINES = Search(suffixes=_SUFFIXES)
_ROTATED = _LINES._replace(rotated=True)
_PACKED = (*COMPRESSION_SUFFIXES, ARCHIVE_SUFFIX)
# Files that the process may need beside the logs, and how many logs are held open where nothing limits them.
_OTHER_FILES, _MOST_OPEN = 64, 8192
_BLOCK = 1 << 20


class Tail:
    """The logs behind arguments, looked at again and again; files that appear in a directory are taken up.

    What a rotation left behind before the first look is read once; later it is what was read under its first name.
    ``left_out`` are files of the folders that are not followed.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        self._arguments = arguments
        self._files: dict[str, GrowingFile] = {}
        self.left_out: list[LeftOut] = []
        self._room = _may_be_open()
        self._looked = False
        for argument in arguments:
            if argument == STDIN:
                raise TokcostError("- is followed alone: leave the other logs out, or name their files")
            if not os.path.exists(argument):
                raise TokcostError(
                    scrub(f"{quote(argument)}: no such file or directory: a folder that it will appear in is followed")
                )

    def look(self) -> Iterator[Grown | Problem]:
        """Everything that is new since the last look. Raises TokcostError for a named log that cannot be followed."""
        if not self._looked:
            self.left_out += (
                each for argument in self._arguments if os.path.isdir(argument) for each in _not_followed(argument)
            )
            yield from self._left_by_rotations()
        seen: set[str] = set()
        paths = [path for argument in self._arguments for path in _paths(argument, _LINES)]
        yield from self._follow_renamed(paths)
        for path in paths:
            if (real := identity(path)) in seen:
                continue  # named twice, or a link to another of them
            seen.add(real)
            if path not in self._files:
                self._files[path] = GrowingFile(path, path in self._arguments, len(self._files) < self._room)
            yield from self._told(self._files[path].grown(), self._files[path])
        for path, file in self._files.items():
            if identity(path) not in seen:
                yield from self._told(file.grown(), file)  # moved away, with no other in its place yet
        self._looked = True

    def _left_by_rotations(self) -> Iterator[Grown | Problem]:
        followed = {identity(path) for argument in self._arguments for path in _paths(argument, _LINES)}
        for path in (path for argument in self._arguments for path in _paths(argument, _ROTATED)):
            if (real := identity(path)) not in followed:
                followed.add(real)
                file = GrowingFile(path, named=False, stays_open=False)
                yield from self._told(file.grown(), file)
                yield from self._told(file.finish(), file)

    def _told(self, reads: Iterator[Grown | Problem], file: GrowingFile) -> Iterator[Grown | Problem]:
        """The reads of a log; once it is refused, that."""
        before = file.refused
        yield from reads
        if not file.refused or file.refused == before:
            return
        if not file.named:
            self.left_out.append(LeftOut(file.name, file.refused, unread=_speaks_of_tokens(file.path)))
        elif self._looked:
            yield Problem(file.name, file.refused)
        else:
            raise TokcostError(f"{file.name}: {file.refused}")

    def _follow_renamed(self, paths: Sequence[str]) -> Iterator[Grown]:
        """A log that a rotation gave another name, which is followed too, is read on under it, not once more."""
        there = {path: _id_at(path) for path in dict.fromkeys([*paths, *self._files])}
        known: dict[FileId | None, GrowingFile] = {file.id: file for file in self._files.values() if file.id}
        moved: dict[str, GrowingFile] = {}
        for path in paths:
            file = known.get(there[path])
            if file is not None and there[file.path] != file.id and file not in moved.values():
                moved[path] = file
        for file in moved.values():
            del self._files[file.path]
        for path, file in moved.items():
            yield from self._files[path].finish() if path in self._files else ()
            file.renamed(path)
            self._files[path] = file

    def unfinished(self, over: bool = True) -> Iterator[Grown | Problem]:
        """What stands after the last line break of every log: what there is of it, or, if it is ``over``, all."""
        for file in self._files.values():
            yield from self._told(file.unfinished(over), file)

    def close(self) -> None:
        """Close every file."""
        for file in self._files.values():
            file.close()


def _not_followed(folder: str) -> Iterator[LeftOut]:
    """What a folder holds that is not followed."""
    for path in _in(folder):
        name, regular = scrub(path), os.path.isfile(path)
        if os.path.exists(path) and not regular:
            yield LeftOut(name, NOT_REGULAR, unread=True)
        elif path.lower().endswith(_PACKED) and _ROTATED.takes(path):
            yield LeftOut(name, PACKED, unread=True)
        elif is_beside_sessions(path):
            yield LeftOut(name, NO_LOG)
        elif is_table_name(path):
            yield LeftOut(name, TABLE, unread=True)
        elif not _is_followed(path, _ROTATED):
            yield LeftOut(name, "not followed, since it does not grow: read it without --follow")


def _speaks_of_tokens(path: str) -> bool:
    """Whether a document may hold usage."""
    rest = b""
    with suppress(OSError), open(path, "rb") as file:
        while block := file.read(_BLOCK):
            if b"oken" in rest + block:
                return True
            rest = block[-3:]
    return False


def _id_at(path: str) -> FileId | None:
    """The file that has the name now, None where there is none."""
    with suppress(OSError):
        found = os.stat(path)
        return found.st_ino, found.st_dev
    return None


def _paths(argument: str, search: Search) -> list[str]:
    if not os.path.isdir(argument):
        return [argument]
    return [path for path in _in(argument) if _is_followed(path, search) and os.path.isfile(path)]


def _in(top: str) -> list[str]:
    return sorted(os.path.join(folder, name) for folder, _, names in os.walk(top) for name in names)


def _is_followed(path: str, search: Search) -> bool:
    return not path.lower().endswith(_PACKED) and search.takes(path) and not is_beside_sessions(path)


def _may_be_open() -> int:
    """So many logs may stay open between looks."""
    try:
        import resource
    except ImportError:  # not on this system
        return _OTHER_FILES
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return _MOST_OPEN if most == resource.RLIM_INFINITY else min(max(most // 2, most - _OTHER_FILES), _MOST_OPEN)
