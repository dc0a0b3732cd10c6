"""Whose days ``usage`` means, and from when to when: --timezone, --since, --until."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run, document


def line(time: Any, tokens: int = 1000) -> str:
    return json.dumps({"model": "gpt-5", "timestamp": time, "usage": {"prompt_tokens": tokens, "completion_tokens": 0}})


def rows(run: Run, times: list[Any], *options: object) -> dict[str, int]:
    """Requests by the name of their row."""
    result = run("usage", "-f", "json", *options, stdin="\n".join(map(line, times)).encode())
    assert (result.code, result.err) == (0, "")
    return {row["name"]: row["requests"] for row in document(result)["rows"]}


NIGHT = ["2026-02-24T14:59:59Z", "2026-02-24T15:00:00Z", 1771945200, "2026-02-28T15:00:00+00:00"]


@pytest.mark.parametrize("zone", [("--timezone", "Asia/Seoul"), ("--tz", "+09:00"), ("--tz", "UTC+9")])
def test_days_months_and_hours_are_those_of_the_zone(run: Run, zone: tuple[str, str]) -> None:
    """In Seoul a day begins at 15:00 UTC, and March on the last of February."""
    assert rows(run, NIGHT, "--by", "day", *zone) == {"2026-02-24": 1, "2026-02-25": 2, "2026-03-01": 1}
    assert rows(run, NIGHT, "--by", "month", *zone) == {"2026-02": 3, "2026-03": 1}
    assert rows(run, NIGHT, "--by", "hour", *zone) == {"2026-02-24T23": 1, "2026-02-25T00": 2, "2026-03-01T00": 1}
    assert rows(run, NIGHT, "--by", "day") == {"2026-02-24": 3, "2026-02-28": 1}
    assert sum(rows(run, NIGHT, *zone).values()) == 4


def test_hours_that_a_clock_shows_twice_are_two(run: Run) -> None:
    """In New York 01:30 comes twice on 2026-11-01; a day of 25 hours is one day."""
    times = ["2026-11-01T04:00:00Z", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "2026-11-02T04:59:59Z"]
    at = ("--tz", "America/New_York")
    assert rows(run, times, "--by", "day", *at) == {"2026-11-01": 4}
    assert list(rows(run, times, "--by", "hour", *at)) == [
        "2026-11-01T00", "2026-11-01T01-04:00", "2026-11-01T01-05:00", "2026-11-01T23",
    ]  # fmt: skip


def test_a_day_without_a_clock_is_that_day_everywhere(run: Run) -> None:
    """A log that tells the day alone: it is not moved to the day before."""
    times = ["2026-02-24", "2026-02-25T03:00:00Z", "0001-01-01T00:00:00Z"]
    assert rows(run, times[:2], "--by", "day", "--tz", "America/Lima") == {"2026-02-24": 2}
    assert rows(run, times[:2], "--tz", "America/Lima", "--since", "2026-02-24", "--until", "20260224") == {"gpt-5": 2}
    assert run("usage", "--by", "day", "--tz", "America/Lima", stdin=line(times[2]).encode()).code in (0, 2)


def test_rates_stay_those_of_utc_days(run: Run) -> None:
    """o3 was $10 per million until the UTC day before 2025-06-10, wherever the clock hangs."""
    usage = {"prompt_tokens": 1_000_000, "completion_tokens": 0}
    log = json.dumps({"model": "o3", "timestamp": "2025-06-09T23:00:00Z", "usage": usage}).encode()
    assert run("usage", "-q", "--tz", "Asia/Seoul", "--by", "day", stdin=log).out == "10\n"


DAYS = ["2026-02-23T23:59:59Z", "2026-02-24T00:00:00Z", "2026-02-24T23:59:59.999999Z", "2026-02-25T00:00:00Z"]


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        (["--since", "2026-02-24"], 3),
        (["--until", "2026-02-24"], 3),
        (["--since", "2026-02-24", "--until", "2026-02-24"], 2),
        (["--since", "2026-02-24T00:00:01"], 2),
        (["--until", "2026-02-25T00:00"], 3),
        (["--until", "2026-02-24T09:00:01+09:00"], 2),
        (["--since", "2026-02-24", "--tz", "Asia/Seoul"], 4),
        (["--since", "2026-02-25", "--tz", "Asia/Seoul"], 2),
        (["--until", "2026-02-24T09:00", "--tz", "Asia/Seoul"], 1),
    ],
)
def test_what_lies_outside_is_left_out_and_counted(run: Run, options: list[str], kept: int) -> None:
    """From the first moment of a day to the last of another, in the zone; a time is where a span begins or ends."""
    result = run("usage", "-f", "json", *options, stdin="\n".join(map(line, DAYS)).encode())
    found = document(result)
    said = " ".join(each for each in options if "Seoul" not in each and each != "--tz")
    out = {1: "1 entry", 2: "2 entries", 3: "3 entries"}.get(4 - kept)
    assert (result.code, found["totals"]["requests"]) == (0, kept)
    assert found["warnings"] == ([f"{said} left out {out} of other times"] if out else [])


def test_a_span_without_requests_is_an_answer(run: Run) -> None:
    """Nothing was spent, and no limit broken; the report says what was left out."""
    result = run("usage", "--since", "2026-03-01", "--max-cost", "1", "-f", "json", stdin=line(DAYS[0]).encode())
    found = document(result)
    assert (result.code, found["rows"], found["totals"]["requests"], found["totals"]["cost"]) == (0, [], 0, "0")
    assert found["warnings"] == ["--since 2026-03-01 left out 1 entry of other times"]
    assert run("usage", "-q", "--since", "2026-03-01", stdin=line(DAYS[0]).encode()).out == "0\n"


def test_what_states_no_time_is_told_and_keeps_no_limit(run: Run) -> None:
    """It may belong to the span: without a limit a warning, under one no answer."""
    log = (line(None) + "\n" + line(DAYS[1])).encode()
    options = ("--since", "2026-02-24", "-f", "json")
    found = document(result := run("usage", *options, stdin=log))
    assert (result.code, found["totals"]["requests"]) == (0, 1)
    assert found["warnings"] == ["--since 2026-02-24 left out 1 entry without a time, which may belong to it"]
    result = run("usage", *options, "--max-cost", "1", stdin=log)
    assert result.code == 2
    assert document(result)["problems"][0]["why"].startswith("a limit on it cannot be checked")
    assert run("usage", *options, "--max-cost", "1", "--keep-going", stdin=log).code == 2


def test_sums_over_a_border_are_whole_and_told(run: Run, tmp_path: Path) -> None:
    """A day of the provider's (UTC) under another zone, and one that the span cuts."""
    bucket = {"object": "organization.usage.completions.result", "model": "gpt-5", "input_tokens": 10,
              "output_tokens": 1, "num_model_requests": 2}  # fmt: skip
    page = {"object": "page", "has_more": False, "data": [
        {"object": "bucket", "start_time": 1771891200, "end_time": 1771977600, "results": [bucket]},
    ]}  # fmt: skip
    log = json.dumps(page).encode()
    found = document(run("usage", "-f", "json", "--by", "day", "--tz", "Asia/Seoul", stdin=log))
    assert [(row["name"], row["requests"]) for row in found["rows"]] == [("2026-02-24", 2)]
    assert found["warnings"] == ["1 sum of requests goes over midnight of Asia/Seoul, and on the day that it begins"]
    found = document(run("usage", "-f", "json", "--since", "2026-02-24T12:00", stdin=log))
    assert found["totals"]["requests"] == 2
    told = "goes over the border of --since 2026-02-24T12:00, and in it as a whole: what it was before or after is not"
    assert found["warnings"] == [f"1 sum of requests {told} known"]
    assert document(run("usage", "-f", "json", "--since", "2026-02-25", stdin=log))["totals"]["requests"] == 0


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--tz", "Asia/Soul"], "there is no zone 'Asia/Soul': did you mean Asia/Seoul"),
        (["--tz", "new york"], "there is no zone 'new york': did you mean America/New_York"),
        (["--tz", "asia/seoul "], "did you mean Asia/Seoul"),
        (["--tz", "+25:00"], "there is no zone '+25:00': write it as Asia/Seoul, or as an offset, +09:00"),
        (["--tz", "Asia"], "there is no zone 'Asia'"),
        (["--tz", "../../etc/passwd"], "there is no zone '../../etc/passwd'"),
        (["--tz", ""], "there is no zone ''"),
        (["--since", "yesterday"], "--since 'yesterday': invalid: write a day as 2026-11-24"),
        (["--until", "0001-01-01T00:00+14:00"], "--until '0001-01-01T00:00+14:00': invalid"),
        (["--until", "9999-12-31"], "--until '9999-12-31': invalid"),
        (["--since", "2026-02-25", "--until", "2026-02-24"], "the second one must be later"),
        (["--since", "2026-02-25", "--follow"], "a followed log is told by UTC days"),
    ],
)
def test_what_is_no_zone_or_day_is_one_line(run: Run, options: list[str], why: str) -> None:
    """What was asked for, and the name that is nearest."""
    result = run("usage", *options, stdin=line(DAYS[0]).encode())
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert why in result.err


def test_a_machine_without_time_zones_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name cannot be known there, an offset can."""
    import zoneinfo

    monkeypatch.setattr(zoneinfo, "TZPATH", ())
    monkeypatch.setattr(zoneinfo, "available_timezones", set)
    monkeypatch.setattr(zoneinfo, "ZoneInfo", lambda name: (_ for _ in ()).throw(zoneinfo.ZoneInfoNotFoundError(name)))
    result = run("usage", "--tz", "Asia/Seoul", stdin=line(DAYS[0]).encode())
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert "this machine has no time zones: 'pip install tzdata' adds them" in result.err
    assert run("usage", "-q", "--tz", "+09:00", stdin=line(DAYS[0]).encode()).code == 0
