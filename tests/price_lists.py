"""Price lists as others keep them, small ones: one offer in each of the formats."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# One model of acme: 2.5 in, 0.25 cached, 10 out; past 200,000 tokens of prompt twice that; batch at half of 2.5.
LITELLM: dict[str, Any] = {
    "sample_spec": {"input_cost_per_token": 0.0, "litellm_provider": "one of the providers"},
    "acme/m": {
        "litellm_provider": "acme",
        "mode": "chat",
        "input_cost_per_token": 2.5e-06,
        "cache_read_input_token_cost": 2.5e-07,
        "output_cost_per_token": 1e-05,
        "input_cost_per_token_above_200k_tokens": 5e-06,
        "output_cost_per_token_above_200k_tokens": 2e-05,
        "input_cost_per_token_batches": 1.25e-06,
        "max_input_tokens": 300000,
        "max_output_tokens": 4096,
        "supports_vision": True,
        "search_context_cost_per_query": {"search_context_size_low": 0.01},
        "regional_processing_uplift_multiplier_eu": 1.1,
    },
}
MODELS_DEV: dict[str, Any] = {
    "acme": {
        "id": "acme",
        "models": {
            "m": {
                "id": "m",
                "release_date": "2025-03-01",
                "cost": {
                    "input": 2.5,
                    "output": 10,
                    "cache_read": 0.25,
                    "tiers": [{"input": 5, "output": 20, "tier": {"type": "context", "size": 200000}}],
                    "request": 0.01,
                },
                "limit": {"context": 300000, "output": 4096},
            }
        },
    }
}
GENAI_PRICES: list[Any] = [
    {
        "id": "acme",
        "models": [
            {
                "id": "m",
                "match": {"or": [{"equals": "m"}, {"equals": "m-too"}, {"starts_with": "m-"}]},
                "context_window": 300000,
                "prices": {
                    "input_mtok": {"base": 2.5, "tiers": [{"start": 200000, "price": 5}]},
                    "cache_read_mtok": 0.25,
                    "output_mtok": {"base": 10, "tiers": [{"start": 200000, "price": 20}]},
                    "web_searches_kcount": 10,
                },
                "price_variants": [{"when": {"processing": "batch"}, "prices": {"input_mtok": 1.25}}],
            }
        ],
    }
]
GENAI_PYTHON = '''
"""Made, not written."""
import datetime
from decimal import Decimal
from .types import *
providers: list[Provider] = [
    Provider(
        id='acme', name='Acme', api_pattern='https://acme\\\\.example',
        models=[
            ModelInfo(
                id='m', match=ClauseOr(or_=[ClauseEquals(equals='m'), ClauseStartsWith(starts_with='m-')]),
                context_window=300000,
                prices=[
                    ConditionalPrice(prices=ModelPrice(input_mtok=Decimal('3'))),
                    ConditionalPrice(
                        constraint=StartDateConstraint(start_date=datetime.date(2026, 3, 13)),
                        prices=ModelPrice(
                            input_mtok=TieredPrices(
                                base=Decimal('2.5'), tiers=[Tier(start=200000, price=Decimal('5'))]
                            ),
                            cache_read_mtok=Decimal('0.25'),
                            output_mtok=TieredPrices(
                                base=Decimal('10'), tiers=[Tier(start=200000, price=Decimal('20'))]
                            ),
                            web_searches_kcount=Decimal('10'),
                        ),
                    ),
                ],
            )
        ],
    )
]
'''
FORMATS = {
    "litellm.json": json.dumps(LITELLM),
    "api.json": json.dumps(MODELS_DEV),
    "genai.json": json.dumps(GENAI_PRICES),
    "genai-units.json": json.dumps({"units": {}, "providers": GENAI_PRICES}),
    "data.py": GENAI_PYTHON,
}
HEAD = "[tokcost]\nschema = 1\n"
ROW = '[acme."m"]\nencoding = "o200k_base"\nstanding = "exact"\n[[acme."m".rates]]\nfrom = 2026-01-01\n'


def own_book(rates: str, name: str = "own.toml") -> str:
    """A price file in which acme sells m at these rates; its name."""
    Path(name).write_text(HEAD + ROW + rates)
    return name


def litellm(models: Mapping[str, Mapping[str, object]] | None = None, **more: Mapping[str, object]) -> None:
    """list.json, a litellm JSON of models of acme with these keys. A double underscore in a name stands for a slash."""
    entries = {
        key.replace("__", "/"): {"litellm_provider": "acme", "mode": "chat", **entry}
        for key, entry in {**(models or {}), **more}.items()
    }
    Path("list.json").write_text(json.dumps(entries))
