"""Calls of W&B Weave: the response stands in ``output``; ``summary`` repeats it, and sums what lies below a call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.logs.entry import Entry, Read
from tokcost.logs.fields import LineContext, text
from tokcost.logs.format import Format
from tokcost.logs.formats.call_tree import CallTreeReader
from tokcost.logs.formats.entries import EMPTY, inside
from tokcost.logs.openai import chat, responses
from tokcost.logs.responses import NoUsage, response
from tokcost.logs.times import moment

Json = Mapping[str, Any]


class _WeaveCalls(CallTreeReader):
    sums = "summaries of calls over those below"

    def value(self, where: str, value: Json) -> Iterator[Read]:
        """The call by its output, else by its summary, which holds those below."""
        trace = value.get("trace_id")
        own, above = (trace, value.get("id")), (trace, value.get("parent_id"))
        when = moment(value.get("started_at"), "started_at")
        output = value.get("output")
        try:
            entry = response(where, output if isinstance(output, Mapping) else EMPTY)
        except NoUsage:
            sums = [entry._replace(when=when) for entry in _summary(where, inside(value, "summary", "usage"))]
            if sums:
                self.tree.total(own, above, *sums)
            else:
                self.tree.node(own, above)
            return
        yield from self.tree.call(
            own, above, entry._replace(when=entry.when or when, client=text(value.get("wb_user_id")))
        )


def _summary(where: str, usages: Json) -> Iterator[Entry]:
    """The sums of a summary by model, those of no tokens left out."""
    for model, usage in usages.items():
        if not isinstance(usage, Mapping):
            continue
        counts = {name: held for name, held in usage.items() if name != "requests" and held is not None}
        read = chat if "prompt_tokens" in counts else responses
        if any(counts.get(name) for name in ("prompt_tokens", "completion_tokens", "input_tokens", "output_tokens")):
            entry = read(where, {"model": model}, counts, LineContext(None, None, None, None, None))
            number = usage.get("requests")
            yield entry._replace(
                requests=number if isinstance(number, int) and number > 0 else 1, is_aggregate=number != 1
            )


FORMAT = Format(
    "Weave calls",
    "calls of W&B Weave, as JSON or JSON lines",
    "as the response in output; summaries sum what lies below",
    frozenset({"op_name"}),
    lambda value: "output" in value or "summary" in value,
    _WeaveCalls,
)
