"""Fees, factors, framing, image rules and cache minimums of one's own: what a price file changes, by worked values."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Result

Run = Callable[..., Result]
HEAD = "[tokcost]\nschema = 1\n"
# 1 a million of input, 10 cents a million cached, half of it all in a batch
MINE = """
[openai."mine"]
encoding = "o200k_base"
standing = "exact"
released = 2026-06-01
[[openai."mine".rates]]
from = 2026-06-01
input = "1"
cached = "0.1"
output = "10"
audio_input = "4"
batch = { input = "0.5", output = "5" }
"""
SEARCHED = {
    "object": "response",
    "created_at": 1795392000,
    "model": "mine",
    "usage": {"input_tokens": 1000, "input_tokens_details": {}, "output_tokens": 0},
    "output": [{"type": "web_search_call", "status": "completed", "action": {"type": "search"}}] * 2,
}


def laid(*tables: str) -> tuple[str, str]:
    """The options that lay a price file of these tables."""
    Path("own.toml").write_text(HEAD + "".join(tables), encoding="utf-8")
    return "--prices", "own.toml"


def spent(run: Run, body: object, *options: str) -> str | None:
    """The cost that ``usage`` finds for one response."""
    result = run("usage", "-f", "json", *options, stdin=json.dumps(body).encode())
    cost: str | None = json.loads(result.out)["totals"]["cost"]
    assert result.code == (0 if cost is not None else 2), result.err
    return cost


def counted(run: Run, body: object, *options: str) -> dict[str, Any]:
    """The row of ``batch`` for one request."""
    Path("r.json").write_text(json.dumps(body))
    result = run("batch", "r.json", "-f", "json", *options)
    assert result.code == 0, result.err
    row: dict[str, Any] = json.loads(result.out)["rows"][0]
    return row


def chat(content: object = "hello", model: str = "gpt-4o", **more: object) -> dict[str, Any]:
    """A chat body of one user message."""
    return {"model": model, "messages": [{"role": "user", "content": content}], **more}


PICTURE = [{"type": "image_url", "image_url": {"url": "https://example.com/a.png", "detail": "low"}}]


# Fees and factors -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fee", "cost"),
    [
        ("", "0.021"),  # 1,000 tokens x 1 a million, and two searches at $0.01
        ('[[fees.openai.web_search]]\nfrom = 2025-08-01\namount = "0.03"\n', "0.061"),
        # from a day on: the response is of 2026-11-23
        ('[[fees.openai.web_search]]\nfrom = 2026-11-23\namount = "0.03"\n', "0.061"),
        ('[[fees.openai.web_search]]\nfrom = 2026-11-24\namount = "0.03"\n', "0.021"),
        ('[[fees.openai.web_search]]\nfrom = 2026-01-01\namount = "0"\n', "0.001"),
    ],
)
def test_a_fee_of_ones_own(run: Run, fee: str, cost: str) -> None:
    """The same day replaces the built-in row, another day begins a new one; 0 is free."""
    assert spent(run, SEARCHED, *laid(MINE, fee)) == cost


def test_a_fee_that_is_not_known_leaves_the_call_unpriced(run: Run) -> None:
    """A provider without that fee: no amount, and not 0."""
    sold = MINE.replace("openai", "acme")
    result = run("usage", "-f", "json", "-m", "acme/mine", *laid(sold), stdin=json.dumps(SEARCHED).encode())
    assert (result.code, json.loads(result.out)["totals"]["cost"], "web_search" in result.out) == (2, None, True)


@pytest.mark.parametrize(("reasoning", "cost"), [("false", "0.051"), ("true", "0.021")])
def test_the_fee_of_models_that_reason(run: Run, reasoning: str, cost: str) -> None:
    """Two calls of the preview tool: $0.025 each, $0.01 where the model reasons."""
    body = {**SEARCHED, "tools": [{"type": "web_search_preview"}]}
    model = MINE.replace('"exact"\n', f'"exact"\nreasoning = {reasoning}\n')
    assert spent(run, body, *laid(model)) == cost


@pytest.mark.parametrize(
    ("factor", "cost"),
    [
        ("", "0.0011"),
        ('[[factors.openai.regional]]\nfrom = 2026-03-05\ntimes = "1.5"\n', "0.0015"),
        # for models released later than this one
        ('[[factors.openai.regional]]\nfrom = 2026-03-05\ntimes = "1.5"\nreleased_from = 2026-06-02\n', "0.001"),
    ],
)
def test_a_factor_of_ones_own(run: Run, factor: str, cost: str) -> None:
    """1,000 tokens at 1 a million, 1.1 times so much in a region where no file says otherwise."""
    body = {**SEARCHED, "output": []}
    assert spent(run, body, "--regional", *laid(MINE, factor)) == cost


def test_a_block_of_tokens_for_each_search(run: Run) -> None:
    """Two searches of 500 input tokens: 2,000 tokens at 1 a million and two fees."""
    assert spent(run, SEARCHED, *laid(MINE.replace('"exact"\n', '"exact"\nsearch_tokens = 500\n'))) == "0.022"


# Framing and pictures ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "tokens"),
    [
        ("", 92),  # 3 + "user", 85 for the picture, 3
        ('[rules.image."gpt-4o"]\nbase = 100\n', 107),
        # another way: 1024 x 1024 is shrunk to 3 x 3 patches of 2 tokens
        ('[rules.image."gpt-4o"]\nway = "patches"\ntimes = "2"\nside = 32\ncap = 10\n', 25),
        ('[rules.image.mine]\nway = "flat"\ntokens = 5\n', 92),
    ],
)
def test_an_image_rule_of_ones_own(run: Run, rule: str, tokens: int) -> None:
    """A few numbers of a rule are enough: the others stay. The picture of unknown size is taken for 1024 x 1024."""
    assert counted(run, chat(PICTURE), *laid(rule))["input_tokens"] == tokens


def test_a_new_model_is_one_table(run: Run) -> None:
    """It names the rules that it follows: "hello" as gpt-4o has it, and a picture as gpt-5 (70)."""
    rules = 'framing = "gpt-4o"\nimage = "gpt-5"\n'
    prices = laid(MINE.replace('"exact"\n', '"exact"\n' + rules))
    row = counted(run, chat(model="mine"), *prices)
    assert (row["input_tokens"], row["standing"]) == (8, "exact")
    assert counted(run, chat(PICTURE, "mine"), *prices)["input_tokens"] == 7 + 70


def test_a_new_model_without_rules_takes_over_the_newest(run: Run) -> None:
    """3 + user + hello, and 2 that open the answer; what is not measured is said to be assumed."""
    row = counted(run, chat(model="mine"), *laid(MINE))
    assert (row["input_tokens"], row["standing"]) == (7, "assumed")


@pytest.mark.parametrize("name", ["ft:gpt-4o-mini-2024-07-18:acme::x", "gpt-4o-mini-2025-01-02"])
def test_a_model_of_ones_own_that_belongs_to_a_known_one(run: Run, name: str) -> None:
    """Fine-tuned models and snapshots that a file prices are framed as their model: 8, and a picture 2,833."""
    prices = laid(MINE.replace('"mine"', f'"{name}"'))
    row = counted(run, chat(model=name), *prices)
    assert (row["input_tokens"], row["standing"]) == (8, "exact")
    assert counted(run, chat(PICTURE, name), *prices)["input_tokens"] == 7 + 2833


@pytest.mark.parametrize(
    ("name", "encoding", "tokens"),
    [
        ("gpt-4o-sweden", "o200k_base", 8),  # a deployment named after a model is framed like it
        ("gpt-5-mini_harbour", "o200k_base", 7),
        ("gpt-4-turbo.north", "cl100k_base", 8),
        ("gpt-5-mini-north", "cl100k_base", 8),  # of another vocabulary, so by that alone
        ("north.gpt-5-mini", "o200k_base", 7),
        ("north_gpt-4o-mini@2", "o200k_base", 8),
        ("harbour", "o200k_base", 8),  # as most that do not reason
        ("harbour", "cl100k_base", 8),
    ],
)
@pytest.mark.parametrize("seller", ["azure", "acme"])
def test_a_deployment_of_an_openai_vocabulary(run: Run, seller: str, name: str, encoding: str, tokens: int) -> None:
    """A price file with a name of one's own and an encoding of OpenAI: framed as OpenAI frames it, which is assumed."""
    mine = f'[{seller}."{name}"]\nencoding = "{encoding}"\n[[{seller}."{name}".rates]]\nfrom = 2026-01-01\ninput = 1\n'
    row = counted(run, chat(model=f"{seller}/{name}"), *laid(mine))
    assert (row["input_tokens"], row["input_tokens_high"], row["standing"]) == (tokens, None, "assumed")


