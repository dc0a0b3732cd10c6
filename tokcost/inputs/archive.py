"""Zip archives: every file in one is an input of its own, called ``archive.zip/member``."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from tokcost.errors import InputError
from tokcost.inputs.files import InputFile, LeftOut
from tokcost.inputs.remote import is_url, opened, reason_of

if TYPE_CHECKING:
    from zipfile import ZipFile

ARCHIVE_SUFFIX = ".zip"
_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
# Documents and programs that are zip files inside: none of them is an archive of texts.
_DOCUMENTS = (
    ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".epub", ".jar", ".war", ".apk", ".whl", ".egg", ".npz", ".pt",
)  # fmt: skip


def is_archive(file: InputFile) -> bool:
    """Whether a file is a zip archive: by its suffix and its first bytes, by these alone when the user named it."""
    name = file.location.lower().split("?", 1)[0] if is_url(file.location) else file.location.lower()
    if is_url(file.location):
        return name.endswith(ARCHIVE_SUFFIX)
    if not (name.endswith(ARCHIVE_SUFFIX) or (file.named and not name.endswith(_DOCUMENTS))):
        return False
    try:
        if not stat.S_ISREG(os.stat(file.location).st_mode):
            return False  # looking into a pipe would take from it
        with open(file.location, "rb", buffering=0) as raw:
            return raw.read(4).startswith(_MAGIC)
    except OSError:
        return False  # said when it is opened to be read


def members(file: InputFile) -> Iterator[InputFile | LeftOut]:
    """The files in an archive, in its order. Raises InputError for one that cannot be read."""
    import zipfile

    try:
        with _archive(file.location) as archive:
            found = [each for each in archive.infolist() if not each.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise InputError(file.name, f"the zip archive cannot be read: {reason_of(error)}") from error
    if not found:
        yield LeftOut(file.name, "an empty archive")
    for each in found:
        name = f"{file.name}/{each.filename}"
        if each.filename.lower().endswith(ARCHIVE_SUFFIX):
            yield LeftOut(name, "an archive inside an archive: unpack it first")
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
