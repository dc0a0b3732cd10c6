"""A layer below the price book: asked last, named with each number, and no limit rests on it unless that is allowed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Run, document
from tests.price_lists import FORMATS, HEAD, ROW, litellm, own_book
from tests.repos import Repo

ALLOW = "--allow-fallback"


def files(model: str = "acme/m") -> None:
    """A list in which acme sells m at 2.5 and 10, and inputs of every command that ask for it."""
    Path("l.json").write_text(FORMATS["litellm.json"])
    Path("p").mkdir(exist_ok=True)
    Path("p/a.md").write_text("hello world")
    Path("d.jsonl").write_text('{"text": "hello world"}\n')
    request = {"model": model, "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 10}
    Path("r.jsonl").write_text(json.dumps(request) + "\n")
    line = {"model": model, "usage": {"prompt_tokens": 1000, "completion_tokens": 100}, "cost": 0.0035}
    Path("u.jsonl").write_text(json.dumps(line) + "\n")
    Path("tokcost.toml").write_text(
        f'model = "{model}"\n[[budget]]\nname = "all"\npaths = ["p/*.md"]\nmax-cost = "1"\n'
    )


COMMANDS = [
    "count p/a.md -m acme/m",
    "count p/a.md -m gpt-4o -m acme/m",
    "corpus d.jsonl -m acme/m",
    "batch r.jsonl",
    "usage u.jsonl",
    "whatif u.jsonl --price x2",
    "models show acme/m",
    "diff l.lock",
]
GATES = [
    "count p/a.md -m acme/m --max-cost 1",
    "count p/a.md -m acme/m --max-tokens 9",
    "count p/a.md -m acme/m --fit",
    "corpus d.jsonl -m acme/m --max-cost 1",
    "batch r.jsonl --max-cost 1",
    "batch r.jsonl --max-tokens 99",
    "usage u.jsonl --max-cost 1",
    "usage u.jsonl --max-cost-per model=1",
    "audit u.jsonl",
    "check",
    "lock -o x.lock",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_name_that_the_book_does_not_know_is_priced_from_the_layer(run: Run, command: str) -> None:
    """Every command says from what list and of which day, on stderr."""
    files()
    assert run("lock", "-o", "l.lock", "--fallback", "l.json", ALLOW).code == 0
    without = run(*command.split())
    assert without.code == 2 and "acme/m" in without.err + without.out
    found = run(*command.split(), "--fallback", "l.json")
    assert found.code == 0
    assert "note: acme/m: priced from litellm l.json of 20" in found.err
    assert ", not from the book\n" in found.err


@pytest.mark.parametrize("command", GATES)
def test_no_limit_rests_on_the_layer(run: Run, command: str) -> None:
    """Exit 2 and a line that says what allows it, by an option or in the configuration; then it is judged."""
    files()
    found = run(*command.split(), "--fallback", "l.json", "--keep-going")
    assert found.code == 2
    says = "no limit is held against what a fallback says of it: --allow-fallback, or allow-fallback = true"
    assert says in found.err + found.out
    assert not Path("x.lock").exists()
    allowed = run(*command.split(), "--fallback", "l.json", ALLOW, "--keep-going")
    assert allowed.code == 0
    assert "priced from litellm l.json" in allowed.err
    config = Path("tokcost.toml").read_text()
    Path("tokcost.toml").write_text("allow-fallback = true\nfallback = ['l.json']\n" + config)
    assert run(*command.split(), "--keep-going").code == 0


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_a_layer(run: Run, form: str) -> None:
    """By the name of the list, by seller and id, and by the bare id where one seller has it: 1,000 x 2.5 + 100 x 10."""
    Path(form).write_text(FORMATS[form])
    for name in ("acme/m", "ACME/M", "m"):
        files(name)
        found = document(run("usage", "u.jsonl", "--fallback", form, "-f", "json"))
        assert found["totals"]["cost"] == "0.0035"
        assert any("acme/m: priced from" in line for line in found["warnings"])


def test_what_the_book_knows_is_never_asked(run: Run) -> None:
    """A list that has another rate of a known model changes nothing, not its limits either, and makes nothing
    ambiguous."""
    litellm(
        {
            "gpt-4o": {"litellm_provider": "openai", "input_cost_per_token": 1},
            "acme/gpt-4o": {"input_cost_per_token": 1},
            "gpt-5.4": {"input_cost_per_token": 1},
        }
    )
    for model in ("gpt-4o", "openai/gpt-4o", "gpt-4o-2024-08-06", "gpt-5.4"):
        plain = run("count", "-t", "hello world", "-m", model, "-f", "json")
        found = run(
            "count", "-t", "hello world", "-m", model, "--max-cost", "1", "--fallback", "list.json", "-f", "json"
        )
        assert (found.code, found.err) == (0, plain.err)
        assert document(found)["rows"] == document(plain)["rows"]


def test_a_model_of_the_book_without_a_price_stays_without(run: Run) -> None:
    """The book says why it has none; what a list says of it is not taken."""
    Path("own.toml").write_text(
        HEAD + '[acme."m"]\nencoding = "o200k_base"\nstanding = "exact"\nnote = "by contract"\n'
    )
    files()
    found = run("count", "-t", "hello", "-m", "acme/m", "--prices", "own.toml", "--fallback", "l.json")
    assert found.code == 2 and "by contract" in found.err


def test_a_known_seller_without_a_rate_is_asked_for_by_seller(run: Run) -> None:
    """A known model at a seller of which the book has no rate takes that seller's from the list, and no other's."""
    offers = {
        "kyma/gpt-4o": {"litellm_provider": "replicate", "input_cost_per_token": 9e-06},
        "nscale/gpt-4o": {"litellm_provider": "nscale", "input_cost_per_token": 3e-06},
    }
    litellm(offers)
    found = document(run("count", "-t", "hello world", "-m", "nscale/gpt-4o", "--fallback", "list.json", "-f", "json"))
    assert (found["rows"][0]["cost"], found["rows"][0]["standing"]) == ("0.000006", "exact")
    other = run("count", "-t", "hello world", "-m", "hyperbolic/gpt-4o", "--fallback", "list.json")
    assert other.code == 2 and "hyperbolic" in other.err


def test_a_price_file_is_a_layer(run: Run) -> None:
    """One of our own, whatever it is called; its rows say where they are from."""
    own_book('input = "4"\nsource = "the contract"\nchecked = 2026-11-01\n', "own.toml")
    Path("own.txt").write_text(Path("own.toml").read_text())
    for name in ("own.toml", "own.txt"):
        found = run("count", "-t", "hello world", "-m", "acme/m", "--fallback", name)
        assert found.code == 0 and "$0.000008" in found.out
        assert f"note: acme/m: priced from the price file {name} (the contract) of 2026-11-01, not from" in found.err


def test_names_of_ones_own_in_a_layer_lead_nowhere(run: Run) -> None:
    """An alias there for a model of the book would be a price of the book under the name of the layer."""
    Path("own.toml").write_text(HEAD + '[aliases]\n"mine" = "openai/gpt-4o"\n')
    assert run("count", "-t", "hello", "-m", "mine", "--prices", "own.toml").code == 0
    found = run("count", "-t", "hello", "-m", "mine", "--fallback", "own.toml")
    assert found.code == 2 and "unknown model 'mine'" in found.err


def test_the_first_layer_that_has_it_answers(run: Run) -> None:
    """Several files are asked in the order they are named, those of the configuration last."""
    own_book('input = "4"\n', "a.toml")
    Path("b.toml").write_text(HEAD + (ROW + 'input = "5"\n').replace('"m"', '"n"') + ROW + 'input = "6"\n')
    Path("c.toml").write_text(HEAD + (ROW + 'input = "7"\n').replace('"m"', '"o"'))
    Path("tokcost.toml").write_text('fallback = ["c.toml"]\n')

    def cost(model: str) -> str:
        found = run(
            "count", "-t", "hello world", "-m", model, "--fallback", "a.toml", "--fallback", "b.toml", "-f", "json"
        )
        return str(document(found)["rows"][0]["cost"])

    assert [cost(model) for model in ("acme/m", "acme/n", "acme/o")] == ["0.000008", "0.00001", "0.000014"]


def test_the_configuration_names_files_beside_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path is one from the configuration's folder; a file that is not there is one line, when it is
    asked for."""
    files()
    config = Path("tokcost.toml").read_text()
    Path("lists").mkdir()
    Path("l.json").rename("lists/l.json")
    Path("tokcost.toml").write_text('allow-fallback = true\nfallback = ["lists/l.json"]\n' + config)
    Path("sub").mkdir()
    monkeypatch.chdir("sub")
    for command in ("check", "count ../p/a.md -m acme/m", "usage ../u.jsonl"):
        assert run(*command.split()).code == 0
    Path("../lists/l.json").unlink()
    assert run("count", "../p/a.md", "-m", "gpt-4o").code == 0
    found = run("check")
    assert (found.code, found.err.count("\n")) == (2, 1) and "lists/l.json" in found.err
    Path("../tokcost.toml").write_text('fallback = "x"\nallow-fallback = 1\n' + config)
    assert run("check").code == 2


