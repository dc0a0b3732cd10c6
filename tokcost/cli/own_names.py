"""Names of one's own for models: NAME=MODEL after -m, and [aliases] of the nearest configuration."""

from __future__ import annotations

import os
from collections.abc import Sequence

from tokcost.naming.aliases import Alias, alias_of


def named_here(named: Sequence[str] | None) -> list[Alias]:
    """The names that NAME=MODEL defines, on the command line or in the environment."""
    own = os.environ.get("TOKCOST_MODEL") or ""
    found = [alias_of(own, "TOKCOST_MODEL")] if "=" in own else []
    return [*found, *(alias_of(each, "-m") for each in named or () if "=" in each)]


def configured_names() -> list[Alias]:
    """Those of the nearest configuration."""
    from tokcost.budgets.config import find_config

    found = find_config()
    if found is None:
        return []
    from tokcost.budgets.own_names import aliases_of

    return aliases_of(found)


def plain_names(named: Sequence[str] | None) -> list[str]:
    """What -m names, without what only gives a model a name of one's own."""
    return [each for each in named or () if "=" not in each]


def default_model(named: Sequence[str] | None) -> str | None:
    """The model of what names none, None where -m says no such one."""
    return next(reversed(plain_names(named)), None)
