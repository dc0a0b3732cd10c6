"""promptfoo: results of an evaluation, as one document or JSON lines.

Each result tells the tokens of its answer; ``stats`` repeats their sum. What promptfoo answered from its own cache cost
nothing. Names: promptfoo's types.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.logs.counts import CountFields, counted
from tokcost.logs.entry import Calls, Entry, Read, money, whole
from tokcost.logs.fields import model_name
from tokcost.logs.format import Format, Json, each
from tokcost.logs.times import moment

_COUNTS = CountFields(
    input=("prompt",),
    output=("completion",),
    reasoning=("completionDetails.reasoning",),
    total=("total",),
    known=("cached", "completionDetails", "assertions", "numRequests"),
)
_CACHED = "answered from promptfoo's cache"


def _owns(value: Json) -> bool:
    results = value.get("results")
    if isinstance(results, Mapping) and isinstance(results.get("results"), list):
        return True
    response = value.get("response")
    return isinstance(response, Mapping) and isinstance(response.get("tokenUsage"), Mapping)


def _read(where: str, value: Json) -> Iterator[Read]:
    results = value.get("results")
    if not isinstance(results, Mapping):
        yield from _result(where, value, None)
        return
    for number, each_result in enumerate(results["results"], 1):
        yield from _result(f"{where}[{number}]", each_result, results.get("timestamp"))


def _result(where: str, result: Json, when: Any) -> Iterator[Read]:
    response = result.get("response") or {}
    usage = response.get("tokenUsage") or {}
    provider = result.get("provider")
    named = provider.get("id") if isinstance(provider, Mapping) else provider
    entry = Entry(
        where,
        model=model_name(str(named).rsplit(":", 1)[-1] if named else None),
        provider=str(named).split(":", 1)[0] if named and ":" in str(named) else None,
        when=moment(result.get("timestamp") or when, "timestamp"),
    )
    if response.get("cached") or (usage.get("cached") and not usage.get("prompt")):
        yield entry._replace(not_billed_because=_CACHED)
    elif usage.get("prompt") is not None or usage.get("completion") is not None:
        found = counted(usage, _COUNTS)
        searches = whole(usage.get("webSearchRequests"), "webSearchRequests")
        yield entry._replace(
            usage=found.usage,
            charged=money(response.get("cost", result.get("cost")), "cost") or None,
            calls=(Calls("web_search", searches),) if searches else (),
            doubts=(*found.doubts, *_of_graders(result, usage)),
            remarks=found.remarks,
        )
    elif total := whole(usage.get("total"), "total"):
        yield entry._replace(usage=entry.usage._replace(input_tokens=total), split_known=False)


def _of_graders(result: Json, usage: Json) -> Iterator[str]:
    """The tokens of the models that graded an answer, which are not named."""
    used = (result.get("gradingResult") or {}).get("tokensUsed") or usage.get("assertions") or {}
    if tokens := whole(used.get("total"), "total"):
        yield f"its assertions used {tokens:,} tokens of a model that is not named: these were not counted"


FORMAT = Format(
    "promptfoo results",
    "results of 'promptfoo eval -o', JSON or JSON lines",
    "input and output; the sums in stats repeat them; answers from its cache are free",
    frozenset({"results", "response"}),
    _owns,
    each(_read),
)
