"""Records of OpenTelemetry's logs: the events in which coding agents tell their requests, and those of the conventions.

Names: Claude Code's and Codex's documentation of their telemetry.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.logs.anthropic import served
from tokcost.logs.counts import BESIDE, CountFields, counted
from tokcost.logs.entry import Entry
from tokcost.logs.fields import read_context, text
from tokcost.logs.formats.entries import EMPTY, charge, entry_of, first, inside, name_of, objects
from tokcost.logs.formats.otel_attributes import flat, plain, started

Json = Mapping[str, Any]
_LISTS = ("resourceLogs", "resource_logs", "scopeLogs", "scope_logs", "logRecords", "log_records")
# What begins the names of the events and spans of an agent -> the counts in them.
_AGENTS = {
    "claude_code": CountFields(
        input=("input_tokens",),
        output=("output_tokens",),
        cached=("cache_read_tokens", "cache_read_input_tokens"),
        write=("cache_creation_tokens", "cache_creation_input_tokens"),
        parts=BESIDE,
    ),
    "codex": CountFields(
        input=("input_token_count",),
        output=("output_token_count",),
        cached=("cached_token_count",),
        reasoning=("reasoning_token_count",),
        total=("tool_token_count",),  # so named, and the total
    ),
}
_CLAUDE_CODE = ("api_request", "llm_request")


def is_logs(value: Json) -> bool:
    """Whether a value holds records, or is one of an agent's."""
    if any(isinstance(value.get(name), list) for name in _LISTS):
        return True
    held = value.get("attributes")
    return isinstance(held, Mapping) and "event.name" in held and agent_of(value, held) is not None


def records(value: Json, resource: Json = EMPTY) -> Iterator[tuple[Json, Json, Json]]:
    """The records in a value, each with its attributes and those of its resource."""
    below = next((value[name] for name in _LISTS if isinstance(value.get(name), list)), None)
    if below is None:
        yield value, flat(value.get("attributes")), resource
        return
    resource = flat(inside(value, "resource").get("attributes")) or resource
    for each in objects(below):
        yield from records(each, resource)


def agent_of(record: Json, attributes: Json) -> str | None:
    """The agent whose request a record or span tells; None for any other."""
    body = plain(record.get("body"))
    named = str(first(attributes.get("event.name"), record.get("eventName"), record.get("name"), body, ""))
    agent = named.partition(".")[0]
    if named in _CLAUDE_CODE or (agent == "claude_code" and named.partition(".")[2] in _CLAUDE_CODE):
        return "claude_code" if "input_tokens" in attributes or "output_tokens" in attributes else None
    return agent if agent == "codex" and "input_token_count" in attributes else None


def entry_of_agent(where: str, agent: str, record: Json, attributes: Json, resource: Json) -> Entry:
    """The entry of a request that an agent tells. Raises BadLine."""
    usage = {
        name: int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 20 else value
        for name, value in attributes.items()
        if "token" in name and not name.endswith(("_ms", "_id"))
    }
    known = read_context({**resource, **attributes})
    return entry_of(
        where,
        counted(usage, _AGENTS[agent]),
        first(attributes.get("model"), attributes.get("slug")),
        first(started(record, attributes), attributes.get("event.timestamp")),
        provider="anthropic" if agent == "claude_code" else None,
        mode=served(attributes.get("service_tier"), attributes.get("speed")),
        client=text(first(attributes.get("user.email"), attributes.get("user.id"))) or known.client,
        project=known.project,
        charged=charge(attributes.get("cost_usd")),
        identity=name_of(attributes.get("request_id")),
    )


def message(record: Json) -> Any:
    """The value that an application logged as the text of a record; None for none that may tell of tokens."""
    body = plain(record.get("body"))
    if isinstance(body, str) and body.lstrip().startswith("{") and ("token" in body or "usage" in body):
        try:
            return json.loads(body)
        except ValueError:
            return None
    return None
