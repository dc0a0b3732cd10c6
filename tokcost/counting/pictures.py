"""Tokens of images for Claude and Gemini, from their size in pixels.

Where a request does not tell the size, the range spans every size that the provider takes.
"""

from __future__ import annotations

import math

from tokcost.rules import Cells, Crops

# What an image of unknown size is taken for: a common screenshot.
USUAL = (1024, 768)


def claude_image(width: int, height: int, rule: Cells) -> int:
    """Tokens of an image: cells after a shrink to the long edge (pixels) and the most cells of the rule.

    >>> claude_image(1001, 1001, Cells(28, 1568, 1568)), claude_image(540, 360, Cells(28, 1568, 1568))
    (1296, 260)
    """
    width, height = max(1, width), max(1, height)
    scale = min(1.0, rule.edge / max(width, height))
    if _cells(width, height, scale, rule) > rule.cap:
        low, high = 0.0, scale
        for _ in range(40):  # the largest shrunken copy that fits
            middle = (low + high) / 2
            low, high = (middle, high) if _cells(width, height, middle, rule) <= rule.cap else (low, middle)
        scale = low
    return max(1, _cells(width, height, scale, rule))


def gemini_2_0_image(width: int, height: int, rule: Crops) -> int:
    """The tokens of the rule where both sides are small, else so many a crop and once more.

    >>> crops = Crops(tokens=258, small=384, least=256, most=768)
    >>> gemini_2_0_image(275, 183, crops), gemini_2_0_image(2048, 1362, crops)
    (258, 1806)
    """
    width, height = max(1, width), max(1, height)
    if width <= rule.small and height <= rule.small:
        return rule.tokens
    unit = max(1, min(rule.most, max(rule.least, math.floor(min(width, height) / 1.5))))
    return rule.tokens * (math.ceil(width / unit) * math.ceil(height / unit) + 1)


def gemini_3_image(width: int, height: int, patches: int) -> int:
    """As many patches of equal sides as fit in ``patches``, in the image's proportions.

    >>> gemini_3_image(128, 128, 1120), gemini_3_image(544, 184, 1120)
    (1089, 1083)
    """
    width, height = max(1, width), max(1, height)
    across = math.floor(math.sqrt(patches * width / height))
    down = math.floor(math.sqrt(patches * height / width))
    return max(1, min(patches, max(1, across) * max(1, down)))


def _cells(width: int, height: int, scale: float, rule: Cells) -> int:
    # a hair less of both, so that a side that fills its cells to the edge does not begin another
    across, down = (max(1, math.ceil(side * scale * (1 - 1e-9) / rule.side)) for side in (width, height))
    if rule.even:
        across, down = across + across % 2, down + down % 2
    return across * down
