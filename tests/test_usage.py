"""``tokcost usage``: what logs cost, worked by hand."""

from __future__ import annotations

import gzip
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

CHAT = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1795392000,  # 2026-11-23T00:00:00Z
    "model": "gpt-5.6-terra",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "네"}, "finish_reason": "stop"}],
    "usage": {
        "prompt_tokens": 12046,
        "completion_tokens": 512,
        "total_tokens": 12558,
        "prompt_tokens_details": {"cached_tokens": 8192, "cache_write_tokens": 2048, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 384},
    },
    "service_tier": "default",
}
# 1806 uncached x 2 + 8192 cached x 0.2 + 2048 written x 2.5 + 512 x 12 = 3612 + 1638.4 + 5120 + 6144, per million
CHAT_COST = "0.0165144"


def chat(model: str = "gpt-5.4", given: int = 1000, output: int = 100, **more: Any) -> dict[str, Any]:
    usage = {"prompt_tokens": given, "completion_tokens": output, "total_tokens": given + output}
    return {"object": "chat.completion", "created": 1795392000, "model": model, "usage": usage, **more}


def lines(*values: Any) -> bytes:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values).encode()


def totals(run: Callable[..., Any], *argv: object, stdin: bytes = b"") -> dict[str, Any]:
    result = run("usage", "--format", "json", *argv, stdin=stdin)
    found: dict[str, Any] = json.loads(result.out)["totals"]
    assert result.code == (0 if found["complete"] else 2), result.err
    return found


def test_a_response_is_priced_by_every_kind_of_token(run: Run) -> None:
    """Cached and written tokens lie inside the prompt, reasoning inside the completion."""
    found = totals(run, stdin=lines(CHAT))
    assert (found["cost"], found["complete"], found["requests"]) == (CHAT_COST, True, 1)
    assert (found["input_tokens"], found["cached_tokens"], found["cache_write_tokens"]) == (12046, 8192, 2048)
    assert (found["output_tokens"], found["reasoning_tokens"]) == (512, 384)


def test_a_document_over_many_lines_is_one_response(run: Run, tmp_path: Path) -> None:
    """Pretty-printed JSON is read as well as JSON lines, several documents after each other too."""
    path = tmp_path / "response.json"
    path.write_text(json.dumps(CHAT, indent=2) + "\n" + json.dumps(CHAT, indent=2))
    assert totals(run, path)["cost"] == "0.0330288"  # twice 0.0165144


@pytest.mark.parametrize("kind", ["plain", "gzip", "zip", "zstd", "directory", "glob"])
def test_a_log_is_read_however_it_is_packed(run: Run, tmp_path: Path, kind: str) -> None:
    """Plain, gzip, zip, zstd, in a directory or behind a glob: the same cost."""
    path = tmp_path / "log.jsonl"
    if kind == "gzip":
        path = tmp_path / "log.jsonl.gz"
        path.write_bytes(gzip.compress(lines(CHAT)))
    elif kind == "zip":
        path = tmp_path / "log.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("inner/log.jsonl", lines(CHAT))
    elif kind == "zstd":
        zstd = pytest.importorskip("backports.zstd" if sys.version_info < (3, 14) else "compression.zstd")
        path = tmp_path / "log.jsonl.zst"
        path.write_bytes(zstd.compress(lines(CHAT)))
    else:
        path.write_bytes(lines(CHAT))
    named = {"directory": tmp_path, "glob": tmp_path / "*.jsonl"}.get(kind, path)
    assert totals(run, named)["cost"] == CHAT_COST


def test_a_cut_archive_counts_what_it_still_gives(run: Run, tmp_path: Path) -> None:
    """Lines before the cut are priced, the cut is reported, the report is incomplete."""
    path = tmp_path / "log.jsonl.gz"
    path.write_bytes(gzip.compress(lines(*(chat(id=str(number)) for number in range(20_000))))[:-4000])
    result = run("usage", path, "--format", "json")
    found = json.loads(result.out)
    assert result.code == 2
    assert 10_000 < found["totals"]["requests"] < 20_000
    assert found["totals"]["complete"] is False
    assert f"{path}: the gzip data ends too early: the file is cut off, fetch it again" in result.err


def test_a_missing_file_is_no_answer(run: Run) -> None:
    """Exit 2, nothing on stdout, the name in the sentence."""
    result = run("usage", "no-such.jsonl")
    assert (result.code, result.out) == (2, "")
    assert "'no-such.jsonl': no such file" in result.err


