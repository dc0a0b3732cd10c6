"""Which engine counts: tiktoken always can; gigatoken, where it is installed, many times as fast.

An engine is taken only where its counts are those of tiktoken; what it cannot be trusted with, an
encoding or a text, it leaves to tiktoken.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tokcost.errors import TokcostError
from tokcost.phrases import join_or, quote

if TYPE_CHECKING:
    from tokcost.encodings.gigatoken_engine import Gigatoken

AUTO = "auto"
TIKTOKEN = "tiktoken"
GIGATOKEN = "gigatoken"
ENGINES = (AUTO, TIKTOKEN, GIGATOKEN)
# Characters from which loading gigatoken (some 100 ms more than tiktoken's vocabulary) is the quicker way.
MIN_CHARS_FOR_GIGATOKEN = 1_500_000


def check_engine(name: str) -> str:
    """The name, if it is an engine's. Raises TokcostError for any other."""
    if name not in ENGINES:
        raise TokcostError(f"unknown engine {quote(name)}: choose {join_or(ENGINES)}")
    return name


@cache
def fast_engine(encoding: str) -> Gigatoken | None:
    """gigatoken with the encoding loaded, None where it is not installed or does not serve it."""
    if not serves(encoding):
        return None
    from tokcost.encodings.gigatoken_engine import Gigatoken

    return Gigatoken(encoding)


def require_gigatoken(encoding: str) -> Gigatoken:
    """gigatoken with the encoding loaded. Raises TokcostError when it cannot be had."""
    check_serves(encoding, GIGATOKEN)
    found = fast_engine(encoding)
    assert found is not None
    return found


def check_serves(encoding: str, engine: str) -> None:
    """Raises TokcostError where gigatoken was asked for by name and is not there or does not serve the encoding."""
    from tokcost.encodings.schemes import SCHEMES

    if engine != GIGATOKEN:
        return
    if not installed():
        raise TokcostError("--engine gigatoken: it is not installed: pip install 'tokcost[fast]'")
    if encoding not in SCHEMES:
        raise TokcostError(
            f"--engine gigatoken does not count {encoding} exactly: leave out --engine, it serves {', '.join(SCHEMES)}"
        )


def serves(encoding: str) -> bool:
    """Whether gigatoken is there and serves the encoding; loads nothing."""
    from tokcost.encodings.schemes import SCHEMES

    return encoding in SCHEMES and installed()


@cache
def installed() -> bool:
    """Whether gigatoken is there to be imported, which this does not do."""
    from importlib.util import find_spec

    return find_spec("gigatoken") is not None
