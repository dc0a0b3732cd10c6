"""Budgets held against prompts: every limit at N and N + 1, and what cannot be checked never passes."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import Result, Run
from tests.repos import Repo, words

DAY = ("--as-of", "2026-11-24")


def budget(folder: Path, keys: str, head: str = 'model = "gpt-4o"\n') -> None:
    """A configuration of one budget over p*.md."""
    (folder / "tokcost.toml").write_text(f'{head}[[budget]]\nname = "b"\npaths = ["p*.md"]\n{keys}\n')


def passes(result: Result) -> bool:
    """Whether a check passed and says so: exit 0, every budget without a finding, and the verdict on stderr."""
    *_, verdict = result.err.splitlines()
    budgets = result.out.splitlines()[1:]
    told = verdict.startswith("tokcost: ") and verdict.endswith(": all within their limits")
    return result.code == 0 and told and len(budgets) > 0 and all(line.endswith("  0") for line in budgets)


def rules(result: Result) -> list[str]:
    """The rules that a JSON report finds broken."""
    return [found["rule"] for found in json.loads(result.out)["findings"]]


@pytest.mark.parametrize(
    ("keys", "rule"),
    [
        # two prompts of 100 and 50 tokens at 2.50 a million: 0.00025 and 0.000125
        ("max-input-tokens = {}", ("max-input-tokens", 100, 99)),
        ("max-total-tokens = {}", ("max-total-tokens", 150, 149)),
        ('max-cost = "{}"', ("max-cost", "0.00025", "0.000249999")),
        ('max-total-cost = "{}"', ("max-total-cost", "0.000375", "0.000374999")),
        # 0.000375 x 1,000
        ('runs-per-month = 1000\nmax-cost-per-month = "{}"', ("max-cost-per-month", "0.375", "0.374")),
    ],
)
def test_a_limit_is_inclusive(run: Run, bare: Path, keys: str, rule: tuple[str, object, object]) -> None:
    """Exactly as much is within the limit, the least more is not."""
    (bare / "p1.md").write_text(words(100))
    (bare / "p2.md").write_text(words(50))
    name, within, over = rule
    budget(bare, keys.format(within))
    result = run("check", *DAY)
    assert result.code == 0, result.out
    assert "2 prompts in 1 budget: all within their limits" in result.err
    budget(bare, keys.format(over))
    result = run("check", *DAY, "-f", "json")
    assert result.code == 1
    assert rules(result) == [name]
    assert "1 finding in 2 prompts" in result.err


def test_a_finding_says_fact_limit_excess_place_and_remedies(run: Run, bare: Path) -> None:
    """Everything that a reader needs stands in the one finding."""
    text = f"# Role\n\n{words(20)}\n\n# Examples\n\n{words(200)}\n"
    (bare / "p.md").write_text(text)
    budget(bare, 'max-cost = "0.0005"\nmessage = "Ask #llm-costs first."')
    tokens = int(run("count", "-q", "p.md").out)
    result = run("check", *DAY)
    assert result.code == 1
    cost = Decimal("2.50") * tokens / 10**6
    over = tokens - 200  # 0.0005 buys 200 tokens
    assert f"tokcost.toml:5: max-cost: p.md: a cost of ${cost} for gpt-4o exceeds the limit of $0.0005" in result.out
    assert f"cut {over} tokens (the largest section is '# Examples', line 5: " in result.out
    assert "or take gpt-" in result.out
    assert "Ask #llm-costs first." in result.out


def test_nobody_is_told_to_cut_a_whole_prompt(run: Run, bare: Path) -> None:
    """13 tokens of a prompt of 13 leave none: the limit is what is wrong. A budget may lose more than its largest."""

    def remedies() -> list[str]:
        return [each["remedy"] for each in json.loads(run("check", *DAY, "-f", "json").out)["findings"]]

    (bare / "p1.md").write_text(words(13))
    budget(bare, "max-input-tokens = 0")
    assert remedies() == ["raise the limit"]
    budget(bare, 'model = "gpt-4o"\nallowed-models = ["gpt-4o"]\nmax-cost = "0.000001"')  # buys no token at 2.50
    assert remedies() == ["raise the limit"]
    budget(bare, "max-input-tokens = 1")
    assert remedies()[0].startswith("cut 12 tokens")
    (bare / "p2.md").write_text(words(13))
    budget(bare, "max-total-tokens = 10")
    assert remedies() == ["cut 16 tokens over its 2 prompts"]


def test_the_model_that_is_proposed_fits(run: Run, bare: Path) -> None:
    """Taking the advice mends the finding."""
    (bare / "p.md").write_text(words(1000))
    budget(bare, 'max-cost = "0.001"')
    advice = json.loads(run("check", *DAY, "-f", "json").out)["findings"][0]["remedy"]
    model = advice.split("take ")[1].split(" ")[0]
    assert passes(run("check", *DAY, "-m", model))


def test_amounts_that_would_print_alike_are_printed_in_full(run: Run, bare: Path) -> None:
    """$0.01 against $0.01 would explain nothing."""
    (bare / "p.md").write_text(words(400_001))  # x 2.50 a million = 1.0000025
    budget(bare, 'max-cost = "1.00"')
    result = run("check", *DAY, "-q")
    finding = "p.md: a cost of $1.0000025 for gpt-4o exceeds the limit of $1.00 by $0.0000025\n"
    assert result == Result(1, finding, "")


@pytest.mark.parametrize(("model", "range_"), [("kimi-k3", "an estimate"), ("claude-sonnet-5-5", "a range")])
def test_a_range_is_held_to_its_high_end_unless_told_otherwise(run: Run, bare: Path, model: str, range_: str) -> None:
    """A private vocabulary, or an assumption with a margin: the gate names the end that counts."""
    (bare / "p.md").write_text("The harbour master wrote down every ship that left before noon. " * 40)
    row = json.loads(run("count", "p.md", "-m", model, "-f", "json").out)["rows"][0]
    low, likely, high = row["input_tokens_low"], row["input_tokens"], row["input_tokens_high"]
    assert low < likely < high
    for gate, held in ((None, high), ("ceiling", high), ("likely", likely), ("floor", low)):
        flags = ("--gate", gate) if gate else ()
        budget(bare, f"max-input-tokens = {held}", f'model = "{model}"\n')
        assert passes(run("check", *flags)), gate
        budget(bare, f"max-input-tokens = {held - 1}", f'model = "{model}"\n')
        result = run("check", *flags, "-q")
        ends = {None: f"high end of {range_}", "ceiling": "high end of a range", "likely": "likely number of a range"}
        end = ends.get(gate, "low end of a range")
        finding = f"p.md: {held} input tokens for {model} (the {end}) exceed the limit of {held - 1} by 1\n"
        assert result == Result(1, finding, ""), gate


def test_several_prompts_for_claude_are_counted_and_remembered(run: Run, bare: Path) -> None:
    """Together in the first run, from memory in the second; an assumption without a range is one number."""
    (bare / "p.md").write_text("The harbour master wrote down every ship.\n")
    (bare / "q.md").write_text("안녕하세요")
    budget(bare, "max-input-tokens = 6", 'model = "claude-opus-4-8"\n')
    first = run("check", "-q")
    assert (first.code, first.err) == (1, "")
    assert "note: claude-opus-4-8: assumed: a reconstruction of the tokenizer" in run("check").err
    assert first.out.count("\n") == 1
    assert first.out.startswith("p.md: 13 input tokens for claude-opus-4-8 exceed the limit of 6 by 7")
    assert run("check", "-q") == first


def test_the_gate_decides_for_a_range_of_output(run: Run, bare: Path) -> None:
    """100 input at 2.50 and 100 to 300 output at 10 a million: 0.00125, 0.00225 likely, 0.00325."""
    (bare / "p.md").write_text(words(100))
    for gate, held in ((None, "0.00225"), ("floor", "0.00125"), ("likely", "0.00225"), ("ceiling", "0.00325")):
        flags = ("--gate", gate) if gate else ()
        budget(bare, f'output-tokens = [100, 300]\nmax-cost = "{held}"')
        assert passes(run("check", *DAY, *flags)), gate
        budget(bare, f'output-tokens = [100, 300]\nmax-cost = "{Decimal(held) - Decimal("0.0000001")}"')
        result = run("check", *DAY, *flags, "-q")
        assert (result.code, result.err) == (1, ""), gate
        assert result.out.startswith("p.md: a cost of $") and result.out.endswith("by $0.0000001\n")


def test_several_models_are_held_each(run: Run, bare: Path) -> None:
    """The finding names the model that breaks the limit."""
    (bare / "p.md").write_text(words(1000))
    budget(bare, 'model = ["gpt-4o", "gpt-4o-mini"]\nmax-cost = "0.001"')
    found = json.loads(run("check", *DAY, "-f", "json").out)["findings"]
    assert [each["model"] for each in found] == ["gpt-4o"]


def test_a_model_that_is_not_allowed_is_a_finding(run: Run, bare: Path) -> None:
    """Whoever changes the model in the file is told which are let through."""
    (bare / "p.md").write_text("Hello")
    budget(bare, 'allowed-models = ["gpt-4o-mini"]')
    result = run("check", "-q")
    assert (result.code, result.out) == (1, "budget 'b': gpt-4o is not among its allowed models: gpt-4o-mini\n")


def test_exit_zero_hides_findings_but_never_a_check_that_failed(run: Run, bare: Path) -> None:
    """1 becomes 0, 2 stays 2."""
    (bare / "p.md").write_text(words(10))
    budget(bare, "max-input-tokens = 9")
    finding = "p.md: 10 input tokens for gpt-4o exceed the limit of 9 by 1\n"
    assert run("check", "--exit-zero", "-q") == Result(0, finding, "")
    assert run("check", "-q") == Result(1, finding, "")
    (bare / "p.md").unlink()
    result = run("check", "--exit-zero")
    assert (result.code, result.out) == (2, "")
    assert "'p*.md' matches no file" in result.err


def test_a_budget_that_matches_nothing_is_no_pass(run: Run, bare: Path) -> None:
    """Nor is one of whose paths one matches nothing, or only what is excluded or ignored."""
    (bare / "p.md").write_text("Hello")
    budget(bare, 'max-input-tokens = 9\nexclude = ["p.md"]')
    result = run("check")
    assert (result.code, result.out) == (2, "")
    assert "matches only what exclude leaves out" in result.err
    (bare / "tokcost.toml").write_text('[[budget]]\npaths = ["p.md", "gone/*.md"]\nmax-input-tokens = 9\n')
    result = run("check")
    assert (result.code, result.out) == (2, "")
    assert "'gone/*.md' matches no file" in result.err
    (bare / ".gitignore").write_text("p*.md\n")
    budget(bare, "max-input-tokens = 9")
    result = run("check")
    assert (result.code, result.out) == (2, "")
    assert "matches only what .gitignore leaves out" in result.err


def test_an_unpriced_model_is_no_pass(run: Run, bare: Path) -> None:
    """A limit of money without a price cannot be checked; one of tokens can."""
    (bare / "p.md").write_text("Hello")
    (bare / "own.toml").write_text('[tokcost]\nschema = 1\n[me."mine"]\nencoding = "o200k_base"\nstanding = "exact"\n')
    budget(bare, 'max-cost = "1"', 'model = "mine"\nprices = ["own.toml"]\n')
    result = run("check")
    assert (result.code, result.out) == (2, "")
    assert "tokcost.toml:6: max-cost cannot be checked: mine is unpriced" in result.err
    budget(bare, "max-input-tokens = 9", 'model = "mine"\nprices = ["own.toml"]\n')
    assert passes(run("check"))


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions are those of POSIX")
def test_an_unreadable_file_is_no_pass(run: Run, bare: Path) -> None:
    """Be it a link that leads nowhere, for whom every mode is readable, or a file without the mode."""
    budget(bare, "max-input-tokens = 9")
    (bare / "p.md").symlink_to("nowhere")
    result = run("check")
    assert (result.code, result.out) == (2, "")
    assert "'p.md': cannot be read: No such file or directory" in result.err
    (bare / "p.md").unlink()
    (bare / "p.md").write_text("Hello")
    (bare / "p.md").chmod(0)
    if os.geteuid() != 0:
        result = run("check")
        assert (result.code, result.out) == (2, "")
        assert "'p.md': cannot be read: Permission denied" in result.err


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"ab\x00cd", b"caf\xe9"])
def test_what_is_no_text_is_no_pass(run: Run, bare: Path, content: bytes) -> None:
    """A binary file under a budget is a mistake in its paths, said as such."""
    (bare / "p.md").write_bytes(content)
    budget(bare, "max-input-tokens = 9")
    result = run("check")
    assert (result.code, result.out) == (2, "")
    assert "p.md: " in result.err
    assert "a prompt must be UTF-8 text" in result.err


def test_a_file_name_that_is_no_text_is_no_pass(run: Run, bare: Path) -> None:
    """No report could name it."""
    try:
        (bare / os.fsdecode(b"p\xff.md")).write_text("Hello")
    except OSError:
        pytest.skip("this file system holds text only")
    budget(bare, "max-input-tokens = 9")
    result = run("check")
    assert (result.code, result.out) == (2, "")
    assert "the file name is not UTF-8" in result.err


def test_a_pointer_to_large_file_storage_is_no_pass(run: Run, bare: Path) -> None:
    """130 bytes of pointer would be within any budget."""
    (bare / "p.md").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 99999\n")
    budget(bare, "max-input-tokens = 9000")
    result = run("check")
    assert (result.code, result.out) == (2, "")
    assert "git lfs pull" in result.err


def test_request_files_are_counted_as_requests(run: Run, bare: Path) -> None:
    """A chat body is its words, 3 a message, 1 a role, 3 for the answer; each line of a JSONL is held for itself."""

    def body(number: int) -> dict[str, object]:
        return {"model": "gpt-4o", "messages": [{"role": "user", "content": words(number)}]}

    (bare / "p1.json").write_text(json.dumps(body(10)))
    lines = [{"custom_id": f"r{number}", "method": "POST", "url": "/v1/chat/completions", "body": body(number)}
             for number in (10, 20)]  # fmt: skip
    (bare / "p2.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (bare / "tokcost.toml").write_text(
        'model = "gpt-4o"\n[[budget]]\npaths = ["p*.json", "p*.jsonl"]\nmax-input-tokens = 20\n'
    )
    result = run("check", "-f", "json")
    assert result.code == 1
    rows = json.loads(result.out)["rows"]
    assert {row["name"]: row["input_tokens"] for row in rows} == {"p1.json": 17, "p2.jsonl:1": 17, "p2.jsonl:2": 27}
    assert [found["name"] for found in json.loads(result.out)["findings"]] == ["p2.jsonl:2"]
    (bare / "p1.json").write_text('{"greeting": "Hello"}')
    result = run("check")
    assert (result.code, result.out) == (2, "")
    assert "p1.json:1: " in result.err
    assert "'p1.json#key'" in result.err


def test_a_request_to_an_unknown_model_is_no_pass(run: Run, bare: Path) -> None:
    """A misspelled model would be billed, or refused, as nobody checked."""
    body = {"model": "nope", "messages": [{"role": "user", "content": words(10)}]}
    (bare / "p.json").write_text(json.dumps(body))
    (bare / "tokcost.toml").write_text('model = "gpt-4o"\n[[budget]]\npaths = ["p.json"]\nmax-input-tokens = 20\n')
    result = run("check")
    assert (result.code, result.out) == (2, "")
    assert "p.json:1: unknown model 'nope'" in result.err
    assert "a price file may add a model (prices = [...])" in result.err


def test_the_ceiling_of_a_request_is_its_own_output_limit(run: Run, bare: Path) -> None:
    """17 input at 2.50 and 1,000 output at 10 a million: 0.0000425 + 0.01; two answers cost twice the output."""
    body: dict[str, object] = {"max_tokens": 1000, "messages": [{"role": "user", "content": words(10)}]}
    for answers, held in ((1, "0.0100425"), (2, "0.0200425")):
        (bare / "p.json").write_text(json.dumps(body | {"n": answers}))
        for limit, code in ((held, 0), (str(Decimal(held) - Decimal("0.0000001")), 1)):
            (bare / "tokcost.toml").write_text(
                f'model = "gpt-4o"\n[[budget]]\npaths = ["p.json"]\noutput-tokens = 100\nmax-cost = "{limit}"\n'
            )
            assert passes(run("check", *DAY))
            result = run("check", *DAY, "--gate", "ceiling", "-f", "json")
            assert result.code == code, result.out
            row = json.loads(result.out)["rows"][0]
            assert (row["output_tokens"], row["output_tokens_high"]) == (100 * answers, 1000 * answers)


def test_texts_inside_files_are_addressed_by_key(run: Run, bare: Path) -> None:
    """YAML, TOML, JSON and Python each, with a dot in a key, an index, a joined and a dedented string."""
    (bare / "a.yaml").write_text(
        f"support:\n  system: |\n    {words(100)}\n  v1.2: {words(7)}\nlist:\n  - {words(5)}\n"
    )
    (bare / "a.toml").write_text(f'[support]\nsystem = "{words(20)}"\n')
    (bare / "a.json").write_text(json.dumps({"support": {"system": words(30)}}))
    (bare / "a.py").write_text(
        f'import textwrap\nHEAD = "{words(3)}"\nSYSTEM: str = HEAD + (" word"\n " word")\n'
        f'class A:\n    B = textwrap.dedent("""\n        {words(4)}\n    """).strip()\nraise SystemExit(9)\n'
    )
    expected = {
        "a.yaml#support.system": 101, "a.yaml#support.v1.2": 7, "a.yaml#list.0": 5,
        "a.toml#support.system": 20, "a.json#support.system": 30, "a.py#SYSTEM": 5, "a.py#A.B": 4,
    }  # fmt: skip
    (bare / "tokcost.toml").write_text(
        f'model = "gpt-4o"\n[[budget]]\npaths = {json.dumps(list(expected))}\nmax-input-tokens = 1000\n'
    )
    result = run("check", "-f", "json")
    assert result.code == 0
    assert {row["name"]: row["input_tokens"] for row in json.loads(result.out)["rows"]} == expected


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("a.yaml#support.sytem", "no key 'sytem' under 'support': it has system"),
        ("a.yaml#support", "holds a table: name a text in there, for example 'a.yaml#support.system'"),
        ("a.md#x", "a key after # needs a .yaml"),
        ("broken.yaml#x", "not valid YAML"),
        ("broken.json#x", "not valid JSON"),
        ("broken.py#x", "not valid Python"),
        ("deep.json#a", "deep.json: nested too deeply to be read"),
        ("deep.toml#a", "deep.toml: nested too deeply to be read"),
        ("deep.yaml#a", "nest"),  # libyaml counts for itself
    ],
)
def test_a_key_that_leads_nowhere_is_no_pass(run: Run, bare: Path, path: str, says: str) -> None:
    """The keys that are there are named."""
    (bare / "a.yaml").write_text("support:\n  system: Hello\n")
    (bare / "a.md").write_text("Hello")
    for name in ("broken.yaml", "broken.json", "broken.py"):
        (bare / name).write_text("x: [1\n}")
    (bare / "deep.json").write_text('{"a":' * 20_000)
    (bare / "deep.toml").write_text("a = " + "[" * 20_000)
    (bare / "deep.yaml").write_text("".join(" " * level + "a:\n" for level in range(2_000)))
    (bare / "tokcost.toml").write_text(f'[[budget]]\npaths = ["{path}"]\nmax-input-tokens = 10\n')
    result = run("check")
    assert (result.code, result.out) == (2, "")
    assert says in result.err


def test_a_finding_inside_a_file_points_at_its_line(run: Run, bare: Path) -> None:
    """The annotation belongs on the text, not on the top of the file."""
    (bare / "a.py").write_text(f'x = 1\n\nSYSTEM = "{words(30)}"\n')
    (bare / "tokcost.toml").write_text('model = "gpt-4o"\n[[budget]]\npaths = ["a.py#SYSTEM"]\nmax-input-tokens = 9\n')
    found = json.loads(run("check", "-f", "json").out)["findings"][0]
    assert (found["file"], found["line"], found["rule_line"]) == ("a.py", 3, 4)


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("# system:\nsupport:\n  system: {}\n", "support.system", 3),
        ("system: short\nsupport:\n  system: >-\n    {}\n", "support.system", 4),
        ("support:\n  system:\n    '{}'\n", "support.system", 3),
        ("list:\n  - a\n  - text: {}\n", "list.1.text", 3),
        ("base: &base\n  system: {}\nsupport:\n  <<: *base\n", "support.system", 2),
        ("text: &text {}\nsupport:\n  system: *text\n", "support.system", 1),
        ("v1.2:\n  a.b: {}\n", "v1.2.a.b", 2),
        ("b: {}\na:\n  b: c\n", "b", 1),
    ],
)
def test_a_text_in_yaml_is_found_on_its_own_line(run: Run, bare: Path, text: str, key: str, line: int) -> None:
    """Past comments and keys of the same name, in blocks, lists, anchors and merged tables."""
    (bare / "a.yaml").write_text(text.format(words(30)))
    (bare / "tokcost.toml").write_text(
        f'model = "gpt-4o"\n[[budget]]\npaths = ["a.yaml#{key}"]\nmax-input-tokens = 9\n'
    )
    result = run("check", "-f", "json")
    assert result.code == 1
    assert [each["line"] for each in json.loads(result.out)["findings"]] == [line]


def test_a_yaml_file_cannot_grow_by_its_anchors(run: Run, bare: Path) -> None:
    """Thirty levels of ten references each are 10^30 texts, and one key each to look at."""
    levels = ["a0: &a0 [lol]"] + [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 10)}]" for at in range(1, 30)]
    (bare / "a.yaml").write_text("\n".join([*levels, f"system_prompt: {words(60)}"]) + "\n")
    result = run("init")
    assert (result.code, result.out) == (0, "")
    assert "a.yaml#system_prompt" in (bare / "tokcost.toml").read_text()
    assert run("check").code == 0


def test_a_finding_names_the_line_that_grew(run: Run, repo: Repo) -> None:
    """With a base it is the largest run of new lines, inside the file where the text is a block in it."""
    lines = [f"    line {number} of the prompt" for number in range(30)]
    repo.write("agents.yaml", "support:\n  system: |\n" + "\n".join(lines) + "\n")
    repo.write(
        "tokcost.toml", 'model = "gpt-4o"\n[[budget]]\npaths = ["agents.yaml#support.system"]\nmax-increase = "1%"\n'
    )
    repo.commit()
    lines.insert(20, "    " + words(50))
    repo.write("agents.yaml", "support:\n  system: |\n" + "\n".join(lines) + "\n")
    found = json.loads(run("check", "--base", "HEAD", "-f", "json").out)["findings"]
    assert [(each["file"], each["line"]) for each in found] == [("agents.yaml", 23)]


def test_globs_stay_out_of_hidden_ignored_and_foreign_folders(run: Run, bare: Path) -> None:
    """** reaches every depth but what git would not track; the shell's rules hold for one star."""
    for name in ("a.md", "x/b.md", "x/y/c.md", "node_modules/d.md", ".hidden/e.md", "out/f.md"):
        (bare / name).parent.mkdir(parents=True, exist_ok=True)
        (bare / name).write_text("Hello")
    (bare / ".gitignore").write_text("out/\n")
    for paths, names in {
        "**/*.md": ["a.md", "x/b.md", "x/y/c.md"],
        "*.md": ["a.md"],
        "x/**": ["x/b.md", "x/y/c.md"],
        "x/[a-b].md": ["x/b.md"],
        "out/f.md": ["out/f.md"],
    }.items():
        (bare / "tokcost.toml").write_text(f'[[budget]]\npaths = ["{paths}"]\nmax-input-tokens = 9\n')
        rows = json.loads(run("check", "-f", "json").out)["rows"]
        assert [row["name"] for row in rows] == names, paths


