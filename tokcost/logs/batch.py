"""Lines of batch results. That they are one is what halves their price: OpenAI's say "default"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tokcost.logs.entry import BadLine, Entry, whole
from tokcost.logs.times import moment

Json = Mapping[str, Any]
Inner = Callable[[str, Json, Json | None], Entry]
"""Reads a response inside a line: where, the response, the line around it."""

BATCH = "batch"


def openai_line(where: str, line: Json, inner: Inner) -> Entry:
    """``{"custom_id", "response": {"status_code", "body"}, "error"}``."""
    response = line.get("response")
    if not isinstance(response, Mapping):
        return failed(where, line.get("error"))
    body = response.get("body")
    if whole(response.get("status_code", 200), "status_code") >= 400:
        return failed(where, body.get("error") if isinstance(body, Mapping) else None)
    if not isinstance(body, Mapping):
        raise BadLine("'response.body' is not a JSON object")
    return _batched(inner(where, body, None), line)


def anthropic_line(where: str, line: Json, inner: Inner) -> Entry:
    """``{"custom_id", "result": {"type": "succeeded|errored|canceled|expired", "message"}}``."""
    result = line.get("result")
    if not isinstance(result, Mapping):
        raise BadLine("'result' is not a JSON object")
    kind = result.get("type")
    if kind in ("errored", "canceled", "cancelled", "expired"):
        return Entry(where, not_billed_because=str(kind))
    if not isinstance(message := result.get("message"), Mapping):
        raise BadLine(f"a result of type {str(kind)[:30]!r} without a message")
    return _batched(inner(where, message, None), line)


def gemini_line(where: str, line: Json, inner: Inner) -> Entry:
    """``{"key", "response" | "error"}``, and Vertex's ``{"status", "processed_time", "response"}``."""
    response = line.get("response")
    if not isinstance(response, Mapping) or not response:
        return failed(where, line.get("error") or line.get("status"))
    entry = _batched(inner(where, response, None), line)
    if entry.when is None and line.get("processed_time"):
        entry = entry._replace(when=moment(line["processed_time"], "processed_time"))
    return entry


def failed(where: str, error: object) -> Entry:
    """A request that was answered by an error: nothing is billed."""
    code = error.get("code") or error.get("type") if isinstance(error, Mapping) else None
    return Entry(where, not_billed_because=f"failed: {str(code or 'error')[:60]}")


def _batched(entry: Entry, line: Json) -> Entry:
    identity = line.get("custom_id") or line.get("key")
    return entry._replace(mode=BATCH, identity=entry.identity or (str(identity) if identity else None))
