"""Models that sell another's, rows that have another's price, models whose requests another one answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run, document
from tokcost.catalog import PriceBook

# 2 a million of input, 1 from July on and 4 past 1,000 tokens; half of it in a batch, ten times as much when fast
MAKER = """
[maker."big"]
encoding = "o200k_base"
standing = "exact"
context_window = 5000
max_input = 3000
released = 2026-01-01

[[maker."big".rates]]
from = 2026-01-01
input = "2"
output = "8"

[[maker."big".rates]]
from = 2026-07-01
input = "1"
output = "8"
batch = { input = "0.5", output = "4" }
fast = { input = "10", output = "80" }
long = [{ prompt = ">1000", input = "4", output = "16", batch = { input = "2", output = "8" } }]
audio_input = "3"
"""
SOLD = """
[shop."big"]
sells = "maker/big"

[[shop."big".rates]]
from = 2026-03-01
same_as = "maker/big"
modes = ["batch"]
source = "the price list of the shop"
confidence = "medium"
"""
FACTOR = """
[[factors.shop.regional]]
from = 2026-08-01
times = "1.1"

[[factors.shop.regional]]
from = 2026-09-01
times = "1.2"
"""


@pytest.fixture
def cost(run: Run, tmp_path: Path) -> Callable[..., Any]:
    """The cost of two tokens of input ("hello world") on a day, or the one line of refusal."""

    def of(tables: str, *options: str) -> Any:
        path = tmp_path / "prices.toml"
        path.write_text("[tokcost]\nschema = 1\n" + tables, encoding="utf-8")
        found = run("count", "--text", "hello world", "--prices", path, "--format", "json", *options)
        amount = document(found)["rows"][0]["cost"] if found.out else None
        assert (found.code == 0) == (amount is not None), found.err
        return found.err if amount is None else amount

    return of


@pytest.mark.parametrize(
    ("day", "options", "amount"),
    [
        ("2026-05-01", (), "0.000004"),  # 2 tokens at 2 a million
        ("2026-07-01", (), "0.000002"),
        ("2026-07-01", ("--mode", "batch"), "0.000001"),
        ("2026-07-01", ("--mode", "fast"), "big has no fast rates here (it has: standard, batch)"),
        ("2026-02-28", (), "no rate is known before 2026-03-01"),
        ("2026-07-01", ("--cached", "1"), "no standard rate for cached input"),
    ],
)
def test_the_same_price(cost: Callable[..., Any], day: str, options: tuple[str, ...], amount: str) -> None:
    """A seller with the maker's list price has it day by day, in the modes that are known to be the same."""
    found = cost(MAKER + SOLD, "-m", "shop/big", "--as-of", day, *options)
    assert found == amount or (not amount[0].isdigit() and amount in found)


def test_what_a_sold_model_has(tmp_path: Path) -> None:
    """It is counted and limited as at its maker; its days, its names and the source of its price are its own."""
    path = tmp_path / "prices.toml"
    path.write_text("[tokcost]\nschema = 1\n" + MAKER + SOLD, encoding="utf-8")
    model = PriceBook.load([path]).find("shop/big")
    assert (model.encoding, model.standing, model.input_limit, model.context_window) == (
        "o200k_base", "exact", 3000, 5000,
    )  # fmt: skip
    assert (model.released, model.aliases) == (None, ())
    last = model.prices[-1]
    assert (last.source, last.confidence, last.same_as) == ("the price list of the shop", "medium", "maker/big")
    assert (last.tiers[0].threshold, list(last.tiers[0].modes), list(last.modes)) == (
        1000, ["standard", "batch"], ["standard", "batch"],
    )  # fmt: skip


