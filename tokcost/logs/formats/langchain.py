"""LangChain's messages with their ``usage_metadata``, as JSON, as ``dumpd`` and ``messages_to_dict`` write them.

Names: the types of langchain-core 1.x. The provider's own usage in ``response_metadata`` repeats it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.logs.counts import OPEN, CountFields, counted
from tokcost.logs.entry import Entry, Read, mode_of
from tokcost.logs.fields import read_context, text
from tokcost.logs.format import Format, FormatReader, Inner
from tokcost.logs.formats.entries import at_first, entry_of, first, inside, name_of, positive, unread
from tokcost.logs.kept import Kept
from tokcost.logs.responses import response
from tokcost.logs.told import Told

Json = Mapping[str, Any]
_IN, _OUT = "input_token_details.", "output_token_details."
# Of a tier with rates of its own the parts stand under names that begin with it.
_TIERS = ("priority", "flex", "batch")
USAGE_METADATA = CountFields(
    input=("input_tokens",),
    output=("output_tokens",),
    cached=(_IN + "cache_read", *(f"{_IN}{tier}_cache_read" for tier in _TIERS)),
    write=(_IN + "cache_creation",),
    write_short=(_IN + "ephemeral_5m_input_tokens",),
    write_long=(_IN + "ephemeral_1h_input_tokens",),
    reasoning=(_OUT + "reasoning", *(f"{_OUT}{tier}_reasoning" for tier in _TIERS)),
    total=("total_tokens",),
    parts=OPEN,
    thinking=OPEN,
    known=(_IN + "audio", _OUT + "audio", *(details + tier for tier in _TIERS for details in (_IN, _OUT))),
)
_CHUNK = "AIMessageChunk"
_MODELS = ("model_name", "model", "model_id", "model_version")
_KINDS = ("ai", "human", "system", "tool", _CHUNK)


def is_usage_metadata(value: object) -> bool:
    """Whether it is LangChain's, whose names are not Gemini's of the same word."""
    return isinstance(value, Mapping) and ("input_tokens" in value or "output_tokens" in value)


def usage_metadata(where: str, usage: Json, model: object, when: object = None, **more: Any) -> Entry:
    """The entry of one usage_metadata. Raises BadLine."""
    inner, outer = inside(usage, "input_token_details"), inside(usage, "output_token_details")
    details = {name: number for name, number in inner.items() if number or name != "cache_creation"}
    audio = positive(audio_input=inner.get("audio"), audio_output=outer.get("audio"))
    found = counted({**usage, "input_token_details": details}, USAGE_METADATA)
    return entry_of(where, found, model, when, modalities=audio, **more)


def _message(value: Json) -> Json | None:
    """The message in a value, None where it is none: bare, or in the wrappings of LangChain's own writers."""
    if isinstance(kwargs := value.get("kwargs"), Mapping) and ("lc" in value or "usage_metadata" in kwargs):
        return kwargs
    if isinstance(data := value.get("data"), Mapping) and value.get("type") in _KINDS:
        return data
    bare = is_usage_metadata(value.get("usage_metadata")) or isinstance(value.get("response_metadata"), Mapping)
    return value if bare else None


def _lists(value: Json) -> list[Any]:
    """The messages of a state or the generations of a result."""
    found: list[Any] = []
    for name in ("messages", "generations"):
        for each in value[name] if isinstance(value.get(name), list) else ():
            found += each if isinstance(each, list) else [each]
    return [first(inside(each, "message"), each) for each in found if isinstance(each, Mapping)]


def _owns(value: Json) -> bool:
    if _message(value) is not None:
        return True
    if "generations" in value and inside(value, "llm_output", "token_usage"):
        return True
    return any((held := _message(each)) is not None and _tells(held) for each in _lists(value))


def _tells(message: Json) -> bool:
    return is_usage_metadata(message.get("usage_metadata")) or bool(_providers(message))


def _providers(message: Json) -> Json:
    """The provider's own usage, which counts where a message has no other."""
    about = inside(message, "response_metadata")
    return inside(about, "token_usage") or inside(about, "usage")


class _LangchainMessages(FormatReader):
    """A state repeats the messages of the states before it: one id counts once."""

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._ids = Kept()

    def value(self, where: str, value: Json) -> Iterator[Read]:
        """The messages of models in a value."""
        if (message := _message(value)) is not None:
            yield from self._read(where, message, value)
            return
        found = [message for each in _lists(value) if (message := _message(each)) is not None]
        told = [message for message in found if _tells(message)]
        for message in told:
            yield from self._read(where, message, value)
        if not told and (usage := inside(value, "llm_output", "token_usage")):
            model = inside(value, "llm_output").get("model_name")
            yield response(where, {"model": model, "usage": usage})

    def _read(self, where: str, message: Json, line: Json) -> Iterator[Read]:
        entry = _entry(where, message, line)
        if entry is None:
            yield from unread(where, message.get("response_metadata"), message.get("usage_metadata"))
            return
        identity = message.get("id")
        if message.get("type") == _CHUNK and identity and not self._ids.add((identity, _CHUNK)):
            entry = entry._replace(requests=0, identity=None)  # a further part of the same answer
        if identity and message.get("type") != _CHUNK and not self._ids.add((identity, entry.usage)):
            self.told.repeat("messages of states that were told before")
        else:
            yield entry


def _entry(where: str, message: Json, line: Json) -> Entry | None:
    about = inside(message, "response_metadata")
    # who logs a message by its usage alone writes the model beside it
    model = first(*(at_first(each, _MODELS) for each in (about, message, line)))
    known = read_context(line) if line is not message else read_context({**about, **message})
    if not is_usage_metadata(usage := message.get("usage_metadata")):
        own = _providers(message)
        return response(where, {"model": model, "usage": own}, line) if own else None
    assert isinstance(usage, Mapping)
    details = inside(usage, "input_token_details")
    tier = next((tier for tier in _TIERS if details.get(tier) or details.get(f"{tier}_cache_read")), None)
    return usage_metadata(
        where,
        usage,
        model,
        provider=text(about.get("model_provider")),
        mode=mode_of(first(about.get("service_tier"), tier)),
        client=known.client,
        key=known.key,
        project=known.project,
        charged=known.charged,
        identity=name_of(first(about.get("id"), message.get("id"))),
    )._replace(when=known.when)


FORMAT = Format(
    "LangChain messages",
    "messages as JSON, dumpd, messages_to_dict, states of LangGraph, results with generations",
    "input includes cache reads and writes, output the reasoning; response_metadata repeats it",
    frozenset({"usage_metadata", "kwargs", "data", "response_metadata", "messages", "generations"}),
    _owns,
    _LangchainMessages,
)
