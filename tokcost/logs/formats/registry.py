"""Every format of logs that is known, in the order in which a value is held against them: the special come first."""

from __future__ import annotations

from tokcost.logs import claude_code, codex
from tokcost.logs.format import Format, TableFormat
from tokcost.logs.formats import chunks, organization, otel_metrics, otel_spans

FORMATS: tuple[Format, ...] = (
    codex.FORMAT,
    claude_code.FORMAT,
    otel_metrics.FORMAT,
    otel_spans.FORMAT,
    organization.FORMAT,
    chunks.FORMAT,
)
TABLES: tuple[TableFormat, ...] = ()
