"""What the commands over logs share: their options, and how these become a reader, a meter and an exchange."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tokcost.cli.options import complete_model
from tokcost.errors import TokcostError
from tokcost.phrases import quote as quote_whole

if TYPE_CHECKING:
    from decimal import Decimal

    from tokcost.catalog import PriceBook
    from tokcost.currency import Exchange
    from tokcost.logs.read import Reader
    from tokcost.metering.ledger import Ledger
    from tokcost.metering.meter import Meter

Logs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[LOG]...", help="Log files, directories, quoted globs, URLs; - is stdin.", show_default=False
    ),
]
LogModel = Annotated[
    str | None,
    typer.Option("--model", "-m", help="The model of lines that name none.", autocompletion=complete_model),
]
Provider = Annotated[
    str | None, typer.Option("--provider", help="Whose rates hold for a model that several providers sell.")
]
Regional = Annotated[
    bool, typer.Option("--regional", help="Requests went to OpenAI's regional domains, which no log shows: x1.1.")
]
MapFields = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        help="Fields of any CSV or JSON lines: input=prompt_tok,output=completion_tok,model=engine. "
        "[env: TOKCOST_MAP, configuration: map]",
        show_default=False,
    ),
]
Currency = Annotated[str | None, typer.Option("--currency", help="Show and sum in this currency, as KRW.")]
FxRate = Annotated[
    str | None, typer.Option("--fx", help="Units of that currency for one USD, with the day: 1390.5@2026-11-20.")
]
Vat = Annotated[str | None, typer.Option("--vat", help="Tax to add to what is computed: 10%.")]
LogAsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help="The day of lines that state no time; the others have the rates of their own. "
        "[default: TOKCOST_AS_OF, else today]",
    ),
]
Rate = Annotated[str | None, typer.Option("--rate", help="Price every token at this much per million instead.")]


def quote(text: str) -> str:
    """What the user gave in quotes; should it be a key, its fingerprint."""
    from tokcost.masking import scrub_name

    return quote_whole(scrub_name(text))


def within(option: str, value: Decimal | None) -> Decimal | None:
    """The number, if sums with it stay exact. Raises TokcostError of 10^15 and more, or below 10^-12."""
    if value and (not -12 <= value.adjusted() < 15 or int(value.as_tuple().exponent) < -40):
        raise TokcostError(f"{option} {value:.3e} is out of all bounds: say one below 10^15, and not below 10^-12")
    return value


def sum_of(option: str, text: str | None) -> Decimal | None:
    """A sum of money given as an option, within bounds; an error repeats no key."""
    from tokcost.cli.options import amount
    from tokcost.masking import scrub_name

    return within(option, amount(option, scrub_name(text) if text is not None else None))


def named(logs: Sequence[str] | None) -> list[str]:
    """The logs to read: stdin where none is named."""
    from tokcost.inputs.stdin import names_or_stdin

    return names_or_stdin(logs, "no logs: name files or directories, or pipe something in")


def reader(fields: Sequence[str] | None, ledger: Ledger | None = None, charset: str = "utf-8") -> Reader:
    """A reader of every format, and of the mapped one; with a ledger, one that adds plain lines to it by itself."""
    from tokcost.logs.mapped import parse_map
    from tokcost.logs.read import Reader

    told = list(fields or ()) or [os.environ.get("TOKCOST_MAP") or _configured_map()]
    by = parse_map(told)
    if ledger is None or by is not None:
        return Reader(by, charset)
    from tokcost.metering.fast_reader import FastReader

    return FastReader(ledger, charset)


def _configured_map() -> str:
    """The map that the nearest configuration saves."""
    from tokcost.budgets.config import find_config
    from tokcost.budgets.parse import parse_config

    found = find_config()
    return parse_config(found).map if found else ""


def meter(
    book: PriceBook,
    as_of: str | None,
    model: str | None = None,
    provider: str | None = None,
    regional: bool = False,
    rate: str | None = None,
) -> Meter:
    """What prices the entries."""
    from tokcost.cli.options import terms
    from tokcost.metering.meter import Meter
    from tokcost.rates import STANDARD

    flat = sum_of("--rate", rate)
    try:
        return Meter(book, terms(as_of, STANDARD).day, model, provider, regional, flat)
    except TokcostError as error:
        from tokcost.masking import scrub_name

        raise TokcostError(scrub_name(str(error))) from None


def undated(measure: Meter, as_of: str | None) -> list[str]:
    """That lines without a time have the rates of today, where nobody said so."""
    if not measure.undated or as_of or os.environ.get("TOKCOST_AS_OF"):
        return []
    return [f"lines without a time have the rates of today, {measure.day}: --as-of names their day"]


def exchange_of(currency: str | None, fx: str | None, vat: str | None) -> Exchange:
    """What brings every amount into one currency."""
    from tokcost.currency import exchange

    return exchange(currency, fx, vat)


def ceilings_per(texts: Sequence[str] | None) -> dict[str, Decimal]:
    """``--max-cost-per key=50`` as a limit by name."""
    from tokcost.metering.ledger import BY

    found = {}
    for text in texts or ():
        what, equals, limit = text.partition("=")
        if not equals or what not in BY:
            raise TokcostError(f"--max-cost-per {quote(text)}: write it as key=50, with one of {', '.join(BY)}")
        value = sum_of("--max-cost-per", limit)
        assert value is not None
        found[what] = value
    return found


def grouping(by: str | None) -> list[str] | None:
    """``--by model,day`` as names; None when it was not given."""
    from tokcost.metering.ledger import BY

    if by is None:
        return None
    names = [name.strip() for name in by.split(",") if name.strip()]
    for name in names:
        if name not in BY:
            raise TokcostError(f"--by {quote(name)} is none: say some of {', '.join(BY)}")
    if not names:
        raise TokcostError(f"--by is empty: say some of {', '.join(BY)}")
    return list(dict.fromkeys(names))


def outcome(path: Path | None) -> bool:
    """Whether the result is drawn for a terminal."""
    from tokcost.cli.output_old import draws

    return draws(path, sys.stdout.isatty())
