"""The result of a run of ``claude -p``: an entry for each model that was asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tokcost.logs import anthropic
from tokcost.logs.calls import of_anthropic
from tokcost.logs.counts import BESIDE, CountFields, counted
from tokcost.logs.entry import NOTHING, BadLine, Calls, Entry, money, whole
from tokcost.logs.fields import LineContext, model_name
from tokcost.logs.format import Json
from tokcost.logs.times import moment
from tokcost.rates import EXACT
from tokcost.usage import Usage

CLIENT = "Claude Code"
_FIELDS = CountFields(
    input=("inputTokens",),
    output=("outputTokens",),
    cached=("cacheReadInputTokens",),
    write=("cacheCreationInputTokens",),
    parts=BESIDE,
    known=("contextWindow", "maxOutputTokens", "webSearchRequests"),
)
_LIVES = "for how long its cache was written is told of a part: the rest is taken for five minutes"
_DISAGREE = "the costs of its models do not add up to 'total_cost_usd': the total was taken"
# Where the sums of a float may be off.
_TINY = Decimal(1).scaleb(-9)
# A suffix of Claude Code's own: "claude-opus-4-6[1m]" is the model with its long window.
_WINDOW = re.compile(r"\[\w+\]$", re.ASCII)


def models_of(line: Json) -> Mapping[str, Any]:
    """What a result tells by model; an empty mapping where it does not."""
    found = line.get("modelUsage") or line.get("model_usage")
    return found if isinstance(found, Mapping) else {}


def known_of(line: Json, project: str | None) -> LineContext:
    """What surrounds the usage in a line that was printed."""
    return LineContext(CLIENT, None, project, moment(line.get("timestamp"), "timestamp"), None)


def result_of(where: str, line: Json, model: str | None, project: str | None) -> list[Entry]:
    """The entries of a result. ``model`` is the one that the run began with."""
    usage = line.get("usage")
    usage = usage if isinstance(usage, Mapping) else {}
    known = known_of(line, project)
    total = money(line.get("total_cost_usd", line.get("cost_usd")), "total_cost_usd")
    turns = whole(line.get("num_turns"), "num_turns")
    if not models_of(line):
        if any(usage.get(name) for name in ("input_tokens", "output_tokens", "cache_read_input_tokens")):
            entry = anthropic.message(where, {"model": model}, {**usage, "iterations": None}, known)
            return [entry._replace(is_aggregate=True, requests=turns, charged=total)]
        charge = Entry(where, client=CLIENT, project=project, charged=total, tokens_known=False, model=model)
        return [charge._replace(is_aggregate=True, requests=turns)] if total else []
    found = {str(name): _of_model(where, str(name), each, known) for name, each in models_of(line).items()}
    found = {name: each for name, each in found.items() if each.usage != NOTHING or each.calls or each.charged}
    if not found:
        return []
    main = _main(found, usage, model)
    found[main] = _as_main(found[main], usage, turns)
    if not any(each.calls for each in found.values()):  # older results count searches in the usage alone
        found[main] = found[main]._replace(calls=of_anthropic(usage))
    return _charged(found, main, total)


def _of_model(where: str, name: str, each: object, known: LineContext) -> Entry:
    if not isinstance(each, Mapping):
        raise BadLine(f"'modelUsage' of {name} is not an object")
    of = counted(each, _FIELDS)
    searches = whole(each.get("webSearchRequests"), "webSearchRequests")
    entry = anthropic.entry_of(where, of.usage, _WINDOW.sub("", name), None, (None, None, None), known)
    return entry._replace(
        is_aggregate=True,
        requests=0,
        calls=(Calls("web_search", searches),) if searches else (),
        charged=money(each.get("costUSD"), "costUSD"),
        doubts=of.doubts,
        remarks=of.remarks,
    )


def _main(found: Mapping[str, Entry], usage: Json, model: str | None) -> str:
    """The model that ``usage`` is of: that with its counts, else the one the run began with, else the largest."""
    counts = [whole(usage.get(name), name) for name in ("input_tokens", "cache_read_input_tokens", "output_tokens")]
    for name, each in found.items():
        if counts == [each.usage.uncached_tokens, each.usage.cached_tokens, each.usage.output_tokens]:
            return name
    if model is not None:
        for name, each in found.items():
            if each.model == model_name(_WINDOW.sub("", model)):
                return name
    return max(found, key=lambda name: found[name].tokens)


def _as_main(entry: Entry, usage: Json, turns: int) -> Entry:
    """The entry of the main model, with what ``usage`` alone tells."""
    written = entry.usage.cache_write_tokens
    short, long = anthropic.writes(usage)
    untold = written - short - long
    if untold < 0:
        short, long = (0, written) if not short else (written, 0)
    remarks = (*entry.remarks, _LIVES) if long and untold else entry.remarks
    return entry._replace(
        usage=entry.usage.but(cache_write_tokens=written - long, cache_write_long_tokens=long),
        requests=turns,
        mode=anthropic.served(usage.get("service_tier"), usage.get("speed")),
        geo=anthropic.geo(usage.get("inference_geo")),
        doubts=(*entry.doubts, *(counted(usage, anthropic.FIELDS).doubts if usage else ())),
        remarks=remarks,
    )


def _charged(found: Mapping[str, Entry], main: str, total: Decimal | None) -> list[Entry]:
    """The entries with what each was charged: the total decides, where it is told."""
    entries = dict(found)
    if total is not None:
        others = (each.charged for name, each in found.items() if name != main and each.charged is not None)
        rest = total
        for each in others:
            rest = EXACT.subtract(rest, each)
        own = found[main].charged
        far = own is not None and abs(EXACT.subtract(rest, own)) > _TINY
        remarks = (*found[main].remarks, _DISAGREE) if far else found[main].remarks
        entries[main] = found[main]._replace(charged=rest, remarks=remarks)
    return list(entries.values())


def includes(later: Usage, earlier: Usage) -> bool:
    """Whether a sum may hold an earlier one."""
    return all(now >= then for now, then in zip(later.parts(), earlier.parts(), strict=True))
