"""``tokcost models``, ``prices``, ``encodings`` and ``tokens``: what is shipped, shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Result, Run

OWN = """\
[tokcost]
schema = 1

[naver."HCX-005"]

[[naver."HCX-005".rates]]
from = 2026-01-01
currency = "KRW"
input = "1250"
output = "5000"
"""


def test_models_list_has_a_line_a_model(run: Run) -> None:
    """Id, provider, encoding and standing, today's rates, window, retirement."""
    result = run("models", "list", "--provider", "openai", "--retired")
    lines = {line.split()[1]: line.split() for line in result.out.splitlines()[1:]}
    assert (result.code, result.err) == (0, "")
    assert " ".join(lines["gpt-4o"][:10]) == "openai gpt-4o o200k_base exact token 2.5 1.25 10 USD 128,000"
    assert lines["gpt-4o"][10:] == ["retires", "soon:", "2027-01-14"]
    assert lines["o3"][-1] == "2026-12-11"
    assert lines["dall-e-3"][2:6] == ["image", "USD", "retired", "2026-05-12;"]


def test_models_list_tells_unpriced_from_free(run: Run) -> None:
    """A model without a rate says so; JSON has null."""
    result = run("models", "list", "--provider", "skt")
    assert "unpriced" in result.out
    rows = json.loads(run("models", "list", "--provider", "skt", "-f", "json").out)["rows"]
    assert {row["input_rate"] for row in rows} == {None}


def test_models_list_on_an_earlier_day(run: Run) -> None:
    """In July 2025 there was no gpt-5, and o3 cost 2/8."""
    rows = json.loads(run("models", "list", "--as-of", "2025-07-16", "-f", "json").out)["rows"]
    by_name = {row["model"]: row for row in rows}
    assert "gpt-5" not in by_name
    assert (by_name["o3"]["input_rate"], by_name["o3"]["output_rate"]) == ("2", "8")


def test_an_unknown_provider_names_the_known(run: Run) -> None:
    """One line, exit 2."""
    result = run("models", "list", "--provider", "acme")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("tokcost: error: unknown provider 'acme': choose ai21, ")


def test_models_show_has_every_dated_row_with_its_source(run: Run) -> None:
    """Dated rates, modes, cliffs, aliases, source and day of check."""
    result = run("models", "show", "o3")
    assert (result.code, result.err) == (0, "")
    assert "openai/o3  (chat, reasoning)" in result.out
    assert "2025-04-16  2025-06-10  standard" in result.out
    assert "2025-06-10" in result.out
    assert "2026-11-23" in result.out
    cliff = run("models", "show", "gpt-5.4").out
    assert "standard >272,000" in cliff
    assert "batch" in cliff


def test_models_show_says_how_claude_is_counted(run: Run) -> None:
    """The vocabulary, what is assumed, and within how much where nothing of the model was recorded."""
    known = run("models", "show", "claude-opus-4-6").out.splitlines()
    assert (
        "encoding: claude_v3, assumed (a reconstruction of the tokenizer that equals the recorded counts known on "
        "2026-11-25)"
    ) in known
    unknown = run("models", "show", "claude-sonnet-5-5").out
    assert "\nencoding: claude_v4.8, assumed within 5 % (a reconstruction of the tokenizer, taken over from" in unknown
    assert "\nencoding: claude_v3, estimate within 10 %\n" in run("models", "show", "claude-2").out
    document = json.loads(run("models", "show", "claude-sonnet-5-5", "-f", "json").out)
    assert (document["standing"], document["margin_percent"]) == ("assumed", 5)
    assert json.loads(run("models", "show", "claude-opus-4-6", "-f", "json").out)["margin_percent"] is None