def test_a_framing_of_ones_own(run: Run) -> None:
    """A chat template of 20 tokens around one message, and defaults of a provider that name it."""
    rules = '[rules.framing.mine]\nway = "template"\nfirst = 20\neach = 6\n[rules.provider.acme]\nframing = "mine"\n'
    prices = laid(MINE.replace("openai", "acme"), rules)
    row = counted(run, chat(model="acme/mine"), *prices)
    assert (row["input_tokens"], row["standing"]) == (21, "assumed")


def test_a_hidden_prompt_of_ones_own(run: Run) -> None:
    """Tokens that are billed with every request, for a model whose vocabulary is private."""
    before = counted(run, chat(model="grok-4.3"))["input_tokens"]
    after = counted(run, chat(model="grok-4.3"), *laid('[xai."grok-4.3"]\nhidden_prompt = 1192\n'))["input_tokens"]
    assert after == before + 1000


# Caching ----------------------------------------------------------------------------------------


def three(run: Run, *prices: str) -> str:
    """What ``batch`` prints for three requests that begin with the same 300 words."""
    words = {"role": "system", "content": "word " * 300}
    bodies = [{"model": "mine", "messages": [words, {"role": "user", "content": each}]} for each in ("a", "b", "c")]
    Path("r.jsonl").write_text("".join(json.dumps(body) + "\n" for body in bodies))
    result = run("batch", "r.jsonl", *prices)
    assert result.code == 0, result.err
    return result.out


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ("", None),  # fewer than 1,024 tokens
        # twice two steps of 128, each token 0.9 a million cheaper: 0.00046
        (
            "cache_min = 256\n",
            "mine: 512 input tokens repeat the beginning of earlier requests: cached unasked, which may save $0.00046",
        ),
        ("cache_min = 256\ncache_step = 100\n", "mine: 600 input tokens repeat"),
        ("cache_min = 257\n", None),
    ],
)
def test_a_cache_minimum_of_ones_own(run: Run, rules: str, says: str | None) -> None:
    """302 tokens are the same: two of three requests could read them from the cache, in whole steps."""
    out = three(run, *laid(MINE.replace('"exact"\n', '"exact"\n' + rules)))
    assert (says or "mine") in out
    assert ("repeat the beginning" in out) == (says is not None)


