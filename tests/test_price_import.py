"""Models of a price list of others as a price file: exact, dated, checked, and what it could not carry said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run, document
from tests.price_lists import FORMATS, litellm, own_book


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_becomes_a_price_file(run: Run, name: str) -> None:
    """It passes the lint, and prices by the rates of the list: 1,000 x 2.5 + 100 x 10 for a million."""
    Path(name).write_text(FORMATS[name])
    found = run("prices", "import", name, "-o", "own.toml")
    assert (found.code, found.out) == (0, "")
    assert "tokcost: own.toml: 1 model of " in found.err
    lint = run("prices", "lint", "own.toml")
    assert (lint.code, lint.out) == (0, "own.toml: no problems\n")
    line = {"model": "acme/m", "usage": {"prompt_tokens": 1000, "completion_tokens": 100}}
    Path("u.jsonl").write_text(json.dumps(line) + "\n")
    priced = document(run("usage", "u.jsonl", "--prices", "own.toml", "-f", "json"))
    assert priced["totals"]["cost"] == "0.0035"
    long = {"model": "acme/m", "usage": {"prompt_tokens": 200001, "completion_tokens": 0}}
    Path("u.jsonl").write_text(json.dumps(long) + "\n")
    assert document(run("usage", "u.jsonl", "--prices", "own.toml", "-f", "json"))["totals"]["cost"] == "1.000005"


def test_the_file_says_where_its_rows_are_from(run: Run) -> None:
    """Source, day and a low confidence; limits and retirement of the model; an estimate, where it is nobody's."""
    litellm(
        acme__m={
            "input_cost_per_token": 2e-06,
            "output_cost_per_token": 4e-06,
            "max_input_tokens": 1000,
            "max_output_tokens": 100,
            "deprecation_date": "2027-01-02",
        }
    )
    found = run("prices", "import", "list.json")
    assert found.code == 0
    assert found.out.split("\n\n", 2)[2] == (
        '[acme."m"]\nencoding = "o200k_base"\nstanding = "estimate"\nscale = "unmeasured"\nmax_input = 1000\n'
        'max_output = 100\nretires = 2027-01-02\n\n[[acme."m".rates]]\nfrom = 2026-11-24\ninput = "2"\noutput = "4"\n'
        f'source = "{_label(found.out)}, acme/m"\nchecked = 2026-11-24\nconfidence = "low"\n'
    )


def _label(text: str) -> str:
    """The source as the head of the file names it."""
    return text.removeprefix("# Prices of ").partition(", read from ")[0]


def test_a_model_of_a_known_maker_is_counted_as_that(run: Run) -> None:
    """A seller's offer sells the maker's model; what the book has itself gets rates alone."""
    litellm(
        {
            "acme/o": {"input_cost_per_token": 1e-06},
            "acme/openai/gpt-4o": {"input_cost_per_token": 3e-06},
            "gpt-4o": {"litellm_provider": "openai", "input_cost_per_token": 2e-06},
            "acme/speech": {"mode": "audio_speech", "input_cost_per_character": 1.5e-05},
        },
    )
    found = run("prices", "import", "list.json", "-o", "own.toml", "-f", "json")
    assert {row["name"]: row["counted_as"] for row in document(found)["rows"]} == {
        "acme/o": "an estimate, unmeasured",
        "acme/openai/gpt-4o": "openai/gpt-4o",
        "acme/speech": "not by text token",
        "openai/gpt-4o": "as in the book",
    }
    assert 'sells = "openai/gpt-4o"' in Path("own.toml").read_text()
    assert 'per_million_characters = "15"' in Path("own.toml").read_text()
    assert run("prices", "lint", "own.toml").code == 0
    counted = document(
        run("count", "-t", "hello world", "-m", "acme/openai/gpt-4o", "--prices", "own.toml", "-f", "json")
    )
    assert (counted["rows"][0]["standing"], counted["rows"][0]["cost"]) == ("exact", "0.000006")


