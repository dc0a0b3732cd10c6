"""What SARIF, GitHub and GitLab say to who reads them, and that nothing from outside speaks through them."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.conftest import Run
from tests.repos import CONFIG, Repo, words
from tests.runner import TOP
from tokcost.metering.group_by import BY
from tokcost.render.sarif import RULES

SCHEMA = json.loads(Path(__file__).with_name("schemas").joinpath("sarif-2.1.0-rtm.5.json").read_text())
# Escapes of terminals, ends of lines of every kind, characters that turn the reading direction or are not seen.
ODD = "a\x1b[31m\x1b]8;;https:x\x07\r\u2028\u202e\x9b\x7f\u00ad::error::##[add-mask]e](https:x"


def log_of(path: Path) -> Any:
    """The one run of a SARIF file that its schema lets through."""
    data = json.loads(path.read_text())
    jsonschema.Draft4Validator(SCHEMA).validate(data)
    (log,) = data["runs"]
    return log


@pytest.fixture
def odd(run: Run, repo: Repo) -> dict[str, str]:
    """The formats of a check whose names, message and budget hold what nobody may obey."""
    quoted = json.dumps(ODD + "\n::error::second line")
    repo.write(f"prompts/{ODD.replace('/', '')}.md", words(1200))
    repo.write("tokcost.toml", CONFIG.replace('"support"', quoted) + f"message = {quoted}\n")
    names = ("github", "sarif", "gitlab")
    result = run(
        "check", "--base", "HEAD", "-q", *(word for name in names for word in ("--report", f"{name}=o.{name}"))
    )
    assert result.code == 1
    return {name: Path(f"o.{name}").read_text() for name in names}


def _texts(value: Any) -> list[str]:
    """Every text in a JSON value, keys included."""
    if isinstance(value, dict):
        return [text for key, each in value.items() for text in (key, *_texts(each))]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []


def test_no_format_carries_what_a_terminal_or_a_runner_obeys(odd: dict[str, str]) -> None:
    """Control characters are shown as escapes, in the text and in what a parser makes of it."""
    for form, text in odd.items():
        assert all(char.isprintable() or char == "\n" for char in text), form
        assert "\\x1b[31m" in text.replace("\\\\", "\\"), form
    (log,) = json.loads(odd["sarif"])["runs"]
    assert all(text.isprintable() for text in _texts([log["results"], log["invocations"]]))
    assert all(each["description"].isprintable() for each in json.loads(odd["gitlab"]))
    assert all(
        line.startswith(("::error file=", "::warning title=", "tokcost: ")) for line in odd["github"].splitlines()
    )


def test_no_link_can_be_made_in_sarif(odd: dict[str, str]) -> None:
    """A viewer makes links of brackets even in plain text."""
    (results,) = [log["results"] for log in json.loads(odd["sarif"])["runs"]]
    assert results
    assert all("](" not in each["message"]["text"] for each in results)


@pytest.mark.usefixtures("before_notes")
def test_every_rule_of_sarif_explains_itself(run: Run, repo: Repo) -> None:
    """Code scanning asks for a description and a help; whoever reads them learns what to do."""
    repo.write("prompts/new.md", "Hello")
    assert run("check", "--base", "HEAD", "--report", "sarif=o.sarif").code == 0
    log = log_of(Path("o.sarif"))
    driver = log["tool"]["driver"]
    assert driver["informationUri"].startswith("https://")
    (invocation,) = log["invocations"]
    assert invocation["executionSuccessful"] is True
    (note,) = invocation["toolExecutionNotifications"]
    assert (note["level"], note["message"]["text"][:23]) == ("warning", "new prompt in 'support'")
    for rule in driver["rules"]:
        short, full = rule["shortDescription"]["text"], rule["fullDescription"]["text"]
        assert short.endswith(".")
        assert full.startswith(short)
        assert len(full) > len(short) + 10, "it says what to do"
        assert rule["help"]["text"] == full
        assert rule["help"]["markdown"].startswith(f"**{rule['id']}**: {short}\n\n")


def test_a_sarif_without_results_is_clean_only_where_all_was_checked(run: Run) -> None:
    """What could not be read is told, and the run is none that succeeded; a note is a warning of it."""
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}
    lines = [json.dumps({"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": body}), "{\x1b"]
    Path("r.jsonl").write_text("\n".join(lines))
    result = run("batch", "r.jsonl", "--max-cost", "9", "--report", "sarif=o.sarif")
    assert result.code == 2
    log = log_of(Path("o.sarif"))
    assert log["results"] == []
    (invocation,) = log["invocations"]
    assert invocation["executionSuccessful"] is False
    assert any(
        each["level"] == "error" and "r.jsonl:2" in each["message"]["text"]
        for each in invocation["toolExecutionNotifications"]
    )


def _multitool(folder: Path) -> list[str]:
    """The validator that the format's makers publish; skipped where it cannot be had."""
    if not os.environ.get("TOKCOST_TEST_INSTALLS") or not shutil.which("npm"):
        pytest.skip("installs packages: set TOKCOST_TEST_INSTALLS=1, with npm on PATH")
    command = ["npm", "install", "--silent", "--prefix", str(folder), "@microsoft/sarif-multitool-linux"]
    subprocess.run(command, capture_output=True, check=False, timeout=200)
    tool = folder / "node_modules" / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"
    if not tool.exists():
        pytest.skip("the validator cannot be had")
    tool.chmod(0o755)
    return [str(tool), "validate", "--rule-kind", "Sarif;Ghas"]


