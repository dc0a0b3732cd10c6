"""What files are packed with, known by the first bytes: gzip, zstd, xz and bzip2 are unpacked here, as a stream."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable
from typing import BinaryIO, Protocol, cast

from tokcost.errors import InputError
from tokcost.inputs.files import InputFile, is_url

# As many bytes as it takes to know a compression.
HEAD = 10
# What an xz file may ask for to be unpacked: its strongest preset takes 65 MB.
_XZ_MEMORY = 256 << 20
_BLOCK = 1 << 18
_SUFFIXES = {".gz": "gzip", ".zst": "zstd", ".xz": "xz", ".bz2": "bzip2"}
_MAGIC = {"gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd", "xz": b"\xfd7zXZ\x00", "bzip2": b"BZh"}
# "BZh" alone may begin a text; a first block, or the end of an empty file, does not.
_BZIP2_NEXT = (b"1AY&SY", b"\x17rE8P\x90")
COMPRESSION_SUFFIXES = tuple(_SUFFIXES)
ARCHIVE_SUFFIX = ".zip"
ARCHIVE_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
# Documents and programs that are zip files inside: none of them is an archive of texts.
_DOCUMENTS = (
    ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".epub", ".jar", ".war", ".apk", ".whl", ".egg", ".npz", ".pt",
)  # fmt: skip


def without_compression(name: str) -> str:
    """The name in lower case, without a query of a URL and the suffix of a compression."""
    plain = name.lower().split("?", 1)[0] if "://" in name else name.lower()
    for suffix in _SUFFIXES:
        plain = plain.removesuffix(suffix)
    return plain


def compression_of(head: bytes, name: str) -> str:
    """gzip, zstd, xz or bzip2 by the first bytes of a file, "" for none.

    A file with fewer bytes than its compression begins with is known by its suffix: it was cut off.
    """
    for kind, magic in _MAGIC.items():
        if head.startswith(magic) and (kind != "bzip2" or head[4:HEAD] in _BZIP2_NEXT):
            return kind
    if head[1:4] == b"*M\x18" and 0x50 <= head[0] <= 0x5F:
        return "zstd"  # a skippable frame, as parallel compressors write first
    if len(head) < HEAD:
        kind = next((kind for suffix, kind in _SUFFIXES.items() if name.lower().endswith(suffix)), "")
        if kind and (_MAGIC[kind].startswith(head) or head.startswith(_MAGIC[kind])):
            return kind
    return ""


def is_archive(file: InputFile) -> bool:
    """Whether a file is a zip archive: by its suffix and its first bytes, by these alone when the user named it."""
    name = file.location.lower()
    if is_url(file.location):
        return name.split("?", 1)[0].endswith(ARCHIVE_SUFFIX)
    if not (name.endswith(ARCHIVE_SUFFIX) or (file.named and not name.endswith(_DOCUMENTS))):
        return False
    try:
        if not stat.S_ISREG(os.stat(file.location).st_mode):
            return False  # looking into a pipe would take from it
        with open(file.location, "rb", buffering=0) as raw:
            return raw.read(4).startswith(ARCHIVE_MAGIC)
    except OSError:
        return False  # said when it is opened to be read


def unpack(stream: BinaryIO, head: bytes, kind: str, name: str) -> BinaryIO:
    """The unpacked bytes of a stream, a bounded block at a time; a stream that is cut off raises EOFError.

    Raises InputError where this Python cannot unpack it.
    """
    if not head:
        raise EOFError  # the readers take an empty file for a whole one
    try:
        if kind == "gzip":
            import gzip

            return cast(BinaryIO, gzip.GzipFile(fileobj=stream))
        if kind == "bzip2":
            import bz2

            return cast(BinaryIO, io.BufferedReader(_Frames(stream, bz2.BZ2Decompressor), _BLOCK))
        return _xz(stream) if kind == "xz" else _zstd(stream)
    except ImportError:
        remedy = "install tokcost[zstd], or decompress" if kind == "zstd" else "decompress"
        raise InputError(
            name, f"compressed with {kind}, which this Python cannot unpack: {remedy} it first: {kind} -d"
        ) from None


def _xz(stream: BinaryIO) -> BinaryIO:
    import lzma

    def begin() -> _Frame:
        return lzma.LZMADecompressor(memlimit=_XZ_MEMORY)  # raises where it asks for more

    return cast(BinaryIO, io.BufferedReader(_Frames(stream, begin), _BLOCK))


def _zstd(stream: BinaryIO) -> BinaryIO:
    try:
        from compression import zstd  # type: ignore[import-not-found]  # Python 3.14
    except ImportError:
        from backports import zstd
    opened: BinaryIO = zstd.ZstdFile(stream)
    return opened


class _Frame(Protocol):
    """What unpacks one frame, in bounded memory, as ``bz2`` and ``lzma`` have it."""

    @property
    def eof(self) -> bool:
        """Whether the frame is over."""

    @property
    def needs_input(self) -> bool:
        """Whether there is nothing more in what it was given."""

    @property
    def unused_data(self) -> bytes:
        """What came after the frame."""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """The next bytes."""


class _Frames(io.RawIOBase):
    """One frame after the other. What follows a frame is another one, or zeros that fill up a block.

    ``BZ2File`` and ``LZMAFile`` take anything else for the end: all that was packed there would be missing unsaid.
    """

    def __init__(self, stream: BinaryIO, begin: Callable[[], _Frame]) -> None:
        self._stream = stream
        self._begin = begin
        self._frame = begin()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # io calls it with nothing else
        while True:
            given = b""
            if self._frame.eof:
                given = self._frame.unused_data.lstrip(b"\0")
                while not given:
                    block = self._stream.read(_BLOCK)
                    if not block:
                        return 0
                    given = block.lstrip(b"\0")
                self._frame = self._begin()
            elif self._frame.needs_input and not (given := self._stream.read(_BLOCK)):
                raise EOFError
            block = self._frame.decompress(given, len(buffer))
            if block:
                buffer[: len(block)] = block
                return len(block)