def test_the_rates_of_a_place(tmp_path: Path) -> None:
    """At a place every rate for tokens is times the factor of its day, past a cliff and of sound as well."""
    path = tmp_path / "prices.toml"
    path.write_text("[tokcost]\nschema = 1\n" + MAKER + SOLD + FACTOR, encoding="utf-8")
    book = PriceBook.load([path])
    model = book.at_place(book.find("shop/big"), "regional")
    assert model.place == "regional"
    rates = [(str(row.start), str(row.modes["standard"].input)) for row in model.prices]
    # before the first factor that one holds: 2 x 1.1 and 1 x 1.1, from September on 1 x 1.2
    assert rates == [("2026-03-01", "2.2"), ("2026-07-01", "1.1"), ("2026-09-01", "1.2")]
    last = model.prices[-1]
    assert (last.tiers[0].modes["batch"].output, last.other["audio_input"]) == (Decimal("9.6"), Decimal("3.6"))
    assert book.at_place(book.find("maker/big"), "regional").prices == book.find("maker/big").prices


OLD = """
[maker."old"]
encoding = "o200k_base"
standing = "exact"
retires = 2026-10-01
routed_to = "big"

[[maker."old".rates]]
from = 2026-01-01
input = "7"
output = "7"

[shop."old"]
sells = "maker/old"

[[shop."old".rates]]
from = 2026-01-01
same_as = "maker/old"
"""


@pytest.mark.parametrize(
    ("name", "day", "amount"),
    [
        ("maker/old", "2026-09-30", "0.000014"),
        ("maker/old", "2026-10-01", "0.000002"),
        ("shop/old", "2026-09-30", "0.000014"),
        ("shop/old", "2026-10-01", "no rate is known on 2026-10-01"),  # another seller routes nothing
    ],
)
def test_where_requests_go(cost: Callable[..., Any], name: str, day: str, amount: str) -> None:
    """From the day of its retirement on, a routed model costs what the one costs that answers."""
    found = cost(MAKER + OLD, "-m", name, "--as-of", day)
    assert found == amount or (not amount[0].isdigit() and amount in found)


ROW = '[[a."m".rates]]\nfrom = 2026-01-01\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[a."m"]\nsells = "b/x"\n', ":4: 'sells' names b/x, which no price file has: write provider/id"),
        ('[a."m"]\nsells = "gpt-4o"\n', ":4: 'sells' names gpt-4o, which no price file has: write provider/id"),
        ('[a."m"]\nsells = "a/n"\n[a."n"]\nsells = "a/m"\n', "leads from a/m back to itself"),
        ('[a."m"]\nsells = "a/m"\n', ":4: 'sells' leads from a/m back to itself"),
        ('[a."m"]\n' + ROW + 'same_as = "a/m"\n', "leads from a/m back to itself"),
        ('[a."m"]\n' + ROW + 'same_as = "a/n"\n', "'rates' names a/n, which no price file has"),
        ('[a."m"]\n' + ROW + 'same_as = "openai/gpt-4o"\ninput = "1"\n', ":7: unknown key 'input'"),
        ('[a."m"]\n' + ROW + 'same_as = "openai/gpt-4o"\nmodes = ["cheap"]\n', ":7: 'modes' must be batch, flex"),
        ('[a."m"]\nrouted_to = "n"\n[a."n"]\n', ":4: 'routed_to' needs 'retires'"),
        ('[a."m"]\nretires = 2026-01-01\nrouted_to = "n"\n', ":5: 'routed_to' names a/n"),
        ('[a."m"]\nsnapshots = ["2026-01-01"]\n', ":4: 'snapshots' must be a plain date"),
        ('[a."m"]\nmax_input = 0\n', ":4: 'max_input' must be a whole number of tokens above 0"),
    ],
)
def test_what_leads_nowhere(cost: Callable[..., Any], text: str, says: str) -> None:
    """A model that names none, or itself in the end, is one clear line with its place."""
    found = cost(text, "-m", "gpt-4o")
    assert says in found
    assert found.count("\n") == 1


