"""Flags of the commands on budgets, and the options they add up to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tokcost.budgets.budget import GATES
from tokcost.cli.options import complete_model
from tokcost.cli.parsers import bounded, choice, complete
from tokcost.errors import TokcostError
from tokcost.phrases import join_or, quote
from tokcost.rates import MODES

if TYPE_CHECKING:
    from tokcost.budgets.budget import Config
    from tokcost.budgets.measured import CheckOptions
    from tokcost.budgets.staged import StagedFiles
    from tokcost.currency import Exchange

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="The configuration. [default: the nearest tokcost.toml or pyproject.toml]"),
]
BudgetModels = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        "-m",
        help="Instead of every model of the budgets; NAME=MODEL: what a name means; repeatable.",
        autocompletion=complete_model,
    ),
]
Base = Annotated[
    str | None,
    typer.Option("--base", help="Compare with where HEAD left this branch, or with a saved JSON report."),
]
ExactBase = Annotated[bool, typer.Option("--exact-base", help="Compare with the base itself, not the merge base.")]
OutputTokens = Annotated[
    int | None,
    typer.Option(
        "--output-tokens",
        min=0,
        metavar="N",
        callback=bounded,
        help="Output tokens to price, where a budget names none.",
    ),
]
Gate = Annotated[
    str | None,
    typer.Option(
        "--gate",
        help=f"Which end of a range is compared with the limits: {join_or(GATES)}. "
        "[default: an estimated input at its high end, the output at its likely number]",
        metavar="GATE",
        parser=choice("gate", GATES),
        autocompletion=complete(GATES),
    ),
]
BudgetMode = Annotated[
    str | None,
    typer.Option(
        "--mode", help="Rates to price at, instead of the configuration's.", metavar="MODE",
        parser=choice("mode", MODES), autocompletion=complete(MODES),
    ),
]  # fmt: skip


def _days_of(option: str) -> Callable[[str], int]:
    """A parser of a number of days, as 60d or 60. Raises TokcostError for anything else."""

    def parse(text: str) -> int:
        number = text.removesuffix("d")
        if not number.isdecimal() or len(number) > 9:
            raise TokcostError(f"{option} {quote(text)}: not a number of days: write it as 60d")
        return int(number)

    return parse


MaxPriceAge = Annotated[
    int | None,
    typer.Option(
        "--max-price-age", metavar="DAYS", help="A price compared longer ago is a finding.",
        parser=_days_of("--max-price-age"),
    ),
]  # fmt: skip
RetiresWithin = Annotated[
    int | None,
    typer.Option(
        "--retires-within", metavar="DAYS", help="A model that retires by then is a finding.",
        parser=_days_of("--retires-within"),
    ),
]  # fmt: skip
NoCache = Annotated[bool, typer.Option("--no-cache", help="Count everything anew, and keep nothing.")]


def check_options(
    config_file: Path | None,
    models: list[str] | None = None,
    as_of: str | None = None,
    prices: list[Path] | None = None,
    gate: str | None = None,
    mode: str | None = None,
    output: int | None = None,
    max_price_age: int | None = None,
    retires_within: int | None = None,
    no_cache: bool = False,
    charset: str = "utf-8",
    exchange: Exchange | None = None,
    staged: StagedFiles | None = None,
    fallback: list[str] | None = None,
    allow_fallback: bool = True,
) -> CheckOptions:
    """The options that flags, environment and configuration make."""
    from tokcost import cache
    from tokcost.budgets.measured import CheckOptions
    from tokcost.budgets.settings import CliOverrides
    from tokcost.cli.fallbacks import BelowTheBook
    from tokcost.cli.own_names import plain_names
    from tokcost.cli.values import DEFAULT_MODEL, price_book, terms
    from tokcost.rates import STANDARD

    config = staged.config if staged else load_config(config_file)
    folder = Path(staged.folder if staged else config.folder)
    files = [folder / path for path in config.prices]
    below = BelowTheBook(fallback, allow_fallback, True, config, str(folder))
    book = price_book([*files, *(prices or ())], folder, models, config.own_names, below)
    book = staged.name_files(book) if staged else book
    overrides = CliOverrides(tuple(plain_names(models)) or None, gate, mode, output, max_price_age, retires_within)
    kept = cache.no_cache() if no_cache else cache.user_cache()
    pricing = terms(as_of, mode or STANDARD)
    return CheckOptions(
        config, book, pricing, overrides, DEFAULT_MODEL, kept, charset, exchange, bool(config_file),
        staged=staged.folder if staged else None,
    )  # fmt: skip


def load_config(path: Path | None) -> Config:
    """The configuration that holds here, checked. Raises TokcostError when there is none."""
    from tokcost.budgets.config import find_config, read_config
    from tokcost.budgets.parse import parse_config

    found = read_config(str(path)) if path else find_config()
    if found is None:
        raise TokcostError(
            "no tokcost.toml and no [tool.tokcost] in a pyproject.toml here or above: 'tokcost init' proposes one"
        )
    return parse_config(found)
