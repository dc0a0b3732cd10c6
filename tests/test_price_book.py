"""The built-in price book, through the library: what it says on a day, and which model a name means."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokcost.catalog import Model, NotReleased, PriceBook
from tokcost.errors import AmbiguousModel, UnknownName
from tokcost.rates import MissingRate, Price, Rates, cost_of
from tokcost.usage import Usage

TODAY = date(2026, 11, 23)
BOOK = PriceBook.load()


def rates_of(name: str, day: date = TODAY, mode: str = "standard", prompt: int = 0, book: PriceBook = BOOK) -> Rates:
    price = book.find(name).price_on(day)
    assert price is not None
    tier = price.tier_for(prompt)
    return (tier.modes if tier else price.modes)[mode]


def three(rates: Rates) -> tuple[str, str, str]:
    return str(rates.input), str(rates.cached), str(rates.output)


# What the built-in book says -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "day", "expected"),
    [
        ("gpt-4o", "2025-07-16", ("2.5", "1.25", "10")),
        ("o3", "2025-06-09", ("10", "2.5", "40")),
        ("o3", "2025-07-16", ("2", "0.5", "8")),
        ("gpt-4.1", "2025-07-16", ("2", "0.5", "8")),
        ("claude-sonnet-4", "2025-07-16", ("3", "0.3", "15")),
        ("claude-opus-4", "2025-07-16", ("15", "1.5", "75")),
        ("gemini-2.5-pro", "2025-07-16", ("1.25", "0.31", "10")),
        ("gemini-2.5-flash", "2025-07-16", ("0.3", "0.075", "2.5")),
        ("deepseek-chat", "2025-07-16", ("0.27", "0.07", "1.1")),
        ("grok-4", "2025-07-16", ("3", "0.75", "15")),
        ("claude-sonnet-5-5", "2026-10-01", ("2", "0.2", "10")),
        ("claude-sonnet-5-5", "2026-10-07", ("2", "0.1", "10")),
        ("gpt-5.6-terra", "2026-07-29", ("2.5", "0.25", "15")),
        ("gpt-5.6-terra", "2026-07-30", ("2", "0.2", "12")),
        ("gemini-4-argon", "2026-11-30", ("2", "0.1", "10")),
        ("gemini-4-argon", "2026-12-01", ("4", "0.2", "20")),
        ("gemini-4-carbon", "2026-12-01", ("4", "0.2", "20")),
        ("gemini-3.6-flash", "2026-12-31", ("0.75", "0.075", "3.75")),
        ("gemini-3.6-flash", "2027-01-01", ("1.5", "0.15", "7.5")),
        ("mistral-large-4", "2026-10-28", ("1.36", "0.14", "4.18")),
        ("mistral-large-4", "2026-10-29", ("0.7", "0.07", "2.1")),
    ],
)
def test_history_and_announced_changes(name: str, day: str, expected: tuple[str, str, str]) -> None:
    """A date is billed at the price of that date, down to the day it changed."""
    assert three(rates_of(name, date.fromisoformat(day))) == expected


def test_before_its_release_a_model_has_no_price() -> None:
    """gpt-5 came out on 2025-08-07: three weeks before, it is an error and not today's price."""
    with pytest.raises(NotReleased, match="gpt-5 was not released on 2025-07-16: it came out on 2025-08-07"):
        BOOK.find("gpt-5").price_on(date(2025, 7, 16))


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("2025-07-16T00:29:59", ("0.135", "0.035", "0.55")),
        ("2025-07-16T00:30:00", ("0.27", "0.07", "1.1")),
        ("2025-07-16T16:29:59", ("0.27", "0.07", "1.1")),
        ("2025-07-16T16:30:00", ("0.135", "0.035", "0.55")),
    ],
)
def test_deepseek_by_night(clock: str, expected: tuple[str, str, str]) -> None:
    """In July 2025 deepseek-chat cost half from 16:30 to 00:30 UTC, over midnight."""
    moment = datetime.fromisoformat(clock)
    price = BOOK.find("deepseek-chat").price_on(moment.date())
    assert price is not None
    assert three(price.possible(0, 0, moment)[0]["standard"]) == expected


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("2026-11-23T03:59:59", ("1.32", "0.044", "3.96")),  # a Monday
        ("2026-11-23T04:00:00", ("0.66", "0.022", "1.98")),
        ("2026-11-22T03:59:59", ("0.66", "0.022", "1.98")),  # a Sunday
        ("2026-08-22T03:59:59", ("1.32", "0.044", "3.96")),  # a Saturday before weekends were off-peak
    ],
)
def test_deepseek_peak_hours(clock: str, expected: tuple[str, str, str]) -> None:
    """Peak hours double deepseek-v4-pro, since 2026-08-23 on weekdays only."""
    moment = datetime.fromisoformat(clock)
    price = BOOK.find("deepseek-v4-pro").price_on(moment.date())
    assert price is not None
    assert three(price.possible(0, 0, moment)[0]["standard"]) == expected


