"""The rules of the built-in book, for tests that count a body by themselves."""

from __future__ import annotations

from functools import cache

from tokcost.catalog import PriceBook
from tokcost.errors import UnknownName
from tokcost.rules import ModelRules


@cache
def rules_of(name: str, provider: str = "openai") -> ModelRules:
    """The rules of a model of the book; for any other name those that its provider's models inherit."""
    try:
        return _book().find(name).rules
    except UnknownName:
        return _book().rules.of(provider, name, "", "", {})


def rules_by(encoding: str = "", scale: str = "") -> ModelRules:
    """The rules of a model that states an encoding or a scale alone."""
    return _book().rules.of("anyone", f"{encoding} {scale}", encoding, scale, {})


@cache
def _book() -> PriceBook:
    return PriceBook.load()