def test_a_cache_minimum_of_a_whole_provider(run: Run) -> None:
    """Defaults of a file hold for every model of the provider that states none: 2 x 256 tokens."""
    assert "mine: 512 input tokens repeat" in three(run, *laid(MINE, "[rules.provider.openai]\ncache_min = 256\n"))


# Modalities and hints ---------------------------------------------------------------------------


@pytest.mark.parametrize(("share", "cost"), [("", "0.0021"), ('batch_share = "0.25"\n', None)])
def test_the_share_of_a_batch(run: Run, share: str, cost: str | None) -> None:
    """Audio at 4 a million costs half of it in a batch, as text does; with another share nothing is known.

    200 of text at 0.5 and 1,000 of audio at 2 a million.
    """
    usage = {"prompt_tokens": 1200, "completion_tokens": 0, "prompt_tokens_details": {"audio_tokens": 1000}}
    body = {"object": "chat.completion", "created": 1795392000, "model": "mine", "service_tier": "batch"}
    assert spent(run, {**body, "usage": usage}, *laid(MINE.replace('"exact"\n', '"exact"\n' + share))) == cost


def test_a_hint_of_ones_own(run: Run) -> None:
    """A charge of 1.19 times the cost is told by the word of the price file."""
    hint = '[rules.hint.vat]\ntimes = "1.19"\nrequest = "19% on top: German VAT"\n'
    usage = {"prompt_tokens": 1_000_000, "completion_tokens": 0}
    body = {"model": "mine", "timestamp": "2026-11-01T00:00:00Z", "cost_usd": "1.19", "usage": usage}
    result = run("audit", "-f", "json", *laid(MINE, hint), stdin=json.dumps(body).encode())
    assert (result.code, "19% on top: German VAT" in result.out) == (1, True)


