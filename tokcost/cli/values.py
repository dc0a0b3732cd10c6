"""What shared options mean: typed values, the price book they name, the terms to price under."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from tokcost.cli.parsers import choice
from tokcost.errors import TokcostError
from tokcost.phrases import quote_value
from tokcost.rates import MODES

if TYPE_CHECKING:
    from tokcost.catalog import PriceBook
    from tokcost.catalog.book import Fallback
    from tokcost.documents.models import Pricing
    from tokcost.limits import Limits
    from tokcost.naming.aliases import Alias
    from tokcost.pricing import Terms

DEFAULT_MODEL = "gpt-5.4"


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
