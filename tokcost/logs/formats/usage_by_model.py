"""Usage by the name of the model: LangChain's callback, DSPy's tracker, AutoGen's summaries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.logs.entry import Read
from tokcost.logs.fields import LineContext
from tokcost.logs.format import Format, each
from tokcost.logs.formats.entries import charge
from tokcost.logs.formats.langchain import is_usage_metadata, usage_metadata
from tokcost.logs.openai import chat

Json = Mapping[str, Any]
_NOT_MODELS = frozenset(
    {
        "usage", "usageMetadata", "usage_metadata", "response", "body", "result", "output", "message", "data", "stats",
        "total", "totals", "tokens", "metrics", "token_usage", "metadata", "summary", "models",
    }
)  # fmt: skip


def _is_usage(value: object) -> bool:
    return is_usage_metadata(value) or (isinstance(value, Mapping) and "prompt_tokens" in value)


def _owns(value: Json) -> bool:
    models = [held for name, held in value.items() if name != "total_cost"]
    return bool(models) and not _NOT_MODELS & value.keys() and all(map(_is_usage, models))


def _read(where: str, value: Json) -> Iterator[Read]:
    for model, usage in value.items():
        if not isinstance(usage, Mapping):
            continue
        if "prompt_tokens" in usage:
            charged = charge(usage.get("cost"))
            entry = chat(where, {"model": model}, usage, LineContext(None, None, None, None, charged))
        else:
            entry = usage_metadata(where, usage, model)
        yield entry._replace(requests=0, is_aggregate=True)


FORMAT = Format(
    "usage by model",
    "LangChain's get_usage_metadata_callback, DSPy's get_lm_usage, AutoGen's usage_summary",
    "sums by the name of the model; input includes what was cached",
    frozenset(),
    _owns,
    each(_read),
)
