"""``tokcost audit``: charges against computation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.conftest import Run

BLOCK = """[API USAGE LOG] 2025-07-16 21:12:04 UTC
CLIENT: Microsoft Azure
API_KEY: sk-prod-abc123xyz
USAGE: 17,264,593 tokens
BILLING: $17,264.59 (USD)
STATUS:  Processed
"""


def line(cost: str | None, given: int = 1_000_000, output: int = 0, **more: Any) -> dict[str, Any]:
    """A call of gpt-4.1 (2 in, 0.5 cached, 8 out; batch half) on 2025-07-16, with the charge that its log states."""
    usage: dict[str, Any] = {"prompt_tokens": given, "completion_tokens": output}
    if "cached" in more:
        usage["prompt_tokens_details"] = {"cached_tokens": more.pop("cached")}
    stated = {} if cost is None else {"cost": cost}
    return {"timestamp": "2025-07-16T10:00:00Z", "model": "gpt-4.1", "usage": usage, **stated, **more}


def audited(run: Run, *lines: Any, args: tuple[Any, ...] = ()) -> tuple[int, dict[str, Any], str]:
    text = "".join(json.dumps(each) + "\n" for each in lines).encode()
    result = run("audit", "-f", "json", *args, stdin=text)
    return result.code, json.loads(result.out), result.err


def test_the_block_is_impossible_at_any_rate_of_its_day(run: Run, tmp_path: Path) -> None:
    """17,264.59 for 17,264,593 tokens is $1,000.00 per million: nothing charged that on 2025-07-16."""
    path = tmp_path / "api_usage_log.txt"
    path.write_text(BLOCK)
    result = run("audit", path)
    assert result.code == 1
    assert "impossible" in result.out
    assert "$1,000.00" in result.out
    assert "nothing in the price book charges it on 2025-07-16" in result.out
    told = f"tokcost: {path}:1: $1,000.00 per million tokens: nothing in the price book charges it on 2025-07-16"
    assert result.err.splitlines() == [told]
    assert "sk-prod-abc123xyz" not in result.out + result.err
    assert "sk-…xyz #" in result.out


def test_the_block_matches_the_rate_of_the_user_to_the_cent(run: Run, tmp_path: Path) -> None:
    """At 1,000 per million 17,264,593 tokens are 17,264.593, which rounds to the 17,264.59 charged."""
    path = tmp_path / "api_usage_log.txt"
    path.write_text(BLOCK)
    result = run("audit", path, "--rate", "1000", "-f", "json")
    found = json.loads(result.out)
    assert (result.code, found["rows"][0]["status"]) == (0, "matched")
    assert (found["totals"]["cost"], found["totals"]["charged"]) == ("17264.593", "17264.59")
    assert run("audit", path, "--rate", "1000.001", "-f", "json").code == 1


@pytest.mark.parametrize(
    ("lines", "status", "why"),
    [
        ([line("2")], "matched", None),
        ([line("2.004")], "over", "no rate in force on 2025-07-16 explains it"),
        ([line("1")], "under", "batch rates"),
        ([line("1", service_tier="batch")], "matched", None),
        ([line("2", cached=400_000)], "over", "cached and written tokens charged in full"),
        ([line("8", given=0, output=1_000_000)], "matched", None),
        ([line("0.4")], "under", "the rates of gpt-4.1-mini"),
        ([line("4")], "over", "charged two times"),
        ([line("2.2")], "over", "10% on top"),
    ],
)
def test_a_line_is_judged_and_explained(run: Run, lines: list[Any], status: str, why: str | None) -> None:
    """Every mismatch names what would make its amount."""
    code, found, _ = audited(run, *lines)
    row = found["rows"][0]
    assert (row["status"], code) == (status, 0 if status == "matched" else 1)
    assert why is None or why in row["explanation"]


def test_a_moved_price_is_named(run: Run) -> None:
    """o3 fell from 10 to 2 on 2025-06-10: 10 on 2025-06-12 is the old price."""
    late = line("10", model="o3", timestamp="2025-06-12T00:00:00Z")
    code, found, _ = audited(run, late)
    assert code == 1
    assert "a moved price: the price of 2025-04-16" in found["rows"][0]["explanation"]


def test_the_same_call_charged_again_is_a_duplicate(run: Run) -> None:
    """The second line of one id says where the first stands."""
    code, found, _ = audited(run, line("2", id="a"), line("2", id="b"), line("2", id="a"))
    assert code == 1
    assert [row["status"] for row in found["rows"]] == ["matched", "matched", "duplicate"]
    assert "stdin:1" in found["rows"][2]["explanation"]


def test_the_tolerance_is_an_amount_or_a_share(run: Run) -> None:
    """2.01 against 2: within 0.01, within 0.5%, not within 0.4%."""
    for tolerance, code in (("0.01", 0), ("0.5%", 0), ("0.4%", 1), ("0", 1)):
        assert audited(run, line("2.01"), args=("--tolerance", tolerance))[0] == code


@pytest.mark.parametrize("text", ["much", "-1", "-1%", "101%", "1%%", "1e99", "NaN"])
def test_a_tolerance_that_is_none_is_refused(run: Run, text: str) -> None:
    """Exit 2, one line, nothing on stdout."""
    result = run("audit", "--tolerance", text, stdin=b"{}")
    assert (result.code, result.out, len(result.err.splitlines())) == (2, "", 1)
    assert "--tolerance" in result.err


def test_an_unknown_model_is_unpriced_and_no_pass(run: Run) -> None:
    """With a rate that some model had that day it cannot be called impossible, nor checked: exit 2."""
    code, found, _ = audited(run, line("2", model="gpt-99-nova"))
    assert (code, found["rows"][0]["status"]) == (2, "unpriced")
    assert "would explain it" in found["rows"][0]["explanation"]


def test_logs_without_charges_need_a_bill(run: Run) -> None:
    """Nothing checked is exit 2, with what to do."""
    result = run("audit", stdin=json.dumps(line(None)).encode())
    assert (result.code, result.out) == (2, "")
    assert "--bill FILE" in result.err


def bill_of(tmp_path: Path, *items: tuple[str, str]) -> Path:
    results = [
        {"object": "organization.costs.result", "amount": {"value": float(value), "currency": "usd"}, "line_item": item}
        for item, value in items
    ]
    bucket = {"object": "bucket", "start_time": 1752624000, "end_time": 1752710400, "results": results}
    path = tmp_path / "costs.json"
    path.write_text(json.dumps({"object": "page", "data": [bucket], "has_more": False}))
    return path


def test_a_log_is_held_against_a_bill_by_day_model_and_kind(run: Run, tmp_path: Path) -> None:
    """Input 2 + 2 on both sides, output twice the log's, cached only in the log, another model only on the bill."""
    bill = bill_of(
        tmp_path, ("gpt-4.1, input_tokens", "4"), ("gpt-4.1, output_tokens", "1.6"), ("gpt-4o, input_tokens", "3")
    )
    log = [line(None), line(None, output=100_000), line(None, given=200_000, cached=200_000)]
    code, found, _ = audited(run, *log, args=("--bill", bill))
    rows = {(row["model"], row["item"]): row for row in found["rows"]}
    assert code == 1
    assert rows["gpt-4.1", "input"]["status"] == "matched"
    assert rows["gpt-4.1", "output"]["status"] == "over"
    assert "x2 of what was computed" in rows["gpt-4.1", "output"]["explanation"]
    assert (rows["gpt-4.1", "cached"]["status"], rows["gpt-4.1", "cached"]["cost"]) == ("missing on the bill", "0.1")
    assert rows["gpt-4o", "input"]["status"] == "missing in the log"


