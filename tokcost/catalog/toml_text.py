"""The text of a TOML file, and its values: exact numbers, and every failure one line with its place."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from tokcost.errors import PriceFileError
from tokcost.inputs.regular import read_regular

_MOST_PARTS = 1000
# Where a key may begin, so that next to no text in a string looks alike.
_DOTTED = rf"""(?:^|[{{,])[ \t\[]*(?:(?:[\w-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')[ \t]*\.[ \t]*){{{_MOST_PARTS}}}"""


def read_text(path: Path) -> str:
    """The text of a price file; unreadable or not UTF-8 is one clear line."""
    try:
        return read_regular(path).decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        raise PriceFileError(str(path), None, f"cannot read the price file: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PriceFileError(str(path), None, f"not UTF-8 text at byte {error.start}") from error


def parse_toml(path: str, text: str, lines_before: int = 0) -> dict[str, Any]:
    """TOML with every number exact; a syntax error names its line, counting ``lines_before``.

    What would take a parser more time or stack than a file of settings may is refused, with its line.
    """
    import tomllib

    try:
        _refuse_endless(path, text)
        return tomllib.loads(text, parse_float=_exact)
    except RecursionError:
        raise PriceFileError(path, None, "nested too deeply to be read") from None
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        line = int(at[1]) if at else text.rstrip().count("\n") + 1  # tomllib says "at end of document"
        problem = re.sub(r"\s*\(at .*\)$", "", str(error))
        raise PriceFileError(path, line + lines_before, f"not valid TOML: {problem}") from error
    except ValueError:  # what Python says of a number of thousands of digits
        raise PriceFileError(path, _line_of_digits(text), "a number has too many digits to be read") from None


def _refuse_endless(path: str, text: str) -> None:
    """Refuse keys of very many parts: tomllib reads them in time by the square of their number."""
    if max(map(len, text.split("\n"))) < _MOST_PARTS:  # no line is long enough for one
        return
    if found := re.search(_DOTTED, text, re.MULTILINE):
        line = text.count("\n", 0, found.start()) + 1
        raise PriceFileError(path, line, f"a key of more than {_MOST_PARTS:,} parts: nothing is nested so deeply")


def _line_of_digits(text: str) -> int | None:
    """The line of the first number that has more digits than Python reads."""
    found = re.search(r"[0-9](?:_?[0-9]){4000}", text)
    return text.count("\n", 0, found.start()) + 1 if found else None


def _exact(number: str) -> Decimal | str:
    """A TOML float as Decimal; nan, inf and exponents stay text, which is then refused with its line."""
    return Decimal(number) if number.lstrip("+-").replace(".", "").replace("_", "").isdecimal() else number