@pytest.mark.parametrize(
    ("name", "below", "past", "cheap", "dear"),
    [
        ("gpt-5.4", 272_000, 272_001, "0.68", "1.360005"),  # 272,000 x 2.5; 272,001 x 5
        ("gemini-2.5-pro", 200_000, 200_001, "0.25", "0.5000025"),  # 200,000 x 1.25; 200,001 x 2.5
        ("claude-haiku-5-5", 100_000, 100_001, "0.01", "0.0500005"),  # 100,000 x 0.1; 100,001 x 0.5
        ("grok-4.7", 199_999, 200_000, "0.399998", "0.8"),  # 199,999 x 2; 200,000 x 4: at, not past
        ("qwen3-max", 32_000, 32_001, "0.0384", "0.0768024"),  # 32,000 x 1.2; 32,001 x 2.4
        ("qwen3-max", 128_000, 128_001, "0.3072", "0.384003"),  # 128,000 x 2.4; 128,001 x 3
    ],
)
def test_cliffs(name: str, below: int, past: int, cheap: str, dear: str) -> None:
    """One token over a cliff changes the price of every token."""
    assert cost_of(Usage(input_tokens=below), rates_of(name, prompt=below)) == Decimal(cheap)
    assert cost_of(Usage(input_tokens=past), rates_of(name, prompt=past)) == Decimal(dear)


def test_a_cliff_holds_for_every_class_and_mode() -> None:
    """300,000 tokens to gpt-6-sol by flex: 100,000 x 2 + 150,000 x 0.2 + 50,000 x 5 + 1,000 x 7.5 = 0.4875."""
    usage = Usage(input_tokens=300_000, cached_tokens=150_000, cache_write_long_tokens=50_000, output_tokens=1_000)
    assert cost_of(usage, rates_of("gpt-6-sol", mode="flex", prompt=300_000)) == Decimal("0.4875")


def test_batch_past_a_cliff() -> None:
    """Haiku 5.5 halves every class in batch, its tier too; gpt-5.5-pro has no surcharge in batch."""
    assert three(rates_of("claude-haiku-5-5", mode="batch", prompt=100_001)) == ("0.25", "0.025", "1.25")
    assert rates_of("gpt-5.5-pro", mode="batch", prompt=272_001) == rates_of("gpt-5.5-pro", mode="batch")


def test_a_mode_that_is_not_sold_has_no_rates() -> None:
    """gpt-5.4 is not sold as priority past its cliff, and claude-haiku-4-5 has no flex at all."""
    with pytest.raises(KeyError):
        rates_of("gpt-5.4", mode="priority", prompt=272_001)
    with pytest.raises(KeyError):
        rates_of("claude-haiku-4-5", mode="flex")


def test_unknown_is_not_free() -> None:
    """command-a-plus is listed at 0/0 elsewhere: here it has no price; gpt-5.4 has no rate for cache writes."""
    assert BOOK.find("command-a-plus-05-2026").price_on(TODAY) is None
    with pytest.raises(MissingRate):
        cost_of(Usage(input_tokens=10, cache_write_tokens=1), rates_of("gpt-5.4"))


def test_an_expired_promise_is_kept_in_the_row() -> None:
    """The promotion of gpt-5.6-sol was promised until two days ago: the row still holds and says so."""
    price = BOOK.find("gpt-5.6-sol").price_on(TODAY)
    assert price is not None
    assert price.guaranteed_until == date(2026, 11, 21)


def test_the_next_price_is_announced() -> None:
    """gemini-4-argon doubles on 2026-12-01; gpt-4o has no announced change."""
    following = BOOK.find("gemini-4-argon").next_price(TODAY)
    assert following is not None
    assert following.start == date(2026, 12, 1)
    assert BOOK.find("gpt-4o").next_price(TODAY) is None


def test_rates_that_are_not_per_token() -> None:
    """Images, minutes, characters and won."""

    def row(name: str) -> Price:
        price = BOOK.find(name).price_on(TODAY)
        assert price is not None
        return price

    assert row("dall-e-3").per_image["1024x1024"] == Decimal("0.04")
    assert row("gpt-image-1").per_image["high 1024x1024"] == Decimal("0.167")
    assert row("gpt-image-1").other["image_output"] == Decimal(40)
    assert row("whisper-1").other["per_minute"] == Decimal("0.006")
    assert row("tts-1").other["per_million_characters"] == Decimal(15)
    assert (row("HCX-007").currency, three(row("HCX-007").modes["standard"])) == ("KRW", ("1250", "None", "5000"))


def test_every_model_says_how_it_is_counted() -> None:
    """An exact or assumed count needs an encoding, an assumed one its assumption, an estimate its scale or margin."""
    for model in BOOK.models():
        if model.encoding is None:
            assert model.kind != "chat", model.full_id
        elif model.standing == "assumed":
            assert model.assumes, model.full_id
        elif model.standing == "estimate":
            assert bool(model.scale) != bool(model.margin), model.full_id
        if model.standing == "exact":
            assert not model.margin, model.full_id


