"""A request is priced as it will be sent: what it is paid for by its number is read by its own api, or refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.repos import Repo, words

HI = {"messages": [{"role": "user", "content": words(10)}]}  # 17 tokens
GEMINI = {"model": "gemini-2.5-flash", "contents": [{"parts": [{"text": "Hi"}]}]}
CLAUDE = {"model": "claude-sonnet-4-5", **HI}
CLAUDE_BODY = {**CLAUDE}
COMMANDS = (("check",), ("lock",), ("diff", "HEAD"), ("batch", "p.json"))


def config(folder: Path, keys: str = 'max-cost = "1"', head: str = 'model = "gpt-4o"\n') -> None:
    """A configuration of one budget over the request files."""
    (folder / "tokcost.toml").write_text(f'{head}[[budget]]\nname = "b"\npaths = ["p.json*"]\n{keys}\n')


ODD = [
    ("1e400", "Infinity"),
    ('"5"', "'5'"),
    ("-5", "-5"),
    ("0", "0"),
    ("true", "true"),
    ("1.5", "1.5"),
    ("[]", "a list"),
    ("{}", "an object"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=[each[0] for each in COMMANDS])
@pytest.mark.parametrize(
    ("body", "key", "path"),
    [
        ({**HI}, "max_tokens", "max_tokens"),
        ({**HI}, "max_completion_tokens", "max_completion_tokens"),
        ({**HI}, "n", "n"),
        ({"input": "Hi"}, "max_output_tokens", "max_output_tokens"),
        ({"prompt": "Hi"}, "best_of", "best_of"),
        (CLAUDE_BODY, "max_tokens", "max_tokens"),
    ],
)
def test_an_odd_number_is_one_line_and_two(
    run: Run, repo: Repo, command: tuple[str, ...], body: dict[str, Any], key: str, path: str
) -> None:
    """A limit or a number of answers that no provider takes is refused by every command, never taken for none."""
    config(repo.path)
    least = 0 if body is CLAUDE_BODY else 1  # Anthropic takes 0, which fills a cache
    for odd, shown in ODD:
        if odd == str(least):
            continue
        text = json.dumps(body)[:-1] + f', "{key}": {odd}}}'
        repo.write("p.json", text)
        more = ("-m", "gpt-4o") if command[0] == "batch" and "model" not in body else ()
        result = run(*command, *more)
        assert result.code == 2
        assert f"{path}: {shown} where a whole number of {least} or more belongs" in result.err
        assert "Traceback" not in result.err


@pytest.mark.parametrize("key", ["maxOutputTokens", "max_output_tokens", "candidateCount", "candidate_count"])
def test_an_odd_number_of_gemini_is_refused_in_either_spelling(run: Run, bare: Path, key: str) -> None:
    """Both spellings are read, so both are looked at."""
    config(bare)
    for odd in (1e400, "5.5", -5, True):
        (bare / "p.json").write_text(
            json.dumps({**GEMINI, "generationConfig": {key: odd}}).replace("Infinity", "1e400")
        )
        result = run("check")
        assert result.code == 2
        assert "where a whole number of 1 or more belongs" in result.err


def test_a_limit_that_the_api_does_not_read_limits_nothing(run: Run, bare: Path) -> None:
    """Chat has no max_output_tokens, responses no max_tokens and no n: 100 are written all the same, and once."""
    config(bare, "output-tokens = 100")
    (bare / "tokcost.toml").write_text((bare / "tokcost.toml").read_text() + 'max-cost = "1"\n')
    for body, output in (
        ({**HI, "max_output_tokens": 5}, 100),
        ({**HI, "max_tokens": 5}, 5),
        ({**HI, "max_completion_tokens": 5, "max_tokens": 7}, 5),
        ({"input": "Hi", "max_tokens": 5}, 100),
        ({"input": "Hi", "max_output_tokens": 5}, 5),
        ({"input": "Hi", "n": 3}, 100),
        ({**HI, "n": 3}, 300),
        ({"prompt": "Hi", "n": 2, "best_of": 4}, 400),
        ({**GEMINI, "generationConfig": {"max_output_tokens": 5, "candidate_count": 3}}, 15),
    ):
        (bare / "p.json").write_text(json.dumps(body))
        result = run("check", "-f", "json")
        assert [row["output_tokens"] for row in json.loads(result.out)["rows"]] == [output], body


def test_a_service_tier_that_is_no_text_is_refused(run: Run, bare: Path) -> None:
    """At which rates it will be billed is not known."""
    config(bare)
    for body in ({**HI, "service_tier": 5}, {**CLAUDE, "service_tier": ["a"]}, {**GEMINI, "serviceTier": True}):
        (bare / "p.json").write_text(json.dumps(body))
        result = run("check")
        assert result.code == 2
        assert "where a string belongs" in result.err


def test_the_model_of_a_request_is_held_to_the_allowed_ones(run: Run, bare: Path) -> None:
    """17 tokens at gpt-4.1's 2 a million, and a finding that it is not among them."""
    config(bare, 'allowed-models = ["gpt-4o"]')
    (bare / "p.json").write_text(json.dumps({**HI, "model": "gpt-4.1"}))
    result = run("check", "-f", "json")
    document = json.loads(result.out)
    assert (result.code, [row["cost"] for row in document["rows"]]) == (1, ["0.000034"])
    assert [(each["rule"], each["model"]) for each in document["findings"]] == [("allowed-models", "gpt-4.1")]