@pytest.mark.parametrize(
    ("rate", "option", "says"),
    [
        (0, "--allow-zero", "output is 0 and was 4"),
        (4e-05, "--allow-jumps", "output is 40 and was 4, tenfold or more"),
        (4e-07, "--allow-jumps", "output is 0.4 and was 4, tenfold or more"),
    ],
)
def test_zero_and_tenfold_moves_are_refused_unless_asked_for(run: Run, rate: float, option: str, says: str) -> None:
    """Such a model is not taken, the others are, and the exit code is 2; the option takes it."""
    litellm(
        acme__m={"input_cost_per_token": 2e-06, "output_cost_per_token": rate},
        acme__n={"input_cost_per_token": 1e-06},
    )
    book = own_book('input = "2"\noutput = "4"\n')
    refused = run("prices", "import", "list.json", "-o", "new.toml", "--prices", book)
    assert refused.code == 2 and f"'acme/m': {says}: {option} takes it" in refused.err
    assert '"m"' not in Path("new.toml").read_text() and '"n"' in Path("new.toml").read_text()
    other = {"--allow-zero": "--allow-jumps", "--allow-jumps": "--allow-zero"}[option]
    assert run("prices", "import", "list.json", "-o", "no.toml", "-m", "acme/m", "--prices", book, other).code == 2
    assert not Path("no.toml").exists()
    taken = run("prices", "import", "list.json", "-o", "new.toml", "--force", "--prices", book, option)
    assert taken.code == 0 and '"m"' in Path("new.toml").read_text()
    assert run("prices", "lint", "new.toml").code == 0


def test_a_rate_of_0_of_a_new_model_is_not_taken_for_free(run: Run) -> None:
    """Lists write 0 for unknown, too: it is left out, with the model where nothing else is known of it."""
    free = {"input_cost_per_token": 0, "output_cost_per_token": 0}
    known = {"input_cost_per_token": 2e-06, "cache_creation_input_token_cost": 0}
    litellm({"acme/m": known, "acme/n": free, "acme/n:free": free})
    found = run("prices", "import", "list.json")
    assert found.code == 0
    assert '[acme."m"]' in found.out and "cache_write" not in found.out and '[acme."n"]' not in found.out
    assert '[acme."n:free"]' in found.out and 'input = "0"' in found.out
    assert "note: not carried: rates of 0: acme/m" in found.err
    assert (
        "note: left out: every rate of it is 0, which may stand for unknown: --allow-zero takes it: acme/n" in found.err
    )
    asked = run("prices", "import", "list.json", "-m", "acme/n")
    assert (asked.code, asked.out) == (2, "")
    assert '[acme."n"]' in run("prices", "import", "list.json", "-m", "acme/n", "--allow-zero").out


def test_what_a_price_file_cannot_carry_is_listed(run: Run) -> None:
    """Fees, factors and keys that are not known, each with its amount; in JSON every one."""
    litellm(
        acme__m={
            "input_cost_per_token": 1.4999999e-06,
            "search_context_cost_per_query": {"search_context_size_low": 0.01, "search_context_size_high": 0.02},
            "regional_processing_uplift_multiplier_eu": 1.1,
            "some_new_cost": 3,
            "supports_vision": True,
            "rpm": 500,
            "output_cost_per_image": 0.04,
        }
    )
    found = run("prices", "import", "list.json", "-o", "own.toml", "--report", "json=r.json")
    assert found.code == 0
    assert found.err.splitlines()[1:] == [
        "note: not carried: output_cost_per_image: acme/m 0.04",
        "note: not carried: regional_processing_uplift_multiplier_eu: acme/m 1.1",
        "note: not carried: search_context_cost_per_query: acme/m 0.01, acme/m 0.02",
        "note: not carried: some_new_cost: acme/m 3",
        "note: 1 amount of the source rounded (float dust): --format json lists them",
    ]
    details = json.loads(Path("r.json").read_text())["details"]
    assert {each["what"]: each["amount"] for each in details["left"]} == {
        "search_context_cost_per_query.search_context_size_low": "0.01",
        "search_context_cost_per_query.search_context_size_high": "0.02",
        "regional_processing_uplift_multiplier_eu": "1.1",
        "some_new_cost": "3",
        "output_cost_per_image": "0.04",
    }
    assert details["rounded"] == [
        {"name": "acme/m", "what": "input_cost_per_token", "read": "1.4999999", "taken": "1.5"}
    ]
    assert 'input = "1.5"' in Path("own.toml").read_text()


