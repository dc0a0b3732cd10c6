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
from tokcost.counting.openai_models import EARLY, Scene
from tokcost.counting.openai_tools import add_answer, add_tools, instructions_at, leading_rest
from tokcost.counting.openai_unseen import add_file, add_other, add_unseen
from tokcost.counting.tally import Tally, TokensOf
from tokcost.errors import RequestError, TokcostError
from tokcost.requests.model import Call, Document, Image, Media, Message, Other, Request, Result, Text, Thinking
from tokcost.rules import ModelRules, OpenAIFrame, TemplateFrame

# Tokens of a message besides its role and content: start, end of its head, end.
MESSAGE = 3
# Parts that are nothing but words, and those that are none of the message's own.
_WORDS = {Text, Call}
_UNSPOKEN = {Thinking, Other}


def count_request(
    request: Request, model_id: str, encoding: str, rules: ModelRules, vendor: str, tokens_of: TokensOf | None = None
) -> Count:
    """Input tokens of a request; its parts, in the order of the request, sum to them.

    ``rules`` are the model's; where they are those of a chat template, ``vendor`` names it in notes. ``tokens_of``
    counts a text: give one that remembers where prompts and tools repeat.
    """
    if tokens_of is None:
        from tokcost.encodings.counter import counter

        tokens_of = counter(encoding).count
    try:
        return _count(request, model_id, rules, vendor, tokens_of)
    except RecursionError:
        raise RequestError("body", "nested too deeply", "give a schema of fewer levels") from None


def _count(request: Request, model_id: str, rules: ModelRules, vendor: str, tokens_of: TokensOf) -> Count:
    if request.api in ("openai-embeddings", "openai-completions"):
        return count_bare(request, tokens_of)
    frame = rules.frame
    if isinstance(frame, TemplateFrame):
        return count_family(request, vendor, frame, rules.media, tokens_of)
    if not isinstance(frame, OpenAIFrame):
        raise TokcostError(f"the framing '{rules.framing}' does not go with {model_id}: name another in a price file")
    tally = Tally()
    scene = Scene(model_id, frame, rules, request.api != "openai-responses", tokens_of)
    _judge_model(tally, scene, request)
    _add_messages(tally, scene, request)
    add_tools(tally, scene, request)
    add_answer(tally, scene, request)
    add_unseen(tally, request)
    tally.add("framing", frame.opening if scene.chat else frame.opening_responses)
    return tally.count()


def _judge_model(tally: Tally, scene: Scene, request: Request) -> None:
    """Says what is not sure for the model itself."""
    messages = len(request.messages)
    if scene.frame.retired:
        if scene.frame.message:
            tally.add("framing", scene.frame.message * messages)
        tally.doubt(f"{scene.model_id} is retired and was framed in its own way", 4 * messages, 4 * messages)
    elif not scene.rules.framing_measured:
        tally.assume(f"{scene.model_id} is framed like the OpenAI models that were measured")
    if scene.frame.style == EARLY and not scene.chat:
        tally.doubt("this model was recorded twice through responses", 1, 2)
    if not scene.frame.o_series:
        return
    earlier = [part for message in request.messages if message.role == "assistant" for part in message.parts]
    if earlier:
        # The one recording was billed 2 % more.
        said = sum(scene.tokens_of(part.text) for part in earlier if isinstance(part, Text))
        tally.doubt("earlier answers are not measured for o-series models", 2, 2 + said * 3 // 100)


def _add_messages(tally: Tally, scene: Scene, request: Request) -> None:
    rounds: Rounds | None = None
    rest = leading_rest(scene, request)
    host = instructions_at(request) if rest else -1
    pictures = count(1)
    after_tools = scene.chat and any(message.role == "tool" for message in request.messages)
    for at, message in enumerate(request.messages):
        label, kinds = f"message {at + 1} ({message.role})", {type(part) for part in message.parts}
        if not kinds <= _WORDS:
            _add_shown(tally, scene, message, pictures, after_tools)
        if Call in kinds or Result in kinds:
            rounds = rounds or Rounds(scene, request)
            (rounds.add_calls if Call in kinds else rounds.add_results)(tally, label, message)
        elif not kinds or not kinds <= _UNSPOKEN:
            _add_text(tally, scene, label, message, rest if at == host else "")


def _add_shown(tally: Tally, scene: Scene, message: Message, pictures: Iterator[int], after_tools: bool) -> None:
    """What a message holds besides words: pictures, numbered as they come, sound, files, reasoning."""
    for part in message.parts:
        for shown in part.parts if isinstance(part, Result) else (part,):
            if isinstance(shown, Image):
                add_image(tally, scene.model_id, scene.rules, shown, f"image {next(pictures)}")
                if after_tools and scene.frame.after_tools:
                    tally.add("images", scene.frame.after_tools)
            elif isinstance(shown, Document | Media):
                add_file(tally, scene, shown)
            elif isinstance(shown, Other | Thinking):
                add_other(tally, scene, shown)


def _add_text(tally: Tally, scene: Scene, label: str, message: Message, rest: str) -> None:
    """Parts are joined without a separator and encoded as one text."""
    text = "".join([part.text for part in message.parts if isinstance(part, Text)]) + rest
    if not scene.chat and message.role == "system" and not text.strip():
        tally.add(label, 0)
        tally.doubt("empty instructions: billed with up to 230 hidden tokens in early 2025", 1, 230)
        return
    tokens = MESSAGE + scene.tokens_of(message.role) + scene.tokens_of(text)
    if message.name:
        # Encoded together with the colon before it: ":user" is one token.
        tokens += scene.tokens_of(":" + message.name)
    if message.role == "assistant":
        tokens += scene.frame.channel
    tally.add(label, tokens)
