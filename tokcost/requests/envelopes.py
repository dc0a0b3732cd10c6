"""What stands around a request: the line of a batch file, an entry of a batch, or nothing; and whose rules that makes.

By the batch guides and SDK types of the providers (openai 2.x, anthropic, google-genai, mistralai, together, groq,
fireworks-ai) and Amazon's page on the format of batch inference data, as of 2026-11.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from tokcost.inputs.json import decoded_strictly
from tokcost.phrases import quote
from tokcost.requests.jobs import as_sent
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
_NAMES = ("custom_id", "key", "recordId")
_OF_LINES = frozenset(("method", "url"))
# How a line is written for each seller.
_WRITTEN = {
    **dict.fromkeys(("openai", "azure", "groq"), "{custom_id, method, url, body}"),
    **dict.fromkeys(("mistral", "together", "fireworks"), "{custom_id, body}"),
    "anthropic": "{custom_id, params}", "google": "{key, request}", "vertex": "{request}",
    "bedrock": "{recordId, modelInput}",
}  # fmt: skip
_BODY_KEYS = {
    OPENAI: "body", ANTHROPIC: "params", GEMINI: "request", INLINE: "request", VERTEX: "request", BEDROCK: "modelInput",
}  # fmt: skip
_LOWER = {key.casefold(): key for key in _BODY_KEYS.values()}
_OF_ENVELOPES = frozenset((*_NAMES, *_OF_LINES))
# What a line has that can be read as it is.
_KNOWN = frozenset((*_BODY_KEYS.values(), "messages", "input", "prompt", "contents", "content", "inputText"))
# Whose models nobody takes in each.
_NOT_THEIRS = {
    OPENAI: {"anthropic"},
    ANTHROPIC: _WRITTEN.keys() - {"anthropic"},
    GEMINI: _WRITTEN.keys() - {"google", "vertex"},
    INLINE: _WRITTEN.keys() - {"google", "vertex"},
    VERTEX: {"openai", "azure", "groq", "together", "fireworks", "bedrock"},
    BEDROCK: {"openai", "azure", "google", "vertex"},
}
# Gemini's key may be left out, and its lines are then as Vertex has them.
_FAMILY = {INLINE: GEMINI, VERTEX: GEMINI}
_ENDPOINTS = ("/chat/completions", "/completions", "/embeddings", "/responses")


class Item(NamedTuple):
    """One request of a file. ``line`` counts from 1; ``raw`` is the line as it stands, b"" outside JSONL.

    ``form`` is one of the constants above, ``body`` the provider's request body, ``whole`` what it stands in;
    ``model`` the one that the job around it names. ``problem`` says what cannot be read, "" when all is well;
    ``refused`` why the provider takes no file like this, though it can be read: said of the first request alone, as
    ``listed`` is, of those that stand in one array.
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
    listed: bool = False


def item_of(value: Any, number: int = 1, raw: bytes = b"", name: str = "", model: str = "") -> Item:
    """The request that a decoded JSON value is: a body, or an envelope around one."""
    name = name or f"line {number}"
    if not isinstance(value, dict):
        return Item(name, number, raw, problem="not a JSON object", model=model)
    value, refused = _spelt(value)
    form, body, problem = _opened(value)
    if form == BARE and "modelId" in value:
        model = text_of(value["modelId"])
    holders = (value, object_of(value.get("metadata"))) if form in (INLINE, BARE) else (value,)
    return Item(_name_in(holders) or name, number, raw, form, body, value, problem, model, refused)


def _name_in(holders: Iterable[Mapping[str, Any]]) -> str:
    for holder in holders:
        for key in _NAMES:
            if named := text_of(holder.get(key)):
                return named
    return ""


