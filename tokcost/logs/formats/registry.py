"""Every format of logs that is known, in the order in which a value is held against them: the special come first."""

from __future__ import annotations

from tokcost.logs import claude_code, codex
from tokcost.logs.format import Format, TableFormat
from tokcost.logs.formats import (
    ai_sdk,
    autogen,
    braintrust,
    chunks,
    helicone,
    langchain,
    langfuse,
    langsmith,
    llamaindex,
    openai_agents,
    openinference_table,
    organization,
    otel_metrics,
    otel_spans,
    pydantic_ai,
    simonw_llm,
    usage_by_model,
    weave,
)

FORMATS: tuple[Format, ...] = (
    codex.FORMAT,
    claude_code.FORMAT,
    otel_metrics.FORMAT,
    langsmith.FORMAT,
    braintrust.FORMAT,
    langfuse.FORMAT,
    otel_spans.FORMAT,
    organization.FORMAT,
    chunks.FORMAT,
    pydantic_ai.FORMAT,
    *openai_agents.FORMATS,
    *autogen.FORMATS,
    helicone.FORMAT,
    simonw_llm.FORMAT,
    llamaindex.FORMAT,
    weave.FORMAT,
    langchain.FORMAT,
    ai_sdk.FORMAT,
    usage_by_model.FORMAT,
)
TABLES: tuple[TableFormat, ...] = (*openinference_table.TABLES, *langfuse.TABLES, *helicone.TABLES)
