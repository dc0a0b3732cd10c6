"""Tokens of images for Claude and Gemini, from their size in pixels.

Where a request does not tell the size, the range spans every size that the provider takes.
"""

from __future__ import annotations

import math

# What an image of unknown size is taken for: a common screenshot.
USUAL = (1024, 768)

# Gemini 3 by media resolution: patches at most (media resolution guide).
GEMINI_3_PATCHES = {"low": 280, "medium": 560, "high": 1120, "ultra_high": 2240}


def claude_image(width: int, height: int, edge: int, most: int, even: bool = False) -> int:
    """Tokens of an image: 28-px cells after a shrink to the long ``edge`` (pixels) and ``most`` cells.

    ``even``: the cells of a row and of a column are rounded up to an even number (Haiku 3.5).

    >>> claude_image(1001, 1001, 1568, 1568), claude_image(540, 360, 1568, 1568)
    (1296, 260)
    """
    width, height = max(1, width), max(1, height)
    scale = min(1.0, edge / max(width, height))
    if _cells(width, height, scale, even) > most:
        low, high = 0.0, scale
        for _ in range(40):  # the largest shrunken copy that fits
            middle = (low + high) / 2
            low, high = (middle, high) if _cells(width, height, middle, even) <= most else (low, middle)
        scale = low
    return max(1, _cells(width, height, scale, even))


def gemini_2_0_image(width: int, height: int) -> int:
    """258 tokens where both sides are at most 384 pixels, else 258 a tile and once more.

    >>> gemini_2_0_image(275, 183), gemini_2_0_image(2048, 1362)
    (258, 1806)
    """
    width, height = max(1, width), max(1, height)
    if width <= 384 and height <= 384:
        return 258
    unit = min(768, max(256, math.floor(min(width, height) / 1.5)))
    return 258 * (math.ceil(width / unit) * math.ceil(height / unit) + 1)


def gemini_3_image(width: int, height: int, patches: int) -> int:
    """As many patches of equal sides as fit in ``patches``, in the image's proportions.

    >>> gemini_3_image(128, 128, 1120), gemini_3_image(544, 184, 1120)
    (1089, 1083)
    """
    width, height = max(1, width), max(1, height)
    across = math.floor(math.sqrt(patches * width / height))
    down = math.floor(math.sqrt(patches * height / width))
    return max(1, min(patches, max(1, across) * max(1, down)))


def _cells(width: int, height: int, scale: float, even: bool) -> int:
    # a hair less of both, so that a side that fills its cells to the edge does not begin another
    across, down = (max(1, math.ceil(side * scale * (1 - 1e-9) / 28)) for side in (width, height))
    if even:
        across, down = across + across % 2, down + down % 2
    return across * down
