"""What the book's makers charge, by costs worked by hand: on days before and after a change, by tier, audio, snapshots.

Every amount is tokens x rate a million, of 100,000 tokens in and 10,000 out where no others are named.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.conftest import Run, document


def answer(model: str, day: str, sent: int = 100_000, made: int = 10_000, **more: Any) -> bytes:
    """A chat completion of that day, as a log has it."""
    created = int(datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC).timestamp())
    usage = {"prompt_tokens": sent, "completion_tokens": made, "total_tokens": sent + made}
    return json.dumps(
        {"object": "chat.completion", "created": created, "model": model, "usage": usage, **more}
    ).encode()


def spent(run: Run, body: bytes, *options: str) -> str | None:
    """What ``usage`` finds that it cost, None where it is unpriced, which is exit 2."""
    result = run("usage", "-f", "json", *options, stdin=body)
    cost: str | None = document(result)["totals"]["cost"]
    assert result.code == (0 if cost is not None else 2), result.err
    return cost


@pytest.mark.parametrize(
    ("model", "day", "cost"),
    [
        # until it retires its own rates: 0.1 x 1.25 + 0.01 x 10; then those of gemini-3.8-flash, that double a month on
        ("gemini-2.5-pro", "2026-11-30", "0.225"),
        ("gemini-2.5-pro", "2026-12-01", "0.1125"),  # 0.1 x 0.75 + 0.01 x 3.75
        ("gemini-2.5-pro", "2026-12-31", "0.1125"),
        ("gemini-2.5-pro", "2027-01-01", "0.225"),  # 0.1 x 1.5 + 0.01 x 7.5
        ("gemini-2.5-flash", "2026-12-01", "0.055"),  # gemini-3.5-flash-lite costs the same: 0.3 and 2.5
        ("gemini-3-pro-preview", "2026-10-01", "0.32"),  # as gemini-3.1-pro-preview since March: 2 and 12
        # announced, and not a day before
        ("gemini-4-argon", "2026-11-30", "0.3"),
        ("gemini-4-argon", "2026-12-01", "0.6"),
        # the first day on which rates are known to hold
        ("gpt-realtime-2", "2026-07-31", None),
        ("gpt-realtime-2", "2026-08-01", "0.64"),  # 4 and 24
        ("grok-4.5", "2026-08-31", None),
        ("grok-4.5", "2026-09-01", "0.26"),  # 2 and 6
        # retired, and priced for the days of their lives
        ("o1-preview", "2024-09-12", "2.1"),  # 15 and 60
        ("chatgpt-4o-latest", "2025-01-01", "0.65"),  # 5 and 15
        ("gemini-2.5-pro-preview-05-06", "2025-06-01", "0.225"),
        # dated ids, and names that move
        ("gpt-4o-2024-11-20", "2026-11-01", "0.35"),  # 2.5 and 10
        ("gpt-audio-mini-2025-12-15", "2026-11-01", "0.084"),  # 0.6 and 2.4
        ("gemini-flash-lite-latest", "2026-11-01", "0.055"),
        ("gpt-4o-2024-11-21", "2026-11-01", None),  # a day on which none was made
        # tuned models cost more than what they are tuned from
        ("ft:gpt-4o-2024-08-06", "2026-11-01", "0.525"),  # 3.75 and 15
        ("ft:gpt-3.5-turbo-0125", "2026-10-01", "0.36"),  # 3 and 6
        # sources disagree or are weak: known, and not priced
        ("gemini-2.0-flash-exp", "2025-03-01", None),
        ("gpt-3.5-turbo-0301", "2023-05-01", None),
    ],
)
def test_what_a_request_cost_on_its_day(run: Run, model: str, day: str, cost: str | None) -> None:
    """100,000 tokens in, 10,000 out."""
    assert spent(run, answer(model, day)) == cost


def test_where_requests_go_the_cliff_stays_behind(run: Run) -> None:
    """300,000 tokens in: past gemini-2.5-pro's cliff at 2.5 and 15, then 0.75 and 3.75 as any other request."""
    costs = [spent(run, answer("gemini-2.5-pro", day, 300_000)) for day in ("2026-11-30", "2026-12-01")]
    assert costs == ["0.9", "0.2625"]


@pytest.mark.parametrize(
    ("model", "tier", "cost"),
    [
        ("gpt-5", "flex", "0.1125"),  # half of 1.25 and 10
        ("gpt-5", "priority", "0.45"),
        ("gpt-5.3-codex", "priority", "0.63"),  # 3.5 and 28
        ("gpt-4o-2024-08-06", "priority", "0.595"),  # 4.25 and 17
        ("gpt-5.5-pro", "flex", "2.4"),  # 15 and 90
        ("gemini-2.5-flash", "flex", "0.0275"),  # 0.15 and 1.25
        ("gemini-3.6-flash", "priority", "0.2025"),  # 1.35 and 6.75
        ("gpt-6-astra", "ultrafast", "9"),  # 60 and 300
    ],
)
def test_a_tier_of_service_has_rates_of_its_own(run: Run, model: str, tier: str, cost: str) -> None:
    """Those of the tier that the answer names."""
    assert spent(run, answer(model, "2026-11-20", service_tier=tier)) == cost


