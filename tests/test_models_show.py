"""``models show``: one model with its rates and units, its limits, who sells whose, where requests go, and fees."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import Result, Run, document
from tokcost.catalog import PriceBook
from tokcost.currency import Exchange
from tokcost.inspection.show_model import show_model
from tokcost.render.text import text

Show = Callable[..., Result]

BOOK = """\
[tokcost]
schema = 1

[[fees.acme.web_search]]
from = 2026-02-01
amount = "0.01"
free = "100 a day"
source = "a page"

[[fees.acme.web_search]]
from = 2027-02-01
amount = "0.02"

[[fees.acme.file_search]]
from = 2026-02-01
amount = "0.0025"
per = "query"
models = ["big*"]

[[fees.acme.ocr]]
from = 2026-02-01
amount = "0.001"
per = "page"
models = ["draw*"]

[acme."big"]
encoding = "o200k_base"
standing = "exact"
context_window = 200000
max_input = 150000
max_output = 4096
reasoning = true
snapshots = [2026-01-01, 2026-03-01]

[[acme."big".rates]]
from = 2026-01-01
input = "2"
output = "8"
fast = { input = "12", output = "48" }
batch = { input = "1", output = "4" }
source = "two pages"
checked = 2026-11-20
confidence = "high"

[acme."old"]
encoding = "o200k_base"
retires = 2026-12-01
routed_to = "big"

[[acme."old".rates]]
from = 2025-01-01
input = "5"
output = "5"

[acme."gone"]
retires = 2026-11-01

[acme."embeds"]
kind = "embedding"
max_inputs = 2048
max_request_tokens = 300000

[acme."draws"]
kind = "image"

[[acme."draws".rates]]
from = 2026-01-01
per_image = { small = "0.01" }
per_page = "0.002"
image_output = "30"
confidence = "low"

[shop."acme-big"]
sells = "acme/big"

