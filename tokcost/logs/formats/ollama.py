"""Answers of Ollama: counts of a server that runs, most often, on one's own machine."""

from __future__ import annotations

from collections.abc import Iterator

from tokcost.logs.counts import CountFields, counted
from tokcost.logs.entry import Read
from tokcost.logs.fields import model_in, read_context
from tokcost.logs.format import Format, Json, each
from tokcost.logs.plain import plain

_FIELDS = CountFields(input=("prompt_eval_count",), output=("eval_count",), embeds=True)
_DURATIONS = ("total_duration", "load_duration")
# Ollama's cloud sells what it runs: such a model has its mark in the name, and an answer the server that gave it.
_SOLD = ("-cloud", ":cloud")


def _owns(value: Json) -> bool:
    if "prompt_eval_count" in value or "eval_count" in value:
        return True
    return isinstance(value.get("done"), bool) and ("response" in value or "message" in value or _timed(value))


def _timed(value: Json) -> bool:
    return any(name in value for name in _DURATIONS)


def _read(where: str, value: Json) -> Iterator[Read]:
    """The last line of an answer has its counts; those before it, and the loading of a model, have none."""
    if value.get("done") is False or not (value.get("prompt_eval_count") or value.get("eval_count")):
        return
    model = model_in(value)
    entry = plain(where, counted(value, _FIELDS), read_context(value), model, None)
    sold = value.get("remote_host") or value.get("remote_model") or str(model).endswith(_SOLD)
    yield entry if sold else entry._replace(provider="ollama")


FORMAT = Format(
    "Ollama answers",
    "/api/chat, /api/generate and /api/embed of Ollama, whole or as a stream",
    "no cache; a model on one's own machine costs nothing",
    frozenset({"prompt_eval_count", "eval_count", "done"}),
    _owns,
    each(_read),
)
