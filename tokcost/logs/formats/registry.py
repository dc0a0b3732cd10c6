"""Every format of logs that is known, in the order in which a value is held against them: the special come first."""

from __future__ import annotations

from tokcost.logs import claude_code, otel
from tokcost.logs.format import Format, TableFormat
from tokcost.logs.formats import (
    aider,
    amp,
    chunks,
    cline,
    cline_cli,
    codex,
    codex_exec,
    copilot,
    droid,
    gemini_cli,
    gemini_telemetry,
    grok_build,
    kimi,
    opencode,
    openhands,
    organization,
    pi,
    poolside,
    qwen_code,
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
    otel.FORMAT,
    organization.FORMAT,
    chunks.FORMAT,
)
TABLES: tuple[TableFormat, ...] = ()
