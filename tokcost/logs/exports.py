"""What providers export of a whole organisation, as JSON: usage in buckets, and bills.

Fields: OpenAI's ``/v1/organization/usage/*`` and ``/costs``; Anthropic's ``usage_report/messages``
and ``cost_report``. A bucket sums many requests, so it cannot say which of them were long.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from tokcost.errors import Problem
from tokcost.logs import anthropic, costs
from tokcost.logs.calls import of_anthropic
from tokcost.logs.entry import (
    BadLine,
    Entry,
    Read,
    mode_of,
    output_of,
    stated,
    usage_of,
    whole,
)  # fmt: skip
from tokcost.logs.fields import model_name, text
from tokcost.logs.times import moment
from tokcost.logs.units import quantity
from tokcost.logs.unread import counts_beside
from tokcost.masking import scrub

Json = Mapping[str, Any]
Reader = Callable[[str, Json], Iterator[Read]]
_ONE = Callable[[str, Json, "datetime | None", "datetime | None"], Entry]
_NOT_TOKENS = ("images", "num_sessions", "usage_bytes")
_UNITS = ("characters", "seconds")
_OF_OPENAI = re.compile(
    r"(?:input|output)_(?:(?:un)?cached_)?(?:(?:text|audio|image)_)?tokens|input_cache_write_(?:30m_|12h_)?tokens"
)
_OF_ANTHROPIC = re.compile(
    r"uncached_input_tokens|cache_read_input_tokens|output_tokens|(?:cache_creation\.)?ephemeral_(?:5m|1h)_input_tokens"
    r"|cache_creation_input_tokens"
)
UNGROUPED = "the export does not name the model: group it by model"


def reader_of(value: Json) -> Reader | None:
    """The reader of an export's page, or of one bucket or result of it; None for anything else."""
    if isinstance(value.get("data"), list) and any(isinstance(e, Mapping) and "results" in e for e in value["data"]):
        return _page
    if value.get("object") == "page" and isinstance(value.get("data"), list):
        return _page
    if isinstance(value.get("results"), list) and ("starting_at" in value or "start_time" in value):
        return _bucket
    if str(value.get("object", "")).startswith("organization."):
        return _lone
    return None


def _page(where: str, page: Json) -> Iterator[Read]:
    for number, bucket in enumerate(page["data"], 1):
        yield from _bucket(f"{where}[{number}]", bucket)
    if page.get("has_more"):
        yield Problem(where, "the export goes on: has_more is true and the next page is not in this file")


def _bucket(where: str, bucket: Json) -> Iterator[Read]:
    start = moment(bucket.get("starting_at", bucket.get("start_time")), "start_time")
    end = moment(bucket.get("ending_at", bucket.get("end_time")), "end_time")
    for number, result in enumerate(bucket["results"], 1):
        here = f"{where}.{number}"
        try:
            yield _kind(result)(here, result, start, end)
        except BadLine as bad:
            yield Problem(here, scrub(str(bad)))


def _lone(where: str, result: Json) -> Iterator[Read]:
    start, end = moment(result.get("start_time"), "start_time"), moment(result.get("end_time"), "end_time")
    yield _kind(result)(where, result, start, end)


def _kind(result: Json) -> _ONE:
    if "uncached_input_tokens" in result:
        return anthropic_usage
    if "amount" in result:
        return costs.openai_cost if isinstance(result["amount"], Mapping) else costs.anthropic_cost
    return openai_usage


