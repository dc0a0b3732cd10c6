"""Times and the names of their fields, as logs write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run, document

# As a log has it -> the day (UTC) on which it falls.
TIMES: dict[Any, str] = {
    "2026-02-25T08:30:00+09:00": "2026-02-24",
    "2026-02-25T23:30:00.123456789Z": "2026-02-25",
    "2026-02-25T23:59:59.999999999Z": "2026-02-25",
    "2026-02-25 23:30:00 UTC": "2026-02-25",
    "2026-02-25 23:30:00 -0500": "2026-02-26",
    "2026-02-25 23:30:00,123": "2026-02-25",
    "2026/02/25 23:30:00": "2026-02-25",
    "2026-2-5 3:30:00": "2026-02-05",
    "2026-02-25T23:30:00+09:00[Asia/Seoul]": "2026-02-25",
    "20260225T233000Z": "2026-02-25",
    "20260225": "2026-02-25",
    "20260225233000": "2026-02-25",
    "25/Feb/2026:23:30:00 +0900": "2026-02-25",
    "[25/Feb/2026:03:30:00 +0900]": "2026-02-24",
    "Wed, 25 Feb 2026 23:30:00 GMT": "2026-02-25",
    "25 Feb 2026 23:30:00 EST": "2026-02-26",
    "Wed Feb 25 23:30:00 UTC 2026": "2026-02-25",
    "Wed Feb 25 2026 03:30:00 GMT+0900 (Korean Standard Time)": "2026-02-24",
    "Feb 25, 2026, 11:30 PM": "2026-02-25",
    1771945199: "2026-02-24",
    1771945199.5: "2026-02-24",
    1771945199123: "2026-02-24",
    "1771945199123456": "2026-02-24",
    "1771945199123456789": "2026-02-24",
}


def line(**around: Any) -> str:
    return (
        json.dumps({"model": "gpt-5", "usage": {"prompt_tokens": 1_000_000, "completion_tokens": 0}, **around}) + "\n"
    )


def test_times_of_every_spelling_fall_on_their_day(run: Run) -> None:
    """ISO 8601, web servers', mail's, numbers: each is the UTC day it states; objects of exports are, too."""
    objects = [{"$date": "2026-02-24T23:59:00Z"}, {"$date": {"$numberLong": "1771945199123"}}, {"seconds": 1771945199}]
    expected = [*TIMES.values(), *["2026-02-24"] * len(objects)]
    log = "".join(line(timestamp=time) for time in [*TIMES, *objects])
    result = run("usage", "--by", "day", "-f", "json", stdin=log.encode())
    assert (result.code, result.err) == (0, "")
    found = {row["name"]: row["requests"] for row in document(result)["rows"]}
    assert found == {day: expected.count(day) for day in expected}


@pytest.mark.parametrize(
    ("time", "why"),
    [
        ("02/03/2026", "'02/03/2026': day or month first is not known"),
        ("25.02.2026", "'25.02.2026'"),
        ("2026-02-30", "'2026-02-30'"),
        ("2026-02-25 23:30:00 KST", "'2026-02-25 23:30:00 KST'"),
        ("9999-12-31T23:59:59-14:00", "'9999-12-31T23:59:59-14:00'"),
        ("25/Foo/2026:23:30:00 +0900", "'25/Foo/2026:23:30:00 +0900'"),
        ({"at": 1}, "\"{'at': 1}\""),
        (True, "'True'"),
    ],
)
def test_what_may_be_several_times_or_none_is_told(run: Run, time: Any, why: str) -> None:
    """A day and month of which either may be the other, a zone that several places name, and no time at all."""
    result = run("usage", "-f", "json", stdin=(line(timestamp=time) + line(timestamp=1771945199)).encode())
    assert result.code == 2
    assert [problem["why"] for problem in document(result)["problems"]] == [f"'timestamp' is not a date or time: {why}"]


@pytest.mark.parametrize(
    "name",
    [
        "startTime", "start_time", "started_at", "createdAt", "datetime_utc", "request_created_at", "event.timestamp",
        "created_at", "@timestamp",
    ],
)  # fmt: skip
def test_times_under_any_of_their_names_decide_the_rates(run: Run, tmp_path: Path, name: str) -> None:
    """o3 was $10 per million of input before 2025-06-10, read line by line and by the fast way through many."""
    body = {"model": "o3", "usage": {"prompt_tokens": 100_000, "completion_tokens": 1000}}
    log = tmp_path / "log.jsonl"
    log.write_text("".join(json.dumps({**body, name: f"2025-06-01T1{hour}:00:00Z"}) + "\n" for hour in range(5)))
    result = run("usage", "-q", log)
    # 5 x (100,000 x 10 + 1,000 x 40) per million
    assert (result.code, result.out, result.err) == (0, "5.2\n", "")


@pytest.mark.parametrize("name", ["model", "model_name", "modelId", "modelID"])
def test_models_under_any_of_their_names(run: Run, name: str) -> None:
    """A flat line, and one around a response that names none: $1.25 per million of input each."""
    usage = {"prompt_tokens": 1_000_000, "completion_tokens": 0}
    lines = [{name: "gpt-5", **usage}, {name: "gpt-5", "response": {"usage": usage}}, {name: "gpt-5", "usage": usage}]
    result = run("usage", "-q", "--as-of", "2026-02-25", stdin="\n".join(map(json.dumps, lines)).encode())
    assert (result.code, result.out, result.err) == (0, "3.75\n", "")


@pytest.mark.parametrize("other", [{"time": {"created": 1}}, {"time": "soon"}, {"metadata": {"date": "today"}}])
def test_a_line_without_usage_has_no_time_that_is_wrong(run: Run, other: Any) -> None:
    """What carries no usage by its nature is no fault, however it tells its times."""
    quiet = json.dumps({"id": "x", "version": "1", **other}) + "\n"
    result = run("usage", "-f", "json", stdin=(line(timestamp=1771945199) + quiet).encode())
    assert (result.code, result.err, document(result)["problems"]) == (0, "", [])
