"""What OpenAI and Azure refuse in the bodies of their endpoints; others that take the same bodies, where they say so.

By the types of openai 3.57, OpenAI's guides to reasoning and structured outputs, Microsoft's page on reasoning models,
and the errors of the api itself, as of 2026-11.
"""

from __future__ import annotations

from collections.abc import Iterator

from tokcost.batch.checks.asked import HELD_TO_OPENAI, Asked
from tokcost.batch.checks.messages import message_problems
from tokcost.batch.checks.ranges import range_problems
from tokcost.batch.checks.results import result_problems
from tokcost.requests.openai import CHAT, EMBEDDINGS, RESPONSES
from tokcost.requests.shape import as_json, object_of

# Who wants the word in the messages where a JSON object is asked for.
_WANT_JSON = HELD_TO_OPENAI | {"groq"}
# What a model that reasons cannot do while it does.
_SAMPLING = ("temperature", "top_p", "presence_penalty", "frequency_penalty")
_DEFAULTS = {"temperature": (1,), "top_p": (1,), "presence_penalty": (0,), "frequency_penalty": (0,)}


def body_problems(asked: Asked) -> Iterator[str]:
    """Why the provider refuses a body of OpenAI's shape, whose names are known to it."""
    if asked.api == EMBEDDINGS:
        yield from _of_inputs(asked)
        return
    yield from message_problems(asked)
    if asked.platform in _WANT_JSON:
        yield from _of_json(asked)
    if asked.platform not in HELD_TO_OPENAI:
        return
    yield from _of_limits(asked)
    yield from _of_reasoning(asked)
    yield from range_problems(asked)
    yield from result_problems(asked)


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


def _of_reasoning(asked: Asked) -> Iterator[str]:
    """What is refused of a model that is asked to reason; without an effort that depends on the model."""
    body, model = asked.body, asked.model
    effort = body.get("reasoning_effort") if asked.api == CHAT else object_of(body.get("reasoning")).get("effort")
    if model is None or not model.reasoning or effort in (None, "none"):
        return
    for name in _SAMPLING:
        value = body.get(name)
        if value is not None and value not in _DEFAULTS[name]:
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
        if any(body.get(key) is not None for key in ("previous_response_id", "conversation", "prompt")):
            return
    else:
        return
    if wanted.get("type") == "json_object" and "json" not in as_json(said).casefold():
        yield "json_object is asked for, but the word JSON is in none of the messages: say it there"
