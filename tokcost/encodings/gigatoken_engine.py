"""gigatoken as an engine: the counts of tiktoken, twenty times as fast (extra ``tokcost[fast]``).

The two agree on every text of characters that both know. tiktoken 0.13 and 0.14 have the tables of
Unicode 16, gigatoken 0.10 those of Unicode 17, which made letters, marks and signs of 4,803 code
points that were unassigned: what is around one of these is left to tiktoken. Found by counting
every code point in context with both.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tokcost.encodings.schemes import SCHEMES

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# First and last of the ranges on which the engines' Unicode tables differ.
NEWER = (
    (0x088F, 0x088F), (0x0C5C, 0x0C5C), (0x0CDC, 0x0CDC), (0x1ACF, 0x1ADD), (0x1AE0, 0x1AEB), (0x20C1, 0x20C1),
    (0x2B96, 0x2B96), (0xA7CE, 0xA7CF), (0xA7D2, 0xA7D2), (0xA7D4, 0xA7D4), (0xA7F1, 0xA7F1), (0xFBC3, 0xFBD2),
    (0xFD90, 0xFD91), (0xFDC8, 0xFDCE), (0x10940, 0x10959), (0x10EC5, 0x10EC7), (0x10ED0, 0x10ED8),
    (0x10EFA, 0x10EFB), (0x11B60, 0x11B67), (0x11DB0, 0x11DDB), (0x11DE0, 0x11DE9), (0x16EA0, 0x16EB8),
    (0x16EBB, 0x16ED3), (0x16FF2, 0x16FF6), (0x187F8, 0x187FF), (0x18D09, 0x18D1E), (0x18D80, 0x18DF2),
    (0x1CCFA, 0x1CCFC), (0x1CEBA, 0x1CED0), (0x1CEE0, 0x1CEF0), (0x1E6C0, 0x1E6DE),
    (0x1E6E0, 0x1E6F5), (0x1E6FE, 0x1E6FF), (0x1F6D8, 0x1F6D8), (0x1F777, 0x1F77A), (0x1F8D0, 0x1F8D8),
    (0x1FA54, 0x1FA57), (0x1FA8A, 0x1FA8A), (0x1FA8E, 0x1FA8E), (0x1FAC8, 0x1FAC8), (0x1FACD, 0x1FACD),
    (0x1FAEA, 0x1FAEA), (0x1FAEF, 0x1FAEF), (0x1FBFA, 0x1FBFA), (0x2B73A, 0x2B73F), (0x2CEA2, 0x2CEAD),
    (0x323B0, 0x33479),
)  # fmt: skip

# Characters looked at together: a buffer that stays in the cache.
_SLICE = 16 * 1024


class Gigatoken:
    """One encoding; loading it takes some 0.2 s and 60 MB, the first of a user 0.3 s more."""

    def __init__(self, encoding: str) -> None:
        from gigatoken.gigatoken_rs import BPETokenizer

        from tokcost.encodings.rank_files import rank_file

        _import_numpy()
        with rank_file(encoding) as path:
            # Special tokens, once given, are always recognised: none are, they are ordinary text here.
            self._encode = BPETokenizer.from_tiktoken(path, SCHEMES[encoding], {}).encode

    def count(self, text: str) -> int:
        """Tokens of a normal text in which nothing is doubtful."""
        return len(self._encode(text))

    def doubtful(self, text: str) -> list[int]:
        """Where the characters are on which the engines may differ."""
        places: list[int] = []
        if text.isascii():
            return places
        import numpy as np

        newer = _newer()
        for at in range(0, len(text), _SLICE):
            piece = text[at : at + _SLICE]
            if not piece.isascii():
                found = newer[np.frombuffer(piece.encode("utf-32-le"), "<u4")]
                if found.any():
                    places += (np.flatnonzero(found) + at).tolist()
        return places


def _import_numpy() -> None:
    """gigatoken answers with arrays. Started for them alone, threads for linear algebra cost 30 ms."""
    import os

    name = "OPENBLAS_NUM_THREADS"
    before = os.environ.get(name)
    os.environ[name] = before or "1"
    import numpy as np  # noqa: F401

    if before is None:
        del os.environ[name]


@cache
def _newer() -> npt.NDArray[np.bool_]:
    """By code point: whether the engines differ on it."""
    import numpy as np

    found = np.zeros(0x110000, np.bool_)
    for first, last in NEWER:
        found[first : last + 1] = True
    return found