def test_less_goes_in_than_the_window_has(cost: Callable[..., Any], run: Run, tmp_path: Path) -> None:
    """An input limit below the window is told by --fit and by batch, as the limit that it is."""
    (tmp_path / "long.txt").write_text("hello " * 3001, encoding="utf-8")
    cost(MAKER, "-m", "maker/big", "--as-of", "2026-07-01")
    found = run(
        "count", tmp_path / "long.txt", "-m", "maker/big", "--prices", tmp_path / "prices.toml", "--fit",
        "--as-of", "2026-07-01",
    )  # fmt: skip
    assert (found.code, found.err.count("input tokens exceed the input limit of big, 3,000")) == (1, 1), found.err
    body = json.dumps({"model": "maker/big", "messages": [{"role": "user", "content": "hello " * 3001}]})
    (tmp_path / "requests.jsonl").write_text(
        '{"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": ' + body + "}\n", encoding="utf-8"
    )
    found = run(
        "batch", tmp_path / "requests.jsonl", "--prices", tmp_path / "prices.toml", "--as-of", "2026-07-01",
        "--output", "1",
    )  # fmt: skip
    assert found.code == 2
    assert "exceed the input limit of big, 3,000" in found.err + found.out


@pytest.mark.parametrize("prefix", ["", "eu.", "bedrock/us."])
def test_a_price_that_was_agreed_on_is_no_factors(tmp_path: Path, prefix: str) -> None:
    """What a file of one's own says of a model of Bedrock holds in every region, unless it has the factor too."""
    path = tmp_path / "prices.toml"

    def rate(text: str) -> Decimal | None:
        path.write_text("[tokcost]\nschema = 1\n" + text, encoding="utf-8")
        return PriceBook.load([path]).find(f"{prefix}anthropic.claude-opus-5-5").prices[-1].modes["standard"].input

    rows = '[[bedrock."anthropic.claude-opus-5-5".rates]]\nfrom = 2026-10-01\ninput = "3"\noutput = "15"\n'
    assert rate(rows) == 3
    assert rate(rows + '[[factors.bedrock.regional]]\nfrom = 2026-10-01\ntimes = "1.2"\n') == Decimal("3.6")


def test_a_factor_by_the_day_of_release_holds_for_who_sells_the_model(run: Run) -> None:
    """A seller's row without a day has that of its maker's: the same by name and by --regional, 100,000 x 10 x 1.5."""
    maker = '[acme."m"]\nreleased = 2026-03-01\nencoding = "o200k_base"\n'
    sold = '[azure."m"]\nsells = "acme/m"\n\n[[azure."m".rates]]\nfrom = 2026-03-01\ninput = "10"\n'
    factor = '[[factors.azure.regional]]\nfrom = 2026-01-01\ntimes = "1.5"\nreleased_from = 2026-02-01\n'
    Path("own.toml").write_text(f"[tokcost]\nschema = 1\n\n{factor}\n{maker}\n{sold}")
    for model, options in (("azure/regional/m", ()), ("azure/m", ("--regional",))):
        line = {"input": 100_000, "model": model, "time": "2026-11-20T10:00:00Z"}
        fields = ("--map", "input=input,model=model,time=time", "--prices", "own.toml", "--format", "json")
        result = run("usage", "-", *fields, *options, stdin=json.dumps(line).encode())
        assert (result.code, json.loads(result.out)["totals"]["cost"]) == (0, "1.5"), result


def test_a_price_of_ones_own_that_the_book_has_a_later_row_of_is_told(run: Run) -> None:
    """Rows of one's own go by their days: one that has been overtaken says so; from that day on it holds in silence."""
    row = '[tokcost]\nschema = 1\n\n[[azure."gpt-4o".rates]]\nfrom = {}\ninput = "1"\noutput = "2"\n'
    said = "own.toml:4: these rates of azure/gpt-4o end on 2026-04-30, where the built-in book has a row"
    for day, cost, told in (("2026-01-01", "10.00", True), ("2026-04-30", "2.00", False)):
        Path("own.toml").write_text(row.format(day))
        result = run("count", "-t", "", "-m", "azure/gpt-4o", "--output", "1000000", "--prices", "own.toml")
        assert result.code == 0
        assert f"${cost}\n" in result.out
        assert (said in result.err) is told
    text = Path("own.toml").read_text().replace("2026-04-30", "2026-01-01\nto = 2026-02-01")
    Path("own.toml").write_text(text)
    assert "these rates" not in run("count", "-t", "", "-m", "azure/gpt-4o", "--prices", "own.toml").err
