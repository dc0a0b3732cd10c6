"""LlamaIndex's responses: ``raw`` is the provider's own, ``additional_kwargs`` repeats its counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.logs.entry import Read
from tokcost.logs.fields import TIMES
from tokcost.logs.format import Format, FormatReader
from tokcost.logs.formats.entries import inside, unread
from tokcost.logs.responses import response

Json = Mapping[str, Any]
_USAGES = ("usage", "usageMetadata", "usage_metadata", "prompt_eval_count", "meta")


class _Raw(FormatReader):
    def value(self, where: str, value: Json) -> Iterator[Read]:
        """The response of the provider, else the counts beside it."""
        raw = inside(value, "raw")
        beside = {name: value[name] for name in TIMES if name in value}
        if any(isinstance(raw.get(name), Mapping | int) and raw.get(name) for name in _USAGES):
            yield from self.inner(where, {**beside, **raw})
            return
        counts = inside(value, "additional_kwargs")
        if any(name in counts for name in ("prompt_tokens", "completion_tokens", "input_tokens")):
            model = raw.get("model") or value.get("model")
            yield response(where, {**beside, "model": model, "usage": counts})
        else:
            yield from unread(where, raw, counts)


def _owns(value: Json) -> bool:
    if "raw" not in value or not ("message" in value or "text" in value):
        return False
    return "delta" in value or "additional_kwargs" in value or "logprobs" in value


FORMAT = Format(
    "LlamaIndex responses",
    "chat and completion responses as JSON",
    "as the provider's response in raw; additional_kwargs repeats it",
    frozenset({"raw"}),
    _owns,
    _Raw,
)