def test_bad_lines_are_counted_and_located(run: Run, tmp_path: Path) -> None:
    """A broken line costs nothing and is reported with file, line and reason; the report is incomplete."""
    path = tmp_path / "log.jsonl"
    over = chat()
    over["usage"]["prompt_tokens_details"] = {"cached_tokens": 1001}
    path.write_bytes(lines(chat()) + b'{"usage": {"prompt\n\n' + lines(over) + b"[1, 2\n" + lines(chat(), "text", 7))
    result = run("usage", path, "--format", "json")
    found = json.loads(result.out)
    assert result.code == 2
    assert found["totals"]["cost"] == "0.008"  # two lines of 1000 x 2.5 + 100 x 15 per million
    assert found["totals"]["complete"] is False
    assert len(found["problems"]) == 5
    assert [each["where"] for each in found["problems"]] == [f"{path}:{n}" for n in (2, 4, 5, 7, 8)]
    assert "1001 cached tokens are more than the 1000 input tokens" in found["problems"][1]["why"]
    assert f"{path}:2: not valid JSON" in result.err


def test_an_unknown_model_is_listed_and_never_free(run: Run) -> None:
    """Unpriced: cost is null, the reason is there, what is priced is told apart."""
    result = run("usage", "--format", "json", stdin=lines(chat(), chat("gpt-99-nova")))
    found = json.loads(result.out)
    assert result.code == 2
    assert run("usage", "--keep-going", stdin=lines(chat(), chat("gpt-99-nova"))).code == 0
    assert (found["totals"]["cost"], found["totals"]["complete"]) == (None, False)
    assert found["totals"]["cost_priced"] == "0.004"
    row = next(row for row in found["rows"] if row["model"] == "gpt-99-nova")
    assert (row["cost"], row["standing"]) == (None, "unpriced")
    assert "unknown model 'gpt-99-nova'" in row["note"]


@pytest.mark.parametrize(
    ("given", "cost"),
    [
        (272000, "0.68"),  # 272000 x 2.5
        (272001, "1.360005"),  # one token over: 272001 x 5
    ],
)
def test_one_token_over_the_cliff_changes_the_rate_of_all(run: Run, given: int, cost: str) -> None:
    """gpt-5.4 doubles its input past 272,000 tokens of one request; two short ones never reach it."""
    assert totals(run, stdin=lines(chat(given=given, output=0)))["cost"] == cost
    assert totals(run, stdin=lines(*[chat(given=200000, output=0)] * 2))["cost"] == "1"


def test_a_line_is_priced_on_its_own_day(run: Run) -> None:
    """gemini-4-argon doubles on 2026-12-01: the rate is that of the time in the line."""
    log = [
        {
            "createTime": f"{day}T23:59:59.5Z",
            "modelVersion": "gemini-4-argon",
            "usageMetadata": {"promptTokenCount": 1000},
        }
        for day in ("2026-11-30", "2026-12-01")
    ]
    found = json.loads(run("usage", "-f", "json", "--by", "day", stdin=lines(*log)).out)
    assert [(row["day"], row["cost"]) for row in found["rows"]] == [("2026-11-30", "0.002"), ("2026-12-01", "0.004")]


def test_without_a_time_the_day_is_that_of_the_option(run: Run) -> None:
    """--as-of dates the lines that name no time."""
    line = {"model": "gpt-5.6-terra", "usage": {"prompt_tokens": 1000000, "completion_tokens": 0}}
    # past the cliff: 5 before the cut of 2026-07-30, 4 after it
    assert totals(run, "--as-of", "2026-07-29", stdin=lines(line))["cost"] == "5"
    assert totals(run, "--as-of", "2026-07-30", stdin=lines(line))["cost"] == "4"


@pytest.mark.parametrize(("tier", "cost"), [("default", "4"), ("flex", "2"), ("batch", "2"), ("priority", "8")])
def test_the_tier_is_that_of_the_response(run: Run, tier: str, cost: str) -> None:
    """gpt-5.4: 1,000,000 output tokens and no input would be 15; here 100,000 in at 2.5 and 250,000 out at 15."""
    log = lines(chat(given=100000, output=250000, service_tier=tier))
    # standard: 0.25 + 3.75 = 4; flex and batch half; priority 0.5 + 7.5 = 8
    assert totals(run, stdin=log)["cost"] == cost


