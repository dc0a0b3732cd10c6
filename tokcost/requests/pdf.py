"""What a PDF in a request holds: its pages and the words on them."""

from __future__ import annotations

import logging
import re
from contextlib import AbstractContextManager
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from tokcost.errors import RequestError
from tokcost.requests.model import Unread
from tokcost.requests.sources import Base64Stream

if TYPE_CHECKING:
    from pypdf import PdfReader

_LARGEST = 256 << 20  # more than any provider takes
_HEADER = 1024  # what readers look through for the mark of a PDF
# No page takes fewer bytes than a reference to it; what claims more pages is not believed.
_LEAST_PAGE = 6
# A page as a file has it that does not pack its objects, the sign of one that does, and the fewest bytes of a page
# in either, where nothing more can be read.
_PAGE, _PACKED, _LEAST_UNREAD = re.compile(rb"/Type\s*/Page(?![A-Za-z])"), b"/ObjStm", (300, 20)
# Operations after which the words are given up on: some 10 s, and twenty times what a long book takes. They, and not
# the time, are counted, so that a file comes to the same on every machine.
_MOST_STEPS = 1_000_000
_STEPS_A_PAGE = 50
# More words than any model reads, of which a file of some kilobytes may hold many times as many; and the most bytes
# that one stream of it is unpacked to.
_MOST_TEXT = 8_000_000
_MOST_UNPACKED = 16 << 20


class Pdf:
    """How many pages, and their words, which are read when they are asked for."""

    def __init__(self, reader: PdfReader, pages: int) -> None:
        self.pages = pages
        self._reader: PdfReader | None = reader
        self._text: str | None = None
        self._problem = ""

    def text(self, where: str) -> str | None:
        """Page after page, joined by line ends; None where it cannot be read.

        Raises RequestError, with the path, for one that unpacks to more than is counted.
        """
        if self._reader is not None:
            self._text, self._problem = _text_of(self._reader)
            self._reader = None
        if self._problem:
            raise RequestError(where, self._problem, "no model reads so much: split it, or take it out")
        return self._text


class _TooMuch(Exception):
    """A file that takes too long to read, even a small one."""


def read_pdf(data: BinaryIO | str) -> Pdf | Unread | None:
    """The PDF of a file or of base64 text, Unread where it cannot be read (encrypted, damaged), None for no PDF."""
    return _of_base64(data) if isinstance(data, str) else _opened(data)


@lru_cache(maxsize=2)  # a batch often asks about one document many times
def _of_base64(data: str) -> Pdf | Unread | None:
    return _opened(Base64Stream(data))


def _opened(stream: BinaryIO) -> Pdf | Unread | None:
    if b"%PDF" not in stream.read(_HEADER):
        return None
    if stream.seek(0, 2) > _LARGEST:
        return None
    stream.seek(0)
    raw = stream.read()
    from pypdf import PdfReader  # late: some 100 ms that only who sends a PDF pays

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it repairs in a file is not reported
    pages, is_locked = 0, False
    try:  # whatever a file from outside makes of the library
        with _limited():
            reader = PdfReader(BytesIO(raw))
            is_locked = reader.is_encrypted  # past the empty password, which has been tried
            pages = len(reader.pages)
            is_locked = False
    except Exception as error:
        return _unread(raw, is_locked and type(error).__name__ == "FileNotDecryptedError")
    return Pdf(reader, pages) if 0 < pages <= len(raw) // _LEAST_PAGE else _unread(raw, is_locked)


def _unread(raw: bytes, is_locked: bool) -> Unread:
    """What its bytes tell of its pages all the same."""
    seen = sum(1 for _ in _PAGE.finditer(raw))
    return Unread(is_locked, seen, max(1, seen, round(len(raw) / _LEAST_UNREAD[_PACKED in raw])))


def _limited() -> AbstractContextManager[object]:
    from pypdf import apply_configuration

    return apply_configuration(
        zlib_maximum_output_length=_MOST_UNPACKED, lzw_maximum_output_length=_MOST_UNPACKED,
        run_length_maximum_output_length=_MOST_UNPACKED, array_based_stream_maximum_output_length=_MOST_UNPACKED,
    )  # fmt: skip


def _text_of(reader: PdfReader) -> tuple[str | None, str]:
    """The words, or why they are too many."""
    from pypdf.errors import LimitReachedError

    left, room = _MOST_STEPS, _MOST_TEXT

    def step(*_: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise _TooMuch

    texts: list[str] = []
    try:
        with _limited():
            for page in reader.pages:
                left -= _STEPS_A_PAGE
                texts.append(page.extract_text(visitor_operand_before=step))
                room -= len(texts[-1])
                if room < 0:
                    return None, f"a PDF with more than {_MOST_TEXT:,} characters"
    except LimitReachedError:
        return None, f"a PDF of which a part unpacks to more than {_MOST_UNPACKED >> 20} MB"
    except Exception:
        return None, ""
    return "\n".join(texts), ""