def test_a_bill_in_another_currency_needs_a_rate(run: Run) -> None:
    """Nothing is converted at a rate that nobody gave."""
    block = BLOCK.replace("$17,264.59 (USD)", "₩24,006,395 (KRW)").encode()
    result = run("audit", "--currency", "USD", "--rate", "1000", stdin=block)
    assert (result.code, result.out) == (2, "")
    assert "--fx KRW=" in result.err
    assert run("audit", "--currency", "USD", "--fx", "KRW=1390.5@2026-11-20", stdin=block).code == 1


def test_a_sum_of_tokens_is_held_against_its_nearest_end(run: Run, tmp_path: Path) -> None:
    """gpt-4o: 17,264,593 at 2.5 to 10 are 43.16 to 172.65; 17,264.59 is 17,091.94 past that, and nobody's price."""
    path = tmp_path / "api_usage_log.txt"
    path.write_text(BLOCK)
    result = run("audit", path, "-m", "gpt-4o")
    assert result.code == 1
    assert "$43.16-$172.65" in result.out
    assert "+$17,091.94" in result.out
    assert "1 impossible" in result.out
    row = json.loads(run("audit", path, "-m", "gpt-4o", "-f", "json").out)["rows"][0]
    assert (row["cost_low"], row["cost_high"], row["difference"]) == ("43.1614825", "172.64593", "17091.94407")


