"""What every format becomes: an entry of use, or a problem at a line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from tokcost.errors import Problem
from tokcost.masking import scrub
from tokcost.rates import STANDARD, mode_of_tier
from tokcost.usage import Usage

NOTHING = Usage()
MOST = 10**15
"""More tokens, or more money, than this in one line is a mistake; sums of less stay exact."""
_FINEST = -40
_ONE_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?", re.ASCII)
NOT_STATED = "'{}' is not stated: tokens that are not known are not priced as none"


class Calls(NamedTuple):
    """Calls that are billed apart, by the name of their fee: how many, and in how many prompts or containers.

    ``occasions`` is None where the answer does not tell: of a prompt there is one in each request.
    """

    name: str
    number: int
    occasions: int | None = None


class Entry(NamedTuple):
    """One line of a log: a request, or (``is_aggregate``) the sum of several.

    ``when`` is UTC without a zone, None where the log does not say; ``until`` ends a span. ``mode``
    is how it was served. ``charged`` is the money that the log itself states. ``calls`` are tool
    calls that are billed apart, those of code in the ``containers`` of these ids. ``units`` are what is billed in
    place of tokens (seconds, characters, pages, queries); ``inside`` are answers of other models that are billed
    with this one (see ``apart``). ``modalities`` are parts of the usage that are not text.
    ``prompt`` is the least and the most tokens that one request can have had, where the log says.
    ``not_billed_because`` says why nothing was charged. ``tokens_known`` is False in a line that states a charge
    alone, ``split_known`` where input and output are one number. ``cost_is_final``: the charge is the cost.
    ``doubts`` are what in the line was not understood, ``remarks`` what is to be known of it: the reader of logs tells
    both, and hands on entries without.
    """

    where: str
    usage: Usage = NOTHING
    model: str | None = None
    provider: str | None = None
    when: datetime | None = None
    until: datetime | None = None
    mode: str = STANDARD
    client: str | None = None
    key: str | None = None
    project: str | None = None
    charged: Decimal | None = None
    currency: str = "USD"
    calls: tuple[Calls, ...] = ()
    containers: tuple[str, ...] = ()
    units: tuple[tuple[str, Decimal], ...] = ()
    inside: tuple[Entry, ...] = ()
    geo: str = ""
    modalities: tuple[tuple[str, int], ...] = ()
    requests: int = 1
    is_aggregate: bool = False
    prompt: tuple[int, int] | None = None
    images: tuple[str, int] | None = None
    not_billed_because: str = ""
    identity: str | None = None
    tokens_known: bool = True
    split_known: bool = True
    cost_is_final: bool = False
    other_modes: tuple[str, ...] = ()  # modes that a sum, not grouped by them, may hold as well
    item: str = ""
    doubts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def tokens(self) -> int:
        """Input and output together."""
        return self.usage.input_tokens + self.usage.output_tokens

    @property
    def whole_usage(self) -> Usage:
        """The usage, with that of the answers inside that are no requests."""
        return sum((each.usage for each in self.inside if not each.requests), start=self.usage)


def apart(entry: Entry) -> tuple[Entry, ...]:
    """The entry, and apart from it the answers inside it that are no requests: each is priced by its own prompt.

    What was charged for all of it together stays together.
    """
    if entry.charged is not None or all(each.requests for each in entry.inside):
        return (entry,)
    same = {name: getattr(entry, name) for name in ("when", "until", "mode", "client", "key", "project", "geo")}
    beside = (each._replace(**same) for each in entry.inside if not each.requests)
    return (entry._replace(inside=tuple(each for each in entry.inside if each.requests)), *beside)


class BadLine(ValueError):
    """Raised inside a parser; becomes the Problem of the line."""


Read = Entry | Problem


def mode_of(tier: object) -> str:
    """The mode behind the service tier of a response; an unknown one stays as it is, and has no rates."""
    return scrub(mode_of_tier("" if tier is None else str(tier)))


def stated(line: Mapping[str, Any], field: str) -> int:
    """A count that the line must state: where it is null or not there, the tokens are not known, and not 0."""
    value = line.get(field)
    if value is None or value == "":
        raise BadLine(NOT_STATED.format(field))
    return whole(value, field)


def output_of(usage: Mapping[str, Any], field: str, given: int) -> int:
    """The output, which an embedding leaves out; null is none only where the total says that there was none."""
    if usage.get(field) is None and (field in usage or "total_tokens" in usage) and usage.get("total_tokens") != given:
        return stated(usage, field)
    return whole(usage.get(field), field)


def whole(value: object, field: str) -> int:
    """A count of tokens that are part of others: a whole number of 0 or more; null is 0."""
    if value is None or value == "":
        return 0
    if isinstance(value, str):
        text = _ungrouped(value.strip()).removesuffix(".0")
        if text.isascii() and text.isdigit():
            return _bounded(Decimal(text), field)
    elif isinstance(value, int) and not isinstance(value, bool):
        if value >= 0:
            return value if value <= MOST else _bounded(value, field)
        raise BadLine(f"'{field}' is {_shown(value)}: a number of tokens is 0 or more")
    elif isinstance(value, float | Decimal) and value >= 0 and value == (found := _bounded(value, field)):
        return found
    raise BadLine(f"'{field}' is not a whole number: {str(value)[:40]!r}")


def money(value: object, field: str) -> Decimal | None:
    """An amount of money, exact; None when there is none."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        text = _ungrouped(str(value).strip().lstrip("$"))
        if not _ONE_NUMBER.fullmatch(text):
            raise ArithmeticError
        amount = Decimal(text)
    except ArithmeticError:
        raise BadLine(f"'{field}' is not an amount: {str(value)[:40]!r}") from None
    if not amount.is_finite():
        raise BadLine(f"'{field}' is not an amount: {str(value)[:40]!r}")
    exponent = amount.as_tuple().exponent
    if amount.copy_abs() > MOST or (isinstance(exponent, int) and not _FINEST <= exponent <= 15):
        raise BadLine(f"'{field}' is {_shown(amount)}: an amount is at most 10^15, and has at most 40 decimals")
    return amount


def _ungrouped(text: str) -> str:
    """A number without the commas between its thousands; another comma stays, and makes it no number."""
    return text.replace(",", "") if _THOUSANDS.fullmatch(text) else text


def currency_code(value: object) -> str:
    """A code of three letters, upper-cased; USD when there is none."""
    code = str(value or "USD").strip().upper()
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise BadLine("'currency' is not a code of three letters, as USD")
    return code


def _bounded(number: int | float | Decimal, field: str) -> int:
    """A count that something can be reckoned with. The bound comes first: as an int, 1e999999999 has no end."""
    if number > MOST:
        raise BadLine(f"'{field}' is {_shown(number)}: one line has at most 10^15 tokens")
    return int(number)


def _shown(number: int | float | Decimal) -> str:
    """A number of any size in a few digits."""
    return str(number) if -MOST <= number <= MOST else f"{Decimal(number):.3e}"


def usage_of(input_tokens: int, cached: int, write: int, write_long: int, output: int, reasoning: int) -> Usage:
    """The usage, input inclusive. Raises BadLine, with the numbers, when the parts exceed the whole."""
    parts = cached + write + write_long
    if parts > input_tokens:
        named = [f"{number} {name}" for number, name in ((cached, "cached"), (write + write_long, "written")) if number]
        raise BadLine(f"{' and '.join(named)} tokens are more than the {input_tokens} input tokens they are part of")
    if reasoning > output:
        raise BadLine(f"{reasoning} reasoning tokens are more than the {output} output tokens they are part of")
    return Usage(input_tokens, cached, write, write_long, output, reasoning)
