"""Budgets with everything filled in: flag over environment over file over default."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple, NoReturn

from tokcost.amounts import MOST_DIGITS
from tokcost.budgets.budget import GATES, Budget, Config, Output
from tokcost.catalog import Model, PriceBook
from tokcost.currency import Exchange
from tokcost.errors import ConfigError, TokcostError
from tokcost.phrases import join_or, quote
from tokcost.pricing import Terms
from tokcost.quoting import NOT_CACHED, Caching
from tokcost.rates import MODES, STANDARD


class CliOverrides(NamedTuple):
    """What flags say; None leaves it to the environment, the file, the default."""

    models: tuple[str, ...] | None = None
    gate: str | None = None
    mode: str | None = None
    output: int | None = None
    max_price_age: int | None = None
    retires_within: int | None = None


class Setting(NamedTuple):
    """A budget and all that is needed to judge it.

    ``gate``: which end of a range is compared with the limits. None: an estimated input at its high
    end, the output at its likely number. With ``mode_given`` the mode of the terms holds for every
    prompt, else the service tier that a request asks for comes first. ``exchange`` brings its money into the
    currency of the report; None leaves every cost in that of its price. ``extra_input`` tokens are filled in at
    run time, and ``cached_share`` of the whole input is read from the cache; ``caching`` is what a cache may do
    to the cost of a request, where no share is said.
    """

    budget: Budget
    models: tuple[Model, ...]
    terms: Terms
    output: Output
    gate: str | None
    allowed: tuple[Model, ...] | None
    path: str
    mode_given: bool = False
    exchange: Exchange | None = None
    extra_input: int = 0
    cached_share: Decimal = Decimal(0)
    caching: Caching = NOT_CACHED


def settings(
    config: Config, book: PriceBook, terms: Terms, overrides: CliOverrides, default_model: str,
    exchange: Exchange | None = None,
) -> list[Setting]:  # fmt: skip
    """Every budget of the configuration, resolved.

    Raises TokcostError when there is none, ConfigError for a model that is unknown, with its line.
    """
    if not config.budgets:
        raise TokcostError(f"{config.path} has no budget: add one, or let 'tokcost init' propose some")
    environment = _environment(os.environ)
    return [
        _setting(each, config, book, terms, overrides, environment, default_model)._replace(exchange=exchange)
        for each in config.budgets
    ]


def _setting(
    budget: Budget, config: Config, book: PriceBook, terms: Terms, overrides: CliOverrides, environment: CliOverrides,
    default_model: str,
) -> Setting:  # fmt: skip
    names, key = (overrides.models, "") if overrides.models else (budget.models, "model")
    if names is None:
        names, key = environment.models or config.models or (default_model,), ""
    lines = budget.lines if key else config.lines if names is config.models else {}
    models = _found(names, book, config.path, lines.get("model") or lines.get("models"))
    allowed_names = budget.allowed_models if budget.allowed_models is not None else config.allowed_models
    allowed_line = budget.lines.get("allowed-models") or config.lines.get("allowed-models")
    allowed = None if allowed_names is None else _found(allowed_names, book, config.path, allowed_line)
    if budget.allow_new is None:
        budget = budget._replace(allow_new=config.allow_new)
    mode = overrides.mode or budget.mode or environment.mode or config.mode or STANDARD
    output = budget.output or config.output or Output()
    number = overrides.output if overrides.output is not None else None if budget.output else environment.output
    if number is not None:
        output = Output(number, number, number)
    return Setting(
        budget,
        models,
        terms._replace(mode=mode),
        output,
        overrides.gate or environment.gate or budget.gate or config.gate,
        allowed,
        config.path,
        overrides.mode is not None,
        extra_input=next((each.extra_input for each in (budget, config) if each.extra_input is not None), 0),
        cached_share=next(
            (each.cached_share for each in (budget, config) if each.cached_share is not None), Decimal(0)
        ),
    )


def _found(names: Sequence[str], book: PriceBook, path: str, line: int | None) -> tuple[Model, ...]:
    try:
        found = [book.find(name) for name in names]
    except TokcostError as error:
        if line is None:
            raise
        raise ConfigError(path, line, str(error)) from error
    return tuple({model.full_id: model for model in found}.values())


def _environment(variables: Mapping[str, str]) -> CliOverrides:
    gate = _choice(variables, "TOKCOST_GATE", GATES)
    mode = _choice(variables, "TOKCOST_MODE", MODES)
    model = variables.get("TOKCOST_MODEL")
    return CliOverrides(
        models=(model,) if model else None,
        gate=gate,
        mode=mode,
        output=_number(variables, "TOKCOST_OUTPUT_TOKENS"),
        max_price_age=_number(variables, "TOKCOST_MAX_PRICE_AGE"),
        retires_within=_number(variables, "TOKCOST_RETIRES_WITHIN"),
    )


def horizon(config: Config, overrides: CliOverrides) -> tuple[int | None, int | None]:
    """The days that a price may be old, and within which no model may retire."""
    environment = _environment(os.environ)
    age, retires = (
        next((each for each in choices if each is not None), None)
        for choices in (
            (overrides.max_price_age, environment.max_price_age, config.max_price_age),
            (overrides.retires_within, environment.retires_within, config.retires_within),
        )
    )
    return age, retires


def _choice(variables: Mapping[str, str], name: str, known: Sequence[str]) -> str | None:
    value = variables.get(name) or None
    return value if value is None or value in known else _refuse(name, value, join_or(known))


def _number(variables: Mapping[str, str], name: str) -> int | None:
    value = (variables.get(name) or "").removesuffix("d")
    whole = value.isascii() and value.isdecimal() and len(value) <= MOST_DIGITS
    return None if not value else int(value) if whole else _refuse(name, value, "a whole number")


def _refuse(name: str, value: str, expected: str) -> NoReturn:
    raise TokcostError(f"{name} is {quote(value)} in the environment: it must be {expected}")
