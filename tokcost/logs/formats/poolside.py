"""Poolside's agent: trajectories; the end of each inference has its counts, the beginning its model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tokcost.logs.counts import BESIDE, CountFields, counted
from tokcost.logs.entry import Read
from tokcost.logs.format import Format, FormatReader, Inner, Json, file_of
from tokcost.logs.formats.agents import used
from tokcost.logs.formats.entries import inside
from tokcost.logs.told import Told

_USAGE = CountFields(
    input=("input_tokens",),
    output=("output_tokens",),
    cached=("cache_read_input_tokens",),
    write=("cache_write_input_tokens",),
    parts=BESIDE,
)
_FIELDS = ("session_start", "session_input", "tool_call_inference_start", "tool_call_inference_end")


def _owns(value: Json) -> bool:
    return "type" in value and any(isinstance(value.get(name), Mapping) for name in _FIELDS)


class _Poolside(FormatReader):
    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._models: dict[tuple[str, object], object] = {}
        self._projects: dict[str, object] = {}

    def value(self, where: str, value: Json) -> Iterator[Read]:
        file = file_of(where)
        if folders := inside(value, "session_start").get("working_directories"):
            self._projects[file] = folders[0]
        if request := inside(value, "tool_call_inference_start", "chat_completion_request"):
            self._models[file, value.get("step_id")] = self._models[file, None] = request.get("model")
        usage = inside(value, "tool_call_inference_end")
        if any(usage.values()):
            model = self._models.pop((file, value.get("step_id")), None) or self._models.get((file, None))
            when, project = value.get("timestamp"), self._projects.get(file)
            entry = used(where, "Poolside", counted(usage, _USAGE), model, when, None, project, value.get("id"))
            if entry is not None:
                yield entry


FORMAT = Format(
    "Poolside trajectory",
    "poolside/trajectories/trajectory-*.ndjson",
    "input, cache reads and writes apart",
    frozenset(_FIELDS),
    _owns,
    _Poolside,
)
