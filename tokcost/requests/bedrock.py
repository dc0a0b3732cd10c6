"""Amazon Bedrock's bodies as neutral requests: Converse, and InvokeModel as each maker has it.

By the Bedrock API reference and its pages on the inference parameters of each maker's models (2026-11). Converse says
what Anthropic's Messages say, in other words: it is put into those, and read by their parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.errors import RequestError
from tokcost.requests import anthropic, openai
from tokcost.requests.model import Message, Request, Text, Tokens
from tokcost.requests.shape import (
    Object,
    a_list,
    a_string,
    an_object,
    first_number,
    listed,
    object_of,
    objects,
    optional_string,
    text_of,
)

# What makes a block of Converse, whose blocks have no type.
_BLOCKS = frozenset((
    "text", "image", "document", "video", "audio", "toolUse", "toolResult", "reasoningContent", "guardContent",
    "cachePoint", "citationsContent", "searchResult",
))  # fmt: skip
# What only bodies of Converse have, and of Nova, which are like them.
_CONVERSE = frozenset(("inferenceConfig", "toolConfig", "additionalModelRequestFields", "modelId", "schemaVersion"))
# How long the answer to a prompt may be, as Llama, Mistral, Claude and Jurassic call it.
_LIMITS = ("max_gen_len", "max_tokens", "max_tokens_to_sample", "maxTokens")
_MARKS = re.compile(r"<\|[a-z_]{3,30}\|>|<｜[^｜<>]{1,30}｜>|</?s>")  # of Llama, DeepSeek, Mistral
_ANSWERS = ("maxTokens", "max_new_tokens", "maxNewTokens")  # in Converse, and in Nova's own bodies
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


def parse(body: object, claude: bool | None = None) -> Request:
    """The request of a ``modelInput``, or of the same sent alone. ``claude`` says whether a Claude is asked.

    Raises RequestError with the path of what is not as the API wants it.
    """
    try:
        known = an_object(body, "modelInput")
        if is_converse(known):
            return anthropic.parse(_as_messages(known))
        if "anthropic_version" in known or (claude and "messages" in known):
            return anthropic.parse(known)
        if "messages" in known or "input" in known:  # as OpenAI's: gpt-oss, Mistral's, DeepSeek's, Qwen's, Jamba
            return openai.parse(known)
        return _of_prompt(known)
    except RecursionError:
        raise RequestError("modelInput", "nested too deeply to be read", "check the shape of the request") from None


def _of_prompt(body: Object) -> Request:
    """A prompt, a message with the earlier ones, or texts to embed."""
    limit, answers = first_number(body, _LIMITS), first_number(body, ("num_generations", "numResults")) or 1
    if body.get("inputImage") is not None:
        raise RequestError("inputImage", "a picture to embed, which is billed by the picture", "leave it out to count")
    if embedded := object_of(body.get("singleEmbeddingParams")):  # Nova
        text = object_of(embedded.get("text")).get("value")
        words = (Message("input", (Text(a_string(text, "singleEmbeddingParams.text.value")),)),)
        return Request(openai.EMBEDDINGS, None, words)
    if body.get("inputText") is not None:  # Titan: only bodies of its text models have a configuration of that name
        config = body.get("textGenerationConfig")
        words = (Message("input", (Text(a_string(body["inputText"], "inputText")),)),)
        if config is None:
            return Request(openai.EMBEDDINGS, None, words, output_limit=limit)
        most = first_number(object_of(config), ("maxTokenCount",), "textGenerationConfig.")
        return Request(openai.COMPLETIONS, None, words, output_limit=most)
    if body.get("texts") is not None:
        texts = enumerate(a_list(body["texts"], "texts"))
        parts = tuple(Message("input", (Text(a_string(text, f"texts[{at}]")),)) for at, text in texts)
        return Request(openai.EMBEDDINGS, None, parts)
    if body.get("prompt") is not None:
        words = (Message("input", tuple(_written(a_string(body["prompt"], "prompt")))),)
        return Request(openai.COMPLETIONS, None, words, output_limit=limit, answers=answers)
    if body.get("message") is not None:
        return Request(openai.CHAT, None, tuple(_of_cohere(body)), output_limit=limit, options=_rest_of_cohere(body))
    raise RequestError("modelInput", "no messages, prompt or inputText", "give what InvokeModel or Converse takes")


def _written(prompt: str) -> Iterator[Text | Tokens]:
    """A prompt as written by a chat template, whose marks are a token each."""
    at = 0
    for mark in _MARKS.finditer(prompt):
        if prompt[at : mark.start()]:
            yield Text(prompt[at : mark.start()])
        yield Tokens(1)
        at = mark.end()
    if prompt[at:] or not at:
        yield Text(prompt[at:])


def _of_cohere(body: Object) -> Iterator[Message]:
    if preamble := optional_string(body.get("preamble"), "preamble"):
        yield Message("system", (Text(preamble),))
    for where, said in objects(body.get("chat_history"), "chat_history"):
        role = {"CHATBOT": "assistant", "SYSTEM": "system"}.get(text_of(said.get("role")).upper(), "user")
        yield Message(role, (Text(optional_string(said.get("message"), f"{where}.message")),))
    yield Message("user", (Text(a_string(body["message"], "message")),))


def _rest_of_cohere(body: Object) -> dict[str, Any]:
    return {key: body[key] for key in ("documents", "tools") if body.get(key)}


def _as_messages(body: Object) -> dict[str, Any]:
    """A body of Converse as one of Messages."""
    config = object_of(body.get("inferenceConfig"))
    tools = object_of(body.get("toolConfig"))
    messages = [
        {**message, "content": list(_blocks(message.get("content"), f"{where}.content"))}
        for where, message in objects(body.get("messages"), "messages")
    ]
    written = {
        **object_of(body.get("additionalModelRequestFields")),
        "model": body.get("modelId"),
        "system": list(_blocks(body.get("system"), "system")),
        "messages": messages,
        "max_tokens": first_number(config, _ANSWERS, "inferenceConfig."),
        "tools": list(_tools(tools.get("tools"))),
        "tool_choice": _choice(object_of(tools.get("toolChoice"))),
    }
    return {key: value for key, value in written.items() if value not in (None, [])}


def _blocks(content: object, where: str) -> Iterator[dict[str, Any]]:
    """The content blocks of Messages; a mark of the cache is set on the block before it."""
    before: dict[str, Any] | None = None
    for at, block in enumerate(listed(content)):
        if isinstance(block, str):
            block = {"text": block}
        known = an_object(block, f"{where}[{at}]")
        if "cachePoint" in known:
            if before is not None:
                before["cache_control"] = _mark(known["cachePoint"])
            continue
        if before is not None:
            yield before
        before = _block(known, f"{where}[{at}]")
    if before is not None:
        yield before


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
    from tokcost.requests.shape import as_json

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
    before: dict[str, Any] | None = None
    for where, tool in objects(tools, "toolConfig.tools"):
        if "cachePoint" in tool:
            if before is not None:
                before["cache_control"] = _mark(tool["cachePoint"])
            continue
        if before is not None:
            yield before
        if "toolSpec" in tool:
            spec = an_object(tool["toolSpec"], f"{where}.toolSpec")
            schema = object_of(spec.get("inputSchema")).get("json")
            before = {"name": spec.get("name"), "description": spec.get("description"), "input_schema": schema}
        else:
            before = {"type": next(iter(tool), "nothing"), **object_of(tool.get("systemTool"))}
    if before is not None:
        yield before


def _choice(choice: Mapping[str, Any]) -> dict[str, Any] | None:
    """``{"any": {}}`` as ``{"type": "any"}``."""
    kind = next((key for key in ("auto", "any", "tool") if key in choice), "")
    return {"type": kind, **object_of(choice[kind])} if kind else None
