"""The sizes of the pictures in requests."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from tokcost.errors import TokcostError
from tokcost.phrases import quote
from tokcost.requests.images import Size, Sizer, image_size


def sizes_of_pictures(given: str | None) -> Sizer:
    """Width and height from a picture's data or its file in the current folder, else those given as 1024x768.

    Raises TokcostError for what is not a size.
    """
    otherwise = _size(given) if given is not None else None
    look = partial(image_size, folder=Path.cwd())
    return lambda source: look(source) or otherwise


def _size(text: str) -> Size:
    wide, _, high = text.lower().partition("x")
    if not (wide.isdecimal() and high.isdecimal() and int(wide) and int(high)):
        raise TokcostError(f"--image-size {quote(text)}: not a size: write it as 1024x768")
    return int(wide), int(high)
