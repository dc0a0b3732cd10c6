"""``init``: what it proposes, and what it says of the rest."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import Run, document
from tests.repos import words


def test_init_proposes_request_files_and_templates(run: Run, bare: Path) -> None:
    """Requests are counted as such wherever they lie; the proposal passes."""
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": words(100)}]}
    for name, text in {
        "calls/one.json": json.dumps(body),
        "calls/many.jsonl": json.dumps(body) + "\n" + json.dumps(body) + "\n",
        "prompts/a.hbs": "{{#each items}}" + words(50),
        "prompts/b.liquid": words(60),
        "data/rows.json": json.dumps({"rows": [1, 2]}),
        "my [prompts]*.md": words(70),
    }.items():
        (bare / name).parent.mkdir(exist_ok=True)
        (bare / name).write_text(text)
    assert run("init", "-m", "gpt-4o").code == 0
    result = run("check", "-f", "json")
    assert result.code == 0
    assert {row["name"]: row["input_tokens"] for row in document(result)["rows"]} == {
        "calls/one.json": 107, "calls/many.jsonl:1": 107, "calls/many.jsonl:2": 107, "my [prompts]*.md": 70,
        "prompts/a.hbs": 55, "prompts/b.liquid": 60,
    }  # fmt: skip


def test_init_says_what_it_left_out_and_why(run: Run, bare: Path) -> None:
    """f-strings, short texts, what is ignored, broken, empty, of tests or too large."""
    for name, text in {
        "app.py": f'SYSTEM_PROMPT = f"{{x}} {words(50)}"\nUSER_PROMPT = "{words(50)}"\nT_PROMPT = "a".format(1)\n',
        "a.yaml": "system: short\n",
        "b.yaml": "system: [\n",
        "prompts/empty.md": "",
        "prompts/large.md": "x" * 400_001,
        "prompts/latin.md": "caf\udce9",
        "tests/prompts/t.md": words(9),
        "out/prompt.md": words(9),
        ".gitignore": "out/\n",
        "calls.json": '{"messages": 5}',
    }.items():
        (bare / name).parent.mkdir(exist_ok=True, parents=True)
        (bare / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    result = run("init", "-m", "gpt-4o")
    assert (result.code, result.out) == (0, "")
    for line in (
        "app.py#SYSTEM_PROMPT: skipped: not countable: it is an f-string, which is filled in when it is run",
        "app.py#T_PROMPT: skipped: not countable: it is filled in by .format() when it is run",
        "a.yaml#system: skipped: shorter than 80 characters",
        "b.yaml: skipped: not valid YAML",
        "prompts/empty.md: skipped: empty",
        "prompts/large.md: skipped: larger than a prompt is",
        "prompts/latin.md: skipped: not utf-8 text",
        "tests/prompts/t.md: skipped: of tests, or hidden",
        "out/: skipped: named in .gitignore",
        "calls.json: skipped: ",
    ):
        assert f"note: {line}" in result.err, (line, result.err)
    proposal = (bare / "tokcost.toml").read_text()
    assert "# app.py#SYSTEM_PROMPT has no budget: not countable: it is an f-string" in proposal
    assert 'paths = ["app.py#USER_PROMPT"]' in proposal
    assert run("check").code == 0