[[shop."acme-big".rates]]
from = 2026-05-01
same_as = "acme/big"
modes = ["batch"]
source = "the shop's page"
checked = 2026-11-20
confidence = "medium"
"""


@pytest.fixture
def show(run: Run) -> Show:
    """``models show`` of a name in a price file."""
    Path("own.toml").write_text(BOOK)
    return lambda *argv: run("models", "show", *argv, "--prices", "own.toml")


def said(result: Result) -> list[str]:
    """The lines of the answer with single blanks."""
    assert result.code == 0
    return [" ".join(line.split()) for line in result.out.splitlines()]


def test_limits_modes_and_snapshots(show: Show) -> None:
    """The input limit stands beside the window, every mode has its line, fast too."""
    lines = said(show("big"))
    assert "context window: 200,000, input at most: 150,000, output at most: 4,096 tokens" in lines
    assert "snapshots: 2026-01-01, 2026-03-01" in lines
    assert "fast 12 48" in lines
    assert "batch 1 4" in lines
    assert "one request: at most 2,048 inputs, 300,000 tokens in all" in said(show("embeds"))


def test_who_sells_whose(show: Show) -> None:
    """The seller's model names the maker's, and the list price says whose it is and who says so."""
    lines = said(show("acme-big"))
    assert "sells: acme/big, and is like it in all that is not stated here" in lines
    assert "list price is that of acme/big" in lines
    assert "2026-05-01 standard 2 8 list price of acme/big: the shop's page 2026-11-20 medium" in lines
    assert "batch 1 4" in lines
    assert not [line for line in lines if line.startswith("fast")]
    found = document(show("acme-big", "-f", "json"))
    assert (found["sells"], found["same_as"], found["prices"][0]["same_as"]) == ("acme/big", "acme/big", "acme/big")


def test_where_requests_go(show: Show) -> None:
    """A routed model says from when, and what that means; its rates from then on are those of the other."""
    lines = said(show("old"))
    assert "retires: 2026-12-01" in lines
    assert (
        "routed to big from 2026-12-01: from then on requests are answered by that model and billed at its rates"
        in lines
    )
    assert "2026-12-01 standard 2 8 two pages 2026-11-20 high" in lines
    assert document(show("old", "-f", "json"))["routed_to"] == "big"


def test_a_routed_model_says_so_where_it_is_used(run: Run, show: Show) -> None:
    """Before the day and after it, in one sentence; it is not called retired."""
    show("old")  # which writes the file
    note = "note: requests for old are answered and billed as big from 2026-12-01 on"
    for day in ("2026-11-24", "2026-12-01", "2027-06-01"):
        result = run("count", "-t", "x", "-m", "old", "--prices", "own.toml", "--as-of", day)
        assert note in result.err.splitlines()
        assert "retire" not in result.err
    early = run("count", "-t", "x", "-m", "old", "--prices", "own.toml", "--as-of", "2026-09-01")
    assert note not in early.err


def test_a_retired_model(show: Show) -> None:
    """The word is that of what has happened."""
    lines = said(show("gone"))
    assert "retired: 2026-11-01" in lines
    assert lines[-1].startswith("unpriced: ")


def test_units_and_weak_rates(show: Show) -> None:
    """A rate that is not for text tokens has its unit; a weak one says what that means."""
    lines = said(show("draws"))
    for rate in ("per image small: 0.01", "per page: 0.002", "image output: 30"):
        assert any(rate in line for line in lines)
    assert lines[-1].startswith("the rates of draws rest on one weak source (low confidence)")


def test_fees_that_apply(show: Show) -> None:
    """Those for all models where it calls tools, and those that name it; what is free is told."""
    lines = said(show("big"))
    at = lines.index("fees of acme beside the rates")
    assert lines[at + 1].startswith("fee amount per free since")
    assert lines[at + 2].startswith("web_search 0.01 call 100 a day 2026-02-01 a page")
    assert lines[at + 3].startswith("file_search 0.0025 query 2026-02-01")
    assert "ocr" not in " ".join(lines)
    fees = document(show("draws", "-f", "json"))["details"]["fees"]
    assert [(fee["name"], fee["amount"], fee["per"]) for fee in fees] == [("ocr", "0.001", "page")]
    assert document(show("embeds", "-f", "json"))["details"]["fees"] == []
    later = document(show("big", "--as-of", "2027-03-01", "-f", "json"))["details"]["fees"]
    assert later[0]["amount"] == "0.02"


@pytest.mark.parametrize(
    ("name", "has", "lacks"),
    [
        ("whisper-1", "rates: USD per minute; in force", "context window"),
        ("groq/whisper-large-v3-turbo", "rates: USD per hour; in force", "unknown"),
        ("dall-e-3", "rates: USD per image; in force", "1,000,000"),
        ("rerank-v3.5", "rates: USD per query; in force", "unknown"),
        ("gpt-image-1", "rates: USD per 1,000,000 tokens; in force", "unknown"),
        ("voyage-3", "context window: 32,000 tokens\n", "unknown"),
        ("groq/llama-3.3-70b-versatile", "context window: unknown\n", "output at most"),
        ("ft:gpt-4o-mini-2024-07-18:acme::x", "made from: openai/gpt-4o-mini, and is like it", "sells"),
        ("HCX-005", "unpriced: no rate: third parties disagree\n", "note: "),
    ],
)
def test_no_line_says_nothing(run: Run, name: str, has: str, lacks: str) -> None:
    """What is not known is left out, save the window of a chat model; rates are per what is billed; nothing twice."""
    result = run("models", "show", name)
    assert (result.code, result.err) == (0, "")
    assert has in result.out
    about = result.out.partition("\nfrom ")[0]
    assert lacks not in about


def test_markdown_says_what_the_terminal_says(run: Run) -> None:
    """Which model, and of what the rates are, stand above the table there too."""
    result = run("models", "show", "whisper-1", "-f", "markdown")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("- openai/whisper-1  (audio)\n")
    assert "\n- rates: USD per minute; in force on " in result.out
    assert "\n\n| from | mode | " in result.out


def test_every_mode_of_claude_is_a_table_of_eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five kinds of rates past a cliff, with day and mode, stand side by side."""
    monkeypatch.setenv("COLUMNS", "80")
    name = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
    report = show_model(PriceBook.load(), name, date(2026, 11, 26), Exchange())
    drawn = re.sub(r"\x1b\[[0-9;]*m", "", "".join(text(report, terminal=True)))
    assert "standard >200,000    6.6    0.66         8.25               24.75" in drawn
    assert max(len(line) for line in drawn.splitlines() if line.startswith(" ")) <= 80
