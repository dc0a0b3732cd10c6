"""Where a request goes: an endpoint that there is, that batches take, and that serves the model and the body.

By the batch guides and SDK types of the providers (openai 3.57, groq 1.7, mistralai 3.7), as of 2026-11.
"""

from __future__ import annotations

from collections.abc import Iterator

from tokcost.batch.checks.asked import HELD_TO_OPENAI, Asked
from tokcost.catalog import Model
from tokcost.phrases import nearest, quote
from tokcost.requests.envelopes import OPENAI
from tokcost.requests.openai import CHAT, COMPLETIONS, EMBEDDINGS, RESPONSES, api_of_path
from tokcost.requests.shape import text_of

_OPENAI = (
    "/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/v1/completions", "/v1/moderations",
    "/v1/images/generations", "/v1/images/edits", "/v1/videos",
)  # fmt: skip
_SPEECH = ("/v1/audio/transcriptions", "/v1/audio/translations")
# Who has no endpoint that takes a body of Gemini's.
_NOT_GOOGLE = HELD_TO_OPENAI | {"anthropic", "mistral", "groq"}
# Which endpoints the batches of a provider take; more than these where a line need not say where it goes.
_ENDPOINTS = {
    "openai": frozenset(_OPENAI),
    "azure": frozenset(_OPENAI),
    "groq": frozenset((*_OPENAI, *_SPEECH)),
}
# Which of them answers with a model that the others do not serve, by the errors of the api: 'This model is only
# supported in v1/responses', 'This is not a chat model', 'This is a chat model and not supported in the
# v1/completions endpoint'.
_SERVES = {CHAT: "any", RESPONSES: "responses", COMPLETIONS: "completions"}
_PATHS = {"any": "/v1/chat/completions", "responses": "/v1/responses", "completions": "/v1/completions"}
_CONVERSES = frozenset((CHAT, RESPONSES, COMPLETIONS, "anthropic", "gemini", "vertex"))


def is_endpoint(url: str, platform: str) -> bool:
    """Whether the provider's batches take requests to a path; of other providers nothing is known.

    >>> is_endpoint("/v1/chat/completion", "openai"), is_endpoint("/openai/v1/chat/completions", "groq")
    (False, True)
    """
    known = _ENDPOINTS.get(platform)
    if known is None or url in known:
        return True
    if platform == "openai" or not url.startswith("/"):
        return False
    return api_of_path(url) is not None


def endpoint_problems(asked: Asked) -> Iterator[str]:
    """Why the endpoint takes no such request."""
    url = text_of(asked.item.whole.get("url")) if asked.item.form == OPENAI else ""
    if url and not is_endpoint(url, asked.platform):
        yield f"url {quote(url)} is no endpoint that batches take: {_instead(url, asked.platform)}"
    yield from _of_model(asked)
    if asked.api in ("gemini", "vertex") and asked.platform in _NOT_GOOGLE:
        yield "contents is of Gemini's bodies: write messages"


def _instead(url: str, platform: str) -> str:
    """The path to write."""
    if "://" in url:
        path = "/" + url.partition("://")[2].partition("/")[2]
        found = path if is_endpoint(path, platform) else "/v1/chat/completions"
        return f"write its path alone, {found}"
    known = _ENDPOINTS[platform]
    alike = nearest("/" + url.strip("/"), sorted(known), most=1)
    return f"did you mean {alike[0]}?" if alike else "write one such as /v1/chat/completions"


def _of_model(asked: Asked) -> Iterator[str]:
    """A model that embeds is asked to write, or one that writes to embed."""
    model, api = asked.model, asked.api
    if model is None:
        return
    if model.kind == "embedding" and api in _CONVERSES and "content" not in asked.body:
        yield f"{model.name} embeds text and answers none: send it to an embeddings endpoint, as 'input'"
    if asked.platform not in HELD_TO_OPENAI:
        return
    if asked.unread_endpoint:
        if model.kind != "image" and "/images/" in text_of(asked.item.whole.get("url")):
            yield f"{model.name} makes no pictures: send it to {_PATHS[model.rules.served_at]}"
        return
    if model.kind != "embedding" and api == EMBEDDINGS:
        yield f"{model.name} is no embedding model: /v1/embeddings takes those alone"
    prompted = asked.item.form != OPENAI and api == COMPLETIONS  # which is what asks for a picture, too
    if model.kind == "image" and api in _CONVERSES and not prompted:
        yield f"{model.name} makes pictures and answers nothing: send it to /v1/images/generations"
    yield from _of_server(asked, model)


def _of_server(asked: Asked, model: Model) -> Iterator[str]:
    """A model that another endpoint serves alone."""
    here, there = _SERVES.get(asked.api), model.rules.served_at
    if here is None or model.kind != "chat" or here == there or asked.platform != "openai":
        return
    if there != "any" or (here == "completions" and asked.item.form == OPENAI):
        yield f"{model.name} is not served at {_PATHS[here]}: send it to {_PATHS[there]}"