NO_LAYERS = [
    ("nosuch.json", None),
    ("broken.json", '{"a"'),
    ("own.toml", "[tokcost]\n"),
    ("notes.txt", "hello"),
    ("clash.toml", HEAD + "[acme]\nm = 1\n"),
]


@pytest.mark.parametrize(("name", "text"), NO_LAYERS)
def test_a_file_that_cannot_be_a_layer_is_one_line(run: Run, name: str, text: str | None) -> None:
    """Named by the option it is read at once, whatever is asked for."""
    if text is not None:
        Path(name).write_text(text)
    found = run("count", "-t", "hello", "-m", "gpt-4o", "--fallback", name)
    assert (found.code, found.out, found.err.count("\n")) == (2, "", 1) and name in found.err


def test_a_name_that_several_sell_is_not_guessed(run: Run) -> None:
    """The error names the forms of the list; what has no rate there is said, too."""
    offers = {"litellm_provider": "other", "input_cost_per_token": 1e-06}
    litellm(acme__z={"input_cost_per_token": 2e-06}, other__z=offers, acme__y={"input_cost_per_token": 0})
    found = run("count", "-t", "hello", "-m", "z", "--fallback", "list.json")
    assert found.code == 2 and "use acme/z or other/z" in found.err
    none = run("count", "-t", "hello", "-m", "acme/y", "--fallback", "list.json")
    assert none.code == 2 and "every rate of it is 0" in none.err
    unknown = run("count", "-t", "hello", "-m", "acme/nosuch", "--fallback", "list.json")
    assert unknown.code == 2 and "unknown model 'acme/nosuch'" in unknown.err


