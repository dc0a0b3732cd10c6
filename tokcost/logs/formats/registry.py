"""Every format of JSON that is known, in the order in which a value is held against them: the special come first."""

from __future__ import annotations

from tokcost.logs import claude_code, codex
from tokcost.logs.fields import TIMES
from tokcost.logs.format import Format, Json
from tokcost.logs.formats import (
    azure,
    bedrock,
    bedrock_log,
    bill_rows,
    cached_content,
    chunks,
    claude_print,
    cloudflare,
    continue_dev,
    datadog,
    dify,
    gemini_stream,
    inspect_ai,
    kong,
    litellm,
    llama_cpp,
    messages_stream,
    ollama,
    one_api,
    openrouter,
    organization,
    otel_metrics,
    otel_spans,
    promptfoo,
    responses_stream,
)

FORMATS: tuple[Format, ...] = (
    codex.FORMAT,
    claude_code.FORMAT,
    continue_dev.FORMAT,
    datadog.FORMAT,
    dify.FORMAT,
    inspect_ai.FORMAT,
    kong.FORMAT,
    llama_cpp.FORMAT,
    promptfoo.FORMAT,
    claude_print.FORMAT,
    otel_metrics.FORMAT,
    otel_spans.FORMAT,
    organization.FORMAT,
    bill_rows.FORMAT,
    azure.FORMAT,
    bedrock_log.FORMAT,
    bedrock.FORMAT,
    litellm.FORMAT,
    cloudflare.FORMAT,
    one_api.FORMAT,
    openrouter.FORMAT,
    ollama.FORMAT,
    chunks.FORMAT,
    responses_stream.FORMAT,
    messages_stream.FORMAT,
    cached_content.FORMAT,
    gemini_stream.FORMAT,
)

# The places in FORMATS of those that have a key at the top of their values.
_BY_KEY: dict[str, list[int]] = {}
_ALWAYS = [at for at, known in enumerate(FORMATS) if not known.keys]
for _at, _known in enumerate(FORMATS):
    for _key in _known.keys:
        _BY_KEY.setdefault(_key, []).append(_at)
MARKS = frozenset(key for key in _BY_KEY if not key.lower().endswith(("id", "model", "name"))) - {*TIMES}
"""Fields that may tell formats apart; those that name a line (ids, models, times) are told apart by being there."""


def format_of(value: Json) -> Format | None:
    """The first format that owns a value; None for one that none knows."""
    tried = set(_ALWAYS)
    for key in value:
        tried.update(_BY_KEY.get(key, ()))
    return next((FORMATS[at] for at in sorted(tried) if FORMATS[at].owns(value)), None)


def is_plain(value: Json) -> bool:
    """Whether no format has to read a value together with others, or in a way of its own."""
    known = format_of(value)
    return known is None or known.is_plain(value)
