"""llama.cpp's server: answers of its own ``/completion``, whose counts are of the machine's own model."""

from __future__ import annotations

from tokcost.logs.entry import Entry, stated, usage_of
from tokcost.logs.fields import model_name, read_context
from tokcost.logs.format import Format, Json, each


def _owns(value: Json) -> bool:
    return "tokens_predicted" in value and "tokens_evaluated" in value


def _read(where: str, value: Json) -> Entry | None:
    """The entry of an answer; parts of a stream (``stop`` false) repeat what the last one tells."""
    if value.get("stop") is False:
        return None
    known = read_context(value)
    return Entry(
        where,
        usage_of(stated(value, "tokens_evaluated"), 0, 0, 0, stated(value, "tokens_predicted"), 0),
        model=model_name(value.get("model")),
        provider="llamacpp",
        when=known.when,
        client=known.client,
        project=known.project,
    )


FORMAT = Format(
    "llama.cpp completion",
    "answers of llama-server's /completion",
    "input and output; a model on one's own machine costs nothing",
    frozenset({"tokens_predicted"}),
    _owns,
    each(_read),
)
