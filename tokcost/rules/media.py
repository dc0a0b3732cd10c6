"""What sound, film and pages of documents are billed as, as data."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple


class MediaRule(NamedTuple):
    """Tokens of sound, film and pages: likely, at least and at most.

    ``sound``: for a second. ``scene``: for a picture of film, of which one is taken a second; ``scene_low`` and
    ``scene_high`` at those resolutions (0: the same). ``page``: for the picture of a page, 0 where it is billed as a
    picture of its size; ``page_low``, ``page_high``, ``page_ultra_high`` at those resolutions. ``reads``: whether
    the words of a page are billed, too.
    """

    sound: Decimal
    sound_least: Decimal
    sound_most: Decimal
    scene: Decimal
    scene_least: Decimal
    scene_most: Decimal
    scene_low: int = 0
    scene_high: int = 0
    page: int = 0
    page_low: int = 0
    page_high: int = 0
    page_ultra_high: int = 0
    reads: bool = True

    def page_at(self, level: str) -> int:
        """Tokens of the picture of a page at a resolution; that of the rest where it has none of its own."""
        return {"low": self.page_low, "high": self.page_high, "ultra_high": self.page_ultra_high}.get(
            level
        ) or self.page

    def scene_at(self, level: str) -> tuple[float, float, float]:
        """Tokens of a picture of film at a resolution."""
        own = {"low": self.scene_low, "high": self.scene_high, "ultra_high": self.scene_high}.get(level)
        likely, least, most = float(self.scene), float(self.scene_least), float(self.scene_most)
        return (float(own), float(own), own + most - likely) if own else (likely, least, most)
