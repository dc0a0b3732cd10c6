"""pydantic-ai's messages: responses count, requests carry none. Names: the messages of pydantic-ai 1.x and 0.x."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.logs.counts import OPEN, CountFields, counted
from tokcost.logs.entry import Read
from tokcost.logs.fields import text
from tokcost.logs.format import Format, FormatReader, Inner
from tokcost.logs.formats.entries import entry_of, first, name_of, objects, positive, untold
from tokcost.logs.kept import Kept
from tokcost.logs.told import Told

Json = Mapping[str, Any]
_DETAILS = "details."
USAGE = CountFields(
    input=("input_tokens", "request_tokens"),
    output=("output_tokens", "response_tokens"),
    cached=(
        "cache_read_tokens", _DETAILS + "cached_tokens", _DETAILS + "cache_read_input_tokens",
        _DETAILS + "cached_content_tokens",
    ),
    write=("cache_write_tokens", _DETAILS + "cache_creation_input_tokens"),
    reasoning=(_DETAILS + "reasoning_tokens", _DETAILS + "thoughts_tokens"),
    total=("total_tokens",),
    parts=OPEN,
    thinking=OPEN,
    known=(
        "details", "input_audio_tokens", "cache_audio_read_tokens", "output_audio_tokens", "requests", "tool_calls",
    ),
)  # fmt: skip


class _History(FormatReader):
    """A history repeats the messages of the runs before it: one response counts once."""

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._seen = Kept()

    def value(self, where: str, value: Json) -> Iterator[Read]:
        """The response; a request has no usage."""
        for name in ("messages", "all_messages", "message_history"):
            for each in objects(value.get(name)):
                yield from self.value(where, each)
        usage = value.get("usage")
        if value.get("kind") != "response":
            return
        if not isinstance(usage, Mapping) or not any(usage.get(name) for name in (*USAGE.input, *USAGE.output)):
            yield from untold(where, value["parts"] and usage is None, usage)
            return
        identity = first(value.get("provider_response_id"), value.get("vendor_id"))
        entry = entry_of(
            where,
            counted(usage, USAGE),
            value.get("model_name"),
            value.get("timestamp"),
            provider=text(value.get("provider_name")),
            modalities=positive(
                audio_input=usage.get("input_audio_tokens"), audio_output=usage.get("output_audio_tokens")
            ),
            identity=name_of(identity),
        )
        if (identity or entry.when) and not self._seen.add((identity, entry.when, entry.model, entry.usage)):
            self.told.repeat("messages of histories that were told before")
        else:
            yield entry


def _is_message(value: Json) -> bool:
    return value.get("kind") in ("request", "response") and isinstance(value.get("parts"), list)


def _owns(value: Json) -> bool:
    if _is_message(value):
        return True
    lists = (value.get(name) for name in ("messages", "all_messages", "message_history"))
    return any(_is_message(each) for held in lists for each in objects(held))


FORMAT = Format(
    "pydantic-ai messages",
    "histories as all_messages_json() writes them",
    "input includes cache reads and writes, output the reasoning; details are the provider's own",
    frozenset({"kind", "messages", "all_messages", "message_history"}),
    _owns,
    _History,
)
