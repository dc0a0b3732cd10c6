"""The rules that hold for one model."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from tokcost.rules.frames import Frame
from tokcost.rules.media import MediaRule
from tokcost.rules.pictures import Pictures

CACHING = ("marked", "free", "billed")


class ModelRules(NamedTuple):
    """The rules that hold for one model, its own and those that it inherits.

    ``framing`` and ``image`` are the names of ``frame`` and ``pictures``, ``media`` is what the frame names; the two
    ``..._measured`` are false where a rule is that of a relative, taken over. ``caching``: what is cached, "marked" of
    a request only, or whatever repeats, which is "free" or "billed" when it is written. ``cache_min``: the fewest
    tokens that are cached, in steps of ``cache_step``. ``as_text``: what has the rate of text where a row has none of
    its own. ``batch_share``: the share of its rates that a modality costs in a batch where text has the same share,
    None: none known. ``search_tokens``: input tokens that a search is billed as. ``hidden_prompt``: tokens billed with
    every request. ``least_seconds``: what a request of less audio is billed as.
    ``past_window``, ``past_input`` and ``past_output``: what becomes of a request whose input and output limit exceed
    the window together, whose input exceeds what may go in, whose output limit exceeds what the model writes:
    "refused", "cut" (there the answer or the input ends), "apart" (the window holds no output), "unknown".
    ``served_at``: the one endpoint of OpenAI's that answers with it, "responses" or "completions", else "any".
    """

    framing: str
    frame: Frame
    framing_measured: bool
    image: str
    pictures: Pictures | None
    image_measured: bool
    caching: str
    cache_min: int
    cache_step: int
    media: MediaRule
    as_text: tuple[str, ...] = ()
    batch_share: Decimal | None = None
    search_tokens: int = 0
    hidden_prompt: int = 0
    least_seconds: int = 0
    past_window: str = "unknown"
    past_input: str = "unknown"
    past_output: str = "unknown"
    served_at: str = "any"
