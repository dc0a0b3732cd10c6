"""``models list``: units, what is retired or about to be, filters, and who was left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run, document
from tests.test_terminal import bare

# Twelve models of a provider that is in no book; the day of the tests is 2026-11-24.
MODELS = {
    "plain": ('context_window = 200000\nencoding = "o200k_base"\n', 'input = "2"\ncached = "1"\noutput = "8"\n'),
    "thinks": (
        'context_window = 1000000\nreasoning = true\naliases = ["ponder"]\n',
        'input = "0.5"\noutput = "2"\nbatch = { input = "0.25", output = "1" }\nfast = { input = "3", output = "9" }\n',
    ),
    "weak": ("", 'input = "1"\noutput = "1"\nconfidence = "low"\n'),
    "won": ("context_window = 32000\n", 'currency = "KRW"\ninput = "1250"\noutput = "5000"\n'),
    "gone": ("retires = 2026-11-24\n", 'input = "1"\noutput = "1"\n'),
    "soon": ("retires = 2027-01-23\n", 'input = "1"\noutput = "1"\n'),
    "later": ("retires = 2027-01-24\n", 'input = "1"\noutput = "1"\n'),
    "moved": ('retires = 2026-11-01\nrouted_to = "plain"\n', 'input = "9"\noutput = "9"\n'),
    "listens": ('kind = "audio"\n', 'per_minute = "0.006"\n'),
    "reads": ("", 'per_page = "0.001"\n'),
    "ranks": ("", 'per_query = "0.002"\n'),
    "speaks": ('kind = "audio"\n', 'per_million_characters = "15"\n'),
    "draws": ('kind = "image"\n', 'per_image = { small = "0.01", large = "0.04" }\n'),
    "dear": ("", ""),
}
ACME = ("models", "list", "--prices", "own.toml", "--provider", "ACME")


@pytest.fixture(autouse=True)
def _book() -> None:
    """The price file of all tests here."""
    text = "[tokcost]\nschema = 1\n"
    for name, (keys, rates) in MODELS.items():
        text += f'[acme."{name}"]\n{keys}'
        text += f'[[acme."{name}".rates]]\nfrom = 2026-01-01\n{rates}' if rates else ""
    Path("own.toml").write_text(text)


def rows(run: Run, *options: str) -> dict[str, dict[str, Any]]:
    """The rows of the list in JSON by model."""
    result = run(*ACME, *options, "-f", "json")
    assert (result.code, result.err.count("error")) == (0, 0)
    return {row["model"]: row for row in document(result)["rows"]}


def names(run: Run, *options: str) -> list[str]:
    """The models of the table, in its order."""
    result = run(*ACME, *options)
    assert result.code == 0
    return [line.split()[1] for line in result.out.splitlines() if line.startswith("acme ")]


def test_each_model_says_by_what_it_is_billed(run: Run) -> None:
    """The unit, and what one of them costs where there is one price."""
    found = {name: (row["billed_by"], row["unit_rate"]) for name, row in rows(run).items()}
    expected = {
        "plain": ("token", None),
        "listens": ("minute", "0.006"),
        "reads": ("page", "0.001"),
        "ranks": ("query", "0.002"),
        "speaks": ("1M characters", "15"),
        "draws": ("image", None),  # two sizes, two prices
        "dear": ("unpriced", None),
    }
    assert {name: found[name] for name in expected} == expected


def test_what_is_unusual_stands_in_the_status(run: Run) -> None:
    """Retired, within 60 days, later, answered by another model, priced by one weak source; nothing of all others."""
    found = rows(run)
    expected = {
        "gone": ["retired 2026-11-24"],
        "soon": ["retires soon: 2027-01-23"],
        "later": ["retires: 2027-01-24"],
        "moved": ["routed to plain from 2026-11-01"],
        "weak": ["low confidence"],
    }
    assert {name: row["status"] for name, row in found.items() if row["status"]} == expected
    assert [name for name, row in found.items() if row["retired"]] == ["gone"]
    table = {line.split()[1]: line for line in run(*ACME, "--retired").out.splitlines()}
    assert all(table[name].endswith(f"  {status}") for name, (status,) in expected.items())


def test_a_retired_model_is_in_the_table_where_it_is_asked_for(run: Run) -> None:
    """The table does without and says so; JSON has all, with a flag; --no-retired takes them from both."""
    assert "gone" not in names(run)
    assert "1 retired model left out: --retired lists it, too\n" in run(*ACME).out
    assert "gone" in names(run, "--retired")
    assert "left out" not in run(*ACME, "--retired").out
    assert {"gone", "moved"} <= rows(run).keys()
    assert "gone" not in rows(run, "--no-retired")
    assert "gone" in names(run, "--as-of", "2026-11-23")


def test_weak_rates_have_a_legend(run: Run) -> None:
    """What low confidence means stands below the table, where there is any in it."""
    legend = " rest on one weak source (low confidence): check before you bill by it\n"
    assert legend in run(*ACME).out
    assert legend not in run(*ACME, "--search", "plain").out


@pytest.mark.parametrize(
    ("options", "found", "left_out"),
    [
        (("--min-window", "200000"), ["plain", "thinks"], "10 models left out of which no window is known"),
        (("--min-window", "200k"), ["plain", "thinks"], ""),
        (("--min-window", "1M"), ["thinks"], ""),
        (("--max-input-price", "0.5"), ["thinks"], "6 models left out of which no input rate is known"),
        (("--max-input-price", "$0.49"), [], "1 model left out of which no input rate in USD is known"),
        (("--max-input-price", "₩1250"), ["won"], "6 models left out of which no input rate in KRW is known"),
        (("--max-output-price", "1"), ["later", "soon", "weak"], "1 model left out of which no output rate in USD"),
        (("--max-input-price", "5", "--max-output-price", "1.99"), ["later", "soon", "weak"], ""),
        (("--currency", "KRW", "--max-input-price", "2000"), ["won"], ""),
        (
            ("--currency", "KRW", "--fx", "1000@2026-11-20", "--max-input-price", "600"),
            ["thinks"],  # 0.5 dollars are 500 won
            "",
        ),
        (("--kind", "audio"), ["listens", "speaks"], ""),
        (("--kind", "audio", "--kind", "image"), ["draws", "listens", "speaks"], ""),
        (("--capability", "reasoning"), ["thinks"], ""),
        (("--capability", "fast", "--capability", "batch"), ["thinks"], ""),
        (("--capability", "caching"), ["moved", "plain"], ""),
        (("--capability", "audio"), ["listens", "speaks"], ""),
        (("--capability", "image"), ["draws"], ""),
        (("--search", "PONDER"), ["thinks"], ""),
        (("--search", "acme ea"), ["dear", "reads", "speaks", "weak"], ""),
        (("--search", "nothing"), [], "no model is like that"),
    ],
)
def test_filters(run: Run, options: tuple[str, ...], found: list[str], left_out: str) -> None:
    """All of what is asked for holds; a model of which it is not known is left out and counted."""
    result = run(*ACME, *options)
    assert [line.split()[1] for line in result.out.splitlines() if line.startswith("acme ")] == found
    assert left_out in result.out
    assert rows(run, *options, "--no-retired").keys() == set(found)


def test_providers_add_up(run: Run) -> None:
    """Repeated, the option asks for both."""
    listed = document(run(*ACME, "--provider", "naver", "-f", "json"))["rows"]
    assert {row["provider"] for row in listed} == {"acme", "naver"}


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--min-window", "12x"), "--min-window '12x': not a number of tokens: write it as 200000 or 200k"),
        (("--min-window", "1.0001k"), "--min-window '1.0001k': not a number of tokens"),
        (("--min-window", "9" * 20), "is out of bounds"),
        (("--max-input-price", "cheap"), "--max-input-price 'cheap': not an amount: write it as 0.05"),
        (("--kind", "video"), "unknown kind 'video': choose chat, embedding, image or audio"),
        (("--capability", "flying"), "unknown capability 'flying': choose reasoning, batch, "),
        (("--provider", "nobody"), "unknown provider 'nobody': choose "),
    ],
)
def test_a_filter_that_cannot_be_read_is_one_line(run: Run, options: tuple[str, ...], problem: str) -> None:
    """What it is, and what to write."""
    result = run(*ACME, *options)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert problem in result.err


@pytest.mark.parametrize(
    ("columns", "provider", "spared"),
    [
        (80, "acme", {"window", "cached", "encoding", "standing", "unit"}),
        (120, "acme", {"encoding"}),
        (80, "anthropic", {"window", "cached", "encoding", "standing", "currency", "+-"}),
        (160, "anthropic", set()),
    ],
)
def test_a_narrow_terminal_has_a_table(
    run: Run, monkeypatch: pytest.MonkeyPatch, columns: int, provider: str, spared: set[str]
) -> None:
    """What has no room is named below; units, rates and the status stay, and no line is too wide."""
    Path("long.toml").write_text(
        Path("own.toml").read_text()
        + '[acme."a-model-with-a-very-long-name-20261124-v1:0"]\nretires = 2027-01-23\n'
        + '[[acme."a-model-with-a-very-long-name-20261124-v1:0".rates]]\nfrom = 2026-01-01\ninput = "1"\n'
    )
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr("tokcost.cli.output._draws", lambda stream: True)
    shown = bare(run("models", "list", "--prices", "long.toml", "--provider", provider).out)
    table, _, below = shown.partition("no room for ")
    headings = table.splitlines()[1].split()
    assert max(map(len, table.splitlines()[:-3])) <= columns
    assert {"provider", "model", "billed", "input", "output", "status"} <= set(headings)
    assert not spared & set(headings)
    assert all(heading in below for heading in spared)
    assert bool(below) is bool(spared)