def test_models_list_has_the_margin_of_an_assumption(run: Run) -> None:
    """Beside the standing, in JSON and CSV in a field of its own."""
    lines = {line.split()[1]: line for line in run("models", "list", "--provider", "anthropic").out.splitlines()}
    assert lines["claude-sonnet-5-5"].split()[2:6] == ["claude_v4.8", "assumed", "5", "token"]
    assert lines["claude-sonnet-5"].split()[2:5] == ["claude_v4.8", "assumed", "token"]
    assert lines["claude-2.1"].split()[2:6] == ["claude_v3", "estimate", "10", "unpriced"]
    rows = json.loads(run("models", "list", "--provider", "anthropic", "-f", "json").out)["rows"]
    margins = {row["model"]: row["margin_percent"] for row in rows}
    assert (margins["claude-sonnet-5-5"], margins["claude-sonnet-5"], margins["claude-2.1"]) == (5, None, 10)


@pytest.mark.parametrize(
    ("keys", "standing", "range_"),
    [
        ("margin = 0", "assumed", (98, 98)),
        ("margin = 100", "assumed", (0, 196)),
        ("margin = 1", "assumed", (97, 99)),
        ('standing = "exact"', "exact", (98, 98)),
    ],
)
def test_a_price_file_may_know_a_model_better(run: Run, keys: str, standing: str, range_: tuple[int, int]) -> None:
    """Who has recorded counts of a model takes its margin off; an exact count has none."""
    Path("own.toml").write_text(f'[tokcost]\nschema = 1\n[anthropic."claude-sonnet-5-5"]\n{keys}\n')
    text = "the " * 98  # one token each
    result = run("count", "-t", text.strip(), "-m", "claude-sonnet-5-5", "--prices", "own.toml", "-f", "json")
    row = json.loads(result.out)["rows"][0]
    assert (result.code, row["input_tokens"], row["standing"]) == (0, 98, standing)
    low, high = row["input_tokens_low"], row["input_tokens_high"]
    assert (98 if low is None else low, 98 if high is None else high) == range_


def test_a_scale_in_a_price_file_takes_the_place_of_a_margin(run: Run) -> None:
    """Ratios have a range of their own."""
    Path("own.toml").write_text(
        '[tokcost]\nschema = 1\n[anthropic."claude-2.1"]\nencoding = "o200k_base"\nscale = "grok"\n'
    )
    assert "o200k_base, estimate, grok scale\n" in run("models", "show", "claude-2.1", "--prices", "own.toml").out


def test_models_show_as_json(run: Run) -> None:
    """Every row with its modes, money as text."""
    document = json.loads(run("models", "show", "openai/gpt-4o", "-f", "json").out)
    last = document["prices"][-1]
    assert last["modes"]["standard"] == {
        "input": "2.5",
        "cached": "1.25",
        "cache_write": None,
        "cache_write_long": None,
        "output": "10",
    }
    assert last["modes"]["batch"]["input"] == "1.25"


def test_models_show_of_an_image_model(run: Run) -> None:
    """DALL-E is sold by the image."""
    result = run("models", "show", "dall-e-3")
    assert "1024x1024: 0.04" in result.out


def test_a_user_fills_an_unpriced_row(run: Run) -> None:
    """HCX-005 at 1,250 won a million: one token costs 0.00125 won."""
    Path("own.toml").write_text(OWN)
    result = run("count", "-q", "-t", "x", "-m", "HCX-005", "--prices", "own.toml", "--max-cost", "1")
    assert result.code == 0
    document = json.loads(run("count", "-t", "x", "-m", "HCX-005", "--prices", "own.toml", "-f", "json").out)
    assert (document["currency"], document["totals"]["cost"]) == ("KRW", "0.00125")
    assert "₩0.00125" in run("count", "-t", "x", "-m", "HCX-005", "--prices", "own.toml").out


