"""One document for every command: each output, of failing runs too, is held to the schema that the package prints."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.conftest import Run
from tokcost.errors import TokcostError
from tokcost.report.saved import from_dict

REQUEST = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
LINE = {"model": "gpt-4o", "usage": {"prompt_tokens": 1000, "completion_tokens": 100}}
CONFIG = 'model = "gpt-4o"\n[[budget]]\nname = "all"\npaths = ["p/*.md"]\nmax-input-tokens = {}\n'


def files() -> None:
    """Inputs of every kind: good, broken, and over a limit."""
    Path("p").mkdir()
    Path("p/a.md").write_text("hello world")
    Path("r.jsonl").write_text(json.dumps(REQUEST) + "\n")
    Path("bad.jsonl").write_text(json.dumps(REQUEST) + '\n{"model": "gpt-4o"\n')
    Path("u.jsonl").write_text(json.dumps(LINE) + "\n")
    Path("bad-u.jsonl").write_text(json.dumps(LINE) + "\n{broken\n")
    Path("charged.jsonl").write_text(json.dumps({**LINE, "cost": 1.5}) + "\n")
    Path("tokcost.toml").write_text(CONFIG.format(100))
    Path("strict.toml").write_text(CONFIG.format(1))
    Path("own.toml").write_text('[tokcost]\nschema = 1\n[openai."gpt-4o"]\nnonsense = 1\n')
    Path("d.jsonl").write_text('{"text": "hello world"}\n{"text": "again"}\n')
    Path("bad-d.jsonl").write_text('{"text": "hello world"}\n{"text": 1}\n')


COMMANDS = [
    ("count p -m gpt-4o -m claude-sonnet-4-5", 0),
    ("count p -m HCX-005", 2),
    ("count p -m gpt-4o --max-tokens 1", 1),
    ("count p --encoding gpt2", 0),
    ("batch r.jsonl", 0),
    ("batch r.jsonl --max-tokens 1 --why", 1),
    ("batch bad.jsonl", 2),
    ("batch r.jsonl --results u.jsonl", 0),
    ("batch r.jsonl --results bad-u.jsonl", 2),
    ("batch r.jsonl --output-ratio u.jsonl --max-cost 0.0000001", 1),
    ("corpus d.jsonl -m gpt-4o", 0),
    ("corpus d.jsonl --encoding gpt2", 0),
    ("corpus bad-d.jsonl -m gpt-4o", 2),
    ("corpus d.jsonl -m gpt-4o --max-tokens 1", 1),
    ("check", 0),
    ("check --config strict.toml --why", 1),
    ("diff tokcost.lock", 0),
    ("usage u.jsonl --by day,model", 0),
    ("usage bad-u.jsonl", 2),
    ("usage --formats", 0),
    ("usage u.jsonl --max-cost 0.0001", 1),
    ("audit charged.jsonl", 1),
    ("whatif u.jsonl --price x0.1 --usage x30", 0),
    ("whatif u.jsonl --price x1..x0.1", 0),
    ("models list --provider openai", 0),
    ("models show gpt-5.4", 0),
    ("prices lint", 0),
    ("prices lint own.toml", 1),
    ("encodings", 0),
    ("encodings verify p/a.md --encoding gpt2", 0),
    ("tokens hello --encoding gpt2", 0),
    ("lock", 0),
]


@pytest.fixture
def schema(run: Run) -> dict[str, Any]:
    """The schema as the tool prints it."""
    result = run("schema")
    assert (result.code, result.err) == (0, "")
    found: dict[str, Any] = json.loads(result.out)
    jsonschema.Draft202012Validator.check_schema(found)
    return found


@pytest.mark.parametrize(("command", "code"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_every_report_is_the_one_document(run: Run, schema: dict[str, Any], command: str, code: int) -> None:
    """Same keys, rows with a name, money as plain text; what failed is a problem and the exit code says so."""
    files()
    run("lock")
    result = run(*command.split(), "-f", "json")
    assert result.code == code, result.err
    document = json.loads(result.out)
    jsonschema.validate(document, schema, jsonschema.Draft202012Validator)
    assert document["totals"]["complete"] is (code != 2)
    if code == 1:
        assert document["findings"]


def test_a_followed_log_ends_with_the_one_document(run: Run, schema: dict[str, Any]) -> None:
    """1,000 tokens at 2.50 dollars and 100 at 10 per million are 0.0035, also when they were followed."""
    result = run("usage", "--follow", "-", "-f", "json", stdin=(json.dumps(LINE) + "\n").encode())
    document = json.loads(result.out)
    jsonschema.validate(document, schema, jsonschema.Draft202012Validator)
    assert (result.code, document["command"], document["totals"]["cost"]) == (0, "usage", "0.0035")


@pytest.mark.parametrize(("command", "code"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_every_report_reads_back(run: Run, command: str, code: int) -> None:
    """``from_dict`` takes what any command prints; its rows are the same, money exact."""
    files()
    run("lock")
    document = json.loads(run(*command.split(), "-f", "json").out)
    report = from_dict(document)
    assert report.command == document["command"]
    assert report.table.to_list() == document["rows"]
    assert len(report.problems) == sum(problem["lines"] for problem in document["problems"])


@pytest.mark.parametrize(("command", "code"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_csv_has_the_keys_of_the_rows(run: Run, command: str, code: int) -> None:
    """One header for a command, whatever it found: the keys of its JSON rows."""
    files()
    run("lock")
    document = json.loads(run(*command.split(), "-f", "json").out)
    rows = document["details"].get("grid") or document["rows"]  # of several scenarios people want the curve
    header = run(*command.split(), "-f", "csv").out.splitlines()[0].split(",")
    assert all(list(row) == header for row in rows)


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ([], "not a report of this version"),
        ({"schema_version": 3, "command": "count", "rows": []}, "not a report of this version"),
        ({"schema_version": 2, "rows": []}, "it has no command or no rows"),
        ({"schema_version": 2, "command": "count", "rows": [3]}, "row 1 is not an object"),
        ({"schema_version": 2, "command": "count", "rows": [{"cost": "1e999999"}]}, "row 1: cost is '1e999999'"),
        ({"schema_version": 2, "command": "count", "rows": [{"input_tokens": -1}]}, "row 1: input_tokens is '-1'"),
    ],
)
def test_what_is_not_a_report_is_refused_with_the_reason(document: object, problem: str) -> None:
    """Which row, which key, and what is wrong with it."""
    with pytest.raises(TokcostError) as caught:
        from_dict(document)
    assert problem in str(caught.value)


def test_money_reads_back_exactly() -> None:
    """Every digit, and unknown stays unknown."""
    row = {"name": "a", "cost": "0.10000000000000000000001", "cost_low": None}
    report = from_dict({"schema_version": 2, "command": "count", "rows": [row]})
    assert report.table.rows == [{"name": "a", "cost": Decimal("0.10000000000000000000001"), "cost_low": None}]
