"""Droid: the settings of a session have the sum of what it used. The lines of the session have none."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tokcost.logs.counts import BESIDE, CountFields, counted
from tokcost.logs.entry import Entry
from tokcost.logs.format import Format, Json, each
from tokcost.logs.formats.agents import summed, used

_USAGE = CountFields(
    input=("inputTokens",),
    output=("outputTokens",),
    cached=("cacheReadTokens",),
    write=("cacheCreationTokens", "cacheWriteTokens"),
    reasoning=("thinkingTokens",),
    total=("totalTokens",),
    parts=BESIDE,
    thinking=BESIDE,
)


def _owns(value: Json) -> bool:
    usage = value.get("tokenUsage")
    if not isinstance(usage, Mapping) or "inputTokens" not in usage:
        return False
    return "cacheCreationTokens" in usage or "thinkingTokens" in usage or "providerLockTimestamp" in value


def _read(where: str, value: Json) -> Entry | None:
    usage = value["tokenUsage"]
    if not any(usage.values()):
        return None
    model = str(value.get("model") or "")
    if model.startswith("custom:"):
        model = re.sub(r"-?\[[^\]]*\](?:-\d+)?", "", model.removeprefix("custom:")).strip(" -").replace(" ", "-")
    entry = used(
        where,
        "Droid",
        counted(usage, _USAGE),
        model,
        value.get("providerLockTimestamp"),
        project=value.get("cwd"),
    )
    return None if entry is None else summed(entry)


FORMAT = Format(
    "Droid session",
    "~/.factory/sessions/*/*.settings.json",
    "the sum of a session: input, cache reads and writes, output and thinking apart",
    frozenset({"tokenUsage"}),
    _owns,
    each(_read),
)
