"""Whether letters and digits look drawn by chance, as a key, or written by a person, as a name."""

from __future__ import annotations

import binascii
import re
from functools import cache

_HEX = r"[0-9a-f]+|[0-9A-F]+"
# Capitalised words, and capitals that stand together.
_PIECES = r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])"
# notes2, v20251126, 2024report, mistral7b: what is this short is a name.
_WORD = r"(?:[A-Z]?[a-z]{1,9}|[A-Z]{1,9})"
_ORDINARY = rf"{_WORD}\d{{1,8}}|\d{{1,8}}{_WORD}|{_WORD}\d{{1,2}}{_WORD}"
_SHORT = 12
# v3p1, h100x8; 2026, 20260224, 20260224T211933: versions, sizes and times are drawn by nobody.
_MARK = r"[a-z]{1,3}\d{1,4}[a-z]\d{0,4}"
_TIME = r"\d{8}T\d{4,6}Z?"
_NUMBER = r"\d{1,8}"
# Four of five pairs of letters in English words are of these; of letters drawn by chance one of five.
_PAIRS = (
    "th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi "
    "ri ro ic ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc "
    "et ut ss so rs un lo wa ge ie wh ee wi em ad ol rt po we na ul ni ts mo ow pa im mi ai sh ir su id os iv "
    "ia am fi ci vi pl ig tu ev ld ry mp fe bl ab gh ty op wo sa ay ex ke fr oo av ag if ap gr od bo sp rd"
)


def is_wordy(text: str) -> bool:
    """Words run together, as CustomerSupportPromptV2: few digits, pieces and pairs of letters as words have."""
    runs = re.findall(r"[A-Za-z]+", text)
    pairs = [run[at : at + 2].lower() for run in runs for at in range(len(run) - 1)]
    letters, pieces = sum(map(len, runs)), len(re.findall(_PIECES, text))
    usual = sum(pair in _pairs() for pair in pairs)
    return 2 * letters >= 7 * pieces > 0 and 3 * letters >= 2 * len(text) and 5 * usual >= 3 * len(pairs)


def is_random(text: str, least: int) -> bool:
    """Whether one run of letters and digits of at least so many is no name that a person gave."""
    if len(text) < least or text.isdigit() or re.fullmatch(_TIME, text):
        return False
    if any(map(str.isdigit, text)):
        if is_hex(text) and len(text) >= _SHORT:
            return True
        return not (len(text) < _SHORT and re.fullmatch(_ORDINARY, text)) and not is_wordy(text)
    return len(text) >= _SHORT and (not is_wordy(text) or (text.isupper() and len(text) >= 16))


def has_random(text: str, least: int) -> bool:
    """Whether a part of a text between dashes, dots and the like is."""
    return any(is_random(part, least) for part in re.split(r"[^A-Za-z0-9]+", text))


def is_name(text: str) -> bool:
    """Whether all parts between dashes, underscores and dots are words, numbers, times and versions: a name, as of
    a file, a column or a model, however it begins.
    """
    ordinary = rf"{_ORDINARY}|{_MARK}|{_TIME}|{_NUMBER}"
    return all(re.fullmatch(ordinary, part) or _is_word(part) for part in re.split(r"[-_.]+", text) if part)


def _is_word(text: str) -> bool:
    """One word: cased as words are, and with two of five pairs of letters as in others where it is not short."""
    if not (text.isascii() and text.isalpha() and len(text) <= 15 and (text[1:].islower() or text.isupper())):
        return len(text) == 1 and text.isalpha()
    low = text.lower()
    usual = sum(low[at : at + 2] in _pairs() for at in range(len(low) - 1))
    return len(text) <= 4 or 5 * usual >= 2 * (len(text) - 1)


def is_hex(text: str) -> bool:
    """As a hash is written, and an id: no key by itself."""
    return re.fullmatch(_HEX, text) is not None


def decodes(text: str) -> bytes:
    """What a base64 text says, b"" where it is none."""
    usual = text.replace("-", "+").replace("_", "/")
    try:
        return binascii.a2b_base64(usual[: len(usual) - (len(usual) % 4 == 1)] + "==")
    except ValueError:
        return b""


@cache
def _pairs() -> frozenset[str]:
    return frozenset(_PAIRS.split())
