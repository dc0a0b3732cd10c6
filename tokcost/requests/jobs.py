"""Bodies that create a batch: the requests in them and the model that they name, as APIs and their SDKs write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from tokcost.inputs.json import google_field, snake_case
from tokcost.requests.shape import object_of, text_of

# What the google-genai SDK takes in ``config``, and its API beside generationConfig; the rest of it goes in there.
_BESIDE = ("systemInstruction", "tools", "toolConfig", "safetySettings", "cachedContent", "labels", "serviceTier")
# What is for the SDK itself, and never sent.
_OF_CLIENT = frozenset(("http_options", "httpOptions", "automatic_function_calling", "automaticFunctionCalling"))

# Where the requests of a job lie, by OpenAI (and Azure, Groq, Together), Mistral, Fireworks and Amazon Bedrock.
_FILES = frozenset(("input_file_id", "input_files", "inputDatasetId", "input_dataset_id", "inputDataConfig"))
_SOURCES = frozenset(("fileName", "file_name", "gcsSource", "gcs_source", "gcsUri", "gcs_uri", "bigquerySource"))
# What else a body has that makes a batch.
_JOBS = frozenset(("batch", "requests", "inputConfig", "input_config", "src"))


class Job(NamedTuple):
    """The requests of a body that makes a batch, and the model of those that name none; ``inline`` as Gemini's are."""

    requests: list[Any]
    model: str = ""
    inline: bool = False


def opened(value: object) -> Job | None:
    """The job that a JSON value asks for: Anthropic's and Mistral's ``requests``, Gemini's ``batch`` or ``src``."""
    known = object_of(value)
    if _JOBS.isdisjoint(known):  # as most requests are
        return None
    batch = object_of(known.get("batch")) or known
    model = text_of(batch.get("model")) or text_of(known.get("model"))
    source = google_field(batch, "inputConfig") or batch.get("src")
    for inner in (object_of(source).get("requests"), source):
        listed = inner if isinstance(inner, list) else _inlined(object_of(inner))
        if isinstance(listed, list):
            return Job(listed, model, inline=True)
    if isinstance(batch.get("requests"), list):
        return Job(batch["requests"], model)
    return None


def names_a_file(value: object) -> bool:
    """Whether a JSON value makes a batch of requests that lie elsewhere."""
    known = object_of(value)
    if _JOBS.isdisjoint(known):
        return not _FILES.isdisjoint(known)
    batch = object_of(known.get("batch")) or known
    source = google_field(batch, "inputConfig") or batch.get("src")
    return isinstance(source, str) or bool(object_of(source).keys() & _SOURCES)


def _inlined(source: Mapping[str, Any]) -> object:
    return source["requests"] if "requests" in source else google_field(source, "inlinedRequests")


def as_sent(value: Any) -> Any:
    """A Gemini body as the API takes it, of what its SDK has in ``config``; any other value as it stands."""
    body = object_of(value)
    config = body.get("config")
    if "contents" not in body or not isinstance(config, dict):
        return value
    beside = {name: held for name in _BESIDE if (held := google_field(config, name)) is not None}
    known = _OF_CLIENT.union(spelt for name in _BESIDE for spelt in (name, snake_case(name)))
    sent = {key: held for key, held in body.items() if key != "config"}
    return {**sent, **beside, "generationConfig": {key: held for key, held in config.items() if key not in known}}
