"""Bytes to text, block by block, with the byte offset of the first that is not text."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from tokcost.errors import InputError, NotText, OtherFormat, TokcostError

if TYPE_CHECKING:
    from tokcost.inputs.files import InputFile
    from tokcost.inputs.stdin import Readable

BLOCK = 1 << 20
# A NUL this early marks a binary file, as git has it.
_LOOK_AT = 8000
_MARKS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Without a mark: plain letters, of two bytes or of four.
_FIRST = 8
_UNMARKED = tuple(
    (charset, re.compile(rb"(?:%b){%d}" % (unit, _FIRST // width)))
    for charset, width, unit in (
        ("utf-16-le", 2, rb"[\t\r\n -~]\0"),
        ("utf-16-be", 2, rb"\0[\t\r\n -~]"),
        ("utf-32-le", 4, rb"[\t\r\n -~]\0{3}"),
        ("utf-32-be", 4, rb"\0{3}[\t\r\n -~]"),
    )
)


# How files begin that hold no text in any charset.
_FORMATS = (
    b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"%PDF-", b"II*\0", b"MM\0*", b"\0\0\1\0", b"8BPS",  # pictures
    b"PK\3\4", b"7z\xbc\xaf", b"Rar!\x1a", b"PAR1", b"\x93NUMPY", b"SQLite format 3\0", b"DIRC", b"\0\0\0\1Bud1",
    b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\0asm", b"\0\1\0\0", b"OTTO", b"wOFF", b"wOF2", b"OggS",
)  # fmt: skip


# How a file may begin that stands for a text elsewhere.
_POINTS = (b"version https://git-lfs", b"/annex/", b".git/annex/", b"../")


class Reading(NamedTuple):
    """How bytes become text. ``force`` counts what is not text as U+FFFD instead of refusing it."""

    charset: str = "utf-8"
    force: bool = False

    @property
    def is_utf8(self) -> bool:
        """Whether bytes may be read as they are, and a file be cut in ranges."""
        return self.charset.lower().replace("_", "-") in ("utf-8", "utf8")


class TextSource(NamedTuple):
    """A named text: given as such, in a ``file``, or in an open binary ``stream``.

    ``start`` and ``end`` (bytes) are the part of the file that is meant, all of it when left out;
    ``ends`` says whether it is the last one.
    """

    name: str
    text: str | None = None
    file: InputFile | None = None
    stream: Readable | None = None
    start: int = 0
    end: int | None = None
    ends: bool = True

    @property
    def named(self) -> bool:
        """Whether the user named it, rather than a folder, a glob or an archive that holds it."""
        return self.file is None or self.file.named

    def blocks(self, reading: Reading) -> Iterator[str]:
        """The text in blocks of about a million characters.

        Raises NotText with the byte offset, or InputError when the file cannot be read.
        """
        if self.text is not None:
            yield self.text
            return
        from tokcost.inputs.open import open_input, open_packed, open_stream

        if self.stream is not None:
            with open_stream(self.stream, self.name) as stream:
                yield from decoded(stream, self.name, reading, binary=False)
            return
        assert self.file is not None
        if self.end is not None:
            with open_packed(self.file) as file:
                part = Span(file, self.name, self.start, self.end)
                yield from decoded(part, self.name, reading, binary=not self.start, offset=self.start)
        else:
            with open_input(self.file) as file:
                yield from decoded(file, self.name, reading, binary=True)


class Span:
    """A file from one offset to another. Raises InputError where the file ends before that."""

    def __init__(self, file: BinaryIO, name: str, start: int, end: int) -> None:
        file.seek(start)
        self._file = file
        self._name = name
        self._left = end - start

    def read(self, size: int) -> bytes:
        block = self._file.read(min(size, self._left))
        if not block and self._left:
            from tokcost.inputs.files import CHANGED

            raise InputError(self._name, CHANGED)
        self._left -= len(block)
        return block


def decoded(file: Readable, name: str, reading: Reading, binary: bool, offset: int = 0) -> Iterator[str]:
    """The text of open bytes, block by block. ``binary``: a NUL near the start means that this is not text at all;
    ``offset``: that of the first byte in the whole file. Raises NotText with the byte offset.
    """
    decoder = _decoder(reading)
    block = file.read(BLOCK)
    first = not offset
    error_type = OtherFormat if block.startswith(_FORMATS) else NotText
    if first and not reading.force:
        _refuse_other(block, name, reading, binary)
    while True:
        held = len(decoder.getstate()[0])
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeError as error:  # of utf-16 without its mark it does not say where
            at = offset - held + getattr(error, "start", 0)
            raise error_type(
                name,
                at,
                f"not {reading.charset} text",
                "--charset names another encoding, --force-text counts it anyway",
            ) from error
        if first and text:
            text, first = text.removeprefix("\ufeff"), False
        if text:
            yield text
        if not block:
            return
        offset += len(block)
        block = file.read(BLOCK)


def marked_charset(stream: BinaryIO) -> str | None:
    """The charset of two or four bytes that a stream begins with: by its byte order mark, else by the NULs beside its
    first letters. Nothing is taken from it.
    """
    peek = getattr(stream, "peek", None)
    head = peek(_FIRST)[:_FIRST] if peek else b""
    marked = next((charset for mark, charset in _MARKS if head.startswith(mark)), None)
    return marked or next((charset for charset, letters in _UNMARKED if letters.match(head)), None)


def in_utf8(stream: BinaryIO, name: str, reading: Reading) -> BinaryIO:
    """The text of a stream as UTF-8, for what reads lines of bytes; a UTF-8 stream itself.

    Raises NotText with the byte offset, while it is read.
    """
    if reading.is_utf8 and not reading.force:
        return stream
    return io.BufferedReader(_InUtf8(decoded(stream, name, reading, binary=False)), BLOCK)


class _InUtf8(io.RawIOBase):
    """Blocks of text as raw bytes."""

    def __init__(self, blocks: Iterator[str]) -> None:
        self._blocks = blocks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # io calls it with nothing else
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = block.encode("utf-8", "surrogatepass")
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def _decoder(reading: Reading) -> codecs.IncrementalDecoder:
    try:
        return codecs.getincrementaldecoder(reading.charset)("replace" if reading.force else "strict")
    except LookupError as error:
        raise TokcostError(f"unknown charset '{reading.charset}': name one as utf-8, utf-16, cp949, latin-1") from error


def _refuse_pointer(block: bytes, name: str) -> None:
    from tokcost.inputs.pointers import pointer_of

    pointer = pointer_of(block)
    if pointer is not None:
        raise InputError(name, f"{pointer.kind}, not the text: run '{pointer.fetch}' first")


def _refuse_other(block: bytes, name: str, reading: Reading, binary: bool) -> None:
    mark = next((charset for mark, charset in _MARKS if block.startswith(mark)), None)
    if mark and reading.is_utf8:
        raise NotText(name, 0, f"the byte order mark of {mark}", f"--charset {mark} reads it")
    wide = reading.charset.lower().startswith(("utf-16", "utf_16", "utf-32", "utf_32"))
    if binary and block.startswith(_POINTS):
        _refuse_pointer(block, name)
    if binary and not wide and (at := block.find(b"\0", 0, _LOOK_AT)) >= 0:
        error_type = OtherFormat if block.startswith(_FORMATS) else NotText
        raise error_type(name, at, "binary file, a NUL", "--force-text counts it anyway")
