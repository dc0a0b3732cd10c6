"""JSON values out of bytes, in the two ways that are needed here, and the fields of Google's in either spelling."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from tokcost.inputs.lines import LONGEST_LINE

TOO_DEEP = "objects or lists nested too deeply"
PAST_BOUNDS = "a number past all bounds"
CUT_OFF = "ends before its JSON does"


def decoded(line: bytes) -> Any:
    """A JSON value with exact decimals. Raises ValueError.

    What msgspec refuses (half a surrogate pair, NaN) Python's own reader may still take.
    """
    import msgspec

    if len(line) > LONGEST_LINE:
        raise ValueError(f"a line of more than {LONGEST_LINE >> 20} MB")
    try:
        try:
            return msgspec.json.decode(line) if b"." not in line else _exact().decode(line)
        except msgspec.DecodeError:
            return json.loads(line.decode("utf-8-sig", "surrogatepass"), parse_float=Decimal, parse_int=_integer)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None
    except ArithmeticError:  # an exponent that no number has
        raise ValueError(PAST_BOUNDS) from None


def decoded_strictly(text: bytes) -> tuple[Any, str]:
    """A JSON value as a provider's own parser has it, and what is wrong with the text, "" when all is well.

    Numbers are those of Python, since they are written into prompts again; CUT_OFF is text that may go on.
    """
    try:
        return _STRICT.decode(text.decode()), ""
    except _NotANumber as error:
        return None, f"not valid JSON: {error} is not a number of JSON"
    except json.JSONDecodeError as error:
        if error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated string"):
            return None, CUT_OFF
        return None, f"not valid JSON: {error.msg} at column {error.pos + 1}"
    except UnicodeDecodeError as error:
        return None, f"not UTF-8 text at byte {error.start} of the line"
    except RecursionError:
        return None, "nested too deeply to be read"
    except ValueError:  # what Python says of a number of more than 4,300 digits
        return None, "not JSON that can be read: a number has too many digits"


def google_field(known: Mapping[str, Any], name: str) -> Any:
    """A field by its camelCase name, or in snake_case as Google's Python package writes it; None for neither."""
    value = known.get(name)
    return known.get(snake_case(name)) if value is None else value


@lru_cache(maxsize=1024)
def snake_case(name: str) -> str:
    """``maxOutputTokens`` as ``max_output_tokens``."""
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name)


class _NotANumber(Exception):
    """NaN or Infinity."""


def _refuse_constant(word: str) -> None:
    raise _NotANumber(word)


_STRICT = json.JSONDecoder(parse_constant=_refuse_constant)


def _integer(text: str) -> int | Decimal:
    """An int takes time by the square of its digits, and Python refuses thousands of them."""
    return int(text) if len(text) < 1000 else Decimal(text)


_DECODERS: list[Any] = []


def _exact() -> Any:
    import msgspec

    if not _DECODERS:
        _DECODERS.append(msgspec.json.Decoder(float_hook=Decimal))
    return _DECODERS[0]