def test_a_layer_is_a_rule_that_is_protected(run: Run) -> None:
    """Keys of the configuration that decide whether something passes are among those that --protect-rules holds."""
    from tokcost.budgets.parse import SETTING_FIELDS

    assert SETTING_FIELDS["allow_fallback"] == "allow-fallback" and SETTING_FIELDS["fallback"] == "fallback"


def test_a_layer_that_moves_is_a_rule_that_moved(run: Run, repo: Repo) -> None:
    """Where limits may rest on a file below the book, a branch that makes it cheaper is told of, or refused."""
    repo.write("l.json", FORMATS["litellm.json"])
    rules = 'model = "acme/m"\nfallback = ["l.json"]\nallow-fallback = true\n[[budget]]\nname = "all"\n'
    repo.write("tokcost.toml", rules + 'paths = ["p/*.md"]\nmax-cost = "1"\n')
    repo.write("p/a.md", "hello world")
    repo.commit()
    repo.git("branch", "-f", "base")
    repo.write("l.json", FORMATS["litellm.json"].replace("2.5e-06", "2.5e-09"))
    said = run("check", "--base", "base")
    assert (said.code, "l.json changed: it prices the models that the book does not know" in said.out) == (0, True)
    assert run("check", "--base", "base", "--protect-rules").code == 1


def test_a_source_without_a_first_day_names_none(run: Run) -> None:
    """The first day that there is is not shown for one."""
    files()
    result = run("models", "show", "acme/m", "--fallback", "l.json", "--as-of", "2026-11-26")
    assert result.code == 0
    assert "in force on 2026-11-26: those of a source that names no first day\n" in result.out
    assert "0001" not in result.out
