"""The formats that other programs read, held to their published schemas, and several at once."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema

from tests.conftest import Run
from tests.repos import CONFIG, Repo, words

SCHEMAS = Path(__file__).with_name("schemas")
ODD = 'prompts/한 "odd" <name> & 100%,:;\x01.md'


@pytest.fixture
def broken(repo: Repo) -> Repo:
    """A repository with a finding of every kind, and a name that every format has to escape."""
    repo.write(ODD, words(300))
    repo.commit()
    repo.write(ODD, words(2000))
    repo.write("prompts/new.md", words(5))
    repo.write(
        "tokcost.toml",
        CONFIG + 'max-cost = "0.0001"\nruns-per-month = 10\nmax-cost-per-month = "0.01"\n'
        'message = "Ask #llm|costs, <b>100%</b>."\nallowed-models = ["gpt-4o-mini"]\n',
    )
    return repo


def sarif(text: str) -> Any:
    """A SARIF log that its schema lets through."""
    data = json.loads(text)
    schema = json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text())
    jsonschema.Draft4Validator(schema).validate(data)
    return data


def junit(text: str) -> Any:
    """A JUnit report that its schema lets through."""
    schema = xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd")
    schema.validate(text)
    return schema.to_dict(text)


def test_sarif_is_valid_and_points_at_prompt_and_rule(run: Run, broken: Repo) -> None:
    """Every result names a rule that is declared, a file from the top of the repository, and a line."""
    result = run("check", "--base", "HEAD", "-f", "sarif")
    assert result.code == 1
    (log,) = sarif(result.out)["runs"]
    rules = [rule["id"] for rule in log["tool"]["driver"]["rules"]]
    assert {each["ruleId"] for each in log["results"]} == {
        "max-input-tokens", "max-cost", "max-cost-per-month", "max-increase", "allowed-models",
    }  # fmt: skip
    assert all(rules[each["ruleIndex"]] == each["ruleId"] for each in log["results"])
    grown = next(each for each in log["results"] if each["ruleId"] == "max-increase")
    place = grown["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "prompts/%ED%95%9C%20%22odd%22%20%3Cname%3E%20%26%20100%25%2C%3A%3B%01.md",
                     "uriBaseId": "%SRCROOT%"}  # fmt: skip
    assert grown["relatedLocations"][0]["physicalLocation"]["region"] == {"startLine": 7}
    prints = [each["partialFingerprints"]["tokcost/v1"] for each in log["results"]]
    assert len(set(prints)) == len(prints)


def test_a_clean_sarif_is_valid_too(run: Run, repo: Repo) -> None:
    """No results is an empty list, which closes what was open."""
    result = run("check", "--base", "HEAD", "-f", "sarif")
    assert result.code == 0
    assert sarif(result.out)["runs"][0]["results"] == []


def test_junit_is_valid_and_counts_its_failures(run: Run, broken: Repo) -> None:
    """A case for each prompt and one for all together; what XML cannot say is replaced."""
    result = run("check", "--base", "HEAD", "-f", "junit")
    assert result.code == 1
    suites = junit(result.out)
    # four prompts, of which new.md is fine, and the sum; that new.md is new is told first
    assert (suites["@tests"], suites["@failures"]) == ("6", "4")
    assert result.out.index("new prompt in 'support': prompts/new.md, 5 input tokens") < result.out.index("<failure")
    assert "\ufffd" in result.out
    clean = run("check", "-m", "gpt-4o-mini", "-f", "junit")
    junit(clean.out)


def test_gitlab_has_what_code_quality_asks_for(run: Run, broken: Repo) -> None:
    """description, check_name, fingerprint, severity and location.path, location.lines.begin."""
    result = run("check", "--base", "HEAD", "-f", "gitlab")
    assert result.code == 1
    for each in json.loads(result.out):
        assert set(each) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert each["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert isinstance(each["location"]["lines"]["begin"], int)
        assert (broken.path / each["location"]["path"]).exists()
    assert json.loads(run("check", "-m", "gpt-4o-mini", "--gate", "floor", "-f", "gitlab").out) != []


def test_github_annotates_file_and_line_and_appends_the_summary(
    run: Run, broken: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One workflow command a finding, escaped; what the summary held stays."""
    summary = broken.path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    result = run("check", "--base", "HEAD", "-f", "github")
    assert result.code == 1
    lines = result.out.splitlines()
    odd = ODD.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
    odd = odd.replace("\x01", "\\x01")
    assert any(line.startswith(f"::error file={odd},line=1,title=tokcost max-increase%3A support::") for line in lines)
    commands = [line for line in lines if line.startswith("::")]
    assert all(re.match(r"::(error|warning) [^\n]*?::\S", line) for line in commands)
    assert sum(line.startswith("::error") for line in lines) == 7
    assert "Ask #llm|costs, <b>100%25</b>." in result.out
    assert summary.read_text().startswith("before\n<!-- tokcost -->\n")


