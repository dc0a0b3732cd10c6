"""How the files of requests are looked into, by what the user says of them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tokcost.errors import TokcostError
from tokcost.phrases import quote
from tokcost.requests.files import FileReader
from tokcost.requests.images import Size


def file_reader(image_size: str | None, pages: int | None, seconds: Decimal | None) -> FileReader:
    """Reads data and the files of the current folder; what it cannot read is as given: 1024x768, pages, seconds.

    Raises TokcostError for what is not a size.
    """
    size = _size(image_size) if image_size is not None else None
    return FileReader(Path.cwd(), size, pages, None if seconds is None else float(seconds))


def _size(text: str) -> Size:
    wide, _, high = text.lower().partition("x")
    if not (wide.isdecimal() and high.isdecimal() and int(wide) and int(high)):
        raise TokcostError(f"--image-size {quote(text)}: not a size: write it as 1024x768")
    return int(wide), int(high)
