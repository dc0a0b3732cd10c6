"""How a picture is counted, as data: one type for each way; how each way counts is in ``tokcost.counting``."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple


class Tiles(NamedTuple):
    """``base`` tokens for the picture and ``tile`` for each tile of ``side`` pixels.

    First it is shrunk into a square of ``fit`` pixels, then until its shorter side has ``short``.
    """

    base: int
    tile: int
    side: int
    fit: int
    short: int


class Patches(NamedTuple):
    """``times`` tokens for every patch of ``side`` pixels; a picture of more patches than ``cap`` is shrunk.

    ``cap_low`` and ``cap_high`` hold for those details (0: as ``cap``); ``extra`` tokens are billed beyond the product.
    """

    times: Decimal
    side: int
    cap: int
    cap_low: int = 0
    cap_high: int = 0
    extra: int = 0


class Cells(NamedTuple):
    """A token for every cell of ``side`` pixels, after a shrink to the long ``edge`` (pixels) and ``cap`` cells.

    ``even``: the cells of a row and of a column are rounded up to an even number.
    """

    side: int
    edge: int
    cap: int
    even: bool = False


class Flat(NamedTuple):
    """So many ``tokens`` whatever the size."""

    tokens: int


class Crops(NamedTuple):
    """``tokens`` up to ``small`` pixels a side, else so many for every crop and once more.

    The side of a crop is two thirds of the shorter side, between ``least`` and ``most`` pixels.
    """

    tokens: int
    small: int
    least: int
    most: int


class Mosaic(NamedTuple):
    """Patches in the picture's proportions, at most so many by the media resolution that was asked for."""

    low: int
    medium: int
    high: int
    ultra_high: int


Pictures = Tiles | Patches | Cells | Flat | Crops | Mosaic
