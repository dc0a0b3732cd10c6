"""How much a request may write: answers, limits, effort, and ratios that were learnt."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run, document
from tests.test_batch_results import answered, asked, of_claude, of_gemini, write

CLAUDE, GEMINI, NOVA = "claude-haiku-4-5", "gemini-2.5-flash", "amazon.nova-lite-v1:0"
RESPONSES = {"model": "gpt-5-nano", "input": "Hello"}


def row(run: Run, body: object, *options: object) -> dict[str, Any]:
    """The one row of a request."""
    Path("r.jsonl").write_text(json.dumps(body) + "\n")
    (found,) = document(run("batch", "r.jsonl", "-f", "json", *options))["rows"]
    return dict(found)


@pytest.mark.parametrize(
    ("body", "model", "most"),
    [
        (asked("a", max_tokens=10)["body"], "", 10),
        (asked("a", max_completion_tokens=10, max_tokens=None, n=3)["body"], "", 30),
        (asked("a", max_tokens=10, n=None)["body"], "", 10),
        ({**RESPONSES, "max_output_tokens": 20}, "", 20),
        ({**RESPONSES, "max_output_tokens": 20, "prompt_cache_options": {"prewarm": True}}, "", 0),
        (of_claude(max_tokens=0), CLAUDE, 0),
        ({"model": "gpt-3.5-turbo-instruct", "prompt": ["a", "b"], "max_tokens": 5, "n": 2, "best_of": 3}, "", 30),
        ({"model": "gpt-3.5-turbo-instruct", "prompt": "a", "echo": True, "max_tokens": 0}, "", 0),
        (of_claude(), CLAUDE, 90),
        (of_claude(max_tokens=2000, thinking={"type": "enabled", "budget_tokens": 1500}), CLAUDE, 2000),
        (of_gemini(maxOutputTokens=20, candidateCount=2), GEMINI, 40),
        (of_gemini(maxOutputTokens="20"), GEMINI, 20),
        (of_gemini(max_output_tokens=20, thinking_config={"thinking_budget": 4000}), GEMINI, 20),
        ({"messages": [{"role": "user", "content": [{"text": "Hi"}]}], "inferenceConfig": {"maxTokens": 7}}, NOVA, 7),
        ({"prompt": "Hi", "max_gen_len": 9}, "bedrock/meta.llama3-3-70b-instruct-v1:0", 9),
        (
            {"recordId": "R0000000001", "modelInput": {"prompt": "Hi", "max_tokens": 9, "num_generations": 3}},
            "cohere/command-r",
            27,
        ),
        ({"inputText": "Hi", "textGenerationConfig": {"maxTokenCount": 9}}, "amazon.titan-text-express-v1", 9),
        ({"model": "text-embedding-3-small", "input": "Hello"}, "", 0),
    ],
)
def test_every_answer_may_be_as_long_as_its_limit(run: Run, body: object, model: str, most: int) -> None:
    """By each API's own field, times its answers; a budget of thinking lies inside; an embedding writes nothing."""
    found = row(run, body, "--output", 10**6, *(("-m", model) if model else ()))
    assert (found["output_tokens_low"], found["output_tokens_high"], found["output_limit"]) == (0, most, most)
    assert found["output_tokens"] == most


@pytest.mark.parametrize(
    ("body", "model", "effort"),
    [
        (asked("a", "gpt-5-nano", reasoning_effort="High")["body"], "", "high"),
        (asked("a", "gpt-5-nano", reasoning_effort=None)["body"], "", None),
        (asked("a", "gpt-5-nano", reasoning={"max_tokens": 800})["body"], "", "budget 800"),
        (asked("a", "gpt-5-nano", enable_thinking=False)["body"], "", "none"),
        ({**RESPONSES, "reasoning": {"effort": "minimal"}}, "", "minimal"),
        ({**RESPONSES, "reasoning": {"effort": "high", "mode": "pro"}}, "", "high pro"),
        (of_claude(output_config={"effort": "max"}), CLAUDE, "max"),
        (of_claude(max_tokens=2000, thinking={"type": "enabled", "budget_tokens": 1500}), CLAUDE, "budget 1500"),
        (of_claude(thinking={"type": "disabled"}, output_config={"effort": "low"}), CLAUDE, "none"),
        (of_claude(thinking={"type": "adaptive"}), CLAUDE, None),
        (of_gemini(thinkingConfig={"thinkingBudget": 0}), GEMINI, "none"),
        (of_gemini(thinkingConfig={"thinkingBudget": "512"}), GEMINI, "budget 512"),
        (of_gemini(thinkingConfig={"thinkingBudget": -1}), GEMINI, None),
        (of_gemini(thinking_config={"thinking_level": "LOW"}), GEMINI, "low"),
    ],
)
def test_the_effort_asked_for_is_read_of_every_api(run: Run, body: object, model: str, effort: str | None) -> None:
    """A level, a budget, or none at all; null and -1 leave it to the model."""
    assert row(run, body, *(("-m", model) if model else ()))["effort"] == effort


