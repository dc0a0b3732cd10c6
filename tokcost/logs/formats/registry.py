"""Every format of logs that is known, in the order in which a value is held against them: the special come first."""

from __future__ import annotations

from tokcost.logs import claude_code, codex, otel
from tokcost.logs.format import Format, TableFormat
from tokcost.logs.formats import chunks, gemini_stream, messages_stream, organization, responses_stream

FORMATS: tuple[Format, ...] = (
    codex.FORMAT,
    claude_code.FORMAT,
    otel.FORMAT,
    organization.FORMAT,
    chunks.FORMAT,
    responses_stream.FORMAT,
    messages_stream.FORMAT,
    gemini_stream.FORMAT,
)
TABLES: tuple[TableFormat, ...] = ()
