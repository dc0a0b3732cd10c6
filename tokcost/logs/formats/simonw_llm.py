"""The llm command: ``llm logs --json``, and the rows of its ``logs.db``. Names: its migrations and its plugins."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tokcost.logs.calls import of_anthropic
from tokcost.logs.counts import BESIDE, OPEN, CountFields, counted
from tokcost.logs.entry import BadLine, Entry
from tokcost.logs.fields import read_context
from tokcost.logs.format import Format, each
from tokcost.logs.formats.entries import EMPTY, entry_of, first, name_of
from tokcost.logs.unread import token_fields

Json = Mapping[str, Any]
# The details are the provider's own usage without its two wholes.
ROW = CountFields(
    input=("input_tokens",),
    output=("output_tokens",),
    cached=(
        "prompt_tokens_details.cached_tokens", "input_tokens_details.cached_tokens", "cache_read_input_tokens",
        "cachedContentTokenCount", "prompt_cache_hit_tokens", "cached_tokens",
    ),
    write=(
        "cache_creation_input_tokens", "prompt_tokens_details.cache_write_tokens",
        "input_tokens_details.cache_write_tokens",
    ),
    write_short=("cache_creation.ephemeral_5m_input_tokens",),
    write_long=("cache_creation.ephemeral_1h_input_tokens",),
    reasoning=(
        "completion_tokens_details.reasoning_tokens", "output_tokens_details.reasoning_tokens", "thoughtsTokenCount",
    ),
    total=("total_tokens",),
    parts=OPEN,
    thinking=OPEN,
    known=(
        "candidatesTokenCount", "toolUsePromptTokenCount", "promptTokensDetails", "candidatesTokensDetails",
        "cacheTokensDetails", "toolUsePromptTokensDetails", "prompt_tokens_details", "completion_tokens_details",
        "prompt_cache_miss_tokens", "server_tool_use", "prompt_tokens", "completion_tokens",
    ),
)  # fmt: skip
_OF_ANTHROPIC = ROW._replace(parts=BESIDE)
_MARKS = ("cache_read_input_tokens", "cache_creation_input_tokens", "cache_creation")


def _read(where: str, row: Json) -> Entry | None:
    if row.get("input_tokens") is None and row.get("output_tokens") is None:
        return None
    details = _details(row.get("token_details"))
    of_claude = any(name in details for name in _MARKS)
    counts = {
        **token_fields(row),
        **details,
        "input_tokens": row.get("input_tokens"),
        "output_tokens": row.get("output_tokens"),
    }
    known = read_context({name: row[name] for name in ("metadata", "user", "project") if name in row})
    return entry_of(
        where,
        counted(counts, _OF_ANTHROPIC if of_claude else ROW),
        first(row.get("resolved_model"), row.get("model")),
        row.get("datetime_utc"),
        client=known.client,
        project=known.project,
        calls=of_anthropic(details),
        identity=name_of(row.get("id")),
    )


def _details(value: object) -> Json:
    """The provider's details, which the database holds as JSON in text."""
    if isinstance(value, str) and value.strip():
        try:
            value = json.loads(value)
        except ValueError:
            raise BadLine("'token_details' is not JSON") from None
    return value if isinstance(value, Mapping) else EMPTY


FORMAT = Format(
    "llm logs",
    "'llm logs --json', and logs.db (SQLite)",
    "OpenAI's input includes what was cached, Anthropic's does not",
    frozenset({"datetime_utc"}),
    lambda value: "input_tokens" in value or "token_details" in value or "response_json" in value,
    each(_read),
)
