"""What a PDF in a request holds: its pages and the words on them."""

from __future__ import annotations

import logging
from functools import lru_cache
from io import BytesIO
from typing import NamedTuple

from tokcost.errors import RequestError
from tokcost.requests.images import decoded

_HEADER = 1024  # what readers look through for the mark of a PDF
# No page takes fewer bytes than a reference to it; what claims more pages is not believed.
_LEAST_PAGE = 6
# Operations after which the words are given up on: some 10 s, and twenty times what a long book takes. They, and not
# the time, are counted, so that a file comes to the same on every machine.
_MOST_STEPS = 1_000_000
_STEPS_A_PAGE = 50
# More words than any model reads, of which a file of some kilobytes may hold many times as many; and the most bytes
# that one stream of it is unpacked to.
_MOST_TEXT = 8_000_000
_MOST_UNPACKED = 16 << 20


class Pdf(NamedTuple):
    """How many pages, and their text, page after page, joined by line ends; "" where it cannot be read."""

    pages: int
    text: str


def read_pdf(data: object, where: str) -> Pdf | None:
    """The contents of a PDF given as base64 text, None where they cannot be read (encrypted, damaged, not a PDF).

    Raises RequestError, with the path, for one that unpacks to more than is counted.
    """
    found = _read(data) if isinstance(data, str) else None
    if isinstance(found, str):
        raise RequestError(where, found, "no model reads so much: split it, or take it out")
    return found


class _TooMuch(Exception):
    """A file that takes too long to read, even a small one."""


@lru_cache(maxsize=2)  # a batch often asks about one document many times
def _read(data: str) -> Pdf | str | None:
    """What it holds, or in words why that is too much."""
    raw = decoded(data)
    if b"%PDF" not in raw[:_HEADER]:
        return None
    from pypdf import PdfReader, apply_configuration  # late: some 100 ms that only who sends a PDF pays
    from pypdf.errors import LimitReachedError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it repairs in a file is not reported
    number = left = 0

    def step(*_: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise _TooMuch

    try:  # whatever a file from outside makes of the library
        with apply_configuration(
            zlib_maximum_output_length=_MOST_UNPACKED, lzw_maximum_output_length=_MOST_UNPACKED,
            run_length_maximum_output_length=_MOST_UNPACKED, array_based_stream_maximum_output_length=_MOST_UNPACKED,
        ):  # fmt: skip
            pages = PdfReader(BytesIO(raw)).pages
            number = len(pages)
            left, room = _MOST_STEPS, _MOST_TEXT
            texts = []
            for page in pages:
                left -= _STEPS_A_PAGE
                texts.append(page.extract_text(visitor_operand_before=step))
                room -= len(texts[-1])
                if room < 0:
                    return f"a PDF with more than {_MOST_TEXT:,} characters"
        return Pdf(number, "\n".join(texts))
    except LimitReachedError:
        return f"a PDF of which a part unpacks to more than {_MOST_UNPACKED >> 20} MB"
    except Exception:
        return Pdf(number, "") if 0 < number <= len(raw) // _LEAST_PAGE else None