def test_price_files_are_laid_over_each_other(run: Run, tmp_path: Path) -> None:
    """Built-in < user < project < --prices: each is stronger than the last."""
    text = '[tokcost]\nschema = 1\n[openai."gpt-4o"]\n[[openai."gpt-4o".rates]]\nfrom = 2026-11-01\ninput = "{}"\n'

    def cost(*options: str) -> str:
        document = json.loads(run("count", "-t", "x", "-m", "gpt-4o", "-f", "json", *options).out)
        return str(document["totals"]["cost"])

    assert cost() == "0.0000025"
    user = tmp_path / "home" / "config" / "tokcost" / "pricing.toml"
    user.parent.mkdir(parents=True)
    user.write_text(text.format(3))
    assert cost() == "0.000003"
    Path("pricing.toml").write_text(text.format(4))
    assert cost() == "0.000004"
    Path("mine.toml").write_text(text.format(5))
    assert cost("--prices", "mine.toml") == "0.000005"


def test_a_pricing_toml_about_something_else_is_let_be(run: Run) -> None:
    """A project's own file of that name is no business of ours."""
    Path("pricing.toml").write_text('[shop]\napple = "1.20"\n')
    assert run("count", "-q", "-t", "x") == Result(0, "1\n", "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('input = "-1"', "own.toml:5: 'input' is -1: a rate is a plain amount of 0 (free) or more"),
        ('input = "NaN"', "own.toml:5: "),
        ('inptu = "1"', "own.toml:5: unknown key 'inptu', did you mean 'input'?"),
        ("input = ", "own.toml:5: not valid TOML"),
    ],
)
def test_a_broken_price_file_is_one_line_with_its_place(run: Run, text: str, problem: str) -> None:
    """File, line, what is wrong."""
    Path("own.toml").write_text(f'[tokcost]\nschema = 1\n[[openai."gpt-4o".rates]]\nfrom = 2026-11-01\n{text}\n')
    result = run("count", "-t", "x", "-m", "gpt-4o", "--prices", "own.toml")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"tokcost: error: {problem}")
    assert result.err.count("\n") == 1


def test_the_shipped_price_book_is_clean(run: Run) -> None:
    """It checks itself."""
    assert run("prices", "lint") == Result(0, "the built-in price book: no problems\n", "")


def test_lint_tells_every_problem_and_exits_1(run: Run) -> None:
    """Two faults in one file are two lines."""
    Path("own.toml").write_text(OWN.replace('"1250"', '"-1"').replace('"5000"', '"x"'))
    result = run("prices", "lint", "own.toml")
    assert (result.code, result.err) == (1, "")
    assert "own.toml:9" in result.out
    assert "own.toml:10" in result.out


def test_lint_of_a_file_that_is_not_there_is_exit_2(run: Run) -> None:
    """No file, no verdict."""
    result = run("prices", "lint", "no.toml")
    assert (result.code, result.out) == (2, "")
    assert "no.toml" in result.err


def test_encodings_lists_what_is_shipped(run: Run) -> None:
    """Name, size, hash and origin of all fifteen."""
    rows = json.loads(run("encodings", "-f", "json").out)["rows"]
    assert [row["encoding"] for row in rows] == [
        "r50k_base", "gpt2", "p50k_base", "p50k_edit", "cl100k_base", "o200k_base", "o200k_harmony",
        "gemma3", "qwen", "deepseek", "tekken", "claude_v3", "claude_v4.7", "claude_v4.8", "claude_opus_5",
    ]  # fmt: skip
    assert all(len(row["source_sha256"]) == 64 and row["origin"] and row["licence"] for row in rows)
    assert sum({row["file"]: row["bytes"] for row in rows}.values()) < 30_000_000
    assert {row["file"] for row in rows if "claude" in row["encoding"]} == {"claude_v3.pieces", "claude_v4.7.pieces"}
    assert "446a9538cb6c" in run("encodings").out


CLAUDE = ("claude_v3", "claude_v4.7", "claude_v4.8", "claude_opus_5")


