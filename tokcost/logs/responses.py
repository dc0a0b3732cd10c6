"""Responses of the providers' APIs by their shape: bare, in a batch line, or inside a line of somebody's own log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tokcost.logs import anthropic, batch, gemini, openai
from tokcost.logs.entry import BadLine, Entry, mode_of, whole
from tokcost.logs.fields import TIMES, LineContext, model_in, read_context
from tokcost.logs.plain import object_in
from tokcost.logs.times import BadTime
from tokcost.logs.units import billed_by_unit, is_billed_by_unit
from tokcost.phrases import quote
from tokcost.rates import STANDARD

Json = Mapping[str, Any]
# Where a log keeps the response inside a line of its own.
INSIDE = ("response", "body", "result", "output", "completion", "response_body", "data", "message", "delta")
# Where a time of the line may stand.
_TIMED = (*TIMES, "metadata", "request")
_EVENTS = ("response.completed", "response.incomplete", "response.failed")
_NO_USAGE = "no known usage in it: '--map input=FIELD,output=FIELD,model=FIELD' names its fields"


class NoUsage(BadLine):
    """A value in which no usage of a known shape is."""


def response(where: str, line: Json, outer: Json | None = None) -> Entry:
    """The entry of one response, bare, in a batch line, or inside a line of somebody's log."""
    try:
        entry = _response(where, line, outer)
    except BadTime:  # of a line without usage, which this raises, no time is wrong
        _response(where, {name: held for name, held in line.items() if name not in _TIMED}, outer)
        raise
    request = line.get("request") if outer is None else None
    tier = request.get("service_tier") if isinstance(request, Mapping) else None
    if tier and entry.mode == STANDARD and mode_of(tier) != STANDARD and not _tells_its_tier(line):
        said = f"the tier {quote(str(tier))} was asked for, and the answer does not say which served: standard rates"
        entry = entry._replace(remarks=(*entry.remarks, said))
    return entry


def _tells_its_tier(line: Json) -> bool:
    levels = (line, line.get("usage"), *(line.get(name) for name in INSIDE))
    return any(isinstance(level, Mapping) and level.get("service_tier") for level in levels)


def _response(where: str, line: Json, outer: Json | None) -> Entry:
    if _is_batch_line(line):
        of = batch.anthropic_line if "result" in line else batch.openai_line
        return of(where, line, response)
    if "usageMetadata" in line or "usage_metadata" in line:
        return gemini.generated(where, line, read_context(line) if outer is None else read_context(outer, line))
    if _is_gemini_batch(line):
        return batch.gemini_line(where, line, response)
    known = read_context(line) if outer is None else read_context(outer, line)
    if (entry := billed_by_unit(where, line, known)) is not None:
        return entry
    usage = object_in(line.get("usage"))
    if usage is not None and not (line.get("error") and _is_blank(usage)):
        return _by_usage(where, line, usage, known)
    if line.get("type") in _EVENTS and isinstance(line.get("response"), Mapping):
        return response(where, line["response"], line)
    flat = "prompt_tokens" in line or "input_tokens" in line
    inner = _inside(line) if outer is None else None
    nested = object_in(inner.get("usage")) if inner is not None else None
    if inner is not None and not (flat and nested is not None and _is_blank(nested)):
        return _compared(_inherit(response(where, inner, line), line, inner), line)
    if flat:
        return _by_usage(where, line, line, known)
    if _is_images(line):
        return openai.images_by_size(where, line, known)
    if line.get("error"):
        return batch.failed(where, line["error"])
    raise NoUsage(_NO_USAGE)


def _is_blank(usage: Json) -> bool:
    """Whether it names fields and fills in none, as clients do with an answer that did not come."""
    return all(value is None for value in usage.values())


def _by_usage(where: str, body: Json, usage: Json, known: LineContext) -> Entry:
    entry = _of_provider(where, body, usage, known)
    return entry if entry.model else entry._replace(model=model_in(body))


