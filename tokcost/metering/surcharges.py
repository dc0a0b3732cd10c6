"""What is billed beside the rates of a model: factors by place, fees by call. Dated, each with its source."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

# Amounts and factors are those of the providers' pages; the first days are from memory, not checked.


class Factor(NamedTuple):
    """Rates of a provider are multiplied by this where a response says that it was served there."""

    provider: str
    geo: str
    factor: Decimal
    start: date
    source: str


class Fee(NamedTuple):
    """Money (USD) for one call of a tool, from ``start`` on."""

    provider: str
    call: str
    amount: Decimal
    start: date
    source: str


# Older models refuse the parameter, so that a response which names a place has this price.
FACTORS = (Factor("anthropic", "us", Decimal("1.1"), date(2026, 2, 5), "Anthropic's pricing page: US-only inference"),)
# Chosen by the domain that a request goes to, which no usage shows: only where the user says so.
REGIONAL = (
    Factor("openai", "regional", Decimal("1.1"), date(2026, 3, 5), "OpenAI's pricing page: regional processing"),
)
FEES = (
    Fee(
        "anthropic", "web_search", Decimal("0.01"), date(2025, 5, 7), "Anthropic's pricing page: $10 per 1,000 searches"
    ),
    Fee("openai", "web_search", Decimal("0.01"), date(2025, 3, 11), "OpenAI's pricing page: $10 per 1,000 calls"),
    Fee(
        "openai",
        "web_search_preview",
        Decimal("0.025"),
        date(2025, 3, 11),
        "OpenAI's pricing page: $25 per 1,000 calls of the preview tool on models that do not reason",
    ),
    Fee("openai", "file_search", Decimal("0.0025"), date(2025, 3, 11), "OpenAI's pricing page: $2.50 per 1,000 calls"),
)
# A search with these models is billed as so many input tokens more (OpenAI's pricing page).
SEARCH_BLOCK = {"gpt-4o-mini": 8000, "gpt-4.1-mini": 8000}

# What has the rate of text where a row has none of its own. Google's page gives one input rate for text,
# image and video (and for audio where it does not name it), and one output rate where a model speaks text
# alone; OpenAI's guide to vision meters images "just as text inputs are", and xAI's page says the same.
AS_TEXT = {
    "google": ("audio_input", "audio_cached", "image_input", "image_cached"),
    "openai": ("image_input", "image_cached"),
    "xai": ("image_input", "image_cached"),
}


def factor_for(provider: str, geo: str, released: date | None, regional: bool) -> Decimal:
    """By what the rates are multiplied; 1 where nothing is known to be."""
    found = Decimal(1)
    for each in FACTORS:
        if (each.provider, each.geo) == (provider, geo):  # a response can name the place only since there is one
            found *= each.factor
    if regional:
        for each in REGIONAL:
            if each.provider == provider and released is not None and released >= each.start:
                found *= each.factor
    return found


def fee_for(provider: str, call: str, reasoning: bool, day: date) -> Decimal | None:
    """Money for one call, None where it is not known."""
    if call == "web_search_preview" and reasoning:
        call = "web_search"  # the preview tool has the lower price on models that reason
    dated = [fee for fee in FEES if (fee.provider, fee.call) == (provider, call) and fee.start <= day]
    return max(dated, key=lambda fee: fee.start).amount if dated else None
