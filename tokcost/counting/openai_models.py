"""What the rules of framing ask for about an OpenAI model and the request to it."""

from __future__ import annotations

from typing import NamedTuple

from tokcost.counting.tally import TokensOf
from tokcost.rules import ModelRules, OpenAIFrame

EARLY = "early"
"""The style of models up to gpt-4-turbo."""


class Scene(NamedTuple):
    """Which model with which rules, which api, and how texts are counted."""

    model_id: str
    frame: OpenAIFrame
    rules: ModelRules
    chat: bool  # chat completions, else responses
    tokens_of: TokensOf