def test_old_prices_and_leaving_models_can_be_findings(run: Run, bare: Path) -> None:
    """Compared on 2026-01-01 and looked at 61 days later; retiring 30 days after that."""
    (bare / "p.md").write_text("Hello")
    (bare / "own.toml").write_text(
        '[tokcost]\nschema = 1\n[me."mine"]\nencoding = "o200k_base"\nstanding = "exact"\nretires = 2026-04-02\n'
        '[[me."mine".rates]]\nfrom = 2025-01-01\ninput = "1"\nsource = "https://example.org"\nchecked = 2026-01-01\n'
    )
    budget(bare, "max-input-tokens = 9", 'model = "mine"\nprices = ["own.toml"]\n')
    day = ("--as-of", "2026-03-03")
    assert passes(run("check", *day))
    assert passes(run("check", *day, "--max-price-age", "61d", "--retires-within", "29"))
    result = run("check", *day, "--max-price-age", "60d", "--retires-within", "30d", "-q")
    assert result.code == 1
    assert result.out == (
        "the price of mine was last compared 61 days ago, on 2026-01-01: the limit is 60 days\n"
        "mine retires in 30 days, on 2026-04-02: the limit is 30 days\n"
    )


def test_a_saved_report_is_held_to_the_budgets(run: Run, bare: Path) -> None:
    """The rows are judged, not the files; a report that lacks a budget's rows is no pass."""
    (bare / "p.md").write_text(words(100))
    budget(bare, "max-input-tokens = 99")
    assert run("count", "p.md", "-f", "json", "-o", "saved.json").code == 0
    (bare / "p.md").unlink()
    result = run("check", "--from", "saved.json", "-q")
    assert result == Result(1, "p.md: 100 input tokens for gpt-4o exceed the limit of 99 by 1\n", "")
    result = run("check", "--from", "saved.json", "-m", "gpt-5.4")
    assert (result.code, result.out) == (2, "")
    assert result.err == "tokcost: error: budget 'b': saved.json has no row for 'p.md' under gpt-5.4\n"


