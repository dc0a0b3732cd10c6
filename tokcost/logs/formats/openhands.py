"""OpenHands: the state of a conversation has the metrics of each use of a model; older events have sums so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from tokcost.logs.counts import OPEN, CountFields, counted
from tokcost.logs.entry import Entry, Read
from tokcost.logs.format import Format, FormatReader, Inner, Json
from tokcost.logs.formats.agents import folder_of, guarded, paid, silent, summed, used
from tokcost.logs.formats.entries import inside
from tokcost.logs.held import HeldBack
from tokcost.logs.told import Told

_USAGE = CountFields(
    input=("prompt_tokens",),
    output=("completion_tokens",),
    cached=("cache_read_tokens",),
    write=("cache_write_tokens",),
    reasoning=("reasoning_tokens",),
    total=("total_tokens",),
    parts=OPEN,
    known=("per_turn_token", "context_window"),
)


def _owns(value: Json) -> bool:
    if isinstance(inside(value, "stats").get("usage_to_metrics"), Mapping):
        return True
    return "accumulated_token_usage" in inside(value, "llm_metrics")


class _OpenHands(FormatReader):
    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._held = HeldBack(told, "sums of a conversation so far")

    def value(self, where: str, value: Json) -> Iterator[Read]:
        if "llm_metrics" in value:
            found = _sum(where, value["llm_metrics"], None, value.get("timestamp"), None)
            before = self._held.get(folder_of(where))
            if found is not None and before is not None and found.usage.input_tokens < before.usage.input_tokens:
                self.told.repeat("sums of a conversation so far")  # files are read by name, 10 before 9
            elif found is not None:
                yield from self._held.put(folder_of(where), found)
            return
        project = inside(value, "workspace").get("working_dir") or inside(value, "workspace").get("cwd")
        default = inside(value, "agent", "llm").get("model")
        for metrics in inside(value, "stats", "usage_to_metrics").values():
            if isinstance(metrics, Mapping):
                yield from guarded(where, partial(_sum, where, metrics, default, None, project))

    def end(self) -> Iterator[Read]:
        yield from self._held.release()

    def end_of_file(self) -> Iterator[Read]:
        return iter(())


def _sum(where: str, metrics: Json, model: object, when: object, project: object) -> Entry | None:
    usage = inside(metrics, "accumulated_token_usage")
    if not any(usage.get(name) for name in ("prompt_tokens", "completion_tokens")):
        silent(metrics)
        return None
    named = [usage.get("model"), metrics.get("model_name"), model]
    name = next((str(each) for each in named if each and each != "default"), "")
    costs = metrics.get("costs")
    listed = [each for each in costs if isinstance(each, Mapping)] if isinstance(costs, list) else []
    entry = used(
        where,
        "OpenHands",
        counted({key: held for key, held in usage.items() if key not in ("model", "response_id")}, _USAGE),
        name.removeprefix("litellm_proxy/").removeprefix("openhands/"),
        when or (listed[-1].get("timestamp") if listed else None),
        paid(metrics.get("accumulated_cost")),
        project,
    )
    return None if entry is None else summed(entry, len(listed))


FORMAT = Format(
    "OpenHands conversation",
    "~/.openhands/conversations/*/base_state.json",
    "sums of a conversation: input includes cache reads and writes",
    frozenset({"stats", "llm_metrics"}),
    _owns,
    _OpenHands,
)
