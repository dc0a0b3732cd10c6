"""AutoGen's events and messages, and CrewAI's sums: counts beside the whole response, or alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.logs.entry import Entry, Read, whole
from tokcost.logs.fields import TIMES, read_context
from tokcost.logs.format import Format, FormatReader, each
from tokcost.logs.formats.entries import inside, objects
from tokcost.logs.openai import chat
from tokcost.logs.responses import response

Json = Mapping[str, Any]


class _AutogenEvents(FormatReader):
    def value(self, where: str, value: Json) -> Iterator[Read]:
        """The response of an event; where it tells nothing, the counts beside it, or those of messages."""
        answer = inside(value, "response")
        beside = {name: value[name] for name in (*TIMES, "model") if name in value}
        if isinstance(answer.get("usage"), Mapping) or "usageMetadata" in answer or "usage_metadata" in answer:
            yield response(where, {**beside, **answer})
        elif str(value.get("type", "")).startswith("LLM") and "prompt_tokens" in value:
            model = answer.get("model") or inside(value, "response").get("model") or value.get("model")
            yield response(where, {**beside, "model": model, "usage": _counts(value)})
        elif isinstance(usage := value.get("models_usage"), Mapping):
            yield response(where, {**beside, "usage": _counts(usage)})
        for each_ in objects(value.get("messages")):
            if isinstance(each_.get("models_usage"), Mapping):
                yield from self.value(where, each_)


def _counts(value: Json) -> Json:
    return {name: value.get(name) for name in ("prompt_tokens", "completion_tokens")}


def _owns(value: Json) -> bool:
    if "models_usage" in value:
        return True
    if value.get("type") in ("LLMCall", "LLMStreamEnd"):
        return "response" in value or "prompt_tokens" in value
    return any("models_usage" in each_ for each_ in objects(value.get("messages")))


def _crew(where: str, value: Json) -> Entry:
    """The sum over the requests of a crew."""
    usage = inside(value, "token_usage") or value
    counts = {name: held for name, held in usage.items() if name != "successful_requests"}
    known = read_context({name: held for name, held in value.items() if name not in ("tasks_output", "raw")})
    number = whole(usage.get("successful_requests"), "successful_requests")
    return chat(where, value, counts, known)._replace(requests=number or 1, is_aggregate=number != 1)


def _is_crew(value: Json) -> bool:
    usage = inside(value, "token_usage") or value
    return "successful_requests" in usage and "prompt_tokens" in usage


FORMATS = (
    Format(
        "AutoGen events and messages",
        "LLMCall events of its log, messages with models_usage",
        "as the response inside; the counts beside it repeat it",
        frozenset({"models_usage", "type", "messages"}),
        _owns,
        _AutogenEvents,
    ),
    Format(
        "CrewAI usage",
        "UsageMetrics and the output of a crew, as JSON",
        "sums of the requests of a crew; input includes what was cached",
        frozenset({"successful_requests", "token_usage"}),
        _is_crew,
        each(_crew),
    ),
)
