"""Names of one's own: in a price file, in the configuration, with -m NAME=MODEL; each means a model everywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.repos import CONFIG, Repo, words
from tokcost.catalog import PriceBook
from tokcost.cli.options import complete_model, complete_provider

CHANGED = "rules changed in this branch: "


def counted(run: Run, *argv: str) -> dict[str, Any]:
    """The row of a count of one text."""
    result = run("count", "-t", "Hello", "--format", "json", *argv)
    assert result.code == 0, result
    (row,) = json.loads(result.out)["rows"]
    return {key: row[key] for key in ("provider", "model", "cost")}


def prices(name: str, model: str) -> str:
    """A price file that gives a model a name."""
    return f'[tokcost]\nschema = 1\n\n[aliases]\n"{name}" = "{model}"\n'


SONNET = {"provider": "anthropic", "model": "claude-sonnet-5-5"}


@pytest.mark.parametrize("case", ["configuration", "pyproject", "project", "option", "environment"])
def test_a_name_is_one_line(run: Run, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it is said, whatever its case: the rules of counting of the model, the price of the seller."""
    argv = ["-m", "DESK"]
    if case == "configuration":
        Path("tokcost.toml").write_text('[aliases]\n"desk" = "azure/gpt-4o"\n')
    elif case == "pyproject":
        Path("pyproject.toml").write_text('[tool.tokcost.aliases]\n"desk" = "azure/gpt-4o"\n')
    elif case == "project":
        Path("pricing.toml").write_text(prices("desk", "azure/gpt-4o"))
    elif case == "option":
        argv = ["-m", "desk = azure/gpt-4o"]
    else:
        monkeypatch.setenv("TOKCOST_MODEL", "desk=azure/gpt-4o")
        argv = []
    # "Hello" is 1 token, 2.50 for a million
    assert counted(run, *argv) == {"provider": "azure", "model": "azure/gpt-4o", "cost": "0.0000025"}


def test_the_nearest_word_wins(run: Run) -> None:
    """-m over the configuration over --prices over the project's file over the book; one name may lead to the next."""
    assert counted(run, "-m", "gpt-4o")["provider"] == "openai"
    Path("pricing.toml").write_text(prices("gpt-4o", "azure/gpt-4o"))
    assert counted(run, "-m", "gpt-4o")["provider"] == "azure"
    assert counted(run, "-m", "openai/gpt-4o")["provider"] == "openai"
    Path("own.toml").write_text(prices("gpt-4o", "desk") + '"desk" = "openrouter/openai/gpt-4o"\n')
    assert counted(run, "-m", "gpt-4o", "--prices", "own.toml")["provider"] == "openrouter"
    Path("tokcost.toml").write_text('[aliases]\n"gpt-4o" = "gpt-5.4"\n')
    assert counted(run, "-m", "gpt-4o", "--prices", "own.toml")["model"] == "gpt-5.4"
    assert counted(run, "-m", "gpt-4o=gpt-4.1", "--prices", "own.toml")["model"] == "gpt-4.1"


def test_whole_batches_and_logs(run: Run) -> None:
    """The requests and lines that name it are counted and priced as its model; others keep theirs."""
    bodies = [{"model": name, "messages": [{"role": "user", "content": "Hi"}]} for name in ("Desk", "gpt-4o-mini")]
    Path("r.jsonl").write_text("".join(json.dumps(body) + "\n" for body in bodies))
    result = run("batch", "r.jsonl", "-m", "desk=gpt-4o", "--format", "json")
    assert [row["model"] for row in json.loads(result.out)["rows"]] == ["gpt-4o", "gpt-4o-mini"]
    usage = {"input_tokens": 1_000_000, "output_tokens": 0}
    line = {"type": "message", "model": "desk", "usage": usage, "timestamp": "2026-11-20T10:00:00Z"}
    for argv in (["-m", "desk=gpt-5.4", "-m", "desk=gpt-4o"], ["-m", "desk=gpt-4o", "--provider", "azure"]):
        result = run("usage", "-", "--format", "json", *argv, stdin=json.dumps(line).encode())
        assert (result.code, result.err) == (0, "")
        (row,) = json.loads(result.out)["rows"]
        assert (row["name"], row["cost"]) == ("gpt-4o", "2.5")


def test_what_gives_a_name_is_no_default_model(run: Run) -> None:
    """A request that names no model is refused still; the last plain -m is its model."""
    Path("r.json").write_text('{"messages": [{"role": "user", "content": "Hi"}]}')
    result = run("batch", "r.json", "-m", "desk=gpt-4o")
    assert (result.code, result.out) == (2, "")
    assert result.err.endswith("the request names no model: name one with -m\n")
    result = run("batch", "r.json", "-m", "desk=gpt-4o", "-m", "desk", "--format", "json")
    assert json.loads(result.out)["rows"][0]["model"] == "gpt-4o"


