"""What OpenAI and Azure refuse in the bodies of their endpoints; others that take the same bodies, where they say so.

By the types of openai 3.57, OpenAI's guides to reasoning and structured outputs, Microsoft's page on reasoning models,
and the errors of the api itself, as of 2026-11.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tokcost.batch.checks.asked import HELD_TO_OPENAI, Asked
from tokcost.batch.checks.choices import choice_problems
from tokcost.batch.checks.files import openai_files
from tokcost.batch.checks.messages import message_problems
from tokcost.batch.checks.ranges import range_problems
from tokcost.batch.checks.results import result_problems
from tokcost.requests.openai import CHAT, EMBEDDINGS, RESPONSES
from tokcost.requests.shape import as_json, object_of

# Who wants the word in the messages where a JSON object is asked for.
_WANT_JSON = HELD_TO_OPENAI | {"groq"}
# What a response may go on from.
_EARLIER = ("previous_response_id", "conversation", "prompt")
# The numbers of a model that reasons, which cannot be set to others while it does.
_DEFAULTS = {"temperature": 1, "top_p": 1, "presence_penalty": 0, "frequency_penalty": 0}
# Models that came out before always reason; from then on they can be asked for an effort of none.
_MAY_NOT_REASON = date(2025, 11, 13)
# What came out before and does not reason cannot be asked to; later ones may have a mind of their own.
_ALL_REASON = date(2025, 8, 7)


def body_problems(asked: Asked) -> Iterator[str]:
    """Why the provider refuses a body of OpenAI's shape, whose names are known to it."""
    yield from choice_problems(asked)
    if asked.api == EMBEDDINGS:
        yield from _of_inputs(asked)
        return
    yield from message_problems(asked)
    if asked.platform in _WANT_JSON:
        yield from _of_json(asked)
    if asked.platform not in HELD_TO_OPENAI:
        return
    if asked.api == RESPONSES and not any(asked.body.get(key) is not None for key in ("input", *_EARLIER)):
        yield "input is missing: there is nothing to answer"
    yield from _of_limits(asked)
    yield from _of_pairs(asked)
    yield from _of_reasoning(asked)
    yield from range_problems(asked)
    yield from result_problems(asked)
    yield from openai_files(asked)


def _of_inputs(asked: Asked) -> Iterator[str]:
    """Inputs to embed: none, or empty ones."""
    inputs = asked.body.get("input")
    if asked.platform not in HELD_TO_OPENAI:
        return
    if inputs in ([], ""):
        yield "input is empty: there is nothing to embed"
    elif isinstance(inputs, list):
        at = next((at for at, each in enumerate(inputs) if each in ("", [])), None)
        if at is not None:
            yield f"input[{at}] is empty: leave it out"


def _of_limits(asked: Asked) -> Iterator[str]:
    """How long an answer may be, by the name that the model takes."""
    if asked.api != CHAT or asked.body.get("max_tokens") is None:
        return
    if asked.model is not None and asked.model.reasoning:
        yield f"max_tokens: {asked.model.name} reasons, and takes max_completion_tokens alone"
    elif asked.body.get("max_completion_tokens") is not None:
        yield "max_tokens and max_completion_tokens: write one of them"


def _of_pairs(asked: Asked) -> Iterator[str]:
    """What is taken only beside something else."""
    body = asked.body
    if asked.api == RESPONSES and all(body.get(name) is not None for name in _EARLIER[:2]):
        yield "previous_response_id and conversation: write one of them"
    if body.get("stream_options") is not None and body.get("stream") is not True:
        yield "stream_options without stream: true: take it out"
    if asked.api == CHAT and body.get("top_logprobs") is not None and body.get("logprobs") is not True:
        yield "top_logprobs without logprobs: true: add it"
    if asked.api == CHAT and not body.get("tools"):
        for name in ("tool_choice", "parallel_tool_calls"):
            if body.get(name) is not None:
                yield f"{name} without tools: take it out"


def _of_reasoning(asked: Asked) -> Iterator[str]:
    """What is refused of a model that reasons. Where it may be asked not to, that is what some do unasked."""
    body, model = asked.body, asked.model
    if model is None:
        return
    effort = body.get("reasoning_effort") if asked.api == CHAT else object_of(body.get("reasoning")).get("effort")
    if not model.reasoning:
        if effort is not None and model.released is not None and model.released < _ALL_REASON:
            yield f"an effort of reasoning: {model.name} does not reason, take it out"
        return
    always = model.released is not None and model.released < _MAY_NOT_REASON
    if not always and effort in (None, "none"):
        return
    for name in _DEFAULTS:
        value = body.get(name)
        if value is not None and value != _DEFAULTS[name]:
            yield f"{name} {as_json(value)}: a model that reasons takes the default alone"


def _of_json(asked: Asked) -> Iterator[str]:
    """A JSON object is asked for, and the word is nowhere in what is asked."""
    body = asked.body
    if asked.api == CHAT:
        wanted, said = object_of(body.get("response_format")), body.get("messages")
    elif asked.api == RESPONSES:
        wanted, said = (
            object_of(object_of(body.get("text")).get("format")),
            [body.get("input"), body.get("instructions")],
        )
        if any(body.get(key) is not None for key in _EARLIER):
            return
    else:
        return
    if wanted.get("type") == "json_object" and "json" not in as_json(said).casefold():
        yield "json_object is asked for, but the word JSON is in none of the messages: say it there"
