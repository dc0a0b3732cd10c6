"""The names by which Bedrock, Vertex AI and OpenRouter sell Claude, and by which people call it.

Each leads to the row of the seller that bills, and what is not sold by that name stays unknown.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import AS_OF, Run
from tokcost.catalog import PriceBook

BOOK = PriceBook.load()


def shown(run: Run, name: str, *options: str) -> dict[str, Any]:
    """What ``models show`` says of the name."""
    result = run("models", "show", name, "--format", "json", *options)
    assert (result.code, result.err) == (0, "" if not options else f"note: prices: built-in of {AS_OF}, own.toml\n")
    found: dict[str, Any] = json.loads(result.out)
    return found


def rates(run: Run, name: str) -> tuple[str | None, ...]:
    """The rates in force, in the order input, read, written for minutes, for an hour, output."""
    found = shown(run, name)
    return tuple(found[f"{kind}_rate"] for kind in ("input", "cached", "cache_write", "cache_write_long", "output"))


# Whose row it is --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "full_id"),
    [
        ("anthropic.claude-sonnet-5", "bedrock/anthropic.claude-sonnet-5"),
        ("apac.anthropic.claude-3-5-sonnet-20241022-v2:0", "bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0"),
        ("EU.Anthropic.Claude-Sonnet-4-6", "bedrock/anthropic.claude-sonnet-4-6"),
        ("au.anthropic.claude-opus-5", "bedrock/anthropic.claude-opus-5"),
        ("global.anthropic.claude-fable-5-1", "bedrock/global.anthropic.claude-fable-5-1"),
        ("global.anthropic.claude-sonnet-4-20250514-v1:0", "bedrock/anthropic.claude-sonnet-4-20250514-v1:0"),
        ("us-gov.anthropic.claude-sonnet-5-5", "bedrock/us-gov.anthropic.claude-sonnet-5-5"),
        ("bedrock/jp.anthropic.claude-sonnet-4-6", "bedrock/anthropic.claude-sonnet-4-6"),
        ("bedrock/eu-central-1/anthropic.claude-opus-4-7", "bedrock/anthropic.claude-opus-4-7"),
        ("bedrock/us-gov-east-1/anthropic.claude-opus-5", "bedrock/us-gov.anthropic.claude-opus-5"),
        ("bedrock/converse/global.anthropic.claude-opus-5", "bedrock/global.anthropic.claude-opus-5"),
        ("bedrock/invoke/anthropic.claude-3-haiku-20240307-v1:0", "bedrock/anthropic.claude-3-haiku-20240307-v1:0"),
        ("bedrock_converse/us.anthropic.claude-sonnet-5-5", "bedrock/anthropic.claude-sonnet-5-5"),
        ("bedrock:global.anthropic.claude-sonnet-5", "bedrock/global.anthropic.claude-sonnet-5"),
        ("bedrock_converse:eu.anthropic.claude-haiku-5-5", "bedrock/anthropic.claude-haiku-5-5"),
        ("us.anthropic.claude-opus-4-6-v1[1m]", "bedrock/anthropic.claude-opus-4-6-v1"),
        (
            "arn:aws:bedrock:eu-north-1:111122223333:inference-profile/global.anthropic.claude-sonnet-4-6",
            "bedrock/global.anthropic.claude-sonnet-4-6",
        ),
        (
            "arn:aws:bedrock:sa-east-1::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0",
            "bedrock/anthropic.claude-haiku-4-5-20251001-v1:0",
        ),
        (
            "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/anthropic.claude-opus-4-8",
            "bedrock/us-gov.anthropic.claude-opus-4-8",
        ),
    ],
)
def test_bedrock(run: Run, name: str, full_id: str) -> None:
    """Profiles, regions, ARNs, prefixes of libraries; the global profile and GovCloud have tables of their own."""
    found = shown(run, name)
    assert f"{found['provider']}/{found['model']}" == full_id


@pytest.mark.parametrize(
    ("name", "full_id"),
    [
        ("vertex_ai/claude-fable-5", "vertex/claude-fable-5"),
        ("vertex/claude-opus-4-8@default", "vertex/claude-opus-4-8"),
        ("vertex_ai:claude-sonnet-4-5@20250929", "vertex/claude-sonnet-4-5"),
        ("google-vertex:claude-opus-4-7", "vertex/claude-opus-4-7"),
        ("vertex_ai/claude-haiku-4-5", "vertex/claude-haiku-4-5"),
        ("vertex/regional/claude-haiku-4-5", "vertex/regional/claude-haiku-4-5"),
        ("claude-haiku-5-5@default", "vertex/claude-haiku-5-5"),
        ("claude-3-haiku@20240307", "vertex/claude-3-haiku@20240307"),
        ("publishers/anthropic/models/claude-sonnet-5-5", "vertex/claude-sonnet-5-5"),
        (
            "projects/shop-42/locations/global/publishers/anthropic/models/claude-opus-4-5@20251101",
            "vertex/claude-opus-4-5",
        ),
        (
            "projects/shop-42/locations/asia-east1/publishers/anthropic/models/claude-opus-4-5@20251101",
            "vertex/regional/claude-opus-4-5",
        ),
        (
            "projects/1234/locations/eu/publishers/anthropic/models/claude-sonnet-4-6@default",
            "vertex/regional/claude-sonnet-4-6",
        ),
    ],
)
def test_vertex(run: Run, name: str, full_id: str) -> None:
    """Resource paths say where: the global endpoint is cheaper than any other from Sonnet 4.5 on."""
    found = shown(run, name)
    assert f"{found['provider']}/{found['model']}" == full_id


@pytest.mark.parametrize(
    ("name", "full_id"),
    [
        ("openrouter/anthropic/claude-haiku-4.5", "openrouter/anthropic/claude-haiku-4.5"),
        ("openrouter/anthropic/claude-haiku-4-5", "openrouter/anthropic/claude-haiku-4.5"),
        ("openrouter:anthropic/claude-opus-5.5", "openrouter/anthropic/claude-opus-5.5"),
        ("openrouter/anthropic/claude-sonnet-4.6:thinking", "openrouter/anthropic/claude-sonnet-4.6"),
        ("anthropic/claude-opus-4.7:online", "openrouter/anthropic/claude-opus-4.7"),
        ("openrouter/anthropic/claude-opus-5-fast", "openrouter/anthropic/claude-opus-5-fast"),
    ],
)
def test_openrouter(run: Run, name: str, full_id: str) -> None:
    """With dots as it writes them or with dashes; a variant of the same price is the model."""
    found = shown(run, name)
    assert f"{found['provider']}/{found['model']}" == full_id


@pytest.mark.parametrize(
    ("name", "full_id"),
    [
        ("anthropic/claude-opus-4.7", "anthropic/claude-opus-4-7"),
        ("anthropic:claude-fable-5", "anthropic/claude-fable-5"),
        ("claude-opus-5[1m]", "anthropic/claude-opus-5"),
        ("claude-3.5-sonnet-20241022", "anthropic/claude-3-5-sonnet-20241022"),
        ("claude-3-5-sonnet-20240620", "anthropic/claude-3-5-sonnet-20240620"),
        ("claude-4.6-sonnet", "anthropic/claude-sonnet-4-6"),
        ("claude-4-5-haiku-20251001", "anthropic/claude-haiku-4-5"),
        ("Claude Opus 4.1", "anthropic/claude-opus-4-1"),
        ("Claude Sonnet 3.7", "anthropic/claude-3-7-sonnet-20250219"),
        ("Anthropic: Claude Fable 5.1", "anthropic/claude-fable-5-1"),
        ("claude-mythos-5.1", "anthropic/claude-mythos-5-1"),
    ],
)
def test_anthropic(run: Run, name: str, full_id: str) -> None:
    """Dots, the order of the words, display names and the long window all mean Anthropic's own row."""
    found = shown(run, name)
    assert f"{found['provider']}/{found['model']}" == full_id


