"""How many pages a PDF has, read from its own bytes without a PDF library."""

from __future__ import annotations

import re
import zlib

from tokcost.requests.images import decoded

_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_STREAM = re.compile(rb"/Type\s*/ObjStm.*?stream\r?\n", re.DOTALL)
# A bound on what is unpacked: lists of objects are small, and a hostile file is not.
_MOST = 16 << 20


def pages_of(data: object) -> int | None:
    """The pages of a PDF given as base64 text, None where they cannot be told (encrypted, damaged, none at all)."""
    if not isinstance(data, str):
        return None
    raw = decoded(data)
    if not raw.startswith(b"%PDF"):
        return None
    pages = len(_PAGE.findall(raw))
    view, left = memoryview(raw), _MOST
    for match in _STREAM.finditer(raw):
        try:
            unpacked = zlib.decompressobj().decompress(view[match.end() :], left)
        except zlib.error:
            return None
        pages += len(_PAGE.findall(unpacked))
        left -= len(unpacked)
        if left <= 0:
            return None
    return pages or None
