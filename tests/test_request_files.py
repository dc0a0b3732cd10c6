"""One count of a request: the same tokens and the same money in batch, check, lock, diff and from Python."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import tokcost
from tests.bodies import data_url as png
from tests.conftest import TODAY, Result, Run
from tests.repos import Repo, words

Body = dict[str, Any]
GPT = {"role": "user", "content": words(10)}  # 10 tokens, 3 a message, 1 a role, 3 for the answer: 17
PICTURE = png(200, 200)
DATA = PICTURE.partition(",")[2]
URL: Body = {
    "model": "gpt-4o",
    "messages": [
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}}]}
    ],
}
CLAUDE: Body = {
    "model": "claude-sonnet-4-5",
    "max_tokens": 100,
    "messages": [
        {
            "role": "user",
            "content": [{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": DATA}}],
        }
    ],
}
GEMINI: Body = {
    "model": "gemini-2.0-flash",
    "contents": [{"role": "user", "parts": [{"inlineData": {"mimeType": "image/png", "data": DATA}}]}],
}


class Seen(NamedTuple):
    """What a command says of a request."""

    model: str
    tokens: int
    output: int
    cost: Decimal


def config(folder: Path, keys: str = "max-input-tokens = 100000", head: str = 'model = "gpt-4o"\n') -> None:
    """A configuration of one budget over the request files."""
    (folder / "tokcost.toml").write_text(f'{head}[[budget]]\nname = "b"\npaths = ["p.json*"]\n{keys}\n')


def row_of(result: Result) -> Seen:
    """The one row of a JSON report that succeeded."""
    assert result.code == 0, result.err
    (row,) = json.loads(result.out)["rows"]
    return Seen(row["model"], row["input_tokens"], row["output_tokens"], Decimal(row["cost"]))


def everywhere(run: Run, repo: Repo, body: Body, output: int = 0) -> dict[str, Seen]:
    """The request as each command sees it, and the library."""
    repo.write("p.json", json.dumps(body))
    config(repo.path)
    repo.commit()
    found = {
        "batch": row_of(
            run("batch", "p.json", *(() if "model" in body else ("-m", "gpt-4o")), "--output", output, "-f", "json")
        ),
        "check": row_of(run("check", "--output-tokens", output, "-f", "json")),
        "diff": row_of(run("diff", "HEAD", "--output-tokens", output, "-f", "json")),
        "commit": row_of(run("diff", "HEAD", "HEAD", "--output-tokens", output, "-f", "json")),
    }
    assert json.loads(run("diff", "HEAD", "-f", "json").out)["details"]["changes"] == []
    config(repo.path, "max-input-tokens = 100000", f'model = "gpt-4o"\noutput-tokens = {output}\n')
    result = run("lock")
    assert (result.code, result.out, result.err) == (0, "", "tokcost: tokcost.lock: 1 prompt\n")
    locked = json.loads((repo.path / "tokcost.lock").read_text())["prompts"]["p.json"]
    (model,) = locked.keys() - {"sha256"}
    record = locked[model]
    found["lock"] = Seen(model.partition("/")[2], record["input"], record["output"], Decimal(record["cost"]))
    assert run("check", "--locked").code == 0
    row = tokcost.estimate_request(body, model="gpt-4o", output_tokens=output, as_of=TODAY)
    assert isinstance(row.cost, tokcost.Priced) and row.model is not None
    found["library"] = Seen(row.model, row.input.tokens, row.output_tokens, row.cost.likely)
    return found


@pytest.mark.parametrize("body", [URL, CLAUDE, GEMINI], ids=["url", "claude", "gemini"])
def test_a_picture_is_the_same_everywhere(run: Run, repo: Repo, body: Body) -> None:
    """By URL or embedded, for three providers: same model, same tokens, same money, and no crash."""
    found = everywhere(run, repo, body)
    assert set(found.values()) == {found["batch"]}
    assert found["batch"].model == body["model"]


def test_an_embedded_picture_has_its_own_size(run: Run, repo: Repo) -> None:
    """A PNG of 200 x 200 is 8 x 8 cells of 28 pixels to Claude, 258 tokens to Gemini 2.0: small, and no guess."""
    assert everywhere(run, repo, CLAUDE)["check"].tokens < 100
    assert everywhere(run, repo, GEMINI)["check"].tokens == 258


def test_answers_tier_and_model_of_the_request_hold_everywhere(run: Run, repo: Repo) -> None:
    """gpt-5.4 at flex rates of 1.25 and 7.5, three answers of at most 50: 16 x 1.25 + 150 x 7.5 = 1,145 millionths."""
    body = {"model": "gpt-5.4", "service_tier": "flex", "n": 3, "max_completion_tokens": 50, "messages": [GPT]}
    found = everywhere(run, repo, body, output=100)
    assert set(found.values()) == {Seen("gpt-5.4", 16, 150, Decimal("0.001145"))}


def test_a_request_that_names_no_model_takes_the_one_of_its_budget(run: Run, repo: Repo) -> None:
    """17 at gpt-4o's 2.50."""
    found = everywhere(run, repo, {"messages": [GPT], "service_tier": "auto"})
    assert set(found.values()) == {Seen("gpt-4o", 17, 0, Decimal("0.0000425"))}