def test_an_unknown_tier_is_unpriced(run: Run) -> None:
    """A tier without rates is never billed at another's."""
    found = totals(run, stdin=lines(chat(service_tier="scale")))
    assert (found["cost"], found["unpriced"]) == (None, 1)


def test_grouping_adds_up(run: Run) -> None:
    """--by several names; rows add up to the total, shares to 100."""
    log = lines(chat(client="a"), chat(client="b"), chat("gpt-5.4-mini", client="a"))
    found = json.loads(run("usage", "-f", "json", "--by", "client,model", stdin=log).out)
    assert found["details"]["by"] == ["client", "model"]
    assert {row["name"] for row in found["rows"]} == {"a / gpt-5.4", "b / gpt-5.4", "a / gpt-5.4-mini"}
    from decimal import Decimal

    assert sum(Decimal(row["cost"]) for row in found["rows"]) == Decimal(found["totals"]["cost"])


def test_a_repeated_response_is_told_and_left_out_on_demand(run: Run) -> None:
    """Three lines of two ids: counted as they stand with a note, or each id once."""
    log = lines(chat(id="a"), chat(id="b"), chat(id="a"))
    result = run("usage", "-f", "json", stdin=log)
    assert json.loads(result.out)["totals"]["cost"] == "0.012"
    assert "1 repeated response id, counted again" in result.err
    assert totals(run, "--unique", stdin=log)["cost"] == "0.008"


def test_the_formats_hold_the_same_numbers(run: Run) -> None:
    """Table, CSV and Markdown of one log."""
    log = lines(CHAT)
    table = run("usage", stdin=log)
    assert table.code == 0
    assert "gpt-5.6-terra" in table.out
    assert "$0.01651" in table.out
    assert CHAT_COST in run("usage", "-f", "csv", stdin=log).out
    assert "| gpt-5.6-terra |" in run("usage", "-f", "markdown", stdin=log).out
    assert run("usage", "-q", stdin=log).out == f"{CHAT_COST}\n"


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (["--max-cost", "0.012"], 0),
        (["--max-cost", "0.0119999"], 1),
        (["--max-cost-per", "key=0.008"], 0),
        (["--max-cost-per", "key=0.0079"], 1),
        (["--max-cost-per", "key=0.0079", "--exit-zero"], 0),
    ],
)
def test_limits_are_gates(run: Run, limits: list[str], code: int) -> None:
    """Three calls at $0.004, two of them with one key."""
    log = lines(chat(api_key="sk-aaaaaaaaaaaa1"), chat(api_key="sk-aaaaaaaaaaaa1"), chat(api_key="sk-bbbbbbbbbbbb2"))
    result = run("usage", *limits, stdin=log)
    assert result.code == code, result.err
    assert ("exceeds the limit" in result.err) == (code == 1 or "--exit-zero" in limits)


def test_a_gate_that_cannot_check_never_passes(run: Run) -> None:
    """Something unpriced under --max-cost is exit 2."""
    result = run("usage", "--max-cost", "100", stdin=lines(chat("gpt-99-nova")))
    assert result.code == 2
    assert "unpriced" in result.out
    assert "tokcost: --max-cost cannot be checked: not everything is priced: unknown model" in result.err


def test_keys_are_fingerprints_and_nothing_else(run: Run, tmp_path: Path) -> None:
    """No key stands whole in any format, problem or error; two keys stay two groups."""
    keys = [
        "sk-proj-Zq81kLmN0pQrStUv",
        "sk-proj-Zq81kLmN0pQrStUw",
        "AIzaSyD-9tSrke72PouQMnMX",
        "Bearer sk-ant-api03-xyZ987654",
    ]
    log = lines(
        chat(api_key=keys[0]),
        chat(api_key=keys[1], client=f"team {keys[0]}"),
        chat(headers={"x-goog-api-key": keys[2]}),
        chat(request={"headers": {"Authorization": keys[3]}}),
        chat(model=keys[0]),
        {"usage": {"prompt_tokens": keys[1]}},
        chat(id=keys[0], project=keys[2]),
    )
    path = tmp_path / f"log-{keys[0]}.jsonl"
    path.write_bytes(log)
    everything = ""
    for form in ("table", "json", "csv", "markdown"):
        result = run("usage", path, "-f", form, "--by", "client,key,model,project,file", "--max-cost-per", "key=0.001")
        assert result.code in (1, 2)
        everything += result.out + result.err
        everything += run("usage", path, "-f", form, "--by", "key,model").out
    everything += run("usage", f"missing-{keys[0]}.jsonl").err
    for key in keys:
        assert key.removeprefix("Bearer ") not in everything
    found = json.loads(run("usage", path, "-f", "json", "--by", "key").out)
    assert len({row["key"] for row in found["rows"] if row["key"]}) == 4


