"""Recorded HTTP calls: the HAR files of browsers, the cassettes of VCR libraries. Each answer is a value by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.errors import Problem
from tokcost.logs.entry import BadLine, Entry, Read
from tokcost.logs.fields import TIMES
from tokcost.logs.format import Format, FormatReader, Inner
from tokcost.logs.formats.entries import inside, objects
from tokcost.logs.formats.http_call import HttpCall, model_asked, of_cassette, of_har, values_of
from tokcost.logs.kept import Kept
from tokcost.logs.times import moment
from tokcost.logs.told import Told

Json = Mapping[str, Any]
_USAGES = ("usage", "usageMetadata", "usage_metadata", "prompt_eval_count")


class _RecordedCalls(FormatReader):
    """Reads answers; what is fetched again under its id is a repeat."""

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._ids = Kept()

    def value(self, where: str, value: Json) -> Iterator[Read]:
        """The answers of models among the calls."""
        if "log" in value:
            for number, entry in enumerate(objects(inside(value, "log").get("entries")), 1):
                yield from self._call(f"{where}[{number}]", of_har, entry)
            return
        lists = [held for name in ("interactions", "http_interactions") if isinstance(held := value.get(name), list)]
        for number, interaction in enumerate(objects(lists[0]) if lists else [value], 1):
            yield from self._call(f"{where}[{number}]" if lists else where, of_cassette, interaction)

    def _call(self, where: str, read: Any, recorded: Json) -> Iterator[Read]:
        try:
            call: HttpCall = read(recorded)
            if call.is_of_a_model and call.status < 400 and call.body in (None, ""):
                yield Problem(where, "a model was called, and its answer was not recorded: its usage is not known")
            elif call.body not in (None, ""):
                yield from self._answer(where, call)
        except (BadLine, ValueError) as error:
            if read(recorded).is_of_a_model:
                why = str(error) if isinstance(error, BadLine) else "an answer that is not valid JSON"
                yield Problem(where, why)

    def _answer(self, where: str, call: HttpCall) -> Iterator[Read]:
        model = model_asked(call)
        for value, is_event in values_of(call):
            if not call.is_of_a_model and not _tells(value):
                continue
            if is_event and isinstance(value, dict) and not any(value.get(name) for name in TIMES):
                value = {**value, "timestamp": call.when}
            for each in self.inner(where, value):
                if not isinstance(each, Entry):
                    yield each
                elif each.identity and not self._ids.add(each.identity) and call.method == "GET":
                    self.told.repeat("answers that were fetched again")
                else:
                    yield each._replace(model=each.model or model, when=each.when or moment(call.when, "time"))


def _tells(value: Any) -> bool:
    """Whether an answer that is of no model, by its address, tells usage."""
    if not isinstance(value, Mapping):
        return False
    for holder in (value, inside(value, "response")):
        for name in _USAGES:
            held = holder.get(name)
            if isinstance(held, int) or (
                isinstance(held, Mapping) and any("token" in str(each).lower() for each in held)
            ):
                return True
    return False


def _is_interaction(value: Json) -> bool:
    request, answer = value.get("request"), value.get("response")
    if not (isinstance(request, Mapping) and isinstance(answer, Mapping) and ("uri" in request or "url" in request)):
        return False
    body = answer.get("body")
    recorded = isinstance(body, Mapping) and ("string" in body or "base64_string" in body)
    return recorded or "parsed_body" in answer or isinstance(body, str | bytes)


def _owns(value: Json) -> bool:
    if isinstance(log := value.get("log"), Mapping):
        return isinstance(log.get("entries"), list)
    lists = (value.get(name) for name in ("interactions", "http_interactions"))
    return _is_interaction(value) or any(_is_interaction(each) for held in lists for each in objects(held))


FORMAT = Format(
    "HAR files and cassettes",
    "HAR of browsers and proxies, cassettes of vcrpy, pytest-recording and other VCR libraries (YAML, JSON)",
    "as each answer inside",
    frozenset({"log", "interactions", "http_interactions", "request"}),
    _owns,
    _RecordedCalls,
)