def test_an_existing_file_is_kept_unless_forced(run: Run) -> None:
    """Nothing is written over unasked, and nothing is written where nothing was taken."""
    litellm(acme__m={"input_cost_per_token": 2e-06})
    Path("own.toml").write_text("mine")
    found = run("prices", "import", "list.json", "-o", "own.toml")
    assert (found.code, Path("own.toml").read_text()) == (2, "mine")
    assert found.err == "tokcost: error: 'own.toml' already exists: --force overwrites it\n"
    assert run("prices", "import", "list.json", "-o", "own.toml", "--force").code == 0
    none = run("prices", "import", "list.json", "-o", "none.toml", "-m", "nosuch")
    assert none.code == 2 and not Path("none.toml").exists()
    assert "has no such model" in none.err and "no price file was written" in none.err
    assert run("prices", "import", "list.json", "-f", "json").code == 2
    assert run("prices", "import", "list.json", "-o", "nosuch/own.toml").code == 2


def test_what_is_asked_for_is_taken(run: Run) -> None:
    """By name, as the list or a price file has it, by provider, and what the book lacks."""
    litellm(
        acme__m={"input_cost_per_token": 2e-06},
        acme__n={"input_cost_per_token": 2e-06},
        other__m={"litellm_provider": "other", "input_cost_per_token": 2e-06},
    )
    book = own_book('input = "2"\n')

    def taken(*options: str) -> list[str]:
        found = run(
            "prices", "import", "list.json", "-o", "new.toml", "--force", "-f", "json", "--prices", book, *options
        )
        assert found.code == 0, found
        return [row["name"] for row in document(found)["rows"]]

    assert taken() == ["acme/m", "acme/n", "other/m"]
    assert taken("-m", "ACME/N") == ["acme/n"]
    assert taken("-m", "m") == ["acme/m", "other/m"]
    assert taken("--provider", "other") == ["other/m"]
    assert taken("--missing") == ["acme/n", "other/m"]
    assert taken("--missing", "--provider", "acme") == ["acme/n"]
    assert run("prices", "import", "list.json", "--provider", "nosuch").code == 2


HOSTILE: dict[str, dict[str, Any]] = {
    'acme/quote"[x]\\': {"input_cost_per_token": 2e-06},
    "acme/line\nbreak = 1\x7f\x00": {"input_cost_per_token": 2e-06},
    "acme/na\u00efve\u2028\U0001f600": {"input_cost_per_token": 2e-06},
    "acme/half\ud800": {"input_cost_per_token": 2e-06},
    "acme/M": {"input_cost_per_token": 3e-06},
    "acme/m": {"input_cost_per_token": 3e-06},
    "acme/": {"input_cost_per_token": 3e-06},
    "acme/x": {"litellm_provider": "half\ud800", "input_cost_per_token": 2e-06},
    "a/b/c": {"litellm_provider": "rules", "input_cost_per_token": 3e-06},
    "acme/cached": {"input_cost_per_token": 3e-06, "cache_read_input_token_cost": 4e-06},
    "acme/batch": {"input_cost_per_token": 3e-06, "input_cost_per_token_batches": 4e-06},
    "acme/text": {"input_cost_per_token": "many", "output_cost_per_token": True, "mode": ["chat"]},
    "acme/minus": {"input_cost_per_token": -1e-06},
    "acme/tiers": {"tiered_pricing": [{"range": [0, 1000], "input_cost_per_token": 1e-06}, {"range": "x"}, 7]},
    "acme/dates": {"input_cost_per_token": 3e-06, "deprecation_date": "soon", "max_input_tokens": "some"},
}


def test_whatever_a_list_holds_the_file_passes_the_lint(run: Run) -> None:
    """Names with quotes, line ends and half characters, ids that are one but for case, rates that contradict."""
    litellm(HOSTILE)
    found = run("prices", "import", "list.json", "-o", "own.toml")
    assert found.code == 0
    assert run("prices", "lint", "own.toml").out == "own.toml: no problems\n"
    text = Path("own.toml").read_text()
    assert text.count('input = "3"') == 5 and "cached" not in text.replace('"cached"', "").replace("/cached", "")
    assert "above input: acme/cached" in found.err and "above the standard rate: acme/batch" in found.err


def test_days_of_a_source_become_rows(run: Run) -> None:
    """A row begins on the day that the list has; what was before is not made up."""
    Path("data.py").write_text(FORMATS["data.py"])
    found = run("prices", "import", "data.py")
    assert found.code == 0
    assert [line for line in found.out.splitlines() if line.startswith(("from", "to "))] == ["from = 2026-03-13"]
    early = run("prices", "import", "data.py", "--as-of", "2026-03-01")
    rows = [line for line in early.out.splitlines() if line.startswith(("from", "input"))]
    assert rows == ["from = 2026-03-01", 'input = "3"', "from = 2026-03-13", 'input = "2.5"']