def test_why_shows_where_the_tokens_are(run: Run, bare: Path) -> None:
    """Sections, what is repeated, what is encoded, what is blank."""
    block = "Always answer in the language of the user, whatever the document says about it."
    encoded = "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4" * 4
    (bare / "p.md").write_text(
        f"# One\n\n{block}\n\n# Two\n\n{block}\n\n{encoded}\n\n\n\n\nend   \nof \t it\t \t\nall  \n"
    )
    budget(bare, "max-input-tokens = 10")
    result = run("check", "--why")
    assert result.code == 1
    for piece in ("# One", "# Two", "2 x 'Always answer", "characters of encoded data", "trailing blanks"):
        assert piece in result.out
    parts = json.loads(run("check", "--why", "-f", "json").out)["details"]["parts"]
    assert {(each["name"], each["kind"]) for each in parts} == {
        ("p.md", kind) for kind in ("section", "repeated", "base64", "whitespace")
    }


def test_one_prompt_in_two_budgets_is_one_row(run: Run, bare: Path) -> None:
    """It is held twice and summed once."""
    (bare / "p.md").write_text(words(100))
    (bare / "tokcost.toml").write_text(
        'model = "gpt-4o"\n[[budget]]\nname = "a"\npaths = ["p.md"]\nmax-input-tokens = 99\n'
        '[[budget]]\nname = "b"\npaths = ["*.md"]\nmax-input-tokens = 98\n'
    )
    document = json.loads(run("check", "-f", "json").out)
    assert [row["budgets"] for row in document["rows"]] == [["a", "b"]]
    assert document["totals"]["input_tokens"] == 100
    assert [(each["budget"], each["excess"]) for each in document["findings"]] == [("a", "1"), ("b", "2")]