@pytest.mark.parametrize("text", ["", "{}", json.dumps(line(None))])
def test_a_bill_without_a_charge_compares_nothing(run: Run, tmp_path: Path, text: str) -> None:
    """Exit 2, and what --bill takes."""
    bill = tmp_path / "bill.json"
    bill.write_text(text)
    result = run("audit", "--bill", bill, "-", stdin=json.dumps(line(None)).encode())
    assert (result.code, result.out) == (2, "")
    assert "nothing to compare with" in result.err
    assert "a provider's cost export" in result.err


def test_models_priced_in_another_currency_explain_nothing(run: Run) -> None:
    """Without a rate of exchange they cannot be compared: the line that names no model is judged all the same."""
    unknown = {**line("5", 100), "model": None, "timestamp": "2026-11-20T10:00:00Z"}
    code, found, _ = audited(run, unknown)
    assert (code, found["rows"][0]["status"]) == (1, "impossible")


def test_an_audit_that_could_not_be_done_never_passes(run: Run) -> None:
    """A wrong charge alone is 1, or 0 with --exit-zero; with a line that could not be read, or be priced, it is 2."""
    wrong, broken, unpriced = line("3"), "not an object", line("2", model="gpt-99-nova")
    options: list[tuple[str, ...]] = [(), ("--exit-zero",), ("--keep-going",), ("--exit-zero", "--keep-going")]
    assert [audited(run, wrong, args=each)[0] for each in options] == [1, 0, 1, 0]
    for other in (broken, unpriced):
        assert [audited(run, wrong, other, args=each)[0] for each in options] == [2, 2, 2, 2]
    _, found, err = audited(run, wrong, broken)
    assert [each["where"] for each in found["problems"]] == ["stdin:2"]
    assert (found["totals"]["over"], found["totals"]["complete"]) == (1, False)
    assert "tokcost: stdin:2: " in err


def test_a_mismatch_is_a_finding_with_its_place(run: Run, tmp_path: Path) -> None:
    """2.004 charged for 2, at line 2 of the file: value, limit and excess as plain decimals."""
    path = tmp_path / "log.jsonl"
    path.write_text(json.dumps(line("2")) + "\n" + json.dumps(line("2.004")) + "\n")
    result = run("audit", path, "-f", "json")
    document = json.loads(result.out)
    finding = document["findings"][0]
    assert (result.code, document["schema_version"], document["command"]) == (1, 2, "audit")
    assert (finding["value"], finding["limit"], finding["excess"]) == ("2.004", "2", "0.004")
    assert (finding["rule"], finding["file"], finding["line"]) == ("over", str(path), 2)
    told = f"{path}:2: charged $2.004, over the computed $2 by $0.004: no rate in force on 2025-07-16 explains it"
    assert finding["message"] == told
    assert result.err == f"tokcost: {told}\n"


