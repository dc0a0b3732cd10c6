"""Options that several commands share, each declared once."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tokcost.cli.parsers import amount_of, bounded, choice, complete, known_charset
from tokcost.cli.values import DEFAULT_MODEL
from tokcost.errors import TokcostError
from tokcost.phrases import join_or
from tokcost.rates import MODES

if TYPE_CHECKING:
    from tokcost.catalog import PriceBook


def complete_model(incomplete: str) -> list[str]:
    """The names that begin so, or that NAME= begins, for shell completion: of the price files and of one's own."""
    from tokcost.naming.completion import completed

    given, equals, begun = incomplete.rpartition("=")
    if equals:
        return [f"{given}={name}" for name in complete_model(begun)]
    return completed(incomplete, _completing().names())


def complete_provider(incomplete: str) -> list[str]:
    """The providers of the price files that begin so, for shell completion."""
    return [name for name in _completing().providers() if name.startswith(incomplete)]


def _completing() -> PriceBook:
    """The price files that complete names."""
    from tokcost.catalog import PriceBook
    from tokcost.cli.values import price_book

    try:
        return price_book(None)
    except TokcostError:  # a file that breaks the format: whoever runs the command is told
        return PriceBook.load()


def complete_encoding(incomplete: str) -> list[str]:
    """The shipped encodings that begin so, for shell completion."""
    from tokcost.encodings.names import ENCODINGS

    return [name for name in ENCODINGS if name.startswith(incomplete)]


Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        "-m",
        metavar="NAME",
        help=f"Model to count and price for; repeat to compare. NAME=MODEL: by a name of your own. "
        f"[default: TOKCOST_MODEL, else the configuration's, else {DEFAULT_MODEL}]",
        show_default=False,
        autocompletion=complete_model,
    ),
]
DefaultModel = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        "-m",
        metavar="NAME",
        help="The model of requests and lines that name none; NAME=MODEL: what a name of your own means, repeatable.",
        autocompletion=complete_model,
    ),
]
FORMATS = ("table", "json", "jsonl", "csv", "markdown", "github", "gitlab", "sarif", "junit")


Format = Annotated[
    str,
    typer.Option(
        "--format", "-f", help=f"{join_or(FORMATS)}.", metavar="FORMAT", parser=choice("format", FORMATS),
        autocompletion=complete(FORMATS),
    ),
]  # fmt: skip
Reports = Annotated[
    list[str] | None, typer.Option("--report", metavar="FORMAT=FILE", help="Also write this report; repeatable.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print the one number and nothing else.")]
ExitZero = Annotated[bool, typer.Option("--exit-zero", help="Report a broken limit, but exit 0.")]
KeepGoing = Annotated[
    bool, typer.Option("--keep-going", help="Do not exit 2 for what could not be answered, unless a limit is set.")
]
MaxCost = Annotated[
    Decimal | None,
    typer.Option("--max-cost", help="Exit 1 when it may cost more.", metavar="AMOUNT", parser=amount_of("--max-cost")),
]
MaxTokens = Annotated[
    int | None,
    typer.Option(
        "--max-tokens", min=0, metavar="N", callback=bounded, help="Exit 1 when the input may have more tokens."
    ),
]
Charset = Annotated[
    str,
    typer.Option(
        "--charset", help="The charset of the input, as utf-16 or cp949.", metavar="NAME", parser=known_charset
    ),
]
Currency = Annotated[
    str | None, typer.Option("--currency", metavar="CODE", help="Show and sum in this currency, as KRW.")
]
FxRate = Annotated[
    str | None,
    typer.Option(
        "--fx", metavar="RATE@DAY", help="Units of that currency for one USD, with the day: 1390.5@2026-11-20."
    ),
]
Vat = Annotated[str | None, typer.Option("--vat", metavar="PERCENT", help="Tax to add to what is computed: 10%.")]
Output = Annotated[
    Path | None, typer.Option("--output-file", "-o", metavar="FILE", help="Write the result to this file.")
]
Providers = Annotated[
    list[str] | None,
    typer.Option(
        "--provider", metavar="NAME", help="Only models of this provider; repeatable.", autocompletion=complete_provider
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DAY",
        help="Price at the rates of this day (or UTC minute: 2026-11-24T02:30). [default: TOKCOST_AS_OF, else today]",
    ),
]
Mode = Annotated[
    str,
    typer.Option(
        "--mode", help=f"Rates to price at: {join_or(MODES)}.", metavar="MODE", parser=choice("mode", MODES),
        autocompletion=complete(MODES),
    ),
]  # fmt: skip
Engine = Annotated[
    str, typer.Option("--engine", help="auto, tiktoken or gigatoken: the counts are the same, the time is not.")
]
Jobs = Annotated[
    int,
    typer.Option(
        "--jobs",
        "-j",
        min=0,
        metavar="N",
        help="Processes to count with. [default: as many as pay]",
        show_default=False,
    ),
]
ForceText = Annotated[
    bool, typer.Option("--force-text", help="Count binary input too; what is not text counts as U+FFFD.")
]
Ignore = Annotated[
    bool, typer.Option("--ignore/--no-ignore", help="Inside directories, leave out what .gitignore names.")
]
Prices = Annotated[
    list[Path] | None,
    typer.Option(
        "--prices", metavar="FILE", help="Price file laid over the built-in, user and project ones; repeatable."
    ),
]


FallbackFile = Annotated[
    list[str] | None,
    typer.Option(
        "--fallback",
        help="A price file, or a price list of others (see 'prices diff'), below the book: asked for what it does not "
        "know; repeatable.",
        metavar="FILE",
    ),
]
AllowFallback = Annotated[bool, typer.Option("--allow-fallback", help="Hold limits against what a fallback says, too.")]