def _of_provider(where: str, body: Json, usage: Json, known: LineContext) -> Entry:
    if "prompt_tokens" in usage or "completion_tokens" in usage:
        return openai.chat(where, body, usage, known)
    if "input_tokens" not in usage and "output_tokens" not in usage:
        raise NoUsage(_NO_USAGE)
    if body.get("object") != "response" and "input_tokens_details" not in usage and _is_anthropic(body, usage):
        return anthropic.message(where, body, usage, known)
    if _is_images(body) or _counts_images(usage):
        return openai.images(where, body, usage, known)
    return openai.responses(where, body, usage, known)


def _is_anthropic(body: Json, usage: Json) -> bool:
    markers = ("cache_read_input_tokens", "cache_creation_input_tokens", "cache_creation", "server_tool_use")
    return body.get("type") == "message" or any(name in usage for name in markers) or "claude" in str(body.get("model"))


def _is_images(body: Json) -> bool:
    data = body.get("data")
    if not isinstance(data, list) or body.get("object") == "list":
        return False
    return bool(data) and isinstance(data[0], Mapping) and ("b64_json" in data[0] or "url" in data[0])


def _counts_images(usage: Json) -> bool:
    """The details of an images response split its input into text and image, those of others do not."""
    details = usage.get("input_tokens_details")
    return isinstance(details, Mapping) and {"text_tokens", "image_tokens"} <= set(details)


def is_list_of_responses(value: Json) -> bool:
    data = value.get("data")
    return (
        isinstance(data, list) and "usage" not in value and any(isinstance(e, Mapping) and has_usage(e) for e in data)
    )


def _is_batch_line(line: Json) -> bool:
    """A result of OpenAI's or Anthropic's; somebody's own log may name a custom_id, too."""
    if "custom_id" not in line or not ("result" in line or "response" in line):
        return False
    inner = line.get("response")
    return not (isinstance(inner, Mapping) and has_usage(inner) and not {"body", "status_code"} & set(inner))


def _is_gemini_batch(line: Json) -> bool:
    inner = line.get("response")
    answered = isinstance(inner, Mapping) and ("usageMetadata" in inner or "usage_metadata" in inner)
    if "processed_time" in line:
        return answered or not inner
    return "key" in line and set(line) <= {"key", "response", "error", "metadata"} and (answered or "error" in line)


def _inside(line: Json) -> Json | None:
    """The response inside a line of somebody's log, also one that is kept as text."""
    for name in INSIDE:
        held = line.get(name)
        if isinstance(held, str):
            held = object_in(held) if '"usage' in held else None
        if isinstance(held, Mapping) and has_usage(held):
            return held
    return None


def has_usage(value: Json) -> bool:
    """Whether a value tells its usage in one of the known places."""
    if isinstance(value.get("usage"), Mapping) or "usageMetadata" in value or "usage_metadata" in value:
        return True
    if is_billed_by_unit(value):
        return True
    body = value.get("body")
    return isinstance(body, Mapping) and isinstance(body.get("usage"), Mapping)


def is_batch(line: Json) -> bool:
    """Whether it is a line of the results of a batch."""
    return _is_batch_line(line) or _is_gemini_batch(line)


def _compared(entry: Entry, line: Json) -> Entry:
    """An entry of the answer in a line that has counts beside it, too: these repeat it, or are told."""
    usage = entry.usage
    for names, numbers in (
        (("prompt_tokens", "input_tokens"), (usage.input_tokens, usage.uncached_tokens)),
        (("completion_tokens", "output_tokens"), (usage.output_tokens, usage.output_tokens - usage.reasoning_tokens)),
    ):
        for name in names:
            if line.get(name) and whole(line[name], name) not in numbers:
                said = f"'{name}' beside the answer is another number than in it: the answer holds"
                entry = entry._replace(remarks=(*entry.remarks, said))
    return entry


def _inherit(entry: Entry, line: Json, inner: Json) -> Entry:
    """What the line around a response says where the response itself is silent."""
    entry = entry._replace(model=entry.model or model_in(line))
    usage = inner.get("usage")
    own = inner.get("service_tier") or (isinstance(usage, Mapping) and usage.get("service_tier"))
    tier = line.get("service_tier")  # what was asked for, which the answer overrules
    if not tier or own or mode_of(tier) == entry.mode:
        return entry
    said = f"the tier {quote(str(tier))} is the line's: its answer does not say that it served"
    return entry._replace(mode=mode_of(tier), remarks=(*entry.remarks, said))
