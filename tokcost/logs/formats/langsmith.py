"""LangSmith's runs: those of models count; chains and agents tell the sum of the runs below them.

Names: the Run schema of the langsmith package, 0.4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.logs.counts import OPEN, CountFields, counted
from tokcost.logs.entry import Entry, Read
from tokcost.logs.fields import read_context, text
from tokcost.logs.format import Format
from tokcost.logs.formats.call_tree import CallTreeReader
from tokcost.logs.formats.entries import EMPTY, charge, entry_of, first, inside, objects, positive, untold
from tokcost.logs.formats.langchain import is_usage_metadata, usage_metadata
from tokcost.logs.responses import response
from tokcost.logs.unread import token_fields

Json = Mapping[str, Any]
_IN, _OUT = "prompt_token_details.", "completion_token_details."
RUN = CountFields(
    input=("prompt_tokens",),
    output=("completion_tokens",),
    cached=(_IN + "cache_read", _IN + "priority_cache_read", _IN + "flex_cache_read"),
    write=(_IN + "cache_creation",),
    write_short=(_IN + "ephemeral_5m_input_tokens",),
    write_long=(_IN + "ephemeral_1h_input_tokens",),
    reasoning=(_OUT + "reasoning",),
    total=("total_tokens",),
    parts=OPEN,
    thinking=OPEN,
    known=(_IN + "audio", _OUT + "audio", "first_token_time"),
)
_COUNTS = ("prompt_tokens", "completion_tokens", "total_tokens", "prompt_token_details", "completion_token_details")


class _Runs(CallTreeReader):
    """A run that is above others is held until it is known what lies below it."""

    sums = "sums of chains and agents over their runs"

    def value(self, where: str, value: Json) -> Iterator[Read]:
        """The run, and those inside it."""
        own, above = value.get("id") or value.get("run_id"), value.get("parent_run_id")
        entry = _entry(where, value)
        if entry is None:
            self.tree.node(own, above)
            if value.get("run_type") == "llm" and not value.get("error"):
                yield from untold(where, value.get("outputs"), value)
        elif value.get("run_type") in ("llm", "embedding"):
            yield from self.tree.call(own, above, entry)
        elif entry.tokens:
            self.tree.total(own, above, entry)
        for each in objects(value.get("child_runs")):
            yield from self.value(where, {**each, "parent_run_id": own})


def _entry(where: str, run: Json) -> Entry | None:
    about = inside(run, "extra", "metadata")
    outputs = inside(run, "outputs")
    asked = inside(run, "extra", "invocation_params")
    model = first(
        about.get("ls_model_name"), asked.get("model"), asked.get("model_name"),
        inside(outputs, "llm_output").get("model_name"), inside(run, "inputs").get("model"), outputs.get("model"),
    )  # fmt: skip
    known = read_context({name: run.get(name) for name in ("metadata", "user_id", "session_name")}, about)
    more: dict[str, Any] = {
        "provider": text(about.get("ls_provider")),
        "client": known.client,
        "project": known.project,
        "charged": charge(run.get("total_cost")),
        "identity": text(run.get("id")),
    }
    when = run.get("start_time")
    if run.get("prompt_tokens") or run.get("completion_tokens"):
        counts = {**token_fields(run), **{name: run[name] for name in _COUNTS if name in run}}
        details = inside(run, "prompt_token_details")
        inner = {name: number for name, number in details.items() if number or name != "cache_creation"}
        audio = positive(
            audio_input=details.get("audio"), audio_output=inside(run, "completion_token_details").get("audio")
        )
        found = counted({**counts, "prompt_token_details": inner}, RUN)
        return entry_of(where, found, model, when, modalities=audio, **more)
    if run.get("run_type") != "llm":
        return None
    for usage in (outputs.get("usage_metadata"), about.get("usage_metadata")):
        if isinstance(usage, Mapping) and is_usage_metadata(usage):
            return usage_metadata(where, usage, model, when, **more)
    own = inside(outputs, "llm_output", "token_usage") or inside(outputs, "usage") or EMPTY
    return response(where, {"model": model, "usage": own, "timestamp": when})._replace(**more) if own else None


FORMAT = Format(
    "LangSmith runs",
    "runs of the API or an export, as JSON or JSON lines",
    "input includes cache reads and writes; runs above others tell sums",
    frozenset({"run_type"}),
    lambda value: "run_type" in value and ("id" in value or "run_id" in value),
    _Runs,
)