def test_sarif_passes_the_validator_with_githubs_own_rules(odd: dict[str, str], run: Run, tmp_path: Path) -> None:
    """No error and no warning, with findings, without any, and where not everything was checked."""
    command = _multitool(tmp_path / "npm")
    flags = ("--gate", "floor", "-m", "gpt-4o", "--base", "HEAD", "--exit-zero")
    assert run("check", *flags, "--report", "sarif=1.sarif").code == 0
    Path("r.jsonl").write_text("{")
    assert run("batch", "r.jsonl", "--report", "sarif=2.sarif").code == 2
    assert run("count", "tokcost.toml", "--max-tokens", "3", "--report", "sarif=3.sarif").code == 1
    Path("p.toml").write_text("x = 1\n")
    assert run("prices", "lint", Path("p.toml").resolve(), "--report", "sarif=4.sarif").code == 1
    files = ["o.sarif", "1.sarif", "2.sarif", "3.sarif", "4.sarif"]
    environment = os.environ | {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    done = subprocess.run([*command, *files], env=environment, capture_output=True, text=True, check=False, timeout=200)
    assert "5 files scanned" in done.stdout
    assert [line for line in done.stdout.splitlines() if ": error " in line or ": warning " in line] == []


def test_every_rule_that_a_finding_names_is_described() -> None:
    """A rule that SARIF does not know would end the report that tells of it."""
    named = set()
    for path in (TOP / "tokcost").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Finding":
                rules = [*node.args[:1], *(each.value for each in node.keywords if each.arg == "rule")]
                named |= {each.value for each in rules if isinstance(each, ast.Constant)}
    assert {"locked", "price-file", "engines", "fit"} <= named
    assert named <= set(RULES)


@pytest.mark.parametrize("what", BY)
def test_a_limit_for_each_of_a_kind_is_a_result(run: Run, what: str) -> None:
    """Whatever a log is grouped by: code scanning is told which limit was exceeded."""
    line = b'{"model": "gpt-4o", "client": "a", "usage": {"prompt_tokens": 1000, "completion_tokens": 5}}\n'
    result = run("usage", "--max-cost-per", f"{what}=0.001", "--report", "sarif=o.sarif", "-f", "json", stdin=line)
    (found,) = log_of(Path("o.sarif"))["results"]
    assert (result.code, found["ruleId"]) == (1, f"max-cost-per-{what}")
    assert result.err.count("\n") == 1 and "exceeds the limit of $0.001" in result.err


def test_a_price_file_that_is_wrong_is_a_result(run: Run) -> None:
    """With its file and line, as every finding."""
    Path("p.toml").write_text('[tokcost]\nschema = 1\n[model.x]\ninput = "a"\n')
    assert run("prices", "lint", "p.toml", "--report", "sarif=o.sarif").code == 1
    (result,) = log_of(Path("o.sarif"))["results"]
    assert result["ruleId"] == "price-file"
    (place,) = result["locations"]
    assert place["physicalLocation"]["artifactLocation"] == {"uri": "p.toml", "uriBaseId": "%SRCROOT%"}
    assert place["physicalLocation"]["region"] == {"startLine": 4}
    path = Path("p.toml").resolve()
    assert run("prices", "lint", path, "--report", "sarif=o.sarif").code == 1
    (place,) = log_of(Path("o.sarif"))["results"][0]["locations"]
    assert place["physicalLocation"]["artifactLocation"] == {"uri": path.as_uri()}
