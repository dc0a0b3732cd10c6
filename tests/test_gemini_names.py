"""Gemini's ids, and what they say of where a body goes: previews are known, sellers have their own rules and rates.

"Hi" is one token; on the Gemini API a content of 2.5 and the first of 3 have one more, on Vertex and with 2.0 none.
"""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from tests.bodies import Body, counted, gemma3
from tests.claude_bodies import asked
from tests.conftest import Run

HI: Body = {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}

PREVIEWS = {
    "leaves": """gemini-1.0-pro gemini-pro gemini-1.5-pro-exp-0801 gemini-1.5-pro-exp-0827 gemini-1.5-flash-exp-0827
        gemini-1.5-flash-8b-exp-0827 gemini-1.5-flash-8b-exp-0924 gemini-2.0-flash-exp gemini-2.0-pro-exp-02-05
        gemini-2.0-flash-thinking-exp gemini-2.0-flash-thinking-exp-1219 gemini-2.0-flash-thinking-exp-01-21
        gemini-2.0-flash-lite-preview-02-05 gemini-2.0-flash-live-001 gemini-2.0-flash-preview-image-generation
        gemini-exp-1114 gemini-exp-1121 gemini-exp-1206 learnlm-1.5-pro-experimental learnlm-2.0-flash-experimental""",
    "lines": """gemini-2.5-pro-exp-03-25 gemini-2.5-pro-preview-03-25 gemini-2.5-pro-preview-05-06
        gemini-2.5-pro-preview-06-05 gemini-2.5-flash-preview-04-17 gemini-2.5-flash-preview-05-20
        gemini-2.5-flash-lite-preview-06-17 gemini-2.5-flash-image-preview gemini-live-2.5-flash-preview
        gemini-2.5-flash-preview-native-audio-dialog gemini-robotics-er-1.5-preview""",
    "markup": """gemini-3-pro-preview gemini-3-flash-preview gemini-3.1-pro-preview gemini-3.1-flash-lite-preview
        gemini-3.5-flash-preview gemini-4-argon-preview gemini-robotics-er-1.6-preview""",
}


@pytest.mark.parametrize("way", PREVIEWS)
def test_every_preview_is_counted_as_its_generation(run: Run, way: str) -> None:
    """On the Gemini API "Hi" comes to 1 up to 2.0 and to 2 from 2.5 on, whether or not a rate is known."""
    names = PREVIEWS[way].split()
    rows = asked(run, *({"model": name, **HI} for name in names), options=("--gemini-api",))
    expected = dict.fromkeys(names, 1 if way == "leaves" else 2)
    assert {name: row.tokens for name, row in zip(names, rows, strict=True)} == expected


def test_what_was_free_is_not_priced(run: Run) -> None:
    """An experimental model without a rate: no cost and never 0, and exit 2 by what could not be priced."""
    result = run("batch", "-f", "jsonl", stdin=json.dumps({"model": "gemini-exp-1206", **HI}).encode())
    row = json.loads(result.out)
    assert (row["input_tokens"], row["cost"], row["cost_high"]) == (1, None, None)
    assert "gemini-exp-1206" in result.err


@pytest.mark.parametrize(
    ("model", "tokens", "standing", "cost"),
    [
        ("vertex_ai/gemini-2.5-flash", 1, "exact", "0.0000003"),
        ("google-vertex:gemini-2.5-flash", 1, "exact", "0.0000003"),
        ("publishers/google/models/gemini-2.5-flash", 1, "exact", "0.0000003"),
        ("projects/p/locations/us-central1/publishers/google/models/gemini-2.0-flash", 1, "assumed", "0.00000015"),
        ("gemini/gemini-2.0-flash", 1, "assumed", "0.0000001"),
        ("gemini/gemini-3-flash-preview", 2, "exact", "0.000001"),
        ("google-gla:gemini-3-flash-preview", 2, "exact", "0.000001"),
        ("models/gemini-3-flash-preview", 2, "estimate", "0.0000005"),  # from 1 token upwards
    ],
)
def test_a_name_says_where_its_body_goes(run: Run, model: str, tokens: int, standing: str, cost: str) -> None:
    """The name of a model at a seller decides whose rules and whose rates hold; a bare one leaves it open."""
    row = counted(run, {"model": model, **HI})
    assert (row.tokens, row.standing, Decimal(row.costs[0] or 0)) == (tokens, standing, Decimal(cost))


def test_a_function_of_gemini_3_with_references_is_a_range(run: Run) -> None:
    """What it refers to stands in its place; the range goes up to all of the schema as JSON."""
    place = {"type": "object", "properties": {"street": {"type": "string", "description": "with its number"}}}
    schema = {"type": "object", "properties": {"home": {"$ref": "#/$defs/p"}}, "$defs": {"p": place}}
    whole = {"type": "object", "properties": {"home": place}}
    rows = asked(
        run,
        *(
            {"model": "gemini/gemini-3-flash-preview", **HI, "tools": [{"functionDeclarations": [declared]}]}
            for declared in (
                {"name": "f", "parametersJsonSchema": schema},
                {"name": "f", "parametersJsonSchema": whole},
            )
        ),
    )
    assert rows[0].tokens == rows[1].tokens
    assert rows[0].low < rows[0].tokens < rows[0].high
    assert rows[0].high >= gemma3(json.dumps(whole))