def test_init_proposes_budgets_that_hold(run: Run, bare: Path) -> None:
    """The proposal parses, covers every kind of prompt found, and passes; a second one is refused."""
    (bare / "prompts").mkdir()
    (bare / "prompts" / "a.md").write_text(words(100))
    (bare / "app.py").write_text(f'SYSTEM_PROMPT = "{words(50)}"\nTITLE = "Not a prompt"\n')
    (bare / "agents.yaml").write_text(f"support:\n  system: {words(60)}\n  title: Support\n")
    (bare / "README.md").write_text("Not a prompt.\n")
    result = run("init", "-m", "gpt-4o")
    assert (result.code, result.out) == (0, "")
    assert "3 budgets for 3 prompts" in result.err
    rows = json.loads(run("check", "-f", "json").out)["rows"]
    assert {row["name"] for row in rows} == {"prompts/a.md", "app.py#SYSTEM_PROMPT", "agents.yaml#support.system"}
    result = run("init")
    assert (result.code, result.out) == (2, "")
    assert "--force" in result.err


def test_init_where_there_is_nothing_says_so(run: Run, bare: Path) -> None:
    """No empty configuration is written."""
    result = run("init")
    assert (result.code, result.out) == (2, "")
    assert not (bare / "tokcost.toml").exists()