def test_the_mode_that_the_user_gives_holds_over_that_of_the_request(run: Run, bare: Path) -> None:
    """17 tokens at gpt-4o's priority, batch and standard rates; a mode in the configuration gives way to a tier."""
    (bare / "p.json").write_text(json.dumps({"model": "gpt-4o", "service_tier": "priority", "messages": [GPT]}))
    config(bare, head='model = "gpt-4o"\nmode = "batch"\n')
    for options, cost in (
        ((), "0.00007225"),
        (("--mode", "batch"), "0.00002125"),
        (("--mode", "standard"), "0.0000425"),
    ):
        assert row_of(run("check", "-f", "json", *options)).cost == Decimal(cost), options
        assert row_of(run("batch", "p.json", "-f", "json", *options)).cost == Decimal(cost), options
    (bare / "p.json").write_text(json.dumps({"model": "gpt-4o", "service_tier": "default", "messages": [GPT]}))
    assert row_of(run("check", "-f", "json")).cost == Decimal("0.0000425")


@pytest.mark.parametrize(
    ("model", "tier", "says"),
    [
        ("gpt-4o", "flex", "gpt-4o has no flex rates here"),
        (
            "gpt-5.4",
            "scale\x1b[2J",
            "unknown service_tier 'scale\\x1b[2J': choose standard, batch, flex, priority, fast or ultrafast",
        ),
    ],
)
def test_a_tier_without_rates_is_no_pass(run: Run, bare: Path, model: str, tier: str, says: str) -> None:
    """It is reported with its line, and never priced at another mode's rates."""
    lines = [{"model": model, "messages": [GPT]}, {"model": model, "service_tier": tier, "messages": [GPT]}]
    (bare / "p.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    config(bare)
    result = run("check")
    assert (result.code, result.out) == (2, "")
    assert f"p.jsonl:2: {says}" in result.err
    result = run("batch", "p.jsonl", "-f", "json")
    assert result.code == 2
    assert f"p.jsonl:2: {says}" in result.err
    first, second = json.loads(result.out)["rows"]
    assert (first["mode"], first["standing"], second["standing"], second["cost"]) == (
        "standard", "exact", "invalid", None,
    )  # fmt: skip


def test_a_request_is_there_once_under_several_models(run: Run, bare: Path) -> None:
    """The budget's models are for what names none; what names one is sent to that one alone."""
    lines = [{"messages": [GPT]}, {"model": "gpt-4.1", "messages": [GPT]}]
    (bare / "p.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    config(bare, head='models = ["gpt-4o", "gpt-4o-mini"]\n')
    result = run("check", "-f", "json")
    assert result.code == 0
    rows = [(row["name"], row["model"]) for row in json.loads(result.out)["rows"]]
    assert rows == [("p.jsonl:1", "gpt-4o"), ("p.jsonl:2", "gpt-4.1"), ("p.jsonl:1", "gpt-4o-mini")]


def test_allowed_models_hold_for_the_model_of_a_request(run: Run, bare: Path) -> None:
    """A request could otherwise be sent to any model past the rule."""
    (bare / "p.json").write_text(json.dumps({"model": "gpt-4.1", "messages": [GPT]}))
    config(bare, 'allowed-models = ["gpt-4o"]')
    result = run("check", "-q")
    assert (result.code, result.out) == (1, "budget 'b': gpt-4.1 is not among its allowed models: gpt-4o\n")


def test_growth_is_measured_under_the_model_of_today(run: Run, repo: Repo) -> None:
    """A request that moves to another model has not grown by that; ten tokens more are found all the same."""
    repo.write("p.json", json.dumps({"model": "gpt-4o", "messages": [GPT]}))
    config(repo.path, "max-increase = 5\nmax-total-increase = 5")
    repo.commit()
    repo.write("p.json", json.dumps({"model": "gpt-4.1", "messages": [GPT]}))
    result = run("check", "--base", "HEAD", "-f", "json")
    assert result.code == 0, result.err
    assert {(each["model"], each["status"]) for each in json.loads(result.out)["details"]["changes"]} == {
        ("gpt-4o", "removed"), ("gpt-4.1", "added"),
    }  # fmt: skip
    repo.write("p.json", json.dumps({"model": "gpt-4.1", "messages": [{"role": "user", "content": words(20)}]}))
    result = run("check", "--base", "HEAD", "-q")
    assert result.code == 1
    assert result.out.splitlines() == [
        "p.json: grew from 17 to 27 input tokens for gpt-4.1, by 10 (58.8 %); the limit is 5 more, exceeded by 5",
        "budget 'b': grew from 17 to 27 input tokens for gpt-4.1, by 10 (58.8 %); the limit is 5 more, exceeded by 5",
    ]


def test_a_request_that_was_broken_at_the_base_can_be_mended(run: Run, repo: Repo) -> None:
    """It counts as added, and a note says why."""
    repo.write("p.json", json.dumps({"model": "nope", "messages": [GPT]}))
    config(repo.path, "max-increase = 0")
    repo.commit()
    repo.write("p.json", json.dumps({"model": "gpt-4o", "messages": [GPT]}))
    result = run("check", "--base", "HEAD")
    assert result.code == 0
    assert "note: at the base, p.json:1: unknown model 'nope'" in result.err
    assert "it counts as added" in result.err


def test_a_saved_report_keeps_what_a_request_asks_for(run: Run, bare: Path) -> None:
    """Model, tier and answers of each line come back from the file: 16 x 1.25 + 200 x 7.5, and 17 x 2.5 + 100 x 10."""
    lines = [{"model": "gpt-5.4", "service_tier": "flex", "n": 2, "messages": [GPT]}, {"messages": [GPT]}]
    (bare / "p.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    config(bare, 'output-tokens = 100\nmax-cost = "0.00152"')
    result = run("check", "-f", "json", "-o", "saved.json")
    assert (result.code, result.out) == (0, "")
    again = run("check", "--from", "saved.json", "-f", "json")
    assert again.code == 0
    saved = json.loads((bare / "saved.json").read_text())
    costs = [row["cost"] for row in json.loads(again.out)["rows"]]
    assert costs == [row["cost"] for row in saved["rows"]] == ["0.00152", "0.0010425"]
    config(bare, 'output-tokens = 100\nmax-cost = "0.00151"')
    assert run("check", "--from", "saved.json").code == 1


def test_the_library_says_what_is_wrong_with_a_request() -> None:
    """No model, and a body that is none."""
    with pytest.raises(tokcost.TokcostError, match=r"the request names no model: give model=\.\.\."):
        tokcost.count_request({"messages": [GPT]})
    with pytest.raises(tokcost.TokcostError, match="no messages, input or prompt"):
        tokcost.count_request({"model": "gpt-4o"})
    assert tokcost.count_request({"messages": [GPT]}, model="gpt-4o").tokens == 17