def test_models_show_and_completion(run: Run) -> None:
    """What it was read as, and where that is said; it is completed as any name."""
    Path("tokcost.toml").write_text('[aliases]\n"desk" = "azure/gpt-4o"\n')
    found = json.loads(run("models", "show", "desk", "--format", "json").out)
    assert found["read_as"] == "azure/gpt-4o"
    assert found["read_why"].startswith("'desk' is a name of your own for azure/gpt-4o (tokcost.toml:2)")
    assert complete_model("des") == ["desk"]


@pytest.mark.parametrize("begun", ["azure_ai/gpt-4", "vertex_ai/", "us.", "global.anthropic.", "us-gov.", "Groq/"])
def test_what_completion_offers_is_known(begun: str) -> None:
    """Under the prefix or geography that was begun, and never with a place before an id that says one itself."""
    book, offered = PriceBook.load(), complete_model(begun)
    assert offered
    for name in offered:
        assert name.startswith(begun)
        assert book.find(name).full_id
        assert name.count("us-gov.") <= 1


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("-m", "-m 'desk=gpt-99x': the alias 'desk' means no model: unknown model 'gpt-99x'"),
        ("tokcost.toml", "tokcost.toml:2: the alias 'desk' means no model: unknown model 'gpt-99x'"),
        ("pricing.toml", "pricing.toml:5: the alias 'desk' means no model: unknown model 'gpt-99x'"),
    ],
)
def test_a_name_of_no_model_is_one_line_with_its_place(run: Run, where: str, says: str) -> None:
    """Whether it is asked for or not."""
    argv = ["-m", "gpt-4o"]
    if where == "-m":
        argv = ["-m", "desk=gpt-99x"]
    else:
        Path(where).write_text(
            prices("desk", "gpt-99x") if where == "pricing.toml" else '[aliases]\n"desk" = "gpt-99x"\n'
        )
    result = run("count", "-t", "x", *argv)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert f"tokcost: error: {says}" in result.err.replace(f"{Path.cwd()}/", "")
    if where == "pricing.toml":
        linted = run("prices", "lint", where)
        assert (linted.code, "means no model" in linted.out) == (2, True) or linted.code == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[aliases]\n"a" = "b"\n"b" = "A"\n', "tokcost.toml:2: an alias that leads back to itself: 'a' -> 'b' -> 'a'"),
        (
            '[aliases]\n"gpt-4o" = "gpt-4o"\n',
            "tokcost.toml:2: an alias that leads back to itself: 'gpt-4o' -> 'gpt-4o'",
        ),
        ('[aliases]\n"a" = 3\n', "tokcost.toml:1: aliases gives 'a' no model: write one in quotes"),
        ('aliases = "gpt-4o"\n', "tokcost.toml:1: aliases must be a table of names"),
        (
            '[aliases]\n"a" = "llama-4-scout"\n',
            "tokcost.toml:2: the alias 'a' means no model: model 'llama-4-scout' is",
        ),
    ],
)
def test_names_that_lead_nowhere_are_refused(run: Run, text: str, says: str) -> None:
    """A loop, a value that is no name, a model that several sell: one line with its place."""
    Path("tokcost.toml").write_text(text)
    result = run("count", "-t", "x", "-m", "gpt-4o")
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert result.err.startswith(f"tokcost: error: {says}")


@pytest.mark.parametrize("given", ["=gpt-4o", "desk=", "="])
def test_half_a_name_is_refused(run: Run, given: str) -> None:
    """NAME=MODEL needs both."""
    result = run("count", "-t", "x", "-m", given)
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        f"tokcost: error: -m '{given}': write a name of your own as NAME=MODEL: -m my-deployment=gpt-4o\n"
    )


@pytest.fixture
def branch(run: Run, repo: Repo) -> Repo:
    """A budget whose model is a name of one's own, and a branch of it."""
    text = CONFIG.replace('"gpt-4o"', '"desk"').replace("[[budget]]", '[aliases]\n"desk" = "gpt-5.4"\n\n[[budget]]')
    repo.write("tokcost.toml", text + "max-cost = 0.02\n")
    repo.write("prompts/a.md", words(100))
    run("lock")
    repo.commit("rules")
    repo.git("checkout", "-qb", "work")
    return repo


