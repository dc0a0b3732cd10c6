"""Every format of JSON that is known, in the order in which a value is held against them: the special come first."""

from __future__ import annotations

from tokcost.logs import claude_code
from tokcost.logs.fields import TIMES
from tokcost.logs.format import Format, Json
from tokcost.logs.formats import (
    ai_sdk,
    aider,
    amp,
    autogen,
    azure,
    batch_objects,
    batch_results,
    bedrock,
    bedrock_log,
    bill_rows,
    braintrust,
    cached_content,
    chunks,
    claude_print,
    cline,
    cline_cli,
    cloudflare,
    codex,
    codex_exec,
    continue_dev,
    copilot,
    crush,
    datadog,
    dify,
    droid,
    gemini_cli,
    gemini_stream,
    gemini_telemetry,
    goose,
    grok_build,
    helicone,
    http_calls,
    inspect_ai,
    kimi,
    kong,
    langchain,
    langfuse,
    langsmith,
    litellm,
    llama_cpp,
    llamaindex,
    messages_stream,
    ollama,
    one_api,
    openai_agents,
    opencode,
    openhands,
    openrouter,
    organization,
    otel_metrics,
    otel_spans,
    pi,
    poolside,
    promptfoo,
    pydantic_ai,
    qwen_code,
    responses_stream,
    simonw_llm,
    usage_by_model,
    weave,
)

FORMATS: tuple[Format, ...] = (
    codex.FORMAT,
    codex_exec.FORMAT,
    qwen_code.FORMAT,
    claude_code.FORMAT,
    gemini_telemetry.FORMAT,
    *gemini_cli.FORMATS,
    opencode.FORMAT,
    amp.FORMAT,
    cline.FORMAT,
    cline_cli.FORMAT,
    pi.FORMAT,
    copilot.FORMAT,
    droid.FORMAT,
    *kimi.FORMATS,
    aider.FORMAT,
    grok_build.FORMAT,
    poolside.FORMAT,
    openhands.FORMAT,
    goose.FORMAT,
    crush.FORMAT,
    continue_dev.FORMAT,
    datadog.FORMAT,
    dify.FORMAT,
    inspect_ai.FORMAT,
    kong.FORMAT,
    llama_cpp.FORMAT,
    promptfoo.FORMAT,
    claude_print.FORMAT,
    otel_metrics.FORMAT,
    langsmith.FORMAT,
    braintrust.FORMAT,
    langfuse.FORMAT,
    otel_spans.FORMAT,
    batch_objects.FORMAT,
    batch_results.FORMAT,
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
    pydantic_ai.FORMAT,
    *openai_agents.FORMATS,
    *autogen.FORMATS,
    helicone.FORMAT,
    http_calls.FORMAT,
    simonw_llm.FORMAT,
    llamaindex.FORMAT,
    weave.FORMAT,
    langchain.FORMAT,
    ai_sdk.FORMAT,
    usage_by_model.FORMAT,
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
    return next((FORMATS[at] for at in sorted(tried) if _is_owned(FORMATS[at], value)), None)


def _is_owned(known: Format, value: Json) -> bool:
    """Whether a format owns a value. One with a field of another type than the format's own is not of it."""
    try:
        return known.owns(value)
    except (TypeError, AttributeError, ValueError, LookupError):
        return False


def is_plain(value: Json) -> bool:
    """Whether no format has to read a value together with others, or in a way of its own."""
    known = format_of(value)
    return known is None or known.is_plain(value)
