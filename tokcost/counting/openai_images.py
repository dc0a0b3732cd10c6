"""What a picture costs as input of an OpenAI model: tiles of 512 pixels, or patches of 32.

Sources: OpenAI's "Images and vision" guide for the two procedures and their numbers, and recorded
requests where these differ from it (marked *billed*).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from tokcost.counting.openai_models import plain_id
from tokcost.counting.tally import Tally
from tokcost.requests.model import Image

_BOX, _SHORT, _TILE = 2048, 768, 512  # pixels
_PATCH = 32  # pixels
# Pictures whose size is not known are taken for one of this size, between the least and the most.
_USUAL = (1024, 1024)
_LEAST = (1, 1)
_MOST = ((2048, 768), (4096, 4096), (1, 4096), (3072, 2048))


@dataclass(frozen=True, slots=True)
class Tiles:
    """``base`` tokens for the picture, ``tile`` for every tile of 512 x 512 pixels."""

    base: int
    tile: int

    def tokens(self, width: int, height: int, detail: str) -> int:
        """Tokens of a picture of the given pixels; ``low`` detail is the base alone."""
        if detail == "low":
            return self.base
        fit = min(1.0, _BOX / max(width, height))
        w, h = width * fit, height * fit
        short = min(1.0, _SHORT / min(w, h))
        # Billed: sides are rounded to whole pixels before the tiles are counted.
        w, h = max(1, round(w * short)), max(1, round(h * short))
        return self.base + self.tile * math.ceil(w / _TILE) * math.ceil(h / _TILE)


@dataclass(frozen=True, slots=True)
class Patches:
    """``times`` tokens for every patch of 32 x 32 pixels, of which at most ``cap`` are made."""

    times: float
    extra: int = 0  # billed beyond the documented product
    cap: int = 1536

    def tokens(self, width: int, height: int, detail: str) -> int:
        """Tokens of a picture of the given pixels."""
        patches = math.ceil(width / _PATCH) * math.ceil(height / _PATCH)
        if patches > self.cap:
            ratio = math.sqrt(_PATCH * _PATCH * self.cap / (width * height))
            across, down = width * ratio / _PATCH, height * ratio / _PATCH
            ratio *= min(math.floor(across) / across, math.floor(down) / down) if min(across, down) >= 1 else 1
            patches = math.ceil(width * ratio / _PATCH) * math.ceil(height * ratio / _PATCH)
        return math.ceil(round(patches * self.times, 6)) + self.extra


Rule = Tiles | Patches
# The longest prefix of a model id that stands here decides.
_RULES: dict[str, Rule] = {
    "gpt-4-turbo": Tiles(85, 170),
    "gpt-4-vision": Tiles(85, 170),
    "gpt-4-1106-vision": Tiles(85, 170),
    "gpt-4o": Tiles(85, 170),
    "chatgpt-4o": Tiles(85, 170),
    "gpt-4.1": Tiles(85, 170),
    "gpt-4.5": Tiles(85, 170),
    "gpt-4o-mini": Tiles(2833, 5667),
    "gpt-5": Tiles(70, 140),
    "gpt-5.1": Tiles(70, 140),
    "o1": Tiles(75, 150),
    "o3": Tiles(75, 150),
    "computer-use": Tiles(65, 129),
    "gpt-4.1-mini": Patches(1.62, 1),
    "gpt-4.1-nano": Patches(2.46, 1),
    "o4-mini": Patches(1.72),
    "gpt-5-mini": Patches(1.2, 1),  # billed; documented as 1.62
    "gpt-5-nano": Patches(1.5),  # billed; documented as 2.46
    "gpt-5-codex-mini": Patches(1.2),
}
_LATER = Patches(1.2, cap=10_000)  # gpt-5.2 and later: not measured
_MEASURED = ("gpt-4o", "gpt-4.1", "gpt-5-mini", "gpt-5-nano", "gpt-4.5", "o1", "o3")


def image_rule(model_id: str) -> tuple[Rule, bool]:
    """(rule, whether it was measured) of a model."""
    plain = plain_id(model_id)
    for later in ("gpt-5.2", "gpt-5.3", "gpt-5.4", "gpt-5.5", "gpt-5.6"):
        if plain.startswith(later):
            return _LATER, False
    found = max((prefix for prefix in _RULES if plain.startswith(prefix)), key=len, default="")
    return (_RULES[found], plain.startswith(_MEASURED)) if found else (_LATER, False)


def image_range(tokens: Callable[[int, int, str], int], detail: str) -> tuple[int, int, int]:
    """(tokens, low, high) of a picture of unknown size."""
    usual = tokens(*_USUAL, detail)
    sizes = [tokens(*size, detail) for size in (_LEAST, *_MOST)]
    return usual, min(usual, *sizes), max(usual, *sizes)


def add_image(tally: Tally, model_id: str, image: Image, label: str) -> None:
    """A picture; a range over the possible sizes where the request does not tell its size."""
    rule, measured = image_rule(model_id)
    if image.width is None or image.height is None:
        tokens, low, high = image_range(rule.tokens, image.detail)
        tally.add(f"{label} (size unknown)", tokens)
        if low < high:
            tally.doubt("a picture of unknown size", tokens - low, high - tokens)
    else:
        tokens = rule.tokens(image.width, image.height, image.detail)
        tally.add(f"{label} ({image.width}x{image.height})", tokens)
    if not measured:
        tally.assume(f"pictures are priced for {model_id} as for the models before it")