def test_a_branch_does_not_make_its_gate_cheaper_unseen(run: Run, branch: Repo) -> None:
    """What a name means is one of the rules that the base is compared with: in both files."""
    result = run("check", "--base", "main", "-f", "json")
    assert (result.code, json.loads(result.out)["headlines"]) == (0, [])
    text = (branch.path / "tokcost.toml").read_text()
    branch.write("tokcost.toml", text.replace('"gpt-5.4"', '"gpt-5-nano"'))
    told = json.loads(run("check", "--base", "main", "-f", "json").out)["headlines"]
    assert told[0].startswith(f"{CHANGED}aliases 'desk' 'gpt-5.4' → 'gpt-5-nano'")
    branch.write("tokcost.toml", text)
    branch.write("pricing.toml", prices("gpt-5.4", "openai/gpt-5-nano"))
    told = json.loads(run("check", "--base", "main", "-f", "json").out)["headlines"]
    assert "pricing.toml added: alias 'gpt-5.4' 'none' → 'openai/gpt-5-nano'" in told[0]


@pytest.mark.parametrize("name", ["us.anthropic.claude-opus-5", "azure/gpt-4o", "global.anthropic.claude-opus-5"])
def test_a_sellers_model_is_one_row_on_both_sides(run: Run, repo: Repo, name: str) -> None:
    """A budget by the name of a seller's model compares its prompts with the base, the lock and a limit of money."""
    repo.write("tokcost.toml", CONFIG.replace('"gpt-4o"', f'"{name}"') + "max-cost = 0.0001\n")
    repo.write("prompts/a.md", words(100))
    assert run("lock").code == 0
    repo.commit("rules")
    repo.git("checkout", "-qb", "work")
    repo.write("prompts/a.md", words(150))
    result = run("check", "--base", "main", "-f", "json")
    told = json.loads(result.out)
    assert (result.code, {each["rule"] for each in told["findings"]}) == (1, {"max-cost", "max-increase"})
    changed = [each for each in told["details"]["changes"] if each["name"] == "prompts/a.md"]
    assert [(each["status"], each["input_tokens_before"] is None) for each in changed] == [("changed", False)]
    assert run("count", "prompts/a.md", "-m", name, "--max-cost", "0.000001").code == 1


@pytest.mark.parametrize(
    ("begun", "has"),
    [
        ("mine=azure/gpt-4o", "mine=azure/gpt-4o-mini"),
        ("bedrock/us.anthropic.claude-sonnet-4-6", "bedrock/us.anthropic.claude-sonnet-4-6"),
        ("us.anthropic.claude-sonnet-4-6", "us.anthropic.claude-sonnet-4-6"),
    ],
)
def test_names_are_completed_as_they_were_begun(begun: str, has: str) -> None:
    """Behind a name of one's own, behind a geography with or without its seller: each leads to a model."""
    found = complete_model(begun)
    assert has in found
    assert all(name.startswith(begun) for name in found)


def test_providers_are_completed() -> None:
    """For every --provider."""
    assert complete_provider("open") == ["openai", "openrouter"]


@pytest.mark.parametrize("command", ["models list", "usage d.jsonl"])
def test_a_provider_is_known_by_the_ways_it_is_written_or_not_at_all(run: Run, command: str) -> None:
    """As names have it; one that nobody knows is no option passed over in silence."""
    usage = {"prompt_tokens": 1_000_000, "completion_tokens": 0}
    Path("d.jsonl").write_text(json.dumps({"model": "llama-3.3-70b", "usage": usage}) + "\n")
    told = run(*command.split(), "--provider", "together_ai")
    assert "unknown" not in told.err + told.out
    assert "together" in told.out
    wrong = run(*command.split(), "--provider", "opnai")
    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.err.startswith("tokcost: error: unknown provider 'opnai': did you mean openai? choose ai21, ")


@pytest.mark.parametrize("where", ["tokcost.toml", "pricing.toml"])
def test_two_names_that_differ_in_case_alone_are_refused(run: Run, where: str) -> None:
    """Which of them is meant nobody can say; in two files the nearer one wins, as ever; spaces make no difference."""
    head = "[tokcost]\nschema = 1\n" if where == "pricing.toml" else ""
    Path(where).write_text(f'{head}[aliases]\n"Desk" = "gpt-4o"\n"desk" = "gpt-4o-mini"\n')
    result = run("count", "-t", "x", "-m", "desk")
    assert (result.code, result.out) == (2, "")
    assert result.err.endswith("'Desk' and 'desk' are one name: leave one of them out\n")
    Path(where).write_text(f'{head}[aliases]\n"the desk" = "azure/gpt-4o"\n')
    assert counted(run, "-m", "The  DESK")["model"] == "azure/gpt-4o"
