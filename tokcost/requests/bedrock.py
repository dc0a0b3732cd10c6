"""Amazon Bedrock's bodies as neutral requests: Converse, and InvokeModel as each maker has it.

By the pages of its user guide on the inference parameters of each maker's models (2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tokcost.errors import RequestError
from tokcost.requests import anthropic, openai
from tokcost.requests.converse import as_messages, is_converse
from tokcost.requests.model import Message, Request, Text, Tokens
from tokcost.requests.shape import (
    Object,
    a_list,
    a_string,
    an_object,
    first_number,
    object_of,
    objects,
    optional_string,
    text_of,
)  # fmt: skip

# How long the answer to a prompt may be, as Llama, Mistral, Claude and Jurassic call it.
_LIMITS = ("max_gen_len", "max_tokens", "max_tokens_to_sample", "maxTokens")
# The marks that the templates of Llama, DeepSeek and Mistral write.
_MARKS = re.compile(r"<\|[a-z_]{3,30}\|>|<｜[^｜<>]{1,30}｜>|</?s>")


def parse(body: object, claude: bool | None = None) -> Request:
    """The request of a ``modelInput``, or of the same sent alone. ``claude`` says whether a Claude is asked.

    Raises RequestError with the path of what is not as the API wants it.
    """
    try:
        known = an_object(body, "modelInput")
        if is_converse(known):
            return anthropic.parse(as_messages(known))
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
