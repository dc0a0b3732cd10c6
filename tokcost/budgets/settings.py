"""Budgets with everything filled in: flag over environment over file over default."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple, NoReturn

from tokcost.budgets.budget import GATES, Budget, Config, Output
from tokcost.catalog import Model, PriceBook
from tokcost.errors import ConfigError, TokcostError
from tokcost.phrases import join_or
from tokcost.pricing import Terms
from tokcost.rates import MODES, STANDARD


class Asked(NamedTuple):
    """What flags say; None leaves it to the environment, the file, the default."""

    models: tuple[str, ...] | None = None
    gate: str | None = None
    mode: str | None = None
    output: int | None = None
    max_price_age: int | None = None
    retires_within: int | None = None


class Setting(NamedTuple):
    """A budget and all that is needed to judge it.

    ``gate``: which end of a range is held to the limits. None: an estimated input at its high
    end, the output at its likely number.
    """

    budget: Budget
    models: tuple[Model, ...]
    terms: Terms
    output: Output
    gate: str | None
    allowed: tuple[Model, ...] | None
    path: str


def settings(config: Config, book: PriceBook, terms: Terms, asked: Asked, default_model: str) -> list[Setting]:
    """Every budget of the configuration, resolved.

    Raises TokcostError when there is none, ConfigError for a model that is unknown, with its line.
    """
    if not config.budgets:
        raise TokcostError(f"{config.path} has no budget: add one, or let 'tokcost init' propose some")
    environment = _environment(os.environ)
    gate = asked.gate or environment.gate
    return [_setting(budget, config, book, terms, asked, environment, gate, default_model) for budget in config.budgets]


def _setting(
    budget: Budget, config: Config, book: PriceBook, terms: Terms, asked: Asked, environment: Asked,
    gate: str | None, default_model: str,
) -> Setting:  # fmt: skip
    names, key = (asked.models, "") if asked.models else (budget.models, "model")
    if names is None:
        names, key = environment.models or config.models or (default_model,), ""
    lines = budget.lines if key else config.lines if names is config.models else {}
    models = _found(names, book, config.path, lines.get("model") or lines.get("models"))
    allowed_names = budget.allowed_models if budget.allowed_models is not None else config.allowed_models
    allowed_line = budget.lines.get("allowed-models") or config.lines.get("allowed-models")
    allowed = None if allowed_names is None else _found(allowed_names, book, config.path, allowed_line)
    mode = asked.mode or budget.mode or environment.mode or config.mode or STANDARD
    output = budget.output or config.output or Output()
    number = asked.output if asked.output is not None else None if budget.output else environment.output
    if number is not None:
        output = Output(number, number, number)
    return Setting(
        budget, models, terms._replace(mode=mode), output, gate or budget.gate or config.gate, allowed, config.path
    )


def _found(names: Sequence[str], book: PriceBook, path: str, line: int | None) -> tuple[Model, ...]:
    try:
        found = [book.find(name) for name in names]
    except TokcostError as error:
        if line is None:
            raise
        raise ConfigError(path, line, str(error)) from error
    return tuple({model.full_id: model for model in found}.values())


def _environment(variables: Mapping[str, str]) -> Asked:
    gate = _choice(variables, "TOKCOST_GATE", GATES)
    mode = _choice(variables, "TOKCOST_MODE", MODES)
    model = variables.get("TOKCOST_MODEL")
    return Asked(
        models=(model,) if model else None,
        gate=gate,
        mode=mode,
        output=_number(variables, "TOKCOST_OUTPUT_TOKENS"),
        max_price_age=_number(variables, "TOKCOST_MAX_PRICE_AGE"),
        retires_within=_number(variables, "TOKCOST_RETIRES_WITHIN"),
    )


def horizon(config: Config, asked: Asked) -> tuple[int | None, int | None]:
    """The days that a price may be old, and within which no model may retire."""
    environment = _environment(os.environ)
    age, retires = (
        next((each for each in choices if each is not None), None)
        for choices in (
            (asked.max_price_age, environment.max_price_age, config.max_price_age),
            (asked.retires_within, environment.retires_within, config.retires_within),
        )
    )
    return age, retires


def _choice(variables: Mapping[str, str], name: str, known: Sequence[str]) -> str | None:
    value = variables.get(name) or None
    return value if value is None or value in known else _refuse(name, value, join_or(known))


def _number(variables: Mapping[str, str], name: str) -> int | None:
    value = (variables.get(name) or "").removesuffix("d")
    return None if not value else int(value) if value.isdecimal() else _refuse(name, value, "a whole number")


def _refuse(name: str, value: str, expected: str) -> NoReturn:
    raise TokcostError(f"{name} is '{value}' in the environment: it must be {expected}")
