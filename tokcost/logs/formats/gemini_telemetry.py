"""The telemetry of Gemini CLI and Qwen Code in a file: events, metrics and spans after each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tokcost.errors import Problem
from tokcost.logs.counts import BESIDE, CountFields, counted
from tokcost.logs.entry import Entry, Read
from tokcost.logs.format import Format, FormatReader, Inner, Json
from tokcost.logs.formats.agents import used
from tokcost.logs.formats.entries import EMPTY, inside
from tokcost.logs.told import Told

_CLIENTS = {"gemini_cli": "Gemini CLI", "qwen-code": "Qwen Code"}
RESPONSE = CountFields(
    input=("input_token_count",),
    more_input=("tool_token_count",),
    output=("output_token_count",),
    cached=("cached_content_token_count",),
    reasoning=("thoughts_token_count",),
    total=("total_token_count",),
    thinking=BESIDE,
)
_SEMANTIC = "gen_ai.client.inference.operation.details"
_SPOKEN = CountFields(
    input=("gen_ai.usage.input_tokens",),
    output=("gen_ai.usage.output_tokens",),
    cached=("gen_ai.usage.cache_read.input_tokens",),
)


def _event(value: Json) -> str:
    attributes = value.get("attributes")
    return str(attributes.get("event.name", "")) if isinstance(attributes, Mapping) else ""


def _owns(value: Json) -> bool:
    event = _event(value)
    if event == _SEMANTIC:
        return "installation.id" in value["attributes"]
    return event.partition(".")[0] in _CLIENTS or _is_metrics(value)


def _is_metrics(value: Json) -> bool:
    """Whether it is the export of metrics of one of these clients, running sums of the events."""
    scopes = value.get("scopeMetrics")
    names = (
        inside(metric, "descriptor").get("name", "")
        for scope in (scopes if isinstance(scopes, list) else ())
        for metric in inside({"scope": scope}, "scope").get("metrics", ())
    )
    return any(str(name).partition(".")[0] in _CLIENTS for name in names)


def response(where: str, event: Json, around: Json = EMPTY) -> Entry | None:
    """The request behind an ``api_response`` event; what is around it may tell the time."""
    usage = {name: value for name, value in event.items() if name.endswith("_token_count")}
    if not any(usage.values()):
        return None
    client = _CLIENTS.get(str(event.get("event.name", "")).partition(".")[0], _CLIENTS["gemini_cli"])
    when = event.get("event.timestamp") or around.get("timestamp")
    return used(where, client, counted(usage, RESPONSE), event.get("model"), when, identity=event.get("response_id"))


class _Telemetry(FormatReader):
    """Events of responses; the same in the words of OpenTelemetry, and metrics, tell them again."""

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._begin()

    def _begin(self) -> None:
        self._responses = 0
        self._again: list[Entry] = []
        self._metrics = ""

    @property
    def holding(self) -> bool:
        return bool(self._again)

    def value(self, where: str, value: Json) -> Iterator[Read]:
        event = _event(value)
        if event == _SEMANTIC:
            attributes = value["attributes"]
            usage = {name: held for name, held in attributes.items() if name.startswith("gen_ai.usage.")}
            names = ("gen_ai.response.model", "gen_ai.request.model", "model")
            model = next((attributes[name] for name in names if attributes.get(name)), None)
            if any(usage.values()):
                entry = used(where, "Gemini CLI", counted(usage, _SPOKEN), model, attributes.get("event.timestamp"))
                self._again += [entry] if entry is not None else []
        elif not event:
            self._metrics = self._metrics or where
        elif event.endswith(".api_response") and (entry := response(where, value["attributes"], value)) is not None:
            self._responses += 1
            yield entry

    def end_of_file(self) -> Iterator[Read]:
        if self._responses:
            self.told.repeat("events in the words of OpenTelemetry beside those of the client", len(self._again))
        else:
            yield from self._again
            if self._metrics and not self._again:
                yield Problem(self._metrics, "metrics of tokens without the events of the requests: they were not read")
        self._begin()


FORMAT = Format(
    "Gemini CLI telemetry",
    "the file of telemetry.outfile, of Qwen Code, too",
    "input includes what was cached; thoughts beside the output, those of tools beside the input",
    frozenset({"attributes", "scopeMetrics"}),
    _owns,
    _Telemetry,
)
