"""What the commands over logs share: their options, and how these become a reader, a meter and an exchange."""

from __future__ import annotations

import os
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from tokcost.cli.options import complete_provider
from tokcost.cli.parsers import amount_of
from tokcost.errors import TokcostError
from tokcost.phrases import join_or, quote_value

if TYPE_CHECKING:
    from tokcost.catalog import PriceBook
    from tokcost.logs.ahead import ReadAhead
    from tokcost.logs.read import Reader
    from tokcost.metering.ledger import Ledger
    from tokcost.metering.meter import Meter

Logs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[LOG]...", help="Log files, directories, quoted globs, URLs; - is stdin.", show_default=False
    ),
]
Provider = Annotated[
    str | None,
    typer.Option(
        "--provider",
        metavar="NAME",
        autocompletion=complete_provider,
        help="Whose rates hold for a model that several providers sell.",
    ),
]
Regional = Annotated[
    bool, typer.Option("--regional", help="Requests went to OpenAI's regional domains, which no log shows: x1.1.")
]
MapFields = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        help="Fields of any table or JSON: input=prompt_tok,output=text+thoughts,model=choices[0].engine; or the name "
        "of a map in the configuration. [env: TOKCOST_MAP, configuration: map, [maps\\]]",
        show_default=False,
    ),
]
LogAsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DAY",
        help="The day of lines that state no time; the others have the rates of their own. "
        "[default: TOKCOST_AS_OF, else today]",
    ),
]
Rate = Annotated[
    Decimal | None,
    typer.Option(
        "--rate", help="Price every token at this much per million instead.", metavar="AMOUNT",
        parser=amount_of("--rate"),
    ),
]  # fmt: skip


class CostLimit(NamedTuple):
    """A limit of money for each key, client, model or the like."""

    what: str
    most: Decimal


def _cost_limit(text: str) -> CostLimit:
    from tokcost.metering.group_by import BY

    what, equals, limit = text.partition("=")
    if not equals or what not in BY:
        raise TokcostError(f"--max-cost-per {quote_value(text)}: write it as key=50, with {join_or(BY)}")
    return CostLimit(what, amount_of("--max-cost-per")(limit))


MaxCostPer = Annotated[
    list[CostLimit] | None,
    typer.Option(
        "--max-cost-per", help="Exit 1 when one key cost more: key=50; repeatable.", metavar="KEY=AMOUNT",
        parser=_cost_limit,
    ),
]  # fmt: skip


def named(logs: Sequence[str] | None) -> list[str]:
    """The logs to read: stdin where none is named."""
    from tokcost.inputs.stdin import names_or_stdin

    return names_or_stdin(logs, "no logs: name files or directories, or pipe something in")


def reader(
    fields: Sequence[str] | None, ledger: Ledger | None = None, charset: str = "utf-8", ahead: ReadAhead | None = None
) -> Reader:
    """A reader of every format, and of the mapped one; with a ledger, one that adds plain lines to it by itself."""
    from tokcost.cli.maps import configured_map, named_map
    from tokcost.logs.mapped import parse_map
    from tokcost.logs.read import Reader

    maps = list(fields or ()) or [os.environ.get("TOKCOST_MAP") or configured_map()]
    by = parse_map(maps, named_map)
    if ledger is None or by is not None:
        return Reader(by, charset)
    from tokcost.metering.fast_reader import FastReader

    return FastReader(ledger, charset, ahead)


def meter(
    book: PriceBook,
    as_of: str | None,
    model: str | None = None,
    provider: str | None = None,
    regional: bool = False,
    rate: Decimal | None = None,
) -> Meter:
    """What prices the entries."""
    from tokcost.cli.values import terms
    from tokcost.metering.meter import Meter
    from tokcost.rates import STANDARD

    return Meter(book, terms(as_of, STANDARD).day, model, provider, regional, rate)


def undated(measure: Meter, as_of: str | None) -> list[str]:
    """That lines without a time have the rates of today, where nobody said so."""
    if not measure.undated or as_of or os.environ.get("TOKCOST_AS_OF"):
        return []
    return [f"lines without a time have the rates of today, {measure.day}: --as-of names their day"]


def grouping(by: str | None) -> tuple[str, ...] | None:
    """``--by model,day`` as names; None when it was not given."""
    from tokcost.metering.group_by import BY

    if by is None:
        return None
    names = [name.strip() for name in by.split(",") if name.strip()]
    for name in names:
        if name not in BY:
            raise TokcostError(f"--by {quote_value(name)}: choose some of {join_or(BY)}")
    if not names:
        raise TokcostError(f"--by is empty: choose some of {join_or(BY)}")
    return tuple(dict.fromkeys(names))
