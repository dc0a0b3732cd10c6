"""Inspect AI: logs of evaluations, JSON or ``.eval`` archives.

``stats.model_usage`` is the whole bill by model; the usage of samples repeats it. Newer versions count what was cached
beside the input, older ones inside: the total decides. Names: ``inspect_ai.model.ModelUsage``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.logs.counts import OPEN, CountFields, counted
from tokcost.logs.entry import Entry, Read, money
from tokcost.logs.fields import model_name, text
from tokcost.logs.format import Format, FormatReader, Inner, Json
from tokcost.logs.times import moment
from tokcost.logs.told import Told

_COUNTS = CountFields(
    input=("input_tokens",),
    output=("output_tokens",),
    cached=("input_tokens_cache_read",),
    write=("input_tokens_cache_write",),
    reasoning=("reasoning_tokens",),
    total=("total_tokens",),
    parts=OPEN,
)
_REPEATS = "samples of an evaluation"


def _owns(value: Json) -> bool:
    stats = value.get("stats")
    if isinstance(value.get("eval"), Mapping):
        return (isinstance(stats, Mapping) and "model_usage" in stats) or "plan" in value
    return isinstance(value.get("model_usage"), Mapping) and "epoch" in value


class _Inspect(FormatReader):
    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._logs: set[str] = set()
        self._samples: dict[str, list[Entry]] = {}

    def value(self, where: str, value: Json) -> Iterator[Read]:
        """The bill of a log; a sample of an archive is held back, since its header comes last."""
        if "epoch" in value:
            held = self._samples.setdefault(_log_of(where), [])
            held += _entries(where, value["model_usage"], value.get("started_at"), value.get("completed_at"), None)
            return
        stats = value.get("stats") or {}
        usage = stats.get("model_usage") or {}
        if not usage:
            return
        self._logs.add(_log_of(where))
        task = value["eval"].get("task")
        yield from _entries(where, usage, stats.get("started_at"), stats.get("completed_at"), task)
        samples = value.get("samples")
        self.told.repeat(_REPEATS, len(samples) if isinstance(samples, list) else 0)

    def end(self) -> Iterator[Read]:
        """Samples of logs without a header, which a run that was broken off does not have."""
        for log, entries in self._samples.items():
            if log in self._logs:
                self.told.repeat(_REPEATS, len(entries))
            else:
                yield from entries
        self._samples.clear()


def _log_of(where: str) -> str:
    """The archive that a value lies in, else where it stands."""
    archive, inside, _ = where.partition(".eval/")
    return archive if inside else where


def _entries(where: str, usage: Json, start: Any, end: Any, task: Any) -> Iterator[Entry]:
    for name, counts in usage.items():
        found = counted(counts, _COUNTS)
        if not found.usage.input_tokens and not found.usage.output_tokens:
            continue
        yield Entry(
            where,
            found.usage,
            model=model_name(name),
            when=moment(start, "started_at"),
            until=moment(end, "completed_at"),
            charged=money(counts.get("total_cost"), "total_cost") or None,
            project=text(task),
            requests=0,
            is_aggregate=True,
            doubts=found.doubts,
            remarks=found.remarks,
        )


FORMAT = Format(
    "Inspect AI log",
    "logs/*.json and *.eval of inspect_ai",
    "sums of an evaluation by model, cache reads and writes beside the input as the total says; samples repeat them",
    frozenset({"eval", "model_usage"}),
    _owns,
    _Inspect,
)
