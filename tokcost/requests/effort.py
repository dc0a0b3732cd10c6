"""How hard a request asks its model to reason, in one word for every API: reasoning is billed as output.

"none" and "minimal" ask for (almost) none, "low" to "max" are levels, "high pro" is one in OpenAI's pro mode,
"budget 2048" is a number of tokens, and "" leaves it to the model. Field names by the openai, anthropic, google-genai
and together packages of 2026-11. A budget lies inside the limit of output: Anthropic requires it, and Gemini was
measured to count thoughts against maxOutputTokens.
"""

from __future__ import annotations

from tokcost.inputs.json import google_field
from tokcost.requests.shape import Object, number_of, object_of, text_of, unquoted

NONE = "none"
# Who asks for these expects no reasoning worth a forecast.
NO_REASONING = frozenset({NONE, "minimal"})
_OFF = ("disabled", "off")


def openai_effort(body: Object) -> str:
    """Of a body of chat completions or responses, also as others take them."""
    reasoning = object_of(body.get("reasoning"))
    effort = _word(body.get("reasoning_effort")) or _word(reasoning.get("effort"))
    template = object_of(body.get("chat_template_kwargs"))
    off = (reasoning.get("enabled"), body.get("enable_thinking"), template.get("enable_thinking"))
    if effort or any(each is False for each in off):
        return f"{effort or NONE}{' pro' if _word(reasoning.get('mode')) == 'pro' else ''}"
    return _of_thinking(body.get("thinking")) or _budget(reasoning.get("max_tokens"))


def anthropic_effort(body: Object) -> str:
    """Of a Messages body."""
    thinking = _of_thinking(body.get("thinking"))
    return thinking if thinking == NONE else _word(object_of(body.get("output_config")).get("effort")) or thinking


def gemini_effort(config: Object) -> str:
    """Of a generationConfig, in either spelling. A budget of -1 leaves it to the model."""
    thinking = object_of(google_field(config, "thinkingConfig"))
    level = _word(google_field(thinking, "thinkingLevel")).removeprefix("thinking_level_").replace("unspecified", "")
    return level or _budget(google_field(thinking, "thinkingBudget"))


def _of_thinking(value: object) -> str:
    thinking = object_of(value)
    return NONE if _word(thinking.get("type")) in _OFF else _budget(thinking.get("budget_tokens"))


def _budget(value: object) -> str:
    number = number_of(unquoted(value))
    return "" if number is None else f"budget {number}" if number else NONE


def _word(value: object) -> str:
    return text_of(value).strip().lower()[:40]