def test_effort_is_told_as_far_as_it_costs(run: Run) -> None:
    """Reasoning counts as output: where it is asked for, with a number that has to hold it, not where it is off."""
    bodies = [
        asked(name, "gpt-5-nano", reasoning_effort=effort)
        for name, effort in {"a": "high", "b": "low", "c": "high"}.items()
    ]
    write("r.jsonl", *bodies)
    two = "gpt-5-nano reasons in 2 requests at effort high and 1 request at effort low: reasoning counts as output"
    assert f"note: {two}\n" in run("batch", "r.jsonl").err
    assert f"note: {two}, and belongs in the 300 of --output\n" in run("batch", "r.jsonl", "--output", "300").err
    write("r.jsonl", asked("a", "gpt-5-nano", reasoning_effort="minimal"))
    assert "reasoning" not in run("batch", "r.jsonl").err


def test_a_ratio_is_learnt_of_results(run: Run, before_notes: None) -> None:
    """4 of 8, 16 of 8 and 10 of 8: 30 for 24 is 1.25; of 8 tokens 4, 10 and 16, a gate holds the last."""
    write("o.jsonl", *(answered(name, 8, made) for name, made in (("a", 4), ("b", 16), ("c", 10))))
    write("r.jsonl", asked("x"), asked("y", max_tokens=12), asked("z", n=2))
    report = document(run("batch", "r.jsonl", "--output-ratio", "o.jsonl", "-f", "json"))
    keys = ("output_tokens_low", "output_tokens", "output_tokens_high", "output_limit")
    assert [tuple(each[key] for key in keys) for each in report["rows"]] == [
        (4, 10, 16, 16384),
        (4, 10, 12, 12),
        (8, 20, 32, 32768),
    ]
    # 24 x 2.5 = 60 a million, and 16, 40 or 60 x 10
    assert [report["totals"][key] for key in ("cost_low", "cost", "cost_high")] == ["0.00022", "0.00046", "0.00066"]
    by = "likely is that of all together for their input, low and high are the least and the most of any"
    assert report["warnings"] == [f"output by 3 results of 'o.jsonl': {by}"]
    assert run("batch", "r.jsonl", "--output-ratio", "o.jsonl", "--max-cost", "0.00066").code == 0
    broken = run("batch", "r.jsonl", "--output-ratio", "o.jsonl", "--max-cost", "0.00065")
    assert broken.code == 1
    assert "a cost of $0.00066 (at the high end of the learnt output) exceeds the limit of $0.00065" in broken.err


@pytest.mark.skipif(not os.path.exists("/dev/fd"), reason="pipes have no names")
def test_a_ratio_is_learnt_of_a_pipe(run: Run) -> None:
    """Whatever is read of it once is gone: 10 for 8 tokens, of stdin and of a pipe by name."""
    write("o.jsonl", answered("a", 8, 10))
    write("r.jsonl", asked("x"))
    data = Path("o.jsonl").read_bytes()
    end, other = os.pipe()
    os.write(other, data)
    os.close(other)
    for source, stdin in (("-", data), (f"/dev/fd/{end}", b"")):
        report = document(run("batch", "r.jsonl", "--output-ratio", source, "-f", "json", stdin=stdin))
        assert report["totals"]["output_tokens"] == 10, source
    os.close(end)