@pytest.mark.parametrize(
    ("name", "encoding", "standing", "scale"),
    [
        ("gpt-4o", "o200k_base", "exact", ""),
        ("gpt-6-sol", "o200k_base", "assumed", ""),
        ("gpt-4", "cl100k_base", "exact", ""),
        ("gemini-2.5-pro", "gemma3", "exact", ""),
        ("gemini-4-argon", "gemma3", "assumed", ""),
        ("claude-2", "claude_v3", "estimate", ""),
        ("claude-opus-4-6", "claude_v3", "assumed", ""),
        ("claude-opus-4-7", "claude_v4.7", "assumed", ""),
        ("claude-haiku-4-5", "claude_v3", "assumed", ""),
        ("claude-haiku-5-5", "claude_v4.8", "assumed", ""),
        ("claude-opus-5", "claude_opus_5", "assumed", ""),
        ("openrouter/anthropic/claude-sonnet-4.5", "claude_v3", "assumed", ""),
        ("groq/gpt-oss-120b", "o200k_harmony", "exact", ""),
        ("qwen3-max", "qwen", "exact", ""),
        ("qwen3.8-max", "o200k_base", "estimate", "qwen3.5"),
        ("deepseek-v4-pro", "deepseek", "exact", ""),
        ("HCX-007", "o200k_base", "estimate", "korean"),
    ],
)
def test_encodings(name: str, encoding: str, standing: str, scale: str) -> None:
    """Which vocabulary counts which model, and how sure that is."""
    model = BOOK.find(name)
    assert (model.encoding, model.standing, model.scale) == (encoding, standing, scale)


# Names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "full_id"),
    [
        ("GPT-4o", "openai/gpt-4o"),
        ("openai/gpt-4o", "openai/gpt-4o"),
        ("claude-sonnet-5.5", "anthropic/claude-sonnet-5-5"),
        ("gpt-5.4-2026-03-05", "openai/gpt-5.4"),
        ("claude-sonnet-4-5@20250929", "vertex/claude-sonnet-4-5"),
        ("gpt-4o-2024-05-13", "openai/gpt-4o-2024-05-13"),
        ("openai/gpt-5.4-2026-03-05", "openai/gpt-5.4"),
        ("groq/openai/gpt-oss-120b", "groq/openai/gpt-oss-120b"),
        ("groq/gpt-oss-120b", "groq/openai/gpt-oss-120b"),
        ("bedrock/openai.gpt-oss-120b-1:0", "bedrock/openai.gpt-oss-120b-1:0"),
        ("meta.llama3-3-70b-instruct-v1:0", "bedrock/meta.llama3-3-70b-instruct-v1:0"),
        ("glm-5.3", "zai/GLM-5.3"),
        ("Mi:dm 2.0", "kt/Mi:dm 2.0"),
    ],
)
def test_look_up(name: str, full_id: str) -> None:
    """Ids, aliases, provider/id forms and dated snapshots lead to their model, whatever the case."""
    assert BOOK.find(name).full_id == full_id


@pytest.mark.parametrize(
    "name",
    [
        "gpt-5.4-2026-02-30",
        "gpt-5.4-2026-0305",
        "claude-opus-5-6",
        "",
        "gpt-4o-2024-05-13-2024-05-13",
        "xai/gpt-4o",
    ],
)
def test_never_the_nearest(name: str) -> None:
    """A day that is none, an unseen version or another provider's model is unknown, not its neighbour."""
    with pytest.raises(UnknownName):
        BOOK.find(name)


def test_an_unknown_model_names_the_nearest() -> None:
    """The suggestion is in the message; nothing is priced by it."""
    with pytest.raises(UnknownName, match=r"unknown model 'gpt4o': did you mean .*gpt-4o"):
        BOOK.find("gpt4o")


@pytest.mark.parametrize("name", ["gpt-oss-120b", "openai/gpt-oss-120b", "llama-3.3-70b"])
def test_several_sellers(name: str) -> None:
    """A model that several providers sell is reported with forms that each work."""
    with pytest.raises(AmbiguousModel) as caught:
        BOOK.find(name)
    assert len(caught.value.forms) >= 2
    for form in caught.value.forms:
        assert form in str(caught.value)
        assert BOOK.find(form).full_id == form


def test_provider_and_id_always_work() -> None:
    """Every model is found by provider/id, whatever slashes, colons, dots or spaces its id has."""
    for model in BOOK.models():
        assert BOOK.find(model.full_id) == model


@given(st.text(max_size=30))
def test_only_known_names_are_found(name: str) -> None:
    """No text outside the list of names leads to a model."""
    known = {one.casefold() for one in BOOK.names()}
    if name.casefold() in known:
        return
    with pytest.raises((UnknownName, AmbiguousModel)):
        BOOK.find(name)


@given(st.dates(date(2023, 1, 1), date(2027, 12, 31)), st.sampled_from([model.full_id for model in BOOK.models()]))
def test_one_price_a_day(day: date, name: str) -> None:
    """On any day at most one row holds, and it is the one that began last."""
    model: Model = BOOK.find(name)
    if model.released is not None and day < model.released:
        return
    holding = [row for row in model.prices if row.start <= day and (row.end is None or day < row.end)]
    assert len(holding) <= 1
    assert model.price_on(day) == (holding[0] if holding else None)