@pytest.mark.parametrize(
    ("model", "day", "cost"),
    [
        ("claude-opus-5-5", "2026-11-20", "0.4"),  # 10,000 x 40
        ("claude-opus-4-8", "2026-11-29", "0.5"),  # 10,000 x 50
        ("claude-opus-4-8", "2026-11-30", None),  # no longer sold
        ("claude-opus-4-6", "2026-11-20", None),  # one weak source alone has it
    ],
)
def test_fast_mode(run: Run, model: str, day: str, cost: str | None) -> None:
    """Rates of their own, where it is sold; the token of the text is less than a cent's thousandth."""
    result = run("count", "-t", "x", "-m", model, "--mode", "fast", "--output", "10000", "--as-of", day, "-f", "json")
    assert result.code == (0 if cost else 2)
    if cost:
        assert document(result)["totals"]["cost"].startswith(f"{float(cost):.3f}"), result.out
    else:
        assert "has no fast rates here" in result.err


@pytest.mark.parametrize(
    ("model", "modality", "cost"),
    [
        # 1,000 tokens of text and 1,000 of the other in
        ("gemini-3.1-flash-lite", "AUDIO", "0.00075"),  # 0.25 and 0.5
        ("gemini-2.5-flash", "AUDIO", "0.0013"),  # 0.3 and 1
        ("gemini-embedding-2", "AUDIO", "0.0067"),  # 0.2 and 6.5
        ("gemini-3.8-flash", "AUDIO", "0.0015"),  # one rate for all: 0.75
        ("gemini-embedding-2", "IMAGE", "0.00065"),  # 0.2 and 0.45
    ],
)
def test_tokens_of_sound_and_pictures_in_an_answer_of_gemini(run: Run, model: str, modality: str, cost: str) -> None:
    """At the rate of their own, at that of text where the price list has one for all."""
    details = [{"modality": "TEXT", "tokenCount": 1000}, {"modality": modality, "tokenCount": 1000}]
    body = {
        "modelVersion": model,
        "createTime": "2026-11-20T12:00:00Z",
        "usageMetadata": {"promptTokenCount": 2000, "totalTokenCount": 2000, "promptTokensDetails": details},
    }
    assert spent(run, json.dumps(body).encode(), "--as-of", "2026-11-20") == cost


@pytest.mark.parametrize(
    ("provider", "fee", "model", "day", "amount"),
    [
        ("openai", "web_search", "gpt-5.4", "2025-07-31", None),
        ("openai", "web_search", "gpt-5.4", "2025-08-01", "0.01"),
        ("openai", "web_search_preview", "gpt-4.1", "2026-11-20", "0.025"),
        ("openai", "web_search_preview", "gpt-5.4", "2026-11-20", "0.01"),
        ("openai", "code_interpreter", "gpt-5.4", "2026-11-20", "0.03"),
        ("openai", "code_interpreter_16g", "gpt-5.4", "2026-11-20", "0.48"),
        ("google", "grounding_search", "gemini-2.5-flash", "2026-11-20", "0.035"),
        ("google", "grounding_search", "gemini-3.8-flash", "2026-11-20", "0.014"),
        ("google", "grounding_search", "gemini-3-flash-preview", "2026-01-04", None),
        ("google", "cache_storage", "gemini-3.6-flash", "2026-12-31", "0.5"),
        ("google", "cache_storage", "gemini-3.6-flash", "2027-01-01", "1"),
        ("google", "cache_storage", "gemini-4-argon", "2026-11-20", None),  # implicit caching alone
        ("perplexity", "request_high", "sonar-pro", "2026-11-20", "0.014"),
        ("xai", "x_search", "grok-4.7", "2026-11-20", "0.005"),
    ],
)
def test_a_fee_of_the_book(provider: str, fee: str, model: str, day: str, amount: str | None) -> None:
    """The row that holds for the model on the day."""
    from tokcost.catalog import PriceBook

    found = PriceBook.load().rules.fee(
        provider, fee, model, model.startswith("gpt-5"), datetime.fromisoformat(day).date()
    )
    assert (str(found.amount) if found else None) == amount


@pytest.mark.parametrize(("model", "cost"), [("gpt-5.4", "0.44"), ("gpt-5", "0.225"), ("gpt-realtime-2.1", "0.704")])
def test_a_region_of_openai_has_a_factor(run: Run, model: str, cost: str) -> None:
    """1.1 times the rates of models since gpt-5.4: (0.25 + 0.15) and (0.4 + 0.24) dollars; those before as ever."""
    assert spent(run, answer(model, "2026-11-20"), "--regional") == cost
