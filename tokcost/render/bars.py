"""A bar of blocks, to an eighth of a character."""

from __future__ import annotations

from decimal import Decimal

WIDTH = 40
_EIGHTHS = " ▏▎▍▌▋▊▉"


def bar(value: Decimal | int, most: Decimal | int, width: int = WIDTH) -> str:
    """The bar of a value of 0 or more beside the largest one; what is not 0 shows at least an eighth.

    >>> bar(3, 16, width=8)
    '█▌'
    """
    from fractions import Fraction
    from math import ceil

    full, rest = divmod(ceil(Fraction(value) * width * 8 / Fraction(most)), 8)
    return "█" * full + (_EIGHTHS[rest] if rest else "")
