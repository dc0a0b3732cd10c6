"""What a picture costs as input of an OpenAI model: tiles of 512 pixels, or patches of 32.

Sources: OpenAI's "Images and vision" guide for the two procedures and their numbers, and recorded
requests where these differ from it (marked *billed*).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from tokcost.counting.openai_models import plain_id
from tokcost.counting.tally import Tally
from tokcost.requests.model import Image

_BOX, _SHORT, _TILE = 2048, 768, 512  # pixels
_PATCH = 32  # pixels
# Pictures whose size is not known are taken for one of this size, between the least and the most.
_USUAL = (1024, 1024)
_LEAST = (1, 1)
_MOST_TILES = (2048, 768)


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
    """``times`` tokens for every patch of 32 x 32 pixels; a picture of more patches than ``cap`` is shrunk."""

    times: float
    extra: int = 0  # billed beyond the documented product
    cap: int = 1536
    cap_high: int = 0  # with the detail "high", where that differs

    def tokens(self, width: int, height: int, detail: str) -> int:
        """Tokens of a picture of the given pixels."""
        patches = math.ceil(width / _PATCH) * math.ceil(height / _PATCH)
        cap = self.cap_of(detail)
        if patches > cap:
            ratio = math.sqrt(_PATCH * _PATCH * cap / (width * height))
            across, down = width * ratio / _PATCH, height * ratio / _PATCH
            if min(across, down) >= 1:
                ratio *= min(math.floor(across) / across, math.floor(down) / down)
            patches = min(cap, math.ceil(width * ratio / _PATCH) * math.ceil(height * ratio / _PATCH))
        return self.of_patches(patches)

    def of_patches(self, patches: int) -> int:
        """Tokens of so many patches; rounded first, for 300 * 1.62 is a little more than 486."""
        return math.ceil(round(patches * self.times, 6)) + self.extra

    def cap_of(self, detail: str) -> int:
        """The most patches that a picture is cut into."""
        if detail == "low":
            return min(_LOW_PATCHES, self.cap)
        return self.cap_high or self.cap if detail == "high" else self.cap

    def most(self, detail: str) -> int:
        """The most tokens that any picture costs."""
        return self.of_patches(self.cap_of(detail))


Rule = Tiles | Patches
# The longest of these prefixes that a model id begins with decides; no prefix: like the newest.
_RULES: dict[str, Rule] = {
    "gpt-4": Tiles(85, 170),
    "chatgpt-4o": Tiles(85, 170),
    "gpt-4o-mini": Tiles(2833, 5667),
    "gpt-5": Tiles(70, 140),
    "gpt-5-chat": Tiles(70, 140),
    "gpt-5.1": Tiles(70, 140),
    "o1": Tiles(75, 150),
    "o3": Tiles(75, 150),
    "computer-use": Tiles(65, 129),
    "gpt-4.1-mini": Patches(1.62, extra=1),
    "gpt-4.1-nano": Patches(2.46, extra=1),
    "o4-mini": Patches(1.72),
    "gpt-5-mini": Patches(1.2),  # billed; documented as 1.62
    "gpt-5-nano": Patches(1.5),  # billed; documented as 2.46
    "gpt-5.1-codex-mini": Patches(1.2),
    "gpt-5.2": Patches(1.2),
    "gpt-5.3": Patches(1.2),
    "gpt-5.4": Patches(1.2, cap=10_000, cap_high=2_500),
    "gpt-5.4-mini": Patches(1.2),
    "gpt-5.4-nano": Patches(1.5),
    "gpt-5.5": Patches(1.2, cap=10_000, cap_high=2_500),
}
# gpt-5.6 and later leave a picture as it is, up to 30,000 patches, beyond which they refuse it.
_NEWEST = Patches(1.2, cap=30_000, cap_high=2_500)
_NOT_MEASURED = ("gpt-5.1", "gpt-5.2", "gpt-5.3", "gpt-5.4", "gpt-5.6", "gpt-6", "o1", "o3", "o4", "computer")
# Documented as a small version of the picture; its patches are a guess.
_LOW_PATCHES = 256


def image_rule(model_id: str) -> tuple[Rule, bool]:
    """(rule, whether it was measured) of a model."""
    plain = plain_id(model_id)
    found = max((prefix for prefix in _RULES if plain.startswith(prefix)), key=len, default="")
    if not found or plain.startswith("gpt-5.6"):
        return _NEWEST, False
    return _RULES[found], not plain.startswith(_NOT_MEASURED)


def add_image(tally: Tally, model_id: str, image: Image, label: str) -> None:
    """A picture; a range over the possible sizes where the request does not tell its size."""
    rule, measured = image_rule(model_id)
    if image.width is None or image.height is None:
        _add_unknown(tally, rule, image.detail, label)
    else:
        tokens = rule.tokens(image.width, image.height, image.detail)
        tally.add(f"{label} ({image.width}x{image.height})", tokens)
        if isinstance(rule, Patches):
            _doubt_patches(tally, rule, image.width, image.height, image.detail, tokens)
    if not measured:
        tally.assume(f"pictures for {model_id} cost what OpenAI documents")


def _doubt_patches(tally: Tally, rule: Patches, width: int, height: int, detail: str, tokens: int) -> None:
    """Billed: up to two tokens apart from the product, and for one shrunk picture the cap itself."""
    shrunk = math.ceil(width / _PATCH) * math.ceil(height / _PATCH) > rule.cap_of(detail)
    more = rule.most(detail) - tokens if shrunk else 0
    tally.doubt("the tokens that enclose a picture differ between recordings", 2, 2 + more)


def _add_unknown(tally: Tally, rule: Rule, detail: str, label: str) -> None:
    tokens = rule.tokens(*_USUAL, detail)
    least = rule.tokens(*_LEAST, detail)
    most = rule.most(detail) if isinstance(rule, Patches) else rule.tokens(*_MOST_TILES, detail)
    tally.add(f"{label} (size unknown)", tokens)
    if least < most:
        tally.doubt("the size of a picture is not known", tokens - least, most - tokens)
