"""Options that several commands share, each declared once."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tokcost.errors import TokcostError
from tokcost.rates import MODES

if TYPE_CHECKING:
    from tokcost.catalog import PriceBook
    from tokcost.pricing import Terms

DEFAULT_MODEL = "gpt-5.4"


def complete_model(incomplete: str) -> list[str]:
    """The names in the price book that begin so, for shell completion."""
    from tokcost.catalog import PriceBook

    return [name for name in PriceBook.load().names() if name.startswith(incomplete)]


def complete_encoding(incomplete: str) -> list[str]:
    """The shipped encodings that begin so, for shell completion."""
    from tokcost.encodings.names import ENCODINGS

    return [name for name in ENCODINGS if name.startswith(incomplete)]


Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        "-m",
        help=f"Model to count and price for; repeat to compare. "
        f"[default: TOKCOST_MODEL, else the configuration's, else {DEFAULT_MODEL}]",
        show_default=False,
        autocompletion=complete_model,
    ),
]
Format = Annotated[str, typer.Option("--format", "-f", help="table, json, csv or markdown.")]
Output = Annotated[Path | None, typer.Option("--output-file", "-o", help="Write the result to this file.")]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help="Price at the rates of this day (or UTC minute: 2026-11-24T02:30). [default: TOKCOST_AS_OF, else today]",
    ),
]
Mode = Annotated[str, typer.Option("--mode", help=f"Rates to price at: {', '.join(MODES)}.")]
Engine = Annotated[
    str, typer.Option("--engine", help="auto, tiktoken or gigatoken: the counts are the same, the time is not.")
]
Jobs = Annotated[
    int,
    typer.Option("--jobs", "-j", min=0, help="Processes to count with. [default: as many as pay]", show_default=False),
]
Charset = Annotated[str, typer.Option("--charset", help="The charset of the input, as utf-16 or cp949.")]
ForceText = Annotated[
    bool, typer.Option("--force-text", help="Count binary input too; what is not text counts as U+FFFD.")
]
Ignore = Annotated[
    bool, typer.Option("--ignore/--no-ignore", help="Inside directories, leave out what .gitignore names.")
]
Prices = Annotated[
    list[Path] | None,
    typer.Option("--prices", help="Price file laid over the built-in, user and project ones; repeatable."),
]


def price_book(prices: Iterable[Path] | None, folder: Path = Path()) -> PriceBook:
    """The built-in book, the user's file, the project's in ``folder``, those of --prices: each over the last."""
    from tokcost.catalog import PriceBook

    own = [path for path in (user_prices(), folder / "pricing.toml") if path.is_file()]
    if own and own[-1] == folder / "pricing.toml" and not _is_price_file(own[-1]):
        del own[-1]  # a project may have a pricing.toml that is about something else
    return PriceBook.load([*own, *(prices or ())])


def _is_price_file(path: Path) -> bool:
    with path.open("rb") as file:
        return any(line.strip() == b"[tokcost]" for line in file)


def user_prices() -> Path:
    """The price file of the user."""
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "tokcost" / "pricing.toml"


def model_names(named: list[str] | None) -> list[str]:
    """The models asked for, the environment's one, those of the configuration, or the default."""
    own = os.environ.get("TOKCOST_MODEL")
    return list(dict.fromkeys(named or ([own] if own else _configured_models()) or [DEFAULT_MODEL]))


def _configured_models() -> list[str]:
    """The models that the nearest configuration names, if there is one and it names any."""
    from tokcost.config.find import find_config

    found = find_config()
    return list(found.models()) if found else []


def terms(as_of: str | None, mode: str) -> Terms:
    """The day and mode to price under."""
    from tokcost.pricing import Terms

    if mode not in MODES:
        raise TokcostError(f"--mode '{mode}' is none: say one of {', '.join(MODES)}")
    as_of = as_of or os.environ.get("TOKCOST_AS_OF")
    if not as_of:
        return Terms(today(), None, mode)
    try:
        if len(as_of) == len("2026-11-24"):
            return Terms(date.fromisoformat(as_of), None, mode)
        moment = datetime.fromisoformat(as_of)
    except ValueError:
        raise TokcostError(f"--as-of '{as_of}' is no day: write it as 2026-11-24 or 2026-11-24T02:30") from None
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return Terms(moment.date(), moment, mode)


def today() -> date:
    """The day in UTC, by which providers date their prices."""
    return datetime.now(UTC).date()


def amount(option: str, text: str | None) -> Decimal | None:
    """A sum of money given as an option."""
    if text is None:
        return None
    try:
        value = Decimal(text.removeprefix("$"))
    except InvalidOperation:
        raise TokcostError(f"{option} '{text}' is no amount: write it as 0.05") from None
    if not value.is_finite() or value < 0:
        raise TokcostError(f"{option} '{text}' must be an amount of 0 or more")
    return value
