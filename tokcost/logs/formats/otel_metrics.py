"""OpenTelemetry metrics of tokens: sums over a span of time by kind of token, each its own or all since a start."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from tokcost.errors import Problem
from tokcost.logs.counts import BESIDE, CountFields, counted
from tokcost.logs.entry import BadLine, Entry, Read, whole
from tokcost.logs.fields import text
from tokcost.logs.format import Format, FormatReader, Inner
from tokcost.logs.formats.entries import EMPTY, at_first, charge, entry_of, first, inside, objects
from tokcost.logs.formats.otel_attributes import flat, seller, whose
from tokcost.logs.times import moment
from tokcost.logs.told import Told
from tokcost.masking import scrub
from tokcost.rates import EXACT

Json = Mapping[str, Any]
_LISTS = ("resourceMetrics", "resource_metrics", "scopeMetrics", "scope_metrics", "metrics")
_OF_THE_CONVENTIONS = CountFields(
    input=("input", "prompt"),
    output=("output", "completion"),
    cached=("cache_read", "input_cached", "cached_input", "input.cached", "cached"),
    write=("cache_creation", "cache_write", "input.cache_creation"),
    reasoning=("reasoning", "output.reasoning", "output_reasoning"),
    total=("total",),
)
# The metrics that count tokens: the attribute that names the kind, and which kinds include which.
_TOKENS = {
    "gen_ai.client.token.usage": ("gen_ai.token.type", _OF_THE_CONVENTIONS),
    "claude_code.token.usage": (
        "type",
        CountFields(
            input=("input",), output=("output",), cached=("cacheRead",), write=("cacheCreation",), parts=BESIDE
        ),
    ),
    "gemini_cli.token.usage": (
        "type",
        CountFields(
            input=("input",), more_input=("tool",), output=("output",), cached=("cache",), reasoning=("thought",),
            thinking=BESIDE,
        ),
    ),
}  # fmt: skip
_MOST = 50_000
_COSTS = ("claude_code.cost.usage",)
_MODELS = ("gen_ai.response.model", "gen_ai.request.model", "model", "llm.response.model")
_CUMULATIVE = ("2", "AGGREGATION_TEMPORALITY_CUMULATIVE", "CUMULATIVE")
_NO_COUNT = re.compile(r"time|duration|per_|rate|limit|max|cost|price|budget|remain")


class _Point(NamedTuple):
    """One number of a metric: of which series (its kind of token apart), which kind, since when and until when."""

    metric: str
    series: tuple[Any, ...]
    kind: str
    value: Decimal
    number: int
    start: Any
    end: Any
    about: Json


class _Metrics(FormatReader):
    """Reads points; of a running sum only what it has grown by. Held until it is known who tells the same by call."""

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._sums: dict[tuple[Any, ...], tuple[Any, Decimal, int]] = {}
        self._held: list[tuple[str, Entry]] = []

    def value(self, where: str, value: Json) -> Iterator[Read]:
        """The sums of tokens among the metrics of a value."""
        yield from self._of(where, value, EMPTY)

    def quiet(self) -> Iterator[Read]:
        """What no spans and no events have told so far."""
        return self.end()

    def end(self) -> Iterator[Read]:
        """Sums of sessions and services whose calls are not told one by one."""
        held, self._held = self._held, []
        for key, entry in held:
            if key in self.told.by_call:
                self.told.repeat("sums of metrics over calls that are told one by one")
            else:
                yield entry

    def _of(self, where: str, value: Json, resource: Json) -> Iterator[Read]:
        below = next((value[name] for name in _LISTS if isinstance(value.get(name), list)), None)
        if below is None:
            return
        resource = flat(inside(value, "resource").get("attributes")) or resource
        costs: dict[tuple[Any, ...], Decimal] = {}
        metrics = list(objects(below))
        for each in metrics:
            if each.get("name") in _COSTS:
                for point in self._points(each, "", resource):
                    costs[point.series] = EXACT.add(costs.get(point.series, Decimal(0)), point.value)
        for each in metrics:
            try:
                yield from self._metric(where, each, resource, costs)
            except BadLine as bad:
                yield Problem(where, scrub(str(bad)))

    def _metric(
        self, where: str, metric: Json, resource: Json, costs: dict[tuple[Any, ...], Decimal]
    ) -> Iterator[Read]:
        name = str(metric.get("name"))
        if any(isinstance(metric.get(each), list) for each in _LISTS):
            yield from self._of(where, metric, resource)
        elif name in _TOKENS:
            kind_name, fields = _TOKENS[name]
            groups: dict[tuple[Any, ...], list[_Point]] = {}
            for point in self._points(metric, kind_name, resource):
                groups.setdefault((point.series, point.start, point.end), []).append(point)
            for points in groups.values():
                entry = _entry(where, points, fields, resource, costs.pop(points[0].series, None))
                self._held.append((whose(points[0].about, resource), entry))
            if len(self._held) > _MOST:
                yield from self.end()
        elif (
            "token" in name.lower()
            and not _NO_COUNT.search(name.lower())
            and any(point.value for point in self._points(metric, "", resource))
        ):
            yield Problem(where, f"the metric '{scrub(name)}' counts tokens, as it seems, and was not read")

    def _points(self, metric: Json, kind_name: str, resource: Json) -> Iterator[_Point]:
        """The points, those of running sums with what they have more than the ones before."""
        for form in ("sum", "histogram", "exponentialHistogram", "exponential_histogram", "gauge", "data"):
            held = inside(metric, form)
            cumulative = str(first(held.get("aggregationTemporality"), held.get("aggregation_temporality")))
            for each in objects(first(held.get("dataPoints"), held.get("data_points"))):
                point = _point(each, str(metric.get("name")), kind_name, resource)
                if cumulative in _CUMULATIVE:
                    grown = self._growth(point)
                    if grown is not None:
                        yield grown
                else:
                    yield point

    def _growth(self, point: _Point) -> _Point | None:
        """What a running sum has more than when it was told before; None for nothing."""
        key = (point.metric, point.series, point.kind, point.start)
        before = self._sums.get(key)
        if before is None:
            self._sums[key] = point.end, point.value, point.number
            return point
        end, value, number = before
        self.told.repeat("points of running sums")
        if point.value < value and point.start is None:  # begun again
            self._sums[key] = point.end, point.value, point.number
            return point
        if point.value <= value:
            return None
        self._sums[key] = point.end, point.value, point.number
        return point._replace(
            value=EXACT.subtract(point.value, value), number=max(0, point.number - number), start=end or point.start
        )


def _point(each: Json, name: str, kind_name: str, resource: Json) -> _Point:
    about = flat(each.get("attributes"))
    kind = str(about.pop(kind_name, "") or "") if kind_name else ""
    value = charge(*(each.get(field) for field in ("sum", "asInt", "as_int", "asDouble", "as_double", "value")))
    if value is None:
        raise BadLine(f"a point of '{name}' has no number")
    start = moment(first(*(each.get(field) for field in ("startTimeUnixNano", "start_time_unix_nano"))), "start time")
    end = moment(first(*(each.get(field) for field in ("timeUnixNano", "time_unix_nano"))), "time")
    series = tuple(sorted((key, str(held)) for holder in (resource, about) for key, held in holder.items()))
    return _Point(name, series, kind, value, whole(each.get("count"), "count"), start, end, about)


def _entry(where: str, points: list[_Point], fields: CountFields, resource: Json, charged: Decimal | None) -> Entry:
    """The sum that points of one series and time make."""
    usage: dict[str, Any] = {fields.input[0]: 0, fields.output[0]: 0}
    known = {name for group in fields[:8] for name in group} | {*fields.more_input}
    for point in points:
        if point.value and point.kind not in known:
            named = f"'{point.kind}'" if point.kind else "no kind"
            raise BadLine(f"{point.value} tokens of {named} in a metric: which tokens these are is not known")
        name = next((group[0] for group in fields[:8] if point.kind in group), point.kind)
        usage[name] = usage.get(name, 0) + whole(point.value, point.kind)
    about = points[0].about
    number = max((point.number for point in points), default=0)
    start, end = points[0].start, points[0].end
    return entry_of(
        where,
        counted(usage, fields),
        at_first(about, _MODELS),
        provider=text(seller(about)),
        client=text(first(about.get("user.email"), about.get("user.id"))),
        project=text(first(resource.get("service.name"))),
        charged=charged,
        requests=number,
        is_aggregate=True,
    )._replace(when=start or end, until=end if start else None)


def _owns(value: Json) -> bool:
    if any(isinstance(value.get(name), list) for name in _LISTS[:4]):
        return True
    return any("name" in each and ("sum" in each or "histogram" in each) for each in objects(value.get("metrics")))


FORMAT = Format(
    "OpenTelemetry metrics",
    "OTLP JSON: gen_ai.client.token.usage, claude_code.token.usage, gemini_cli.token.usage",
    "sums of a span of time by kind; of running sums what they grew by; Claude Code's kinds lie beside each other",
    frozenset(_LISTS),
    _owns,
    _Metrics,
)