def _spelt(value: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """An envelope with what holds its body as it is written, and what was written instead, "" where that was right.

    >>> _spelt({"custom_id": "a", "Params": {}})
    ({'custom_id': 'a', 'params': {}}, "'Params' is no name of a line: write params")
    """
    if _OF_ENVELOPES.isdisjoint(value) or not _KNOWN.isdisjoint(value):
        return value, ""
    for name in value:
        right = _LOWER.get(name.casefold().replace("_", ""))
        if right:
            spelt = {right if key == name else key: held for key, held in value.items()}
            return spelt, f"{quote(name)} is no name of a line: write {right}"
    return value, ""


def _opened(value: Mapping[str, Any]) -> tuple[str, Any, str]:
    """The form of an envelope, the body in it, and what is wrong with that."""
    if "modelInput" in value:
        return BEDROCK, value["modelInput"], ""
    if "modelId" in value and "body" in value:  # InvokeModel, as boto3 takes it
        body, problem = value["body"], ""
        if isinstance(body, str):
            body, problem = decoded_strictly(body.encode("utf-8", "surrogatepass"))
            problem = problem and f"body: {problem}"
        return BARE, body, problem
    if "body" in value:
        return OPENAI, value["body"], ""
    if "params" in value:
        return ANTHROPIC, value["params"], ""
    if "request" in value:
        form = GEMINI if "key" in value else INLINE if "metadata" in value else VERTEX
        return form, value["request"], ""
    is_result = ("custom_id" in value or "key" in value) and ("response" in value or "result" in value)
    return BARE, as_sent(value), "a result, no request: 'batch REQUESTS --results' takes it" if is_result else ""


def must_be_a_line(item: Item, platform: str) -> str:
    """Why its seller takes no array of such requests, "" where it may.

    Mistral takes {custom_id, body} in the body that makes a batch, Anthropic and Gemini theirs.
    """
    if item.form in (GEMINI, BEDROCK) or (
        item.form == OPENAI and (item.whole.keys() & _OF_LINES or platform in ("together", "fireworks"))
    ):
        return "in a JSON array: a batch file is JSON Lines, write one request a line"
    return ""


def platform_of(item: Item, provider: str = "") -> str:
    """Whose rules hold for a request: openai, azure, anthropic, google, vertex, mistral, together, groq, fireworks
    or bedrock; "" where nobody's are known to.

    ``provider`` is the seller of the model that it names, else of the one given for such; "" unknown.
    """
    if item.form == OPENAI:
        if provider in ("", "openai") and is_azure(item):
            return "azure"
        if provider:
            return provider if provider in _LINES else ""
        return "openai" if item.whole.keys() & _OF_LINES else ""
    if item.form == BARE:
        return provider if provider in _ALONE else ""
    return _ONLY[item.form]


def sellers_of_lines(item: Item) -> tuple[str, ...]:
    """Of those who sell the models of others, whose lines are like this one."""
    if item.form != OPENAI:
        return ()
    return ("groq",) if item.whole.keys() & _OF_LINES else ("together", "fireworks")


def is_azure(item: Item) -> bool:
    """Whether the path of a line is one that only Azure has: without a version, or of a deployment."""
    return item.form == OPENAI and _is_of_azure(text_of(item.whole.get("url")))


@lru_cache(maxsize=1024)
def _is_of_azure(url: str) -> bool:
    path = url.partition("?")[0].rstrip("/")
    return path in _ENDPOINTS or path.startswith("/openai/deployments/")


def deployment_of(item: Item) -> str:
    """The deployment that the path of an Azure line names, "" where it names none."""
    _, found, rest = text_of(item.whole.get("url")).partition("/deployments/")
    return rest.partition("/")[0] if found else ""


def must_name_model(item: Item, platform: str) -> str:
    """Who refuses the line unless its body names a model, "" where something else may name it.

    That is the job, what sends the body, a prompt that is kept at OpenAI, or what moderates.
    """
    if item.form == BARE or isinstance(object_of(item.body).get("prompt"), dict):
        return ""
    url = text_of(item.whole.get("url")).partition("?")[0]
    return "" if url.endswith("/moderations") else _IN_BODY.get(platform, "")


def mismatch(item: Item, model: str, seller: str) -> str:
    """Why nobody takes a model in this envelope, "" where somebody may; ``seller`` is that of the model.

    A name with a seller before it is for a gateway, which may write the line anew.
    """
    if seller not in _NOT_THEIRS.get(item.form, ()) or (item.form == OPENAI and "/" in model):
        return ""
    key = _BODY_KEYS[item.form]
    return f"'{key}' is of {item.form} files, the model is sold by {seller}: write {_WRITTEN[seller]}"


def is_of_another_file(item: Item, first: Item) -> bool:
    """Whether no provider takes the request in one file with the first one, which is a line of a batch."""
    if item.form == first.form:
        return False
    return first.form != BARE and _FAMILY.get(item.form, item.form) != _FAMILY.get(first.form, first.form)