def test_no_seller_takes_a_name_of_anthropic() -> None:
    """Every id and alias of Anthropic's still means one model, and that one, whoever sells it too."""
    own = [model for model in BOOK.models() if model.provider == "anthropic"]
    for model in own:
        for name in (model.id, *model.aliases, f"anthropic/{model.id}"):
            assert BOOK.find(name) is model


def test_every_name_that_is_offered_is_known() -> None:
    """Completion and suggestions say no name that would be refused as unknown."""
    for name in BOOK.names():
        if "claude" in name:
            assert BOOK.find(name).full_id


@pytest.mark.parametrize(
    "name",
    [
        "anthropic.claude-opus-7-v1:0",
        "us.anthropic.claude-3-5-sonnet-20241022-v9:0",
        "mars.anthropic.claude-opus-5",
        "anthropic.claude-3-haiku-20240307-v1:0:48k",
        "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6",
        "arn:aws:bedrock:us-east-1:111122223333:provisioned-model/anthropic.claude-opus-5",
        "vertex_ai/claude-opus-9",
        "vertex_ai/claude-sonnet-4-5@20250930",
        "claude-3-7-sonnet@20250220",
        "claude-sonnet-5@20340101",
        "claude-sonnet-5-20340101",
        "claude-3-opus-20240230",
        "claude-3-7-sonnet-20250218",
        "claude-6-sonnet",
        "Claude Opus",
        "claude-sonnet-45",
        "anthropic:claude-opus-6",
    ],
)
def test_what_is_not_sold_by_that_name_stays_unknown(run: Run, name: str) -> None:
    """A version, a day, a profile or a variant that the book does not have is exit 2, never the next best."""
    result = run("count", "-t", "x", "-m", name)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"tokcost: error: unknown model '{name[:70]}")
    assert result.err.count("\n") == 1


