"""Logs and bills for tests of audits, written where the test runs, and what an audit of them says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.conftest import Result, Run, document

DAY = "2026-02-24"


def call(model: str, given: int, output: int = 0, when: str = f"{DAY}T20:00:00Z", **more: Any) -> str:
    """A line of a log: a chat completion."""
    usage: dict[str, Any] = {"prompt_tokens": given, "completion_tokens": output, "total_tokens": given + output}
    if "cached" in more:
        usage["prompt_tokens_details"] = {"cached_tokens": more.pop("cached")}
    return json.dumps({"object": "chat.completion", "model": model, "created_at": when, "usage": usage, **more})


def openai_costs(*items: tuple[str | None, str], day: str = DAY) -> str:
    """A bucket of OpenAI's costs: line items, None where they are not grouped, and amounts as the API writes them."""
    start = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
    kind = "organization.costs.result"
    results = [{"object": kind, "amount": {"value": "@", "currency": "usd"}, "line_item": item} for item, _ in items]
    bucket = {"object": "bucket", "start_time": start, "end_time": start + 86400, "results": results}
    text = json.dumps({"object": "page", "has_more": False, "data": [bucket]})
    for _, amount in items:
        text = text.replace('"@"', amount, 1)
    return text


def audit(run: Run, log: list[str], bill: str, *options: object, name: str = "bill.csv") -> Result:
    """The answer in JSON of an audit of a log with a bill."""
    Path("log.jsonl").write_text("\n".join(log) + "\n")
    Path(name).write_text(bill)
    return run("audit", "log.jsonl", "--bill", name, "-f", "json", *options)


def statuses(result: Result) -> dict[str, str]:
    """What each line of an audit is called, and how it compares."""
    return {row["name"]: row["status"] for row in document(result)["rows"]}
