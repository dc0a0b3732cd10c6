"""Zip archives: every file in one is an input of its own, called ``archive.zip/member``."""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from tokcost.errors import InputError
from tokcost.inputs.compression import ARCHIVE_SUFFIX
from tokcost.inputs.files import InputFile, LeftOut, is_url, reason_of
from tokcost.phrases import quote

if TYPE_CHECKING:
    from zipfile import ZipFile


def members(file: InputFile) -> Iterator[InputFile | LeftOut]:
    """The files in an archive, in its order. Raises InputError for one that cannot be read."""
    import zipfile

    try:
        with _archive(file.location) as archive:
            found = [each for each in archive.infolist() if not each.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise InputError(file.name, f"the zip archive cannot be read: {reason_of(error)}") from error
    names = Counter(each.filename for each in found)
    if len(names) < len(found):  # by its name only the last is ever opened
        twice = quote(names.most_common(1)[0][0])
        raise InputError(file.name, f"two files in the archive are called {twice}: it is not known which is meant")
    if not found:
        yield LeftOut(file.name, "an empty archive")
    for each in found:
        name = f"{file.name}/{each.filename}"
        if each.filename.lower().endswith(ARCHIVE_SUFFIX):
            yield LeftOut(name, "an archive inside an archive: unpack it first", unread=True)
        else:
            yield InputFile(name, file.location, False, each.filename, each.file_size)


@contextmanager
def open_member(file: InputFile) -> Iterator[io.BufferedReader]:
    """The bytes of a member. Raises InputError where it is encrypted, or packed in a way not known here."""

    with _archive(file.location) as archive:
        try:
            member = archive.open(file.member)
        except (RuntimeError, NotImplementedError, KeyError) as error:
            raise InputError(file.name, f"cannot be unpacked: {reason_of(error)}") from error
        with member:
            yield cast(io.BufferedReader, member)  # it can peek as that does


@contextmanager
def _archive(location: str) -> Iterator[ZipFile]:
    """The open archive. The last local one is kept: reading its directory anew for every member takes long."""
    import zipfile

    global _kept
    if is_url(location):
        from tokcost.inputs.remote import opened

        with opened(location) as raw, zipfile.ZipFile(raw) as archive:
            yield archive
        return
    there = os.stat(location)
    key = (os.getpid(), location, there.st_size, there.st_mtime_ns)  # a forked process has a place in it of its own
    if _kept is None or _kept[0] != key:
        _kept = None
        _kept = (key, zipfile.ZipFile(location))
    yield _kept[1]


_kept: tuple[tuple[int, str, int, int], ZipFile] | None = None
