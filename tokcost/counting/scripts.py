"""What a text is made of: the shares of its o200k_base tokens by script and kind.

A private vocabulary is estimated from a public one, and their ratio depends on what is written:
one factor for everything is wrong by half for Korean. Nothing is tokenised here: characters are
counted by script and weighed with the tokens that a character of that script costs on average.
"""

from __future__ import annotations

from collections.abc import Mapping

KINDS = (
    "english",
    "european",
    "code",
    "json",
    "dense",
    "run",
    "korean",
    "japanese",
    "chinese",
    "cyrillic",
    "arabic",
    "hindi",
    "other",
)

# o200k_base tokens a character. English, code, JSON, Korean, Japanese, Chinese and Cyrillic are measured on
# 371 paragraphs of one manual in several languages and on source files; the rest follow from small samples.
WEIGHTS: Mapping[str, float] = {
    "english": 0.20,
    "european": 0.22,
    "code": 0.22,
    "json": 0.35,
    "dense": 0.50,
    "run": 0.125,
    "korean": 0.60,
    "japanese": 0.62,
    "chinese": 0.60,
    "cyrillic": 0.25,
    "arabic": 0.35,
    "hindi": 0.30,
    "other": 0.60,
}

# A text is looked at through windows at fixed offsets, so that how it was cut for feeding changes nothing.
# A few passes over bytes each: 60 MB take a fifth of a second, so that no sampling is needed.
WINDOW = 4096

_SPACES = b" \t\r\n\x0b\x0c"
_CODE_MARKS = b"{}()[]=;<>_/*+&|#$\\"

# The first byte of a UTF-8 character shows its script well enough.
_LEADS: tuple[tuple[str, bytes], ...] = (
    ("latin", bytes(range(0xC2, 0xCE))),
    ("greek", b"\xce\xcf"),
    ("cyrillic", bytes(range(0xD0, 0xD4))),
    ("arabic", bytes(range(0xD8, 0xDC))),
    ("indic", b"\xe0"),
    ("marks", b"\xe2"),
    ("kana", b"\xe3"),
    ("han", bytes(range(0xE4, 0xEA))),
    ("hangul", bytes(range(0xEA, 0xEE))),
    ("other", b"\xd4\xd5\xd6\xd7\xdc\xdd\xde\xdf\xe1\xee\xef\xf0\xf1\xf2\xf3\xf4"),
)


class Profile:
    """The make-up of a text that is fed in parts, in bounded memory.

    Feeding a text in any number of parts gives exactly what feeding it at once gives.
    """

    def __init__(self) -> None:
        self._weights = dict.fromkeys(KINDS, 0.0)
        self._waiting = ""  # the window that is not yet full

    def feed(self, part: str) -> None:
        """The next part of the text."""
        at = 0
        while at < len(part):
            taken = WINDOW - len(self._waiting)
            self._waiting += part[at : at + taken]
            at += taken
            if len(self._waiting) == WINDOW:
                _add(self._weights, self._waiting)
                self._waiting = ""

    def shares(self) -> dict[str, float]:
        """The share of the text's o200k_base tokens by kind, more than 0 each; they sum to 1. Empty: english."""
        weights = dict(self._weights)
        if self._waiting:
            _add(weights, self._waiting)
        whole = sum(weights.values())
        if not whole:
            return {"english": 1.0}
        return {kind: weight / whole for kind, weight in weights.items() if weight}


def _add(weights: dict[str, float], window: str) -> None:
    for kind, weight in _weigh(window).items():
        weights[kind] += weight


def _weigh(window: str) -> dict[str, float]:
    """Expected o200k_base tokens of a window by kind."""
    if window.isascii():
        return {(kind := _ascii_kind(window.encode())): len(window) * WEIGHTS[kind]}
    data = window.encode("utf-8", "surrogatepass")
    leads = {script: len(data) - len(data.translate(None, first)) for script, first in _LEADS}
    ascii_data = data.translate(None, bytes(range(0x80, 0x100)))
    characters = _by_kind(data, leads)
    letters = len(ascii_data.translate(None, _SPACES))
    foreign = sum(count for kind, count in characters.items() if kind not in ("english", "european"))
    if letters > foreign:
        kind = _ascii_kind(ascii_data)
        if kind == "english" and leads["latin"] * 250 > letters:
            kind = "european"
        characters[kind] = characters.get(kind, 0) + len(ascii_data) + leads["latin"] + leads["marks"]
    else:  # the blanks between words of another script are part of their tokens
        characters["english"] = letters + leads["latin"] + leads["marks"]
    return {kind: count * WEIGHTS[kind] for kind, count in characters.items() if count}


def _by_kind(data: bytes, leads: dict[str, int]) -> dict[str, int]:
    """Characters of scripts other than Latin by kind."""
    hindi = data.count(b"\xe0\xa4") + data.count(b"\xe0\xa5")
    east = leads["kana"] + leads["han"]
    # Han characters are Japanese where kana stand among them; E3 also begins the marks that Chinese shares.
    east_kind = "japanese" if leads["kana"] * 5 > east else "chinese"
    return {
        "korean": leads["hangul"],
        east_kind: east,
        "cyrillic": leads["cyrillic"],
        "arabic": leads["arabic"],
        "hindi": hindi,
        "other": leads["other"] + leads["greek"] + max(0, leads["indic"] - hindi),
    }


def _ascii_kind(data: bytes) -> str:
    """english, code, json, dense or run: what the marks of ASCII text speak for."""
    solid = data.translate(None, _SPACES)
    size = len(solid)
    if size > 200 and (data.count(b" ") + data.count(b"\t")) * 50 < size:
        if len(set(solid)) < 3 and solid.isalpha():
            return "run"
        # Rows of values are data; base64, hexadecimal and the like have hardly a mark to part them.
        parted = len(solid) - len(solid.translate(None, b',;:\t|"-'))
        return "json" if parted * 25 > size else "dense"
    if not size:
        return "code"  # nothing but blanks
    if _is_json(solid):
        return "json"
    marks = size - len(solid.translate(None, _CODE_MARKS))
    return "code" if marks * 100 > 7 * size and size > 20 else "english"


def _is_json(solid: bytes) -> bool:
    """Whether quoted keys and colons make up what code and prose have little of."""
    quotes = solid.count(b'"')
    if quotes < 4 or quotes * 100 < 4 * len(solid) or not (b"{" in solid or b"[" in solid):
        return False
    code = solid.count(b"(") + solid.count(b"=") + solid.count(b";")
    return solid.count(b":") * 8 >= quotes and code * 4 < quotes
