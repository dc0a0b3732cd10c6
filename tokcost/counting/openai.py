"""Counts a request as OpenAI bills it: messages, tools, calls, schemas and pictures.

The numbers here and in the modules beside it were fitted on request bodies recorded together with
the provider's ``usage`` in public test suites of SDKs (2023-12 to 2026-08, gpt-3.5 to gpt-5.6). Raw
text is billed as tiktoken's ``encode_ordinary`` counts it; what stands here is the frame around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from tokcost.counting.count import Count
from tokcost.counting.openai_calls import Rounds
from tokcost.counting.openai_families import count_bare, count_family
from tokcost.counting.openai_images import add_image
from tokcost.counting.openai_models import Scene, generation_of
from tokcost.counting.openai_tools import add_answer, add_tools, instructions_at, leading_rest
from tokcost.counting.openai_unseen import add_other, add_unseen
from tokcost.counting.tally import Tally, TokensOf
from tokcost.errors import RequestError
from tokcost.requests.model import Call, Image, Message, Other, Request, Result, Text, Thinking

# Tokens of a message besides its role and content: start, end of its head, end.
MESSAGE = 3
# Tokens that open the answer: start, "assistant", end of head. Reasoning models choose the last themselves.
PRIME, PRIME_REASONING = 3, 2
# A picture beside tool calls, in chat completions of reasoning models (three of four recordings).
PICTURE_AFTER_TOOLS = 2
# o1-mini billed so much more for each message (one recording of two messages).
_RETIRED_MESSAGE = 4
# An assistant's text in the history of a reasoning model carries the name of its channel.
CHANNEL = 2


def count_request(
    request: Request, model_id: str, encoding: str, *, family: str = "openai", tokens_of: TokensOf | None = None
) -> Count:
    """Input tokens of a request; its parts, in the order of the request, sum to them.

    ``family`` is "openai", or that of another vendor's model that takes the same bodies (a key of
    ``openai_families.FRAMES``, or any word). ``tokens_of`` counts a text: give one that remembers
    where prompts and tools repeat.
    """
    if tokens_of is None:
        from tokcost.encodings.counter import counter

        tokens_of = counter(encoding).count
    try:
        return _count(request, model_id, family, tokens_of)
    except RecursionError:
        raise RequestError("body", "nested too deeply", "give a schema of fewer levels") from None


def _count(request: Request, model_id: str, family: str, tokens_of: TokensOf) -> Count:
    if request.api in ("openai-embeddings", "openai-completions"):
        return count_bare(request, tokens_of)
    if family != "openai":
        return count_family(request, family, tokens_of)
    tally = Tally()
    scene = Scene(generation_of(model_id), model_id, request.api != "openai-responses", tokens_of)
    _judge_model(tally, scene, request)
    _add_messages(tally, scene, request)
    add_tools(tally, scene, request)
    add_answer(tally, scene, request)
    add_unseen(tally, request)
    tally.add("framing", _prime(scene))
    return tally.count()


def _judge_model(tally: Tally, scene: Scene, request: Request) -> None:
    """Says what is not sure for the model itself."""
    messages = len(request.messages)
    if scene.generation.retired:
        if scene.is_o_series:
            tally.add("framing", _RETIRED_MESSAGE * messages)
        tally.doubt(f"{scene.model_id} is retired and was framed in its own way", 4 * messages, 4 * messages)
    elif not scene.generation.measured:
        tally.assume(f"{scene.model_id} is framed like the OpenAI models that were measured")
    earlier = [part for message in request.messages if message.role == "assistant" for part in message.parts]
    if scene.is_o_series and earlier:
        # The one recording was billed 2 % more.
        said = sum(scene.tokens_of(part.text) for part in earlier if isinstance(part, Text))
        tally.doubt("earlier answers are not measured for o-series models", 2, 2 + said * 3 // 100)


def _prime(scene: Scene) -> int:
    # gpt-4 through the responses api opens the answer as reasoning models do (two recordings).
    shorter = scene.generation.reasons or (not scene.chat and scene.generation.name == "gpt-4")
    return PRIME_REASONING if shorter else PRIME


def _add_messages(tally: Tally, scene: Scene, request: Request) -> None:
    rounds = Rounds(scene, request)
    rest = leading_rest(scene, request)
    host = instructions_at(request)
    pictures = count(1)
    after_tools = (
        scene.chat and scene.generation.reasons and any(message.role == "tool" for message in request.messages)
    )
    for at, message in enumerate(request.messages):
        label = f"message {at + 1} ({message.role})"
        _add_shown(tally, scene, message, pictures, after_tools)
        if any(isinstance(part, Call) for part in message.parts):
            rounds.add_calls(tally, label, message)
        elif any(isinstance(part, Result) for part in message.parts):
            rounds.add_results(tally, label, message)
        elif not message.parts or not all(isinstance(part, Thinking | Other) for part in message.parts):
            _add_text(tally, scene, label, message, rest if at == host else "")


def _add_shown(tally: Tally, scene: Scene, message: Message, pictures: Iterator[int], after_tools: bool) -> None:
    """What a message holds besides words: pictures, numbered as they come, sound, files, reasoning."""
    for part in message.parts:
        for shown in part.parts if isinstance(part, Result) else (part,):
            if isinstance(shown, Image):
                add_image(tally, scene.model_id, shown, f"image {next(pictures)}")
                if after_tools:
                    tally.add("images", PICTURE_AFTER_TOOLS)
            elif isinstance(shown, Other | Thinking):
                add_other(tally, scene, shown)


def _add_text(tally: Tally, scene: Scene, label: str, message: Message, rest: str) -> None:
    """Parts are joined without a separator and encoded as one text."""
    text = "".join(part.text for part in message.parts if isinstance(part, Text)) + rest
    if not scene.chat and message.role == "system" and not text.strip():
        tally.add(label, 0)
        tally.doubt("empty instructions: billed with up to 230 hidden tokens in early 2025", 1, 230)
        return
    tokens = MESSAGE + scene.tokens_of(message.role) + scene.tokens_of(text)
    if message.name:
        # Encoded together with the colon before it: ":user" is one token.
        tokens += scene.tokens_of(":" + message.name)
    if scene.generation.reasons and message.role == "assistant":
        tokens += CHANNEL
    tally.add(label, tokens)
