"""What a picture costs as input of an OpenAI model: tiles, or patches.

Sources: OpenAI's "Images and vision" guide for the two procedures, and recorded requests where these
differ from it (marked *billed*). The numbers stand in the price book, [rules.image].
"""

from __future__ import annotations

import math

from tokcost.counting.count import PICTURES
from tokcost.counting.tally import Tally
from tokcost.errors import TokcostError
from tokcost.requests.model import Image
from tokcost.rules import ModelRules, Patches, Tiles

# Pictures whose size is not known are taken for one of this size, between the least and the most.
_USUAL = (1024, 1024)
_LEAST = (1, 1)

Rule = Tiles | Patches


def picture_tokens(rule: Rule, width: int, height: int, detail: str) -> int:
    """Tokens of a picture of the given pixels."""
    if isinstance(rule, Patches):
        return _of_patches(rule, _patches(rule, width, height, _cap(rule, detail)))
    return _in_tiles(rule, width, height, detail)


def _in_tiles(rule: Tiles, width: int, height: int, detail: str) -> int:
    """``low`` detail is the base alone."""
    if detail == "low":
        return rule.base
    fit = min(1.0, rule.fit / max(width, height))
    w, h = width * fit, height * fit
    short = min(1.0, rule.short / min(w, h))
    # Billed: sides are rounded to whole pixels before the tiles are counted.
    w, h = max(1, round(w * short)), max(1, round(h * short))
    return rule.base + rule.tile * math.ceil(w / rule.side) * math.ceil(h / rule.side)


def _patches(rule: Patches, width: int, height: int, cap: int) -> int:
    patches = math.ceil(width / rule.side) * math.ceil(height / rule.side)
    if patches <= cap:
        return patches
    ratio = math.sqrt(rule.side * rule.side * cap / (width * height))
    across, down = width * ratio / rule.side, height * ratio / rule.side
    if min(across, down) >= 1:
        ratio *= min(math.floor(across) / across, math.floor(down) / down)
    return min(cap, math.ceil(width * ratio / rule.side) * math.ceil(height * ratio / rule.side))


def _of_patches(rule: Patches, patches: int) -> int:
    return math.ceil(patches * rule.times) + rule.extra


def _cap(rule: Patches, detail: str) -> int:
    """The most patches that a picture is cut into."""
    if detail == "low":
        return min(rule.cap_low or rule.cap, rule.cap)
    return rule.cap_high or rule.cap if detail == "high" else rule.cap


def _most(rule: Rule, detail: str) -> int:
    """The most tokens that any picture costs."""
    if isinstance(rule, Patches):
        return _of_patches(rule, _cap(rule, detail))
    return _in_tiles(rule, rule.fit, rule.short, detail)


def add_image(tally: Tally, model_id: str, rules: ModelRules, image: Image, label: str) -> None:
    """A picture; a range over the possible sizes where the request does not state its size."""
    rule = rules.pictures
    if not isinstance(rule, Rule):
        raise TokcostError(f"{model_id} has no image rule of tiles or patches: name one as 'image' in a price file")
    if image.width is None or image.height is None:
        _add_unknown(tally, rule, image.detail, label)
    else:
        tokens = picture_tokens(rule, image.width, image.height, image.detail)
        tally.add(f"{label} ({image.width}x{image.height})", tokens, kind=PICTURES)
        if isinstance(rule, Patches):
            _doubt_patches(tally, rule, image.width, image.height, image.detail, tokens)
    if not rules.image_measured:
        tally.assume(f"pictures for {model_id} cost what OpenAI documents")


def _doubt_patches(tally: Tally, rule: Patches, width: int, height: int, detail: str, tokens: int) -> None:
    """Billed: up to two tokens apart from the product, and for one shrunk picture the cap itself."""
    shrunk = math.ceil(width / rule.side) * math.ceil(height / rule.side) > _cap(rule, detail)
    more = _most(rule, detail) - tokens if shrunk else 0
    tally.doubt("the tokens that enclose a picture differ between recordings", 2, 2 + more)


def _add_unknown(tally: Tally, rule: Rule, detail: str, label: str) -> None:
    tokens = picture_tokens(rule, *_USUAL, detail)
    least, most = picture_tokens(rule, *_LEAST, detail), _most(rule, detail)
    tally.add(f"{label} (size unknown)", tokens, least, most, kind=PICTURES)
    if least < most:
        tally.doubt("the size of a picture is not known: 'batch --image-size' says it")