# What it costs there ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("anthropic/claude-opus-5", ("5", "0.5", "6.25", "10", "25")),
        ("global.anthropic.claude-opus-5", ("5", "0.5", "6.25", "10", "25")),
        ("us.anthropic.claude-opus-5", ("5.5", "0.55", "6.875", "11", "27.5")),  # x 1.1
        ("anthropic.claude-opus-5", ("5.5", "0.55", "6.875", "11", "27.5")),
        ("eu.anthropic.claude-haiku-5-5", ("0.11", "0.011", "0.1375", "0.22", "0.55")),
        ("us.anthropic.claude-3-5-haiku-20241022-v1:0", ("0.8", "0.08", "1", None, "4")),  # before the premium
        ("vertex/claude-sonnet-5-5", ("2", "0.1", "2.5", "4", "10")),
        ("vertex/regional/claude-sonnet-5-5", ("2.2", "0.11", "2.75", "4.4", "11")),
        ("openrouter/anthropic/claude-opus-4.5", ("5", "0.5", "6.25", None, "25")),
        ("openrouter/anthropic/claude-opus-4.8-fast", ("10", "1", None, None, "50")),
        ("claude-mythos-5-2", ("8", "0.2", "10", "16", "40")),
    ],
)
def test_rates(run: Run, name: str, expected: tuple[str | None, ...]) -> None:
    """The seller's own rates, 1.1 times as much in regions from Sonnet 4.5 on; a rate that is not known is none."""
    assert rates(run, name) == expected


def test_a_region_costs_a_tenth_more_in_every_class_mode_and_tier() -> None:
    """By exact decimals, in every model of each cloud from Sonnet 4.5 on; before, one price holds everywhere."""
    sold = [model for model in BOOK.models() if model.sells.startswith("anthropic/") and model.prices]
    everywhere = {"bedrock": ("bedrock/global.{}", "bedrock/eu.{}"), "vertex": ("vertex/{}", "vertex/regional/{}")}
    factors = []
    for model in sold:
        if model.provider not in everywhere or model.id.startswith("us-gov."):
            continue
        low, high = (
            BOOK.find(form.format(model.id.removeprefix("global."))).prices for form in everywhere[model.provider]
        )
        old = re.search(r"claude-(3|(opus|sonnet)-4(-1)?[-@]20)", model.id)
        factors.append(Decimal(1) if old else Decimal("1.1"))
        assert [row.start for row in low] == [row.start for row in high]
        for cheap, dear in zip(low, high, strict=True):
            below = [cheap.modes, *(tier.modes for tier in cheap.tiers)]
            above = [dear.modes, *(tier.modes for tier in dear.tiers)]
            for ours, theirs in zip(below, above, strict=True):
                raised = {mode: {kind: rate * factors[-1] for kind, rate in ours[mode].items()} for mode in ours}
                assert {mode: dict(theirs[mode].items()) for mode in theirs} == raised
    assert factors.count(Decimal("1.1")) >= 28


