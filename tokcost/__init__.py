"""Count tokens as the provider bills them, and price them exactly.

>>> import tokcost
>>> tokcost.count_tokens("안녕하세요", model="gpt-4o").tokens
2
>>> tokcost.estimate("안녕하세요", model="gpt-4o", as_of="2026-11-24").cost.likely
Decimal('0.000005')

Importing this loads neither tiktoken nor rich: each function loads what it needs when it is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokcost.catalog import PriceBook
    from tokcost.counting.count import Count
    from tokcost.errors import TokcostError
    from tokcost.library import count_request, count_tokens, count_tokens_batch, estimate, estimate_request
    from tokcost.pricing import Priced, Unpriced
    from tokcost.report import Row

__version__ = "0.1.0"
__all__ = [
    "Count",
    "PriceBook",
    "Priced",
    "Row",
    "TokcostError",
    "Unpriced",
    "count_request",
    "count_tokens",
    "count_tokens_batch",
    "estimate",
    "estimate_request",
]

_HOMES = {
    "Count": "tokcost.counting.count",
    "PriceBook": "tokcost.catalog",
    "Priced": "tokcost.pricing",
    "Row": "tokcost.report",
    "TokcostError": "tokcost.errors",
    "Unpriced": "tokcost.pricing",
    "count_request": "tokcost.library",
    "count_tokens": "tokcost.library",
    "count_tokens_batch": "tokcost.library",
    "estimate": "tokcost.library",
    "estimate_request": "tokcost.library",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'tokcost' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
