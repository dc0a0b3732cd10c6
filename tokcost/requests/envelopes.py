"""What stands around a request: the line of a batch file, an entry of a batch, or nothing; and whose rules that makes.

By the batch guides and SDK types of the providers (openai 2.x, anthropic, google-genai, mistralai, together, groq,
fireworks-ai) and Amazon's page on the format of batch inference data, as of 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from tokcost.requests.shape import object_of, text_of

# {custom_id, body}, with method and url where the seller has several endpoints in a file
OPENAI = "OpenAI batch"
ANTHROPIC = "Anthropic batch"  # {custom_id, params}
GEMINI = "Gemini batch"  # {key, request}
INLINE = "Gemini inline batch"  # {request, metadata}, in the body that creates a batch
VERTEX = "Vertex batch"  # {request}; with a custom_id for Claude
BEDROCK = "Bedrock batch"  # {recordId, modelInput}
BARE = "request"

# What names a request in each.
NAME_KEYS = {
    OPENAI: "custom_id", ANTHROPIC: "custom_id", GEMINI: "key", VERTEX: "custom_id", BEDROCK: "recordId",
}  # fmt: skip
# Sellers whose lines are {custom_id, body}.
_LINES = frozenset(("openai", "azure", "groq", "mistral", "together", "fireworks", "google"))
# Whose lines must name the model; those of the others may leave it to the job.
_IN_BODY = {"openai": "OpenAI", "azure": "Azure", "groq": "Groq", "anthropic": "Anthropic"}
# Sellers of which it is known what they refuse of a request that is sent alone.
_ALONE = _LINES | {"anthropic", "vertex", "bedrock"}
_ONLY = {ANTHROPIC: "anthropic", GEMINI: "google", INLINE: "google", VERTEX: "vertex", BEDROCK: "bedrock"}
_ENDPOINTS = ("chat/completions", "completions", "embeddings", "responses")


class Item(NamedTuple):
    """One request of a file. ``line`` counts from 1; ``raw`` is the line as it stands, b"" outside JSONL.

    ``form`` is one of the constants above, ``body`` the provider's request body, ``whole`` what it stands in;
    ``model`` the one that the job around it names. ``problem`` says what cannot be read, "" when all is well;
    ``refused`` why the provider takes no file like this, though it can be read: said of the first request alone.
    """

    name: str
    line: int
    raw: bytes
    form: str = BARE
    body: Any = None
    whole: Mapping[str, Any] = {}
    problem: str = ""
    model: str = ""
    refused: str = ""


def item_of(value: Any, number: int = 1, raw: bytes = b"", name: str = "", model: str = "") -> Item:
    """The request that a decoded JSON value is: a body, or an envelope around one."""
    name = name or f"line {number}"
    if not isinstance(value, dict):
        return Item(name, number, raw, problem="not a JSON object", model=model)
    form, body = _opened(value)
    holders = (value, object_of(value.get("metadata"))) if form == INLINE else (value,)
    named = (text_of(holder.get(key)) for holder in holders for key in ("custom_id", "key", "recordId"))
    return Item(next(filter(None, named), name), number, raw, form, body, value, model=model)


def _opened(value: Mapping[str, Any]) -> tuple[str, Any]:
    """The form of an envelope, and the body in it."""
    if "modelInput" in value:
        return BEDROCK, value["modelInput"]
    if "body" in value:
        return OPENAI, value["body"]
    if "params" in value:
        return ANTHROPIC, value["params"]
    if "request" in value:
        if "key" in value:
            return GEMINI, value["request"]
        return INLINE if "metadata" in value else VERTEX, value["request"]
    return BARE, value


def platform_of(item: Item, provider: str = "") -> str:
    """Whose rules hold for a request: openai, azure, anthropic, google, vertex, mistral, together, groq, fireworks
    or bedrock; "" where nobody's are known to.

    ``provider`` is the seller of the model that it names, else of the one given for such; "" unknown.
    """
    if item.form == OPENAI:
        if provider in ("", "openai") and is_azure(text_of(item.whole.get("url"))):
            return "azure"
        if provider:
            return provider if provider in _LINES else ""
        return "openai" if item.whole.keys() & {"url", "method"} else ""
    if item.form == BARE:
        return provider if provider in _ALONE else ""
    return _ONLY[item.form]


def is_azure(url: str) -> bool:
    """Whether the path of a line is one that only Azure has: without its version, or by deployment.

    >>> is_azure("/chat/completions"), is_azure("/v1/chat/completions")
    (True, False)
    """
    path = url.partition("?")[0].strip("/")
    return path in _ENDPOINTS or path.startswith("openai/")


def deployment_of(item: Item) -> str:
    """The deployment that the path of an Azure line names, "" where it names none."""
    _, found, rest = text_of(item.whole.get("url")).partition("/deployments/")
    return rest.partition("/")[0] if found else ""


def must_name_model(item: Item, platform: str) -> str:
    """Who refuses the line unless its body names a model, "" where the job, or what sends it, may name it."""
    return "" if item.form == BARE else _IN_BODY.get(platform, "")


def misfit(item: Item, provider: str) -> str:
    """Why nobody takes a model in such an envelope, "" where somebody does; ``provider`` is who sells the model."""
    if item.form == ANTHROPIC and provider in _LINES:
        return "'params' is of Anthropic's batches, its model is not: write {custom_id, method, url, body}"
    if item.form == OPENAI and provider == "anthropic":
        return "'body' is of OpenAI's batches, its model is Anthropic's: write {custom_id, params}"
    return ""
