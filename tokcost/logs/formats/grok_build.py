"""Grok Build: the updates of a session; each finished turn tells what its requests used, by model."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tokcost.logs.counts import OPEN, CountFields, counted
from tokcost.logs.entry import Read, whole
from tokcost.logs.format import Format, FormatReader, Inner, Json
from tokcost.logs.formats.agents import folder_of, silent, summed, used
from tokcost.logs.formats.entries import inside
from tokcost.logs.kept import Kept
from tokcost.logs.told import Told

_USAGE = CountFields(
    input=("inputTokens",),
    output=("outputTokens",),
    cached=("cachedReadTokens", "cacheReadTokens"),
    write=("cacheCreationTokens", "cacheWriteTokens"),
    reasoning=("reasoningTokens",),
    total=("totalTokens",),
    parts=OPEN,
    known=("modelUsage",),
)
# Ten billion ticks are a dollar.
_TICKS = -10


def _owns(value: Json) -> bool:
    if "sessionUpdate" in inside(value, "params", "update"):
        return True
    return "current_model_id" in value and "cwd" in inside(value, "info")


class _GrokBuild(FormatReader):
    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._kept = Kept()
        self._sessions: dict[str, Json] = {}

    def value(self, where: str, value: Json) -> Iterator[Read]:
        if "params" not in value:
            self._sessions[folder_of(where)] = value
            return
        update = inside(value, "params", "update")
        usage = inside(update, "usage")
        if update.get("sessionUpdate") != "turn_completed":
            return
        if not usage:
            silent(update)
            return
        meta, summary = inside(value, "params", "_meta"), self._sessions.get(folder_of(where), {})
        models = inside(usage, "modelUsage") or {str(summary.get("current_model_id") or ""): usage}
        for model in models:
            entry = used(
                where,
                "Grok Build",
                counted(_counts(inside(models, model)), _USAGE),
                model,
                meta.get("agentTimestampMs") or value.get("timestamp"),
                _charge(inside(models, model).get("costUsdTicks")),
                inside(summary, "info").get("cwd"),
                meta.get("eventId"),
            )
            if entry is None:
                continue
            if entry.identity is not None and not self._kept.add((entry.identity, entry.model, entry.when)):
                self.told.repeat("updates told again")
            else:
                yield summed(entry)


def _counts(usage: Json) -> Json:
    return {name: held for name, held in usage.items() if name.endswith("Tokens")}


def _charge(ticks: object) -> Decimal | None:
    return Decimal(whole(ticks, "costUsdTicks")).scaleb(_TICKS) or None


FORMAT = Format(
    "Grok Build session",
    "~/.grok/sessions/*/*/updates.jsonl",
    "sums of a turn by model: input includes what was cached; reasoning inside the output",
    frozenset({"params", "current_model_id"}),
    _owns,
    _GrokBuild,
)