def test_a_map_is_saved_in_the_configuration(run: Run) -> None:
    """``map = "..."`` in tokcost.toml stands for --map: 1,000 x 2.50 + 100 x 10 a million = $0.0035."""
    Path("log.csv").write_text("engine,prompt_tok,completion_tok\ngpt-4o,1000,100\n")
    Path("tokcost.toml").write_text('map = "input=prompt_tok,output=completion_tok,model=engine"\n')
    result = run("usage", "log.csv", "-f", "json")
    assert result.code == 0, result.err
    assert json.loads(result.out)["totals"]["cost"] == "0.0035"
    Path("tokcost.toml").write_text('map = "inptu=prompt_tok"\n')
    refused = run("usage", "log.csv")
    assert (refused.code, refused.out) == (2, "")
    assert "unknown field 'inptu': did you mean 'input'?" in refused.err


_PLAIN = b'{"created":1763632800,"model":"gpt-4.1","usage":{"prompt_tokens":100,"completion_tokens":5}}\n'


@pytest.mark.parametrize("command", ["usage", "whatif"])
def test_endless_nesting_is_one_bad_line(run: Run, command: str) -> None:
    """Whether the parser gives up or the walk through the lists."""
    for deep in (b'{"a":' * 20000, b"[" * 20000 + b"]" * 20000, b"[" * 700 + b"]" * 700):
        result = run(command, stdin=_PLAIN + deep + b"\n")
        assert (result.code, result.err.count("nested too deeply")) == (2, 1)
    result = run(command, stdin=b'{"a":' * 20000)
    assert (result.code, result.err.count("nested too deeply")) == (2, 1)


@pytest.mark.parametrize("number", ["1e400", "1e999999999", "9" * 5000, "2000000000000000", '"' + "9" * 5000 + '"'])
@pytest.mark.parametrize("top", ["0", "5"])
def test_a_count_beyond_all_bounds_is_one_bad_line(run: Run, number: str, top: str) -> None:
    """The report stands, the line is reported with its number and the bound."""
    result = run(
        "usage", "--top", top, "-f", "json", stdin=_PLAIN * 3 + _PLAIN.replace(b":5}", f":{number}}}".encode())
    )
    found = json.loads(result.out)
    assert (result.code, found["totals"]["requests"], len(found["problems"])) == (2, 3, 1)
    assert "one line has at most 10^15 tokens" in found["problems"][0]["why"]


def test_a_file_named_twice_counts_once(run: Run, tmp_path: Path) -> None:
    """By its name, by its folder, or by a link to it."""
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "a.jsonl").write_bytes(_PLAIN)
    (folder / "b.jsonl").symlink_to("a.jsonl")
    for named in ([folder], [folder / "a.jsonl"] * 2, [folder, folder / "a.jsonl"]):
        result = run("usage", "-f", "json", *named)
        assert json.loads(result.out)["totals"]["requests"] == 1
    assert "the same file again, counted once" in result.err


def test_audio_without_a_rate_has_no_price(run: Run) -> None:
    """gpt-4o has none for audio."""
    details = {"prompt_tokens_details": {"audio_tokens": 1000}}
    log = json.dumps({"model": "gpt-4o", "usage": {"prompt_tokens": 2000, "completion_tokens": 5, **details}})
    result = run("usage", "-f", "json", stdin=log.encode())
    row = json.loads(result.out)["rows"][0]
    assert (row["cost"], row["standing"]) == (None, "unpriced")
    assert "gpt-4o has no rate for audio input tokens" in row["note"]


def test_lines_without_a_time_are_told_of(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless the day was given."""
    bare = _PLAIN.replace(b'"created":1763632800,', b"")
    told = "lines without a time have the rates of today"
    assert told not in run("usage", stdin=bare).err
    monkeypatch.delenv("TOKCOST_AS_OF")
    assert told in run("usage", stdin=bare).err
    assert told not in run("usage", stdin=_PLAIN).err
    assert told not in run("usage", "--as-of", "2026-11-20", stdin=bare).err
