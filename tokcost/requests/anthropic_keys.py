"""The keys of a Messages body that no counting rule knows, by their paths: nothing is ignored in silence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.requests.shape import as_json

_BODY = frozenset((
    "model", "messages", "system", "tools", "tool_choice", "output_format", "output_config", "thinking",
    "max_tokens", "temperature", "top_p", "top_k", "stop_sequences", "stream", "metadata", "service_tier",
    "cache_control", "context_management", "mcp_servers", "anthropic_version", "anthropic_beta", "inference_geo",
))  # fmt: skip
# Of the blocks whose keys are all known; what is in them is read by the parser.
_BLOCKS = {
    "text": {"type", "text", "cache_control", "citations"},
    "image": {"type", "source", "cache_control"},
    "document": {"type", "source", "title", "context", "citations", "cache_control"},
    "tool_use": {"type", "id", "name", "input", "cache_control", "caller"},
    "tool_result": {"type", "tool_use_id", "content", "is_error", "cache_control"},
    "thinking": {"type", "thinking", "signature", "cache_control"},
    "redacted_thinking": {"type", "data", "cache_control"},
}
_TOOL = {"name", "description", "input_schema", "type", "strict", "cache_control", "defer_loading"}
_CHOICE = {"type", "name", "disable_parallel_tool_use"}
_THINKING = {"type", "budget_tokens", "display"}
_OUTPUT = {"effort", "format"}
_FORMAT = {"type", "schema"}


Unread = tuple[str, Any]
"""A path, and what stands there."""


def unread(body: Mapping[str, Any]) -> tuple[tuple[str, ...], int]:
    """The paths of keys that hold something and that nothing counts, and the bytes of all that they hold.

    Each path once, and without its place in a list.
    """
    found = list(_paths(body))
    return tuple(dict.fromkeys(path for path, _ in found)), sum(
        len(as_json(held).encode("utf-8", "surrogatepass")) for _, held in found
    )


def _paths(body: Mapping[str, Any]) -> Iterator[Unread]:
    yield from _beyond(body, _BODY, "")
    yield from _beyond(body.get("tool_choice"), _CHOICE, "tool_choice.")
    yield from _beyond(body.get("thinking"), _THINKING, "thinking.")
    config = body.get("output_config")
    yield from _beyond(config, _OUTPUT, "output_config.")
    yield from _beyond(body.get("output_format"), _FORMAT, "output_format.")
    yield from _beyond(config.get("format") if isinstance(config, dict) else None, _FORMAT, "output_config.format.")
    for tool in _objects(body.get("tools")):
        if tool.get("type") in (None, "", "custom"):
            yield from _beyond(tool, _TOOL, "tools[].")
    yield from _of_blocks(body.get("system"), "system[]")
    for message in _objects(body.get("messages")):
        yield from _beyond(message, {"role", "content"}, "messages[].")
        yield from _of_blocks(message.get("content"), "messages[].content[]")


def _of_blocks(content: object, where: str) -> Iterator[Unread]:
    for block in _objects(content):
        kind = block.get("type") or "text"
        known = _BLOCKS.get(kind)
        if known is None:
            continue  # the parser knows it, or says that it is another kind of content
        yield from _beyond(block, known, f"{where} {kind}.")
        if kind == "text" and block.get("citations"):
            yield f"{where} {kind}.citations", block["citations"]
        if kind == "tool_result":
            if block.get("is_error"):
                yield f"{where} {kind}.is_error", True
            yield from _of_blocks(block.get("content"), f"{where} {kind}.content[]")


def _beyond(value: object, known: set[str] | frozenset[str], where: str) -> Iterator[Unread]:
    """Keys with a value that are not among the known ones."""
    if isinstance(value, dict):
        for key, held in value.items():
            if key not in known and held not in (None, [], {}):
                yield f"{where}{key}", held


def _objects(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        yield value
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, dict))