def openai_usage(where: str, result: Json, start: datetime | None, end: datetime | None) -> Entry:
    """One result of a usage bucket; ``input_tokens`` includes cached and written tokens."""
    short = whole(result.get("input_cache_write_30m_tokens"), "input_cache_write_30m_tokens")
    long = whole(result.get("input_cache_write_12h_tokens"), "input_cache_write_12h_tokens")
    if not short + long:
        short = whole(result.get("input_cache_write_tokens"), "input_cache_write_tokens")
    read = whole(result.get("input_cached_tokens"), "input_cached_tokens")
    has_tokens = "input_tokens" in result or result.get("output_tokens")
    given = stated(result, "input_tokens") if has_tokens else 0
    fresh = result.get("input_uncached_tokens")
    if fresh is not None and whole(fresh, "input_uncached_tokens") + read + short + long != given:
        raise BadLine(
            f"'input_tokens' is {given}, its parts are {fresh} uncached, {read} cached, {short + long} written"
        )
    if "input_tokens" not in result and (other := [name for name in _NOT_TOKENS if result.get(name)]):
        raise BadLine(
            f"a bucket of {' and '.join(other)}, which are not billed by token: the costs export has their price"
        )
    model = result.get("model")
    batch = result.get("batch")
    tier = mode_of(result.get("service_tier"))
    return Entry(
        where,
        usage_of(given, read, short, long, output_of(result, "output_tokens", given), 0),
        model=model_name(model),
        when=start,
        until=end,
        mode="batch" if batch is True or str(batch).lower() in ("true", "1") else tier,
        client=text(result.get("user_id")),
        key=text(result.get("api_key_id")),
        project=text(result.get("project_id")),
        modalities=_modalities(result),
        requests=whole(result.get("num_model_requests"), "num_model_requests"),
        is_aggregate=True,
        item="" if model else UNGROUPED,
        other_modes=_not_told(result),
        doubts=counts_beside(result, _OF_OPENAI),
        units=tuple((unit, quantity(result[unit], unit)) for unit in _UNITS if result.get(unit) and not has_tokens),
    )


def _not_told(result: Json) -> tuple[str, ...]:
    """The modes that a bucket may hold, where null says that it was not grouped by batch or tier."""
    batch = ("batch",) if "batch" in result and result["batch"] is None else ()
    tiers = ("flex", "priority") if "service_tier" in result and result["service_tier"] is None else ()
    return (*batch, *tiers)


def _modalities(result: Json) -> tuple[tuple[str, int], ...]:
    """Audio and image tokens. The total of a kind includes its cached part."""
    found = {}
    for kind in ("audio", "image"):
        read = whole(result.get(f"input_cached_{kind}_tokens"), f"input_cached_{kind}_tokens")
        fresh = result.get(f"input_uncached_{kind}_tokens")
        total = result.get(f"input_{kind}_tokens")
        given = whole(fresh, f"input_uncached_{kind}_tokens") if fresh is not None else None
        if given is None:
            given = whole(total, f"input_{kind}_tokens") - read if total else 0
            if given < 0:
                raise BadLine(f"{read} cached {kind} tokens are more than the {total} {kind} tokens they are part of")
        found[f"{kind}_input"] = given
        found[f"{kind}_cached"] = read
        found[f"{kind}_output"] = whole(result.get(f"output_{kind}_tokens"), f"output_{kind}_tokens")
    return tuple((name, tokens) for name, tokens in found.items() if tokens)


def anthropic_usage(where: str, result: Json, start: datetime | None, end: datetime | None) -> Entry:
    """One result of the messages usage report; the context window decides what the sum could not."""
    short, long = anthropic.writes(result)
    read = whole(result.get("cache_read_input_tokens"), "cache_read_input_tokens")
    fresh = stated(result, "uncached_input_tokens")
    model = result.get("model")
    return Entry(
        where,
        usage_of(fresh + read + short + long, read, short, long, stated(result, "output_tokens"), 0),
        model=model_name(model),
        provider="anthropic",
        when=start,
        until=end,
        mode=anthropic.served(result.get("service_tier"), result.get("speed")),
        key=text(result.get("api_key_id")),
        project=text(result.get("workspace_id")),
        calls=of_anthropic(result),
        geo=anthropic.geo(result.get("inference_geo")),
        requests=0,
        is_aggregate=True,
        prompt=costs.context(result.get("context_window")),
        item="" if model else UNGROUPED,
        doubts=counts_beside(result, _OF_ANTHROPIC),
    )
