"""Converse, in which Amazon Bedrock takes the requests to every maker's models, as a body of Anthropic's Messages.

It says what Messages say, in other words (the Bedrock API reference, 2026-11): it is put into those, for their parser.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.requests.shape import Object, an_object, as_json, first_number, listed, object_of, objects, text_of

# What makes a block of Converse, whose blocks have no type.
_BLOCKS = frozenset((
    "text", "image", "document", "video", "audio", "toolUse", "toolResult", "reasoningContent", "guardContent",
    "cachePoint", "citationsContent", "searchResult",
))  # fmt: skip
# What only bodies of Converse have, and of Nova, which are like them.
_CONVERSE = frozenset(("inferenceConfig", "toolConfig", "additionalModelRequestFields", "modelId", "schemaVersion"))
# How long the answer may be, here and in Nova's own bodies.
_ANSWERS = ("maxTokens", "max_new_tokens", "maxNewTokens")
# Tiers that have rates of their own.
_TIERS = ("flex", "priority")
_FILES = ("image", "document", "video", "audio")
# Formats that are text as they stand.
_PLAIN = ("txt", "md", "csv", "html")


def is_converse(body: Object) -> bool:
    """Whether a body with messages is one of Converse, by its keys or its blocks."""
    if not isinstance(body.get("messages"), list) or "anthropic_version" in body:
        return False
    if _CONVERSE & body.keys():
        return True
    for message in body["messages"]:
        content = message.get("content") if isinstance(message, dict) else None
        for block in content if isinstance(content, list) else ():
            if isinstance(block, dict):
                return "type" not in block and bool(_BLOCKS & block.keys())
    return False


def as_messages(body: Object) -> dict[str, Any]:
    """A body of Converse as one of Messages."""
    config = object_of(body.get("inferenceConfig"))
    tools = object_of(body.get("toolConfig"))
    offered, system = list(_tools(tools.get("tools"))), list(_blocks(body.get("system"), "system"))
    messages = []
    last = next(reversed(system or offered), None)
    for where, message in objects(body.get("messages"), "messages"):
        first = object_of(next(iter(listed(message.get("content"))), None))
        if last is not None and "cachePoint" in first:  # before any block of its own: it marks what came before
            last["cache_control"] = _mark(first["cachePoint"])
        content = list(_blocks(message.get("content"), f"{where}.content"))
        messages.append({**message, "content": content})
        last = content[-1] if content else last
    written = {
        **object_of(body.get("additionalModelRequestFields")),
        "model": body.get("modelId"),
        "system": system,
        "messages": messages,
        "max_tokens": first_number(config, _ANSWERS, "inferenceConfig."),
        "tools": offered,
        "service_tier": tier if (tier := object_of(body.get("serviceTier")).get("type")) in _TIERS else None,
        "tool_choice": _choice(object_of(tools.get("toolChoice"))),
    }
    return {key: value for key, value in written.items() if value not in (None, [])}


def _blocks(content: object, where: str) -> Iterator[dict[str, Any]]:
    """The content blocks of Messages."""
    written = [{"text": block} if isinstance(block, str) else block for block in listed(content)]
    for at, block, mark in _with_marks(list(objects(written, where))):
        yield {**_block(block, at), **mark}


def _with_marks(entries: list[tuple[str, Object]]) -> Iterator[tuple[str, Object, dict[str, Any]]]:
    """Each entry that is no mark of the cache, with the mark that stands behind it."""
    for (where, entry), (_, after) in zip(entries, [*entries[1:], ("", {})], strict=False):
        if "cachePoint" not in entry:
            yield where, entry, {"cache_control": _mark(after["cachePoint"])} if "cachePoint" in after else {}


def _mark(point: object) -> dict[str, Any]:
    ttl = text_of(object_of(point).get("ttl"))
    return {"type": "ephemeral", **({"ttl": ttl} if ttl else {})}


def _block(block: Object, where: str) -> dict[str, Any]:
    """One block, by the one key that it has."""
    kind = next((key for key in block if key in _BLOCKS), "")
    inner = object_of(block.get(kind))
    if kind == "text":
        return {"type": "text", "text": block["text"]}
    if kind == "guardContent":
        return {"type": "text", "text": object_of(inner.get("text")).get("text")} if "text" in inner else _file(inner)
    if kind == "toolUse":
        return {
            "type": "tool_use",
            "id": inner.get("toolUseId"),
            "name": inner.get("name"),
            "input": inner.get("input"),
        }
    if kind == "toolResult":
        return {
            "type": "tool_result", "tool_use_id": inner.get("toolUseId"),
            "content": list(_results(inner.get("content"), f"{where}.toolResult.content")),
        }  # fmt: skip
    if kind == "reasoningContent":
        return {"type": "thinking", "thinking": object_of(inner.get("reasoningText")).get("text")}
    if kind in _FILES:
        return _file(block)
    return {**block, "type": kind or next(iter(block), "nothing")}


def _results(content: object, where: str) -> Iterator[dict[str, Any]]:
    for at, result in objects(content, where):
        yield {"type": "text", "text": as_json(result["json"])} if "json" in result else _block(result, at)


def _file(block: Object) -> dict[str, Any]:
    """A picture, a document, film or sound: its bytes as base64 text, its text, or where in S3 it lies."""
    kind = next((key for key in _FILES if key in block), "image")
    inner = object_of(block.get(kind))
    source = object_of(inner.get("source"))
    title = {"title": inner["name"]} if kind == "document" and inner.get("name") else {}
    if "text" in source:
        return {"type": kind, **title, "source": {"type": "text", "data": source["text"]}}
    written = text_of(inner.get("format"))
    group = {"document": "text" if written in _PLAIN else "application"}.get(kind, kind)
    form = {"media_type": f"{group}/{written}"}
    if "bytes" in source:
        return {"type": kind, **title, "source": {"type": "base64", **form, "data": source["bytes"]}}
    address = object_of(source.get("s3Location")).get("uri")
    return {"type": kind, **title, "source": {"type": "url", **form, "url": address}}


def _tools(tools: object) -> Iterator[dict[str, Any]]:
    for where, tool, mark in _with_marks(list(objects(tools, "toolConfig.tools"))):
        if "toolSpec" in tool:
            spec = an_object(tool["toolSpec"], f"{where}.toolSpec")
            schema = object_of(spec.get("inputSchema")).get("json")
            yield {
                "name": spec.get("name"), "description": spec.get("description"), "input_schema": schema, **mark,
            }  # fmt: skip
        else:
            yield {"type": next(iter(tool), "nothing"), **object_of(tool.get("systemTool")), **mark}


def _choice(choice: Mapping[str, Any]) -> dict[str, Any] | None:
    """``{"any": {}}`` as ``{"type": "any"}``."""
    kind = next((key for key in ("auto", "any", "tool") if key in choice), "")
    return {"type": kind, **object_of(choice[kind])} if kind else None
