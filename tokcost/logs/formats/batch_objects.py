"""OpenAI's batch objects: the usage of all requests of a batch, at its rates."""

from __future__ import annotations

from collections.abc import Mapping

from tokcost.logs.batch import BATCH
from tokcost.logs.counts import counted
from tokcost.logs.entry import Entry, whole
from tokcost.logs.fields import read_context
from tokcost.logs.format import Format, Json, each
from tokcost.logs.formats.entries import inside
from tokcost.logs.openai import RESPONSES
from tokcost.logs.plain import plain
from tokcost.logs.times import moment


def _read(where: str, body: Json) -> Entry | None:
    """The sum of a batch; None before it has any."""
    usage = body.get("usage")
    if not isinstance(usage, Mapping):
        return None
    known = read_context(body)._replace(when=moment(body.get("completed_at") or body.get("created_at"), "completed_at"))
    return plain(where, counted(usage, RESPONSES), known, body.get("model"), body.get("id"))._replace(
        mode=BATCH,
        requests=whole(inside(body, "request_counts").get("completed", 1), "completed"),
        is_aggregate=True,
    )


FORMAT = Format(
    "OpenAI batch objects",
    "answers of the batches API, one or a list",
    "sums of a batch, at half the rates",
    frozenset({"request_counts"}),
    lambda value: value.get("object") == "batch",
    each(_read),
)
