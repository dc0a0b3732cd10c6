"""Options that several commands share, each declared once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tokcost.cli.parsers import amount_of, bounded, choice, complete, known_charset
from tokcost.errors import TokcostError
from tokcost.phrases import join_or, quote_value
from tokcost.rates import MODES

if TYPE_CHECKING:
    from tokcost.catalog import PriceBook
    from tokcost.catalog.aliases import Alias
    from tokcost.catalog.book import Fallback
    from tokcost.documents.models import Pricing
    from tokcost.limits import Limits
    from tokcost.pricing import Terms

DEFAULT_MODEL = "gpt-5.4"


def complete_model(incomplete: str) -> list[str]:
    """The names that begin so, or that NAME= begins, for shell completion: of the price files and of one's own."""
    from tokcost.catalog.sellers import seller_of

    given, equals, begun = incomplete.rpartition("=")
    if equals:
        return [f"{given}={name}" for name in complete_model(begun)]
    names = _completing().names()
    prefix, slash, rest = incomplete.partition("/")
    seller = seller_of(prefix) if slash else None
    own = f"{seller}/" if seller else ""
    as_typed = [f"{prefix}/{name.removeprefix(own)}" for name in names if own and name.startswith(own + rest)]
    named = "bedrock/" if seller == "bedrock" else ""
    geography, dot, rest = incomplete.removeprefix(named).partition(".")
    if dot and geography in ("us", "eu", "apac", "jp", "au"):
        sold = (name.removeprefix("bedrock/") for name in names if name.startswith(f"bedrock/{rest}"))
        as_typed += [f"{named}{geography}.{name}" for name in sold]
    return list(dict.fromkeys([*(name for name in names if name.startswith(incomplete)), *as_typed]))


def complete_provider(incomplete: str) -> list[str]:
    """The providers of the price files that begin so, for shell completion."""
    return [name for name in _completing().providers() if name.startswith(incomplete)]


def _completing() -> PriceBook:
    """The price files that complete names."""
    from tokcost.catalog import PriceBook

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


def price_book(
    prices: Iterable[Path] | None,
    folder: Path = Path(),
    named: Sequence[str] | None = None,
    own_names: Iterable[Alias] | None = None,
    below: Fallback | None = None,
) -> PriceBook:
    """The built-in book, the user's file, the project's in ``folder``, those of --prices: each over the last.

    Names of one's own are those of the configuration, unless ``own_names`` are given, and of NAME=MODEL in
    ``named``, what -m says. ``below`` is asked for names that none of them knows.
    """
    from tokcost.catalog.overlays import laid_over
    from tokcost.cli.own_names import configured_names, named_here

    aliases = [*(configured_names() if own_names is None else own_names), *named_here(named)]
    book = laid_over(user_prices(), folder, prices or (), aliases)
    book.fallback = below
    return book


def user_prices() -> Path | None:
    """The price file of the user; None where the system knows of no home."""
    named = os.environ.get("XDG_CONFIG_HOME")
    try:
        folder = Path(named) if named else Path.home() / ".config"
    except RuntimeError:  # a user without an entry in the system, and no HOME
        return None
    return folder / "tokcost" / "pricing.toml"


def model_names(named: list[str] | None) -> list[str]:
    """The models asked for, the environment's one, those of the configuration, or the default."""
    own = os.environ.get("TOKCOST_MODEL")
    found = named or ([own] if own else _configured_models()) or [DEFAULT_MODEL]
    return list(dict.fromkeys(name.partition("=")[0].strip() for name in found))


def _configured_models() -> list[str]:
    """The models that the nearest configuration names, if there is one and it names any."""
    from tokcost.budgets.config import find_config

    found = find_config()
    if found is None:
        return []
    from tokcost.budgets.parse import parse_config

    return list(parse_config(found).models or ())


def terms(as_of: str | None, mode: str) -> Terms:
    """The day and mode to price under."""
    from tokcost.pricing import Terms

    choice("mode", MODES)(mode)
    as_of = as_of or os.environ.get("TOKCOST_AS_OF")
    if not as_of:
        return Terms(today(), None, mode)
    try:
        if len(as_of) == len("2026-11-24"):
            return Terms(date.fromisoformat(as_of), None, mode)
        moment = datetime.fromisoformat(as_of)
        if moment.tzinfo is not None:  # which may lead past the first or the last day there is
            moment = moment.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise TokcostError(
            f"--as-of {quote_value(as_of)}: invalid date: write it as 2026-11-24 or 2026-11-24T02:30"
        ) from None
    return Terms(moment.date(), moment, mode)


def pricing_of(
    prices: Iterable[Path] | None, as_of: str | None, mode: str, currency: str | None, fx: str | None, vat: str | None,
    named: Sequence[str] | None = None,
    below: Fallback | None = None,
) -> Pricing:  # fmt: skip
    """With what counts are priced: the book, the terms, the exchange into the report's currency."""
    from tokcost.currency import exchange
    from tokcost.documents.models import Pricing

    return Pricing(price_book(prices, named=named, below=below), terms(as_of, mode), exchange(currency, fx, vat))


def limits_of(max_tokens: int | None, max_cost: Decimal | None) -> Limits | None:
    """The limits of a total, None without any."""
    if max_tokens is None and max_cost is None:
        return None
    from tokcost.limits import Limits

    return Limits(max_tokens, max_cost)


def today() -> date:
    """The day in UTC, by which providers date their prices."""
    return datetime.now(UTC).date()