# Files that do not hold together ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('[openai."m"]\nframing = "gpt-4p"\n', 4, "unknown rule 'gpt-4p' for 'framing', did you mean 'gpt-4'?"),
        ('[openai."m"]\nimage_like = "zzz"\n', 4, "unknown rule 'zzz' for 'image_like': choose gpt-4o,"),
        ('[openai."m"]\nimage = "o1"\nimage_like = "o1"\n', 5, "'image' and 'image_like' cannot both hold"),
        ('[openai."m"]\ncache_min = 0\n', 4, "'cache_min' must be a whole number of tokens above 0"),
        ('[openai."m"]\nbatch_share = "half"\n', 4, "'batch_share' is half: a rate is a plain amount"),
        ('[openai."m"]\nas_text = "images"\n', 4, "'as_text' must be a list of names in quotes"),
        ("[rules.image.mine]\nbase = 1\n", 3, "'way' must be tiles, patches, cells, flat, crops or mosaic"),
        ('[rules.image.mine]\nway = "flat"\n', 3, "'tokens' is missing"),
        ('[rules.image.mine]\nway = "flat"\ntokens = "5"\n', 5, "'tokens' must be a whole number of 0 or more"),
        ('[rules.image."gpt-4o"]\nside = 0\n', 4, "'side' must be a whole number above 0"),
        ('[rules.image."gpt-4o"]\ntiles = 3\n', 4, "unknown key 'tiles', did you mean 'tile'?"),
        ('[rules.image."gpt-5.6"]\ntimes = "-1"\n', 4, "'times' is -1: a rate is a plain amount"),
        ('[rules.framing."gpt-5"]\nstyle = "gpt-5"\n', 4, "'style' must be early, plain or reasoning"),
        ('[rules.framing."claude-4"]\ntools = []\n', 4, "'tools' needs at least one row"),
        ('[[rules.framing."claude-4".tools]]\nauto = 1\nrecordings = 0\n', 3, "a row of 'tools' needs 'from'"),
        ('[rules.provider.openai]\nrates = "2"\n', 4, "unknown key 'rates'"),
        ('[rules.framing."gpt-4o"]\nmedia = "opnai"\n', 4, "unknown rule 'opnai' for 'media', did you mean 'openai'?"),
        ('[rules.media.openai]\nsound = "x"\n', 4, "'sound' is x: a rate is a plain amount"),
        ('[rules.media.mine]\nsound = "1"\n', 3, "'sound_least' is missing"),
        ('[rules.provider.openai]\nframing = "x"\n', 4, "unknown rule 'x' for 'framing'"),
        ("[rules.price.openai]\nx = 1\n", 3, "provider, seller, encoding, scale, image, framing, media,"),
        ("[rules]\nimage = 3\n", 4, 'a rule is [rules.kind."name"]'),
        ("[rules.batch.openai]\nrequests = true\n", 4, "'requests' must be a whole number above 0"),
        ("[fees.openai]\nweb_search = 3\n", 4, "'fees' are rows of their own: [[fees.provider.name]]"),
        ('[[fees.openai.web_search]]\namount = "1"\n', 3, "a row of 'fees' needs 'from'"),
        ("[[fees.openai.web_search]]\nfrom = 2026-01-01\n", 3, "a row of 'fees' needs 'amount'"),
        ('[[fees.openai.x]]\nfrom = 2026-01-01\namount = "$1"\n', 5, "'amount' is $1: a rate is a plain amount"),
        ('[[factors.openai.x]]\nfrom = 2026-01-01\namount = "1"\n', 5, "unknown key 'amount'"),
        ('[[factors.openai.x]]\nfrom = "now"\ntimes = "1"\n', 4, "'from' must be a plain date"),
    ],
)
def test_what_rules_may_not_say(run: Run, text: str, line: int, says: str) -> None:
    """Refused when the file is laid, and by lint: with the line, in the same words."""
    prices = laid(text)
    result = run("count", "-t", "hello", "-m", "gpt-4o", *prices)
    assert (result.code, result.out) == (2, "")
    assert f"own.toml:{line}: " in result.err
    assert says in result.err
    linted = run("prices", "lint", "own.toml", "-f", "json")
    assert linted.code == 1
    assert (line, says in linted.out.replace('\\"', '"')) in [
        (row["line"], True) for row in json.loads(linted.out)["rows"]
    ]


def test_the_example_of_the_readme(run: Run) -> None:
    """It holds together, and does what is said: "hello" to its model is 3 + 1 + 1 + 2 tokens."""
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    prices = laid(readme.partition("```toml\n[openai.")[2].partition("```")[0].join(("[openai.", "")))
    assert run("prices", "lint", "own.toml").code == 0
    row = counted(run, chat(model="gpt-next"), "--as-of", "2026-12-01", *prices)
    assert (row["input_tokens"], row["standing"], row["cost"]) == (7, "exact", "0.000014")