def test_the_whole_works_from_a_folder_below(run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths are relative to the configuration, wherever one stands."""
    monkeypatch.chdir(repo.path / "prompts")
    result = run("check", "--base", "main")
    assert result.code == 0
    assert "2 prompts in 1 budget" in result.err


def test_limits_are_in_the_currency_of_the_report(run: Run, bare: Path) -> None:
    """100 tokens at 2.50 a million, 1,390.5 won a dollar and a tax of a tenth: 0.3823875 won."""
    (bare / "p.md").write_text(words(100))
    flags = ("--currency", "KRW", "--fx", "1390.5@2026-11-20", "--vat", "10%")
    budget(bare, 'max-cost = "0.3823875"')
    result = run("check", *DAY, *flags, "-f", "json")
    assert result.code == 0, result.err
    document = json.loads(result.out)
    assert (document["currency"], document["totals"]["cost"]) == ("KRW", "0.3823875")
    assert document["pricing"]["conversion"] == {
        "fx": "1 USD = 1390.5 KRW", "fx_day": "2026-11-20", "vat": "0.10",
    }  # fmt: skip
    budget(bare, 'max-cost = "0.3823874"')
    result = run("check", *DAY, *flags, "-q")
    assert (result.code, result.err) == (1, "")
    assert result.out == ("p.md: a cost of ₩0.3823875 for gpt-4o exceeds the limit of ₩0.3823874 by ₩0.0000001\n")


def test_prices_in_two_currencies_need_a_rate(run: Run, bare: Path) -> None:
    """They are not added; a lock alone adds nothing, and keeps each in its own."""
    (bare / "p.md").write_text(words(100))
    (bare / "own.toml").write_text(
        '[tokcost]\nschema = 1\n[me."mine"]\nencoding = "o200k_base"\nstanding = "exact"\n'
        '[[me."mine".rates]]\nfrom = 2025-01-01\ncurrency = "EUR"\ninput = "2"\n'
    )
    budget(bare, "max-input-tokens = 100", 'models = ["gpt-4o", "mine"]\nprices = ["own.toml"]\n')
    result = run("check", *DAY)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(
        "tokcost: error: amounts in EUR and in USD: one report has one currency; give the rate"
    )
    result = run("check", *DAY, "--currency", "USD", "--fx", "EUR=0.5@2026-11-20", "-f", "json")
    assert result.code == 0, result.err
    # 100 x 2 a million are 0.0002 euro, at half a euro a dollar 0.0004 dollars
    assert [row["cost"] for row in json.loads(result.out)["rows"]] == ["0.00025", "0.0004"]
    assert run("lock", *DAY, "-f", "json").code == 2
    assert not (bare / "tokcost.lock").exists()
    result = run("lock", *DAY)
    assert (result.code, result.out, result.err) == (0, "", "tokcost: tokcost.lock: 1 prompt\n")


def test_an_unpriced_model_without_a_limit_of_money_is_shown_as_such(run: Run, bare: Path) -> None:
    """What was asked for is answered: the limit of tokens holds; and the model has no cost, not one of 0."""
    (bare / "p.md").write_text("Hello")
    (bare / "own.toml").write_text('[tokcost]\nschema = 1\n[me."mine"]\nencoding = "o200k_base"\nstanding = "exact"\n')
    budget(bare, "max-input-tokens = 9", 'model = "mine"\nprices = ["own.toml"]\n')
    result = run("check")
    assert result.code == 0
    assert result.out.splitlines()[1].split() == ["b", "mine", "1", "1", "9", "1", "unpriced", "0"]
    assert "mine is unpriced" in result.err
    document = json.loads(run("check", "-f", "json").out)
    assert document["totals"]["complete"] is True
    assert (document["rows"][0]["cost"], document["details"]["budgets"][0]["cost"]) == (None, None)


def test_the_rows_of_csv_have_one_header(run: Run, repo: Repo) -> None:
    """With a base and without, with findings and without; a row names its budgets and the rules that it breaks."""
    header, *rows = run("check", "-f", "csv", *DAY).out.splitlines()
    assert [row.split(",")[0] for row in rows] == ["prompts/a.md", "prompts/b.md"]
    repo.write("prompts/a.md", words(1200))
    result = run("check", "-f", "csv", "--base", "main", *DAY)
    assert result.code == 1
    assert result.out.splitlines()[0] == header
    assert result.out.splitlines()[1].startswith("prompts/a.md,support,gpt-4o,openai,o200k_base,standard,1200,")
    assert result.out.splitlines()[1].endswith(",changed,1100,0.00275,max-input-tokens; max-increase")


def test_alternatives_are_not_added(run: Run, bare: Path) -> None:
    """One prompt under two models has a sum for each, and none for both."""
    (bare / "p.md").write_text(words(100))
    budget(bare, "max-input-tokens = 100", 'models = ["gpt-4o", "gpt-4o-mini"]\n')
    totals = json.loads(run("check", "-f", "json", *DAY).out)["totals"]
    assert (totals["input_tokens"], totals["cost"]) == (None, None)
    assert [(each["model"], each["cost"]) for each in totals["by_model"]] == [
        ("gpt-4o", "0.00025"), ("gpt-4o-mini", "0.000015"),
    ]  # fmt: skip


def test_keep_going_never_passes_what_cannot_be_checked(run: Run, bare: Path) -> None:
    """A budget is a limit: the flag changes nothing about it."""
    budget(bare, "max-input-tokens = 9")
    result = run("check", "--keep-going")
    assert (result.code, result.out) == (2, "")
    (bare / "p.md").write_text(words(10))
    assert run("check", "--keep-going").code == 1
    assert run("check", "--keep-going", "--exit-zero").code == 0


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (("--gate", "open"), "unknown gate 'open': choose floor, likely or ceiling"),
        (("--mode", "quick"), "unknown mode 'quick': choose standard, batch, flex, priority, fast or ultrafast"),
        (("--max-price-age", "long"), "--max-price-age 'long': not a number of days: write it as 60d"),
        (
            ("-f", "xml"),
            "unknown format 'xml': choose table, json, jsonl, csv, markdown, github, gitlab, sarif or junit",
        ),
    ],
)
def test_a_bad_choice_is_told_with_what_there_is(run: Run, bare: Path, flags: tuple[str, str], says: str) -> None:
    """Before anything is read."""
    assert run("check", *flags) == Result(2, "", f"tokcost: error: {says}\n")


def test_a_report_without_prompts_cannot_be_checked(run: Run, bare: Path) -> None:
    """What a command cannot use it refuses with the reason, as a base and in place of the files."""
    (bare / "p.md").write_text("Hello")
    budget(bare, "max-input-tokens = 9")
    assert run("models", "list", "-f", "json", "-o", "list.json").code == 0
    assert run("count", "p.md", "--encoding", "gpt2", "-f", "json", "-o", "bare.json").code == 0
    line = {"model": "gpt-4o", "usage": {"prompt_tokens": 1000, "completion_tokens": 100}}
    (bare / "u.jsonl").write_text(json.dumps(line))
    assert run("usage", "u.jsonl", "-f", "json", "-o", "usage.json").code == 0
    for flags, says in (
        (("--from", "usage.json"), "'usage.json': a report of 'usage' has no prompts: it cannot be checked"),
        (("--base", "usage.json"), "'usage.json': a report of 'usage' has no prompts: it cannot be a base"),
        (("--base", "list.json"), "'list.json': a report of 'models list' has no prompts: it cannot be a base"),
        (("--base", "bare.json"), "'bare.json': 'p.md' was not counted for a model: the report cannot be a base"),
    ):
        assert run("check", *flags) == Result(2, "", f"tokcost: error: {says}\n")


def test_a_name_starts_no_line_of_a_finding(run: Run, bare: Path) -> None:
    """A file may be named as somebody likes; a terminal obeys nothing in it."""
    (bare / "p\n\x1b[2J.md").write_text(words(10))
    budget(bare, "max-input-tokens = 9")
    finding = "p\\n\\x1b[2J.md: 10 input tokens for gpt-4o exceed the limit of 9 by 1\n"
    assert run("check", "-q") == Result(1, finding, "")
    assert finding in run("check").out
