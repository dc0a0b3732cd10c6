"""What Anthropic refuses in a Messages body, and those who sell its models with it.

By the types of anthropic 2.14, the references of Messages and Message Batches, the guides to thinking and tools, and
the errors of the api itself, as of 2026-11.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from tokcost.batch.checks.asked import HELD_TO_MESSAGES, Asked
from tokcost.batch.checks.caching import cache_problems
from tokcost.batch.checks.choices import choice_problems
from tokcost.batch.checks.files import anthropic_files
from tokcost.batch.checks.messages import message_problems
from tokcost.batch.checks.ranges import range_problems
from tokcost.catalog import Model
from tokcost.phrases import join_and, quote
from tokcost.requests.envelopes import ANTHROPIC, BARE
from tokcost.requests.shape import Object, listed, number_of, object_of, text_of

_VERSIONS = {"bedrock": "bedrock-2023-05-31", "vertex": "vertex-2023-10-16"}
# What came with which generation, by the day that it began: temperature or top_p, no answer begun for it (and
# thinking that adapts), no sampling (and no other thinking).
_ONE_OF_TWO, _NO_PREFILL, _NO_SAMPLING = date(2025, 8, 5), date(2026, 2, 5), date(2026, 4, 16)
_FULL_P = Decimal("0.99")  # which is taken as all
_LEAST_THINKING = 1024


def body_problems(asked: Asked) -> Iterator[str]:
    """Why a Messages body is refused, whose names are known."""
    yield from message_problems(asked)
    if asked.platform not in HELD_TO_MESSAGES or not isinstance(asked.body.get("messages"), list):
        return
    yield from cache_problems(asked)
    yield from _of_cloud(asked)
    most = asked.body.get("max_tokens")
    if most is None and asked.item.form != BARE:  # what is sent alone may be for count_tokens
        yield "max_tokens is missing: Anthropic requires it"
    elif most == 0 and asked.item.form == ANTHROPIC:
        yield "max_tokens is 0: a batch cannot warm a cache"
    yield from choice_problems(asked)
    yield from range_problems(asked)
    yield from _of_generation(asked.body, asked.model)
    yield from _of_thinking(asked.body)
    yield from _of_texts(asked.body)
    yield from _of_shapes(asked.body)
    yield from _of_results(listed(asked.body.get("messages")))
    yield from anthropic_files(asked)


def _of_cloud(asked: Asked) -> Iterator[str]:
    """What the clouds that serve its models want of a body, or take from elsewhere."""
    version = _VERSIONS.get(asked.platform)
    if version is None or asked.item.form == BARE:
        return
    if not asked.body.get("anthropic_version"):
        yield f"anthropic_version is missing: write {version}"
    if asked.platform == "bedrock" and "model" in asked.body:
        yield "model: Bedrock takes it with the job, take it out"


def _of_generation(body: Object, model: Model | None) -> Iterator[str]:
    """What models of that age take no longer."""
    if model is None or model.released is None:
        return
    if model.released >= _NO_SAMPLING:
        odd = (
            body.get("temperature") not in (None, 1),
            _is_below(body.get("top_p"), _FULL_P),
            body.get("top_k") is not None,
        )
        if any(odd):
            names = join_and(
                name for name, is_odd in zip(("temperature", "top_p", "top_k"), odd, strict=True) if is_odd
            )
            yield f"{names}: {model.name} takes no such numbers, take {'it' if sum(odd) == 1 else 'them'} out"
    elif model.released >= _ONE_OF_TWO and body.get("temperature") is not None and body.get("top_p") is not None:
        yield f"temperature and top_p: {model.name} takes one of them"
    messages = listed(body.get("messages"))
    last = object_of(messages[-1]) if messages else {}
    thinks = object_of(body.get("thinking")).get("type")
    if model.released >= _NO_SAMPLING and thinks == "enabled":
        yield f"thinking.type is 'enabled': {model.name} takes 'adaptive', and output_config.effort for how much"
    if model.released < _NO_PREFILL and thinks == "adaptive":
        yield f"thinking.type is 'adaptive': {model.name} takes 'enabled' with a budget, or 'disabled'"
    if model.released >= _NO_PREFILL and last.get("role") == "assistant" and _is_text(last.get("content")):
        yield f"the last message is the assistant's: {model.name} does not go on from it"


def _is_below(value: object, most: Decimal) -> bool:
    return isinstance(value, int | float | Decimal) and Decimal(str(value)) < most


def _is_text(content: object) -> bool:
    """Whether there is nothing but text; after tools of the provider a turn may be gone on with."""
    return isinstance(content, str) or all(object_of(block).get("type") == "text" for block in listed(content))


def _of_thinking(body: Object) -> Iterator[str]:
    thinking = object_of(body.get("thinking"))
    kind, budget, most = (
        thinking.get("type"),
        number_of(thinking.get("budget_tokens")),
        number_of(body.get("max_tokens")),
    )
    if kind not in ("enabled", "adaptive"):
        return
    if kind == "enabled":
        if budget is None:
            yield f"thinking.budget_tokens is missing: write {_LEAST_THINKING:,} or more"
        elif budget < _LEAST_THINKING:
            yield f"thinking.budget_tokens {budget:,}: {_LEAST_THINKING:,} are the least"
        elif most is not None and budget >= most and not body.get("tools"):  # with tools, thinking may be interleaved
            yield f"thinking.budget_tokens {budget:,}: it must be less than max_tokens, {most:,}"
    if body.get("temperature") not in (None, 1):
        yield "temperature: with thinking it must be 1"
    if body.get("top_k") is not None:
        yield "top_k: with thinking it must not be set"
    if kind == "enabled" and object_of(body.get("tool_choice")).get("type") in ("any", "tool"):
        yield "tool_choice: with thinking it cannot force the use of a tool"


def _of_shapes(body: Object) -> Iterator[str]:
    """A system prompt that is one block alone, metadata of another api, spaces after an answer begun."""
    if isinstance(body.get("system"), dict):
        yield "system is an object: write a text, or a list of blocks"
    others = [name for name, value in object_of(body.get("metadata")).items() if name != "user_id" and value]
    if others:
        yield f"metadata.{others[0]}: Anthropic's has user_id alone, take it out"
    messages = listed(body.get("messages"))
    last = object_of(messages[-1]) if messages else {}
    said = last.get("content")
    if isinstance(said, list):
        said = text_of(object_of(said[-1]).get("text")) if said else ""
    if last.get("role") == "assistant" and isinstance(said, str) and said != said.rstrip():
        yield "the last message ends with spaces: an answer begun for the model cannot"


def _of_texts(body: Object) -> Iterator[str]:
    """The first text that is empty."""
    system = body.get("system")
    places: list[tuple[str, Object]] = [("system", {"content": system} if isinstance(system, list) else {})]
    messages = listed(body.get("messages"))
    places += [(f"messages[{at}].content", object_of(message)) for at, message in enumerate(messages)]
    for number, (where, message) in enumerate(places):
        content, last = message.get("content"), number == len(places) - 1
        if content in ("", []) and message.get("role") == "user":
            yield f"{where} is empty: a message needs some"
            return
        for at, block in enumerate(content if isinstance(content, list) else ()):
            if isinstance(block, dict) and block.get("type") == "text" and block.get("text") == "":
                if last and message.get("role") == "assistant":
                    continue
                yield f"{where}[{at}] is an empty text: leave it out"
                return


def _of_results(messages: list[object]) -> Iterator[str]:
    """Every result answers a call of the turn before, and every call has its result in the turn after."""
    waiting: dict[str, int] = {}
    called: set[str] = set()
    for at, message in enumerate(map(object_of, messages)):
        blocks = [block for block in listed(message.get("content")) if isinstance(block, dict)]
        if message.get("role") == "assistant":
            made = {text_of(block.get("id")) for block in blocks if block.get("type") == "tool_use"}
            if waiting:
                yield _unanswered(waiting)
            called, waiting = made, dict.fromkeys(made, at)
            continue
        for block in blocks:
            if block.get("type") == "tool_result":
                name = text_of(block.get("tool_use_id"))
                if name not in called:
                    yield f"messages[{at}] has a result of {quote(name)}: no tool_use of the turn before has that id"
                waiting.pop(name, None)
    if waiting and max(waiting.values()) < len(messages) - 1:
        yield _unanswered(waiting)


def _unanswered(waiting: dict[str, int]) -> str:
    name, at = min(waiting.items())
    return f"messages[{at}] uses a tool as {quote(name)}: the next message must have its tool_result"