def test_a_saved_comparison_teaches_by_effort(run: Run) -> None:
    """High effort wrote 80 for 7, low effort 7 for 7: each request takes the ratio of its own, or of all."""
    efforts = ("high", "low")
    write("r.jsonl", *(asked(each, "gpt-5-nano", reasoning_effort=each) for each in efforts))
    write("o.jsonl", answered("high", 10, 80, "gpt-5-nano"), answered("low", 10, 10, "gpt-5-nano"))
    Path("saved.json").write_text(run("batch", "r.jsonl", "--results", "o.jsonl", "-f", "json").out)
    ratios = json.loads(Path("saved.json").read_text())["details"]["output_ratios"]
    assert [(each["effort"], each["results"], each["likely"]) for each in ratios] == [
        (None, 2, "4.5"),
        ("high", 1, "8"),
        ("low", 1, "1"),
    ]
    write("r.jsonl", *(asked(each, "gpt-5-nano", reasoning_effort=each) for each in (*efforts, "medium")))
    report = document(run("batch", "r.jsonl", "--output-ratio", "saved.json", "-f", "json"))
    given = [each["input_tokens"] for each in report["rows"]]
    assert [each["output_tokens"] for each in report["rows"]] == [given[0] * 8, given[1], -(-given[2] * 9 // 2)]
    assert "gpt-5-nano: no result at effort medium is told apart" in "\n".join(report["warnings"])


def test_a_model_that_nothing_was_learnt_of_is_held_at_its_limit(run: Run, before_notes: None) -> None:
    """Its likely output is not known, which is said; the total has no likely cost either."""
    write("o.jsonl", answered("a", 8, 4))
    write("r.jsonl", asked("x")["body"], asked("y", "gpt-4o-mini", max_tokens=1000)["body"])
    result = run("batch", "r.jsonl", "--output-ratio", "o.jsonl", "--max-cost", "0.0006")
    assert result.code == 1  # 8 x 2.5 + 4 x 10 = 60 a million, 8 x 0.15 + 1,000 x 0.6 = 601.2
    assert "a cost of $0.0006612 (at the high end of the learnt output)" in result.err
    assert "note: gpt-4o-mini: no result of it is in 'o.jsonl': its likely output is not known\n" in result.err
    assert result.out.splitlines()[3].split() == ["total", "2", "16", "exact", "4", "$0.0000612", "$0.0006612"]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ((asked("a"),), "no result of a batch is in it"),
        (({"custom_id": "a", "response": None, "error": {"code": "x"}},), "nothing can be learnt of it"),
        (('{"schema_version": 2, "command": "batch", "rows": []}',), "a report without ratios of output"),
        (('{"schema_version": 2, "command": "batch", "rows": [], "details": {"output_ratios": [{"low": "1"}]}}',),
         "a report with a broken ratio of output"),
        ((answered("a", 8, 4), "{"), "o.jsonl:2: not valid JSON"),
    ],
)  # fmt: skip
def test_what_teaches_nothing_is_refused(run: Run, lines: tuple[object, ...], why: str) -> None:
    """No forecast rests on a file that was not read whole."""
    write("r.jsonl", asked("a"))
    write("o.jsonl", *lines)
    result = run("batch", "r.jsonl", "--output-ratio", "o.jsonl")
    assert result.code == 2
    assert why in result.err


def test_what_was_learnt_of_a_batch_holds_that_batch(run: Run) -> None:
    """Forecast once more, each request and the whole lie in the range, also three answers that wrote 91 together."""
    write("r.jsonl", asked("a"), asked("b", n=3), asked("c", max_tokens=40), asked("d", n=2))
    made = {"a": 17, "b": 91, "c": 40, "d": 5}
    write("o.jsonl", *(answered(name, 8, tokens) for name, tokens in made.items()))
    Path("saved.json").write_text(run("batch", "r.jsonl", "--results", "o.jsonl", "-f", "json").out)
    again = ("batch", "r.jsonl", "--results", "o.jsonl", "--output-ratio", "saved.json", "-f", "json")
    report = document(run(*again))
    for each in report["rows"]:
        assert each["output_tokens_low"] <= made[each["name"]] <= each["output_tokens_high"], each
    low, cost, high = (float(report["totals"][key]) for key in ("cost_low", "cost_billed", "cost_high"))
    assert low <= cost <= high
