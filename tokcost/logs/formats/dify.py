"""Dify: events of its chat and workflow APIs, streamed or not.

``message_end`` tells the sum of an answer and names no model; ``node_finished`` tells what each model used. Names:
Dify's API documentation; the model of a node stands in its ``process_data``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.logs.counts import counted
from tokcost.logs.entry import Entry, Read, currency_code, money
from tokcost.logs.fields import model_name, text
from tokcost.logs.format import Format, FormatReader, Inner, Json
from tokcost.logs.openai import CHAT
from tokcost.logs.times import moment
from tokcost.logs.told import Told

_IDS = ("task_id", "message_id", "conversation_id", "workflow_run_id")


def _owns(value: Json) -> bool:
    return isinstance(value.get("event"), str) and any(name in value for name in _IDS)


class _Dify(FormatReader):
    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._by_node: set[str] = set()

    def value(self, where: str, value: Json) -> Iterator[Read]:
        """Usage by node where there is any, else that of the message."""
        task = str(value.get("task_id") or value.get("workflow_run_id") or value.get("message_id"))
        data = value.get("data")
        if value["event"] == "node_finished" and isinstance(data, Mapping):
            outputs, process = data.get("outputs") or {}, data.get("process_data") or {}
            usage = outputs.get("usage") or process.get("usage")
            if isinstance(usage, Mapping):
                self._by_node.add(task)
                node = text(data.get("id")) or task
                yield _entry(where, usage, process.get("model_name"), data.get("finished_at"), node)
            return
        usage = (value.get("metadata") or {}).get("usage")
        if not isinstance(usage, Mapping):
            return
        if task in self._by_node:
            self.told.repeat("sums of an answer")
            return
        identity = text(value.get("message_id") or value.get("id"))
        yield _entry(where, usage, None, value.get("created_at"), identity)

    def end_of_file(self) -> Iterator[Read]:
        """Ids of tasks are those of one file."""
        self._by_node.clear()
        return iter(())


def _entry(where: str, usage: Json, model: Any, when: Any, identity: str | None) -> Entry:
    found = counted(usage, CHAT)
    return Entry(
        where,
        found.usage,
        model=model_name(model),
        when=moment(when, "created_at"),
        charged=money(usage.get("total_price"), "total_price") or None,
        currency=currency_code(usage.get("currency")),
        identity=identity,
        doubts=found.doubts,
        remarks=found.remarks,
    )


FORMAT = Format(
    "Dify events",
    "answers and streams of Dify's chat and workflow APIs",
    "input and output; of an answer its nodes hold, where they are told",
    frozenset({"event"}),
    _owns,
    _Dify,
)