@pytest.mark.parametrize(
    ("name", "model", "why"),
    [
        ("vertex_ai/claude-opus-4-1@20250805", "vertex/claude-opus-4-1", "no price at Vertex AI is evidenced"),
        ("claude-3-5-haiku@20241022", "vertex/claude-3-5-haiku@20241022", "sources disagree on the price at"),
        ("us-gov.anthropic.claude-opus-5", "bedrock/us-gov.anthropic.claude-opus-5", "AWS GovCloud has a price"),
        (
            "anthropic/claude-opus-5:batch",
            "openrouter/anthropic/claude-opus-5:batch",
            "batches have rates of their own",
        ),
        ("anthropic/claude-opus-4.8:free", "openrouter/anthropic/claude-opus-4.8:free", "what is free is limited"),
        ("openrouter/x-ai/grok-4.7:nitro", "openrouter/x-ai/grok-4.7:nitro", "it is routed by throughput"),
    ],
)
def test_sold_at_a_price_that_is_not_known(run: Run, name: str, model: str, why: str) -> None:
    """Its text is counted and its money is unknown: neither Anthropic's price nor that of the next profile."""
    result = run("count", "-t", "x", "-m", name, "--format", "json")
    (row,) = json.loads(result.out)["rows"]
    assert (result.code, row["model"], row["cost"]) == (2, model, None)
    assert f"note: {model} is unpriced: {why}" in result.err
    result = run("count", "-q", "-t", "x", "-m", name, "--max-cost", "1")
    assert result.code == 2
    assert "--max-cost cannot be checked" in result.err


# Everywhere --------------------------------------------------------------------------------------


def test_a_log_is_billed_by_the_seller_it_names(run: Run) -> None:
    """1,000,000 tokens in and 100,000 out: Opus 5 at 5 and 25, in a region 1.1 times as much."""
    models = (
        "claude-opus-5",  # 5 + 2.5
        "us.anthropic.claude-opus-5",  # 5.5 + 2.75
        "global.anthropic.claude-opus-5",
        "projects/p/locations/europe-west4/publishers/anthropic/models/claude-opus-5",
        "publishers/anthropic/models/claude-opus-5",
    )
    usage = {"input_tokens": 1_000_000, "output_tokens": 100_000}
    for model, cost in zip(models, ("7.5", "8.25", "7.5", "8.25", "7.5"), strict=True):
        line = {"type": "message", "model": model, "usage": usage, "timestamp": "2026-11-20T10:00:00Z"}
        result = run("usage", "-", "--format", "json", stdin=json.dumps(line).encode())
        assert (result.code, result.err) == (0, "")
        assert json.loads(result.out)["totals"]["cost"] == cost


def test_a_request_file_says_a_name_of_bedrock(run: Run) -> None:
    """The model of a request body is read like any other name."""
    body = {"model": "eu.anthropic.claude-opus-5", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
    Path("request.json").write_text(json.dumps(body))
    result = run("batch", "request.json", "--format", "json")
    assert (result.code, "error" in result.err) == (0, False)
    (row,) = json.loads(result.out)["rows"]
    assert row["model"] == "bedrock/anthropic.claude-opus-5"


def test_a_table_of_ones_own_comes_first(run: Run) -> None:
    """A contract for one profile is laid over the book under the name of that profile."""
    own = 'bedrock."us.anthropic.claude-opus-5"'
    rows = f'[{own}]\n[[{own}.rates]]\nfrom = 2026-08-01\ninput = "4.4"\n'
    Path("own.toml").write_text(f"[tokcost]\nschema = 1\n{rows}")
    for name in ("us.anthropic.claude-opus-5", "bedrock/converse/us.anthropic.claude-opus-5"):
        assert shown(run, name, "--prices", "own.toml")["input_rate"] == "4.4"
    assert shown(run, "eu.anthropic.claude-opus-5", "--prices", "own.toml")["input_rate"] == "5.5"


def test_the_list_shows_the_sellers(run: Run) -> None:
    """Each seller's models stand under its own name."""
    for provider in ("bedrock", "vertex", "openrouter"):
        result = run("models", "list", "--provider", provider, "--format", "json")
        assert (result.code, result.err) == (0, "")
        assert any("claude-opus-5" in row["model"] for row in json.loads(result.out)["rows"])