def verify_claude(run: Run, *options: str) -> Result:
    """``encodings verify`` of a small text, for Claude's encodings alone."""
    Path("text.txt").write_text("안녕하세요", encoding="utf-8")
    return run("encodings", "verify", "text.txt", *options, *(part for name in CLAUDE for part in ("--encoding", name)))


def test_encodings_verify_counts_claude_in_parts_and_in_one_call(run: Run) -> None:
    """There is one engine for it, tokcost's own, and two ways to go."""
    assert verify_claude(run) == Result(
        0,
        "encoding       own  in one call  verdict  left out\n"
        "claude_v3        7            7  agree    tiktoken and gigatoken do not serve it\n"
        "claude_v4.7      7            7  agree    tiktoken and gigatoken do not serve it\n"
        "claude_v4.8      6            6  agree    tiktoken and gigatoken do not serve it\n"
        "claude_opus_5    6            6  agree    tiktoken and gigatoken do not serve it\n",
        "",
    )


def test_encodings_verify_of_what_is_too_large_for_one_call_is_exit_2(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was compared: no verdict."""
    monkeypatch.setattr("tokcost.documents.verify.ONE_CALL", 1)
    result = verify_claude(run, "-f", "csv")
    why = "tiktoken and gigatoken do not serve it, too large for one call"
    assert result.code == 2
    assert result.err.splitlines()[0] == f"tokcost: claude_v3: was counted in one way only: {why}"
    assert result.out.splitlines()[1] == f'claude_v3,claude_v3,,7,,,not compared,,"{why}"'


def test_encodings_verify_of_ways_that_differ_is_exit_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be a bug, and says so."""
    monkeypatch.setattr("tokcost.documents.verify._streamed", lambda *_: 99)
    result = verify_claude(run, "-f", "csv")
    assert result.code == 1
    assert result.err.splitlines() == [
        f"tokcost: text.txt: {name} differs in parts: this is a bug of tokcost, please report it" for name in CLAUDE
    ]


def test_tokens_shows_the_pieces_with_their_ids(run: Run) -> None:
    """The greeting is two tokens of o200k_base."""
    assert run("tokens", "안녕하세요", "-m", "gpt-4o") == Result(
        0,
        "#      id  text        bytes\n"
        "1   14307  '안'        ec 95 88\n"
        "2  171731  '녕하세요'  eb 85 95 ed 95 98 ec 84 b8 ec 9a 94\n"
        "2 tokens (o200k_base)\n",
        "",
    )


def test_tokens_shows_the_bytes_of_a_partial_character(run: Run) -> None:
    """A rare character is several tokens, none of them text by itself."""
    result = run("tokens", "🫠", "--encoding", "cl100k_base", "-f", "json")
    rows = json.loads(result.out)["rows"]
    assert bytes.fromhex("".join(row["bytes"] for row in rows)).decode() == "🫠"
    assert rows[0]["text"] is None


@pytest.mark.parametrize("model", ["grok-3", "claude-2.1"])
def test_tokens_of_a_private_vocabulary_cannot_be_shown(run: Run, model: str) -> None:
    """The pieces of Grok and of the oldest Claude are not known: say so and what does work."""
    assert run("tokens", "hello", "-m", model) == Result(
        2,
        "",
        f"tokcost: error: the vocabulary of {model} is not public: its tokens cannot be shown, "
        f"'tokcost count -m {model}' estimates how many there are\n",
    )


MARKS = (
    "note: ‹ begins a word and › ends it, ↑ its first letter was a capital, ⇑ all were; "
    "one of several ways to divide the text that cost the same\n"
)


def test_tokens_of_claude_have_marks(run: Run) -> None:
    """Words with their borders and capitals, byte by byte what has no piece; the notes are on stderr."""
    result = run("tokens", "Hello, NASA 녕!", "-m", "claude-sonnet-4-5")
    assert result.code == 0
    assert result.out == (
        "#  text                   bytes\n"
        "1  '↑‹hello›'             68 65 6c 6c 6f\n"
        "2  ',›'                   2c\n"
        "3  '⇑‹nasa›'              6e 61 73 61\n"
        "4  ' '                    20\n"
        "5  (part of a character)  eb 85\n"
        "6  (part of a character)  95\n"
        "7  '!'                    21\n"
        "7 tokens (claude_v3)\n"
    )
    assumed, marks = result.err.splitlines(keepends=True)
    assert assumed.startswith("note: claude-sonnet-4-5: assumed: a reconstruction of the tokenizer")
    assert marks == MARKS
    assert run("count", "-q", "-t", "Hello, NASA 녕!", "-m", "claude-sonnet-4-5").out == "7\n"


@pytest.mark.parametrize("encoding", ["claude_v3", "claude_v4.7", "claude_v4.8", "claude_opus_5"])
def test_tokens_of_claude_in_every_format(run: Run, encoding: str) -> None:
    """JSON, CSV and Markdown have the marks in their text, and as many rows as ``count`` says."""
    text = "The Ships' OWNERS don't\n\nleave  at 12:30 — 항구 🚢 \n"
    number = int(run("count", "-q", "-t", text, "--encoding", encoding).out)
    document = json.loads(run("tokens", text, "--encoding", encoding, "-f", "json").out)
    assert document["details"]["count"] == len(document["rows"]) == number
    assert {"↑‹the›", "'›", "  ", "12"} <= {row["text"] for row in document["rows"]}
    assert document["rows"][0]["bytes"] == "74 68 65"
    drawn = run("tokens", text, "--encoding", encoding, "-f", "csv")
    assert (drawn.code, drawn.err) == (0, MARKS)
    assert "1,1,,↑‹the›,74 68 65" in drawn.out.splitlines()
    markdown = run("tokens", text, "--encoding", encoding, "-f", "markdown").out.splitlines()
    assert len(markdown) == 4 + number
    assert "'↑‹the›'" in markdown[2]


def test_tokens_reads_a_pipe(run: Run) -> None:
    """Without an argument the text comes from stdin."""
    assert run("tokens", "--encoding", "gpt2", stdin=b"hi").out.endswith("1 token (gpt2)\n")


@pytest.mark.parametrize(
    ("model", "day", "note"),
    [
        ("gpt-4o", "2027-03-01", "the rates of gpt-4o were last checked on 2026-11-25, 96 days ago"),
        ("gpt-5.6-sol", "2026-11-24", "the rates of gpt-5.6-sol were guaranteed until 2026-11-21 and may have changed"),
        ("gpt-4", "2026-11-24", "gpt-4 was retired on 2026-10-23"),
        ("o3", "2026-11-24", "o3 retires on 2026-12-11"),
        ("gemini-3.8-flash", "2026-11-24", "gemini-3.8-flash changes price on 2027-01-01: input 0.75 -> 1.5"),
    ],
)
def test_a_price_that_may_not_hold_says_so_in_one_line(run: Run, model: str, day: str, note: str) -> None:
    """Long unchecked, past its guarantee, retired or about to be, about to change."""
    result = run("count", "-q", "-t", "x", "-m", model, "--as-of", day)
    assert result == Result(0, "1\n", "")  # -q is for scripts
    loud = run("count", "-t", "x", "-m", model, "--as-of", day)
    assert [line for line in loud.err.splitlines() if line.startswith(f"note: {note}")]


def test_an_encoding_alone_is_an_assumption(run: Run) -> None:
    """A user's model with an encoding and no standing is counted with it, and says that this is assumed."""
    Path("own.toml").write_text('[tokcost]\nschema = 1\n[acme.zz]\nencoding = "o200k_base"\n')
    result = run("count", "-t", "hello", "-m", "zz", "--prices", "own.toml", "-f", "json")
    row = json.loads(result.out)["rows"][0]
    assert (result.code, row["input_tokens"], row["standing"]) == (2, 1, "unpriced")
    assert "zz uses o200k_base, as a price file says" in result.err
