"""[aliases] of the configuration: names of one's own for models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from tokcost.budgets.config import ConfigFile
from tokcost.catalog.lines import line_of
from tokcost.errors import ConfigError
from tokcost.naming.aliases import Alias, alias_table
from tokcost.phrases import shown_path

KEY = "aliases"


def aliases_of(found: ConfigFile) -> list[Alias]:
    """The names of one's own in a configuration, each with its place; whatever else is in it is not looked at."""
    if KEY not in found.text and "\\u" not in found.text.casefold():  # a key may be written in escapes
        return []
    table = found.table()

    def fail(problem: str) -> NoReturn:
        raise ConfigError(found.path, line_of(found.text, found.inside, None, KEY), f"{KEY} {problem}")

    names = read_names(table.get(KEY, {}), fail)
    return [Alias(name, model, place_of(found, name)) for name, model in names.items()]


def read_names(value: Any, fail: Callable[[str], NoReturn]) -> Mapping[str, str]:
    """The table of names and models, as TOML has it."""
    return alias_table(value, lambda problem, _: fail(problem))


def place_of(found: ConfigFile, name: str) -> str:
    """File and line of a name."""
    return f"{shown_path(found.path)}:{line_of(found.text, (*found.inside, KEY), None, name)}"