def test_github_paths_start_at_the_top_of_the_repository(
    run: Run, broken: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A configuration in a folder of its own names files in that folder."""
    broken.write("service/tokcost.toml", CONFIG)
    broken.write("service/prompts/x.md", words(2000))
    monkeypatch.chdir(broken.path / "service")
    result = run("check", "-f", "github")
    assert "::error file=service/prompts/x.md,line=1," in result.out
    assert "The rule: service/tokcost.toml:6" in result.out


def test_the_comment_has_marker_verdict_and_changes_in_that_order(run: Run, broken: Repo) -> None:
    """Largest first; nothing in a name or message is markup."""
    result = run("check", "--base", "HEAD", "-f", "markdown", "--as-of", "2026-11-24")
    assert result.code == 1
    lines = result.out.splitlines()
    assert lines[0] == "<!-- tokcost -->"
    assert lines[3] == "- ⚠️ new prompt in 'support': prompts/new.md, 5 input tokens for gpt-4o"
    assert lines[2].startswith("- ⚠️ rules changed in this branch: ")
    assert lines[5].startswith("### tokcost: ❌ 7 findings in 4 prompts in 1 budget")
    assert "\\<b\\>" in result.out
    rows = [line for line in lines if line.startswith("| prompts/")]
    assert [row.split("|")[6].strip() for row in rows] == ["+1,700", "+5"]
    assert "<details>" not in result.out


def test_the_comment_collapses_beyond_ten_rows(run: Run, repo: Repo) -> None:
    """Ten stand open, eleven are folded."""
    for number in range(10):
        repo.write(f"prompts/new{number}.md", words(5))
    assert "<details>" not in run("check", "--base", "HEAD", "-f", "markdown").out
    repo.write("prompts/new10.md", words(5))
    result = run("check", "--base", "HEAD", "-f", "markdown")
    assert result.code == 0
    assert "### tokcost: ✅ 13 prompts in 1 budget: all within their limits" in result.out
    assert "<summary>11 rows</summary>" in result.out
    sums, folded = result.out.split("<details>")
    assert "| **total** | **gpt-4o** | **300** | **355** | **+55** |" in sums
    assert "total" not in folded


def test_the_comment_holds_so_many_rows_and_findings(run: Run, repo: Repo) -> None:
    """A budget, 199 of 205 changes, 50 of 205 findings: a comment has an end. A terminal is shown 20 changes."""
    for number in range(205):
        repo.write(f"prompts/new{number}.md", words(5))
    repo.write("tokcost.toml", CONFIG.replace("max-input-tokens = 1000", "max-input-tokens = 4"))
    repo.git("rm", "-q", "--cached", "prompts/a.md", "prompts/b.md")
    result = run("check", "--base", "HEAD", "-f", "markdown")
    assert result.code == 1
    lines = result.out.splitlines()
    assert sum(line.startswith("- **max-input-tokens**") for line in lines) == 50
    assert "- and 157 more" in lines  # with a.md and b.md, which are over the new limit, too
    assert sum(line.startswith("| prompts/") for line in lines) == 199
    assert "6 more rows are left out." in lines
    text = run("check", "--base", "HEAD").out.splitlines()
    assert sum(line.startswith("prompts/") for line in text) == 20
    assert "... and 185 more: --format json lists all" in text
    assert len(json.loads(run("check", "--base", "HEAD", "-f", "json").out)["details"]["changes"]) == 205


@pytest.mark.parametrize("flags", [("-f", "github", "--report", "github=out.txt"), ("--report", "github=out.txt")])
def test_the_summary_is_appended_once(
    run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch, flags: tuple[str, ...]
) -> None:
    """However many reports are for GitHub."""
    summary = repo.path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert run("check", "--base", "HEAD", *flags).code == 0
    assert summary.read_text().count("<!-- tokcost -->") == 1
    assert (repo.path / "out.txt").read_text().endswith("tokcost: 2 prompts in 1 budget: all within their limits\n")


def test_a_diff_is_there_in_every_format(run: Run, repo: Repo) -> None:
    """It has no limits: nothing is found, nothing fails."""
    repo.write("prompts/a.md", words(110))
    assert sarif(run("diff", "main", "-f", "sarif").out)["runs"][0]["results"] == []
    assert junit(run("diff", "main", "-f", "junit").out)["@failures"] == "0"
    assert run("diff", "main", "-f", "gitlab").out == "[]\n"
    assert run("diff", "main", "-f", "jsonl").out.count("\n") == 2
    result = run("diff", "main", "-f", "markdown", "--report", "csv=out.csv")
    assert result.code == 0
    assert "| prompts/a.md | gpt-4o | changed | 100 | 110 | +10 | 10.0 % |" in result.out
    assert (repo.path / "out.csv").read_text() == run("diff", "main", "-f", "csv").out


def test_several_reports_at_once_say_the_same(run: Run, broken: Repo) -> None:
    """Each is written to its file, under a temporary name first, findings or not."""
    names = ("sarif", "junit", "gitlab", "markdown", "json", "csv")
    flags = [flag for name in names for flag in ("--report", f"{name}=out.{name}")]
    result = run("check", "--base", "HEAD", *flags)
    assert result.code == 1
    assert "max-increase" in result.out
    texts = {name: (broken.path / f"out.{name}").read_text() for name in names}
    assert len(sarif(texts["sarif"])["runs"][0]["results"]) == 7
    junit(texts["junit"])
    assert len(json.loads(texts["gitlab"])) == 7
    assert len(json.loads(texts["json"])["findings"]) == 7
    assert texts["csv"].count("\n") == 5
    assert not list(broken.path.glob(".*.part"))


@pytest.mark.parametrize("report", ["sarif", "sarif=", "xml=out.xml", "=out"])
def test_a_report_that_is_none_is_refused(run: Run, repo: Repo, report: str) -> None:
    """Before anything is counted or written."""
    result = run("check", "--report", report)
    assert (result.code, result.out) == (2, "")
    assert "write it as sarif=out.sarif" in result.err


def test_a_report_that_cannot_be_written_is_no_pass(run: Run, repo: Repo) -> None:
    """Whoever waits for the file would think that nothing was found."""
    result = run("check", "--report", "sarif=nowhere/out.sarif")
    assert (result.code, result.out) == (2, "")
    assert "nowhere/out.sarif: cannot be written" in result.err


def test_the_json_of_a_check_reads_back_in(run: Run, broken: Repo) -> None:
    """Compared with itself nothing moved; held to the same budgets it breaks the same limits."""
    found = run("check", "-f", "json", "-o", "saved.json")
    assert found.code == 2  # growth has no base yet: all else is in the report
    assert run("diff", "saved.json", "-q").out == "0\n"
    again = json.loads(run("check", "--from", "saved.json", "-f", "json").out)
    once = json.loads((broken.path / "saved.json").read_text())
    assert [(each["rule"], each["value"]) for each in again["findings"]] == [
        (each["rule"], each["value"]) for each in once["findings"]
    ]