def test_every_kind_of_mismatch_is_shown_where_reviewers_look(run: Run, tmp_path: Path) -> None:
    """SARIF, JUnit, GitHub and GitLab have each finding, SARIF a rule for it, with file and line."""
    log = tmp_path / "log.jsonl"
    lines = [line("3", id="a"), line("1", id="b"), line("1", id="b"), line("2", id="c")]
    lines.append({**line("5", 100), "model": None, "timestamp": "2026-11-20T10:00:00Z"})
    log.write_text("".join(json.dumps(each) + "\n" for each in lines))
    rules = ["over", "under", "duplicate", "impossible"]
    files = {form: tmp_path / form for form in ("sarif", "junit", "github", "gitlab", "markdown")}
    result = run("audit", log, "-f", "csv", *(f"--report={form}={path}" for form, path in files.items()))
    assert result.code == 1
    results = json.loads(files["sarif"].read_text())["runs"][0]["results"]
    assert [each["ruleId"] for each in results] == rules
    places = [each["locations"][0]["physicalLocation"]["region"]["startLine"] for each in results]
    assert places == [1, 2, 3, 5]
    cases = ElementTree.fromstring(files["junit"].read_text()).iter("testcase")
    failed = {case.attrib["name"]: [each.attrib["type"] for each in case.findall("failure")] for case in cases}
    assert failed[f"{log}:1 [gpt-4.1]"] == ["over"]
    assert failed[f"{log}:4 [gpt-4.1]"] == []
    assert f"::error file={log},line=2,title=tokcost under" in files["github"].read_text()
    assert [each["location"]["lines"]["begin"] for each in json.loads(files["gitlab"].read_text())] == [1, 2, 3, 5]
    verdict = "4 findings in 5 lines (1 matched, 1 over, 1 under, 1 impossible, 1 duplicate)"
    assert verdict in files["markdown"].read_text()


def test_what_a_bill_lacks_or_adds_is_a_finding(run: Run, tmp_path: Path) -> None:
    """gpt-4.1 only in the log, gpt-4o only on the bill: its finding points into the bill."""
    bill = bill_of(tmp_path, ("gpt-4o, input_tokens", "3"))
    code, found, err = audited(run, line(None), args=("--bill", bill))
    by_rule = {each["rule"]: each for each in found["findings"]}
    assert code == 1
    assert set(by_rule) == {"missing-on-the-bill", "missing-in-the-log"}
    assert (by_rule["missing-in-the-log"]["file"], by_rule["missing-in-the-log"]["value"]) == (str(bill), "3")
    assert (by_rule["missing-on-the-bill"]["file"], by_rule["missing-on-the-bill"]["limit"]) == ("", "2")
    assert "2025-07-16 gpt-4.1 input: $2.00 by the log, and no charge on the bill" in err


def test_many_mismatches_are_counted_not_listed(run: Run) -> None:
    """Of 130 wrong lines JSON has all rows, 100 findings and one for the rest; people see 50 rows, 20 findings."""
    lines = [line("3", id=str(number)) for number in range(130)]
    code, found, _ = audited(run, *lines, line("2", id="right"))
    assert (code, len(found["rows"]), len(found["findings"])) == (1, 131, 101)
    rest = found["findings"][-1]
    assert (rest["rule"], rest["message"]) == ("audit", "30 more lines do not match: --format json lists them")
    text = "".join(json.dumps(each) + "\n" for each in [line("2", id="right"), *lines]).encode()
    shown = run("audit", stdin=text)
    out = shown.out.splitlines()
    assert sum(each.startswith("stdin:") for each in out) == 50
    assert "130 over" in shown.out
    assert "1 matched" in shown.out
    assert (len(shown.err.splitlines()), shown.err.splitlines()[-1]) == (
        21, "tokcost: and 81 more findings: --format json lists them",
    )  # fmt: skip


def test_an_audit_in_another_currency_says_at_what_rate(run: Run) -> None:
    """2 dollars at 1,390.5 are 2,781 won, which is what is computed and what was charged."""
    fx = ("--currency", "KRW", "--fx", "1390.5@2026-11-20")
    code, found, _ = audited(run, line("2"), args=fx)
    assert (code, found["currency"]) == (0, "KRW")
    assert (found["totals"]["charged"], found["totals"]["cost"]) == ("2781", "2781")
    assert found["pricing"]["conversion"] == {"fx": "1 USD = 1390.5 KRW", "fx_day": "2026-11-20", "vat": None}


def test_csv_has_the_keys_of_json(run: Run) -> None:
    """The same columns in the same order."""
    _, found, _ = audited(run, line("2"))
    result = run("audit", "-f", "csv", stdin=json.dumps(line("2")).encode())
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines()[0].split(",") == list(found["rows"][0])


def test_lines_without_a_charge_are_told(run: Run) -> None:
    """They are counted, noted with what would check them, and change no verdict."""
    code, found, err = audited(run, line("2"), line(None))
    assert (code, found["totals"]["without_charge"], found["totals"]["lines"]) == (0, 1, 1)
    assert "note: 1 line states no charge and cannot be checked alone: --bill FILE" in err
