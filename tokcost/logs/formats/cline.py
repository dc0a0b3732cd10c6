"""Tasks of Cline, Roo Code, and Kilo Code before 7: what was used stands as JSON in the text of their messages.

Cline's ``tokensIn`` leaves out what was cached, but where it hands on what an endpoint like OpenAI's said. Roo Code
has the whole prompt there, from November 2025 on and in OpenAI's protocol. Field names: their sources.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from tokcost.errors import Problem
from tokcost.logs.counts import BESIDE, OPEN, CountFields, counted
from tokcost.logs.entry import BadLine, Entry, Read
from tokcost.logs.format import Format, FormatReader, Inner, Json
from tokcost.logs.formats.agents import folder_of, guarded, paid, stamp, summed, used
from tokcost.logs.formats.entries import inside, objects
from tokcost.logs.told import Told
from tokcost.logs.unread import counts_in
from tokcost.masking import scrub

_APART = CountFields(
    input=("tokensIn",),
    output=("tokensOut",),
    cached=("cacheReads",),
    write=("cacheWrites",),
    parts=BESIDE,
)
_WHOLE = _APART._replace(parts=OPEN)
# Providers of Cline's that hand on a prompt with the cached part inside.
_INCLUSIVE = ("openai", "litellm", "doubao", "fireworks", "hicap", "lmstudio", "qwen", "xai", "zai")
_ROO_INCLUDES_SINCE = "2025-11-01"
_SAYS = ("api_req_started", "api_req_finished", "deleted_api_reqs", "subagent_usage")
_MODEL = re.compile(r"<model>([^<]{1,200})</model>")
_NOT_HERE = "metrics of a conversation, whose requests are told by ui_messages.json, which is not among the inputs"
_CONDENSED = "condensing the context was charged, and its tokens are not told"


def _owns(value: Json) -> bool:
    if value.get("type") in ("say", "ask") and "ts" in value:
        return True
    if isinstance(models := value.get("model_usage"), list):
        return "files_in_context" in value or any("model_id" in each for each in objects(models))
    if isinstance(value.get("entries"), list):
        return any("tokensIn" in task and "task" in task for task in objects(value["entries"]))
    if "tokensIn" in value and "tokensOut" in value and "ts" in value:
        return "task" in value or "totalCost" in value
    if (
        "ts" not in value
        or value.get("role") not in ("user", "assistant")
        or not isinstance(value.get("content"), list)
    ):
        return False
    return "metrics" in value or not counts_in(value)


class _Cline(FormatReader):
    """Of each folder the models that its files name, the requests until these are known, and the sums of the task."""

    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._models: dict[str, list[tuple[Any, str, str]]] = {}
        self._waiting: dict[str, list[tuple[Json, Json, str]]] = {}
        self._tasks: dict[str, Entry] = {}
        self._read: set[str] = set()
        self._talks: dict[str, str] = {}

    def value(self, where: str, value: Json) -> Iterator[Read]:
        folder = folder_of(where)
        if "model_usage" in value:
            for each in objects(value["model_usage"]):
                self._model(folder, each.get("ts"), each.get("model_id"), each.get("model_provider_id"))
        elif "role" in value:
            self._history(folder, value)
            if counts_in(value.get("metrics")):
                self._talks.setdefault(folder, where)
        elif "tokensIn" in value or "entries" in value:
            for task in objects(value.get("entries", [value])):
                yield from guarded(where, partial(self._task, where, task))
        elif value.get("say") in _SAYS:
            told = _json(value.get("text"))
            if any(told.get(name) for names in (_APART.input, _APART.output, _APART.cached) for name in names):
                self._read.add(folder)
                held = self._waiting.setdefault(folder, [])
                if value["say"] == "api_req_finished" and held and held[-1][0].get("say") == "api_req_started":
                    self.told.repeat("ends of requests whose beginnings tell the same")
                else:
                    held.append((value, told, where))
        elif (cost := paid(inside(value, "contextCondense").get("cost"))) is not None:
            yield Entry(
                where, client="Cline", when=stamp(value["ts"]), charged=cost, tokens_known=False, remarks=(_CONDENSED,)
            )

    def _model(self, folder: str, when: Any, model: object, provider: object) -> None:
        if model:
            self._models.setdefault(folder, []).append((stamp(when), str(model), str(provider or "")))

    def _history(self, folder: str, message: Json) -> None:
        """The model that a message of the conversation names, in itself or in the details of the environment."""
        named = inside(message, "modelInfo")
        self._model(folder, message["ts"], named.get("modelId"), named.get("providerId"))
        if message.get("role") == "user":
            for block in message["content"]:
                if isinstance(block, Mapping) and (found := _MODEL.search(str(block.get("text", ""))[-20_000:])):
                    self._model(folder, message["ts"], found[1].strip(), None)

    def _task(self, where: str, task: Json) -> None:
        """The sum of a task, as lists of tasks and Roo Code's item of one have it."""
        usage = {name: task.get(name) for name in ("tokensIn", "tokensOut", "cacheReads", "cacheWrites")}
        entry = used(
            where,
            "Cline",
            counted(usage, _WHOLE),
            task.get("modelId"),
            task.get("ts"),
            paid(task.get("totalCost")),
            task.get("workspace") or task.get("cwdOnTaskInitialization"),
        )
        if entry is not None:
            self._tasks[str(task.get("id") or folder_of(where))] = summed(entry)

    def end(self) -> Iterator[Read]:
        """The requests, with the models of their folders, and the sums of tasks of which no file of messages came."""
        for folder, held in self._waiting.items():
            for value, told, where in held:
                try:
                    entry = self._entry(folder, value, told, where)
                except BadLine as bad:
                    yield Problem(where, scrub(str(bad)))
                    continue
                if entry is not None:
                    yield entry
        for folder, where in self._talks.items():
            if folder in self._read:
                self.told.repeat("metrics of conversations beside the requests of their tasks")
            else:
                yield Problem(where, _NOT_HERE)
        names = {folder.rpartition("/")[2] for folder in self._read}
        for task, entry in self._tasks.items():
            if task in names or task in self._read:
                self.told.repeat("sums of tasks beside their messages")
            else:
                yield entry
        self._waiting, self._tasks, self._talks = {}, {}, {}

    def _entry(self, folder: str, value: Json, told: Json, where: str) -> Entry | None:
        named = inside(value, "modelInfo")
        when = stamp(value["ts"])
        models = self._models.get(folder, [])
        before = [each for each in models if each[0] is not None and when is not None and each[0] <= when]
        _, model, provider = (before or models or [(None, "", "")])[-1 if before else 0]
        provider = str(named.get("providerId") or provider)
        protocol = told.get("apiProtocol")
        roo = protocol == "openai" or (protocol is not None and str(when) >= _ROO_INCLUDES_SINCE)
        usage = {name: held for name, held in told.items() if name.startswith(("tokens", "cache"))}
        fields = _WHOLE if roo or provider in _INCLUSIVE else _APART
        entry = used(
            where,
            "Cline",
            counted(usage, fields),
            named.get("modelId") or model,
            value["ts"],
            paid(told.get("cost")),
            provider=provider,
        )
        return summed(entry) if entry is not None and value["say"] in _SAYS[2:] else entry


def _json(value: object) -> Json:
    try:
        found = json.loads(str(value or "{}"), parse_float=Decimal)
    except ValueError:
        return {}
    return found if isinstance(found, Mapping) else {}


FORMAT = Format(
    "Cline, Roo Code and Kilo Code task",
    "tasks/*/ui_messages.json, with task_metadata.json beside it, in the storage of the editor",
    "input, cache reads and writes apart; Roo Code's input includes them from November 2025 on",
    frozenset({"ts", "model_usage", "entries"}),
    _owns,
    _Cline,
)
