"""Price lists of others beside the book: each format read as data, each difference told, nothing run."""

from __future__ import annotations

import gzip
import os
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import Run, document
from tests.price_lists import FORMATS, GENAI_PYTHON, HEAD, ROW, litellm, own_book

SAME = 'input = "2.5"\ncached = "0.25"\noutput = "10"\nlong = [{ prompt = ">200000", input = "5", output = "20" }]\n'


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_known_by_its_shape(run: Run, name: str) -> None:
    """The same offer in each of them agrees with a book that has it, and differs from one that has another rate."""
    Path(name).write_text(FORMATS[name])
    same = run("prices", "diff", name, "--prices", own_book(SAME), "-f", "csv")
    assert (same.code, same.out.count("\n")) == (0, 1), same
    moved = run("prices", "diff", name, "--prices", own_book(SAME.replace('"10"', '"8"')), "-f", "csv")
    assert moved.code == 1
    assert moved.out.splitlines()[1].startswith("acme/m,,") and ",output,8,10,1.25,," in moved.out
    past = run("prices", "diff", name, "--prices", own_book(SAME.replace('"5"', '"4"')), "-f", "csv")
    assert past.code == 1 and ",input past 200000,4,5,1.25,," in past.out


def test_modes_are_compared_and_what_only_one_has_breaks_nothing(run: Run) -> None:
    """A batch rate that moved is a difference; one that only one of both has is counted, and listed with --all."""
    Path("l.json").write_text(FORMATS["litellm.json"])
    book = own_book(SAME + 'batch = { input = "1" }\nflex = { input = "1" }\n')
    found = document(run("prices", "diff", "l.json", "--prices", book, "--all", "-f", "json"))
    assert [(row["what"], row["book_rate"], row["source_rate"]) for row in found["rows"]] == [
        ("batch input", "1", "1.25")
    ]
    # what a cliff does not state keeps its plain rate, as litellm itself prices it
    assert [(each["what"], each["only_in"]) for each in found["details"]["one_sided"]] == [
        ("cached past 200000", "source"),
        ("flex input", "book"),
    ]
    assert found["totals"] | {"complete": True} == found["totals"]
    assert len(found["findings"]) == 1


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ("litellm 1.110.2 has 2.5", 0),
        ("genai-prices has 1, LiteLLM has 2.50.", 0),
        ("litellm 2.5.1 has another", 1),
        ("genai-prices 0.2.3 has 2.5", 1),
        ("litellm has 12.5", 1),
        ("", 1),
    ],
)
def test_a_note_that_names_the_source_and_its_number_explains(run: Run, note: str, code: int) -> None:
    """It is shown beside the difference, which then breaks no rule; another source or number explains nothing."""
    litellm(acme__m={"input_cost_per_token": 2.5e-06})
    found = run("prices", "diff", "list.json", "--prices", own_book(f'input = "2"\nnote = "{note}"\n'), "-f", "json")
    assert found.code == code
    (row,) = document(found)["rows"]
    assert row["explained"] is (code == 0)
    assert len(document(found)["findings"]) == code


@pytest.mark.parametrize(
    ("rate", "mark"), [(0, "zero"), (2e-05, "tenfold"), (2e-07, "tenfold"), (1.99e-05, None), (2.1e-07, None)]
)
def test_moves_that_are_likely_slips_are_marked(run: Run, rate: float, mark: str | None) -> None:
    """A rate of 0, and one of ten times the book's or more, or a tenth or less."""
    litellm(acme__m={"input_cost_per_token": rate, "output_cost_per_token": 1e-05})
    found = run("prices", "diff", "list.json", "--prices", own_book('input = "2"\noutput = "10"\n'), "-f", "json")
    assert found.code == 1
    assert [row["mark"] for row in document(found)["rows"]] == [mark]


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("1.4999999e-06", "1.5"),
        ("1.5000000000000002e-06", "1.5"),
        ("0.30000000000000004e-06", "0.3"),
        ("1.23456789012e-06", "1.23456789"),
    ],
)
def test_float_dust_is_rounded_and_said(run: Run, written: str, taken: str) -> None:
    """The amount that was meant is compared, and the report lists what was read."""
    Path("l.json").write_text(
        f'{{"acme/m": {{"litellm_provider": "acme", "mode": "chat", "input_cost_per_token": {written}}}}}'
    )
    found = run("prices", "diff", "l.json", "--prices", own_book(f'input = "{taken}"\n'), "-f", "json")
    assert found.code == 0
    assert [each["taken"] for each in document(found)["details"]["rounded"]] == [taken]
    told = run("prices", "diff", "l.json", "--prices", "own.toml")
    assert "1 amount of the source rounded (float dust)" in told.out


def test_a_note_on_a_place_explains_all_that_it_is_about(run: Run) -> None:
    """A list with another factor of a place than the book: the note on the factor has it once for all models."""
    litellm({"bedrock/us.anthropic.claude-opus-9": {"litellm_provider": "bedrock", "input_cost_per_token": 2.4e-06}})
    row = '[bedrock."anthropic.claude-opus-9"]\nencoding = "o200k_base"\nstanding = "exact"\n'
    row += '[[bedrock."anthropic.claude-opus-9".rates]]\nfrom = 2026-01-01\ninput = "2"\n'
    factor = '[[factors.bedrock.regional]]\nfrom = 2026-01-01\ntimes = "1.1"\nmodels = ["anthropic.claude-opus-9"]\n'
    for note, code in (("litellm has 1.2", 0), ("litellm has 2.2", 1)):
        Path("own.toml").write_text(HEAD + factor + f'note = "{note}"\n' + row)
        found = run("prices", "diff", "list.json", "--prices", "own.toml", "-f", "json")
        assert found.code == code
        assert [(each["book_rate"], each["source_rate"]) for each in document(found)["rows"]] == [("2.2", "2.4")]


def test_what_is_rounded_or_converted_is_no_difference(run: Run) -> None:
    """Less than half a per cent apart it is shown, marked, and breaks nothing; half a per cent is a difference."""
    litellm(acme__m={"input_cost_per_token": 2.0099e-06})
    found = run("prices", "diff", "list.json", "--prices", own_book('input = "2"\n'), "-f", "json")
    assert (found.code, [row["mark"] for row in document(found)["rows"]]) == (0, ["rounding"])
    litellm(acme__m={"input_cost_per_token": 2.01e-06})
    found = run("prices", "diff", "list.json", "--prices", "own.toml", "-f", "json")
    assert (found.code, [row["mark"] for row in document(found)["rows"]]) == (1, [None])


def test_no_rate_becomes_free_by_rounding(run: Run) -> None:
    """What is less than eight decimals can hold stays as it is: 0 would be free."""
    litellm(acme__m={"input_cost_per_token": 1e-18})
    found = run("prices", "diff", "list.json", "--prices", own_book('input = "2"\n'), "-f", "csv")
    assert (found.code, "0.000000000001" in found.out) == (1, True)


BROKEN = {
    "text": "hello",
    "empty": "",
    "list": "[1, 2]",
    "table": '{"a": {"b": 1}}',
    "number": "17",
    "cut.json": '{"acme/m": {"litellm_provider": "ac',
    "deep.json": "[" * 100_000,
    "big.json": '{"acme/m": {"litellm_provider": "acme", "input_cost_per_token": 1e9999999999999999999}}',
    "own.toml": HEAD + ROW + 'input = "1"\n',
    "empty.json": "{}",
    "code.py": "providers = __import__('pathlib').Path('run').write_text('x')\n",
    "more.py": "providers = [Provider(id='a', models=[m for m in ()])]\n",
    "kin.py": "providers = [Provider(**{'id': 'a'})]\n",
    "date.py": "import datetime\nproviders = [Provider(id='a', start=datetime.date(2026, 13, 1))]\n",
    "other.py": "prices = []\n",
    "deep.py": "providers = " + "[" * 5000,
    "latin": "caf\xe9",
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_list_of_prices_is_one_line(run: Run, name: str) -> None:
    """Whatever it is: exit 2, a line that names it, and none of it is run."""
    Path(name).write_bytes(BROKEN[name].encode("latin-1"))
    found = run("prices", "diff", name)
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith("tokcost: error: ") and name in found.err and found.err.count("\n") == 1
    assert not Path("run").exists()


@pytest.mark.parametrize("name", ["nosuch.json", "folder", "pipe", "https://example.com/api.json", "litellm"])
def test_what_cannot_be_opened_is_one_line(run: Run, name: str) -> None:
    """A missing file, a folder, a pipe that nobody writes into, an address, a package that is not installed."""
    Path("folder").mkdir()
    os.mkfifo("pipe")
    found = run("prices", "diff", name)
    assert (found.code, found.out, found.err.count("\n")) == (2, "", 1)
    assert name in found.err


def test_packed_lists_are_opened(run: Run) -> None:
    """gzip, a zip with one JSON file, a wheel of either package, and stdin."""
    text = FORMATS["litellm.json"]
    Path("l.json.gz").write_bytes(gzip.compress(text.encode()))
    for name, member, content in [
        ("l.zip", "prices/some.json", text),
        ("litellm-1.2.3-py3-none-any.whl", "litellm/model_prices_and_context_window_backup.json", text),
        ("genai_prices-0.9-py3-none-any.whl", "genai_prices/data.py", GENAI_PYTHON),
    ]:
        with zipfile.ZipFile(name, "w") as archive:
            archive.writestr("other/README.md", "none")
            archive.writestr(member, content)
    book = own_book(SAME)
    for name, kind, version in [
        ("l.json.gz", "litellm", None),
        ("l.zip", "litellm", None),
        ("litellm-1.2.3-py3-none-any.whl", "litellm", "1.2.3"),
        ("genai_prices-0.9-py3-none-any.whl", "genai-prices", "0.9"),
    ]:
        found = run("prices", "diff", name, "--prices", book, "-f", "json")
        assert found.code == 0, name
        source = document(found)["details"]["source"]
        assert (source["kind"], source["version"]) == (kind, version)
    assert run("prices", "diff", "-", "--prices", book, stdin=text.encode()).code == 0
    with zipfile.ZipFile("none.zip", "w") as archive:
        archive.writestr("a.json", "{}")
        archive.writestr("b.json", "{}")
    assert run("prices", "diff", "none.zip").code == 2


def test_an_installed_package_is_read_and_not_run(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its data file is located by its metadata: what stands in its modules is never executed."""
    site = tmp_path / "site"
    (site / "genai_prices").mkdir(parents=True)
    (site / "genai_prices" / "__init__.py").write_text("raise SystemExit('run')\n")
    (site / "genai_prices" / "data.py").write_text(GENAI_PYTHON + "raise SystemExit('run')\n")
    (site / "genai_prices-0.9.1.dist-info").mkdir()
    (site / "genai_prices-0.9.1.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: genai-prices\nVersion: 0.9.1\n"
    )
    monkeypatch.syspath_prepend(str(site))
    for name in ("genai-prices", "genai_prices"):
        found = run("prices", "diff", name, "--prices", own_book(SAME), "-f", "json")
        assert found.code == 0
        assert document(found)["details"]["source"]["version"] == "0.9.1"
    assert "genai_prices" not in sys.modules


def test_dates_of_a_source_hold(run: Run) -> None:
    """A price that begins on a day is compared from that day on."""
    Path("data.py").write_text(GENAI_PYTHON)
    own_book('input = "3"\n')
    assert run("prices", "diff", "data.py", "--prices", "own.toml", "--as-of", "2026-03-12").code == 0
    later = run("prices", "diff", "data.py", "--prices", "own.toml", "--as-of", "2026-03-13", "-f", "csv")
    assert later.code == 1 and ",input,3,2.5," in later.out


def test_hours_of_the_day_are_no_difference(run: Run) -> None:
    """A source that lists the rate of other hours as the plain one agrees with the book."""
    litellm(acme__m={"input_cost_per_token": 4e-06})
    rates = 'input = "2"\nwindows = [{ utc = "01:00-09:00", input = "4" }]\n'
    assert run("prices", "diff", "list.json", "--prices", own_book(rates)).code == 0


def test_nothing_in_common_is_no_agreement(run: Run) -> None:
    """A list of which the book knows no model, or has no rate that day, cannot be compared."""
    litellm(acme__other={"input_cost_per_token": 1e-06})
    found = run("prices", "diff", "list.json", "--exit-zero", "--keep-going")
    assert found.code == 2 and "no rate could be compared" in found.err
    litellm(acme__m={"input_cost_per_token": 2e-06})
    found = run("prices", "diff", "list.json", "--prices", own_book('input = "2"\n'), "--as-of", "2025-12-31")
    assert found.code == 2


def test_one_provider_and_what_is_on_one_side(run: Run) -> None:
    """--provider narrows both sides, --all lists the models that only one of both has."""
    litellm(acme__m={"input_cost_per_token": 2e-06}, acme__n={"input_cost_per_token": 2e-06})
    rest = '[acme."z"]\n[[acme."z".rates]]\nfrom = 2026-01-01\ninput = "1"\n'
    book = own_book('input = "2"\n' + rest)
    found = document(
        run(
            "prices",
            "diff",
            "list.json",
            "--prices",
            book,
            "--provider",
            "ACME",
            "--provider",
            "openai",
            "--all",
            "-f",
            "json",
        )
    )
    assert [each["name"] for each in found["details"]["not_in_book"]] == ["acme/n"]
    assert [each["name"] for each in found["details"]["not_in_source"]] == ["acme/z"]
    unknown = run("prices", "diff", "list.json", "--prices", book, "--provider", "nosuch")
    assert unknown.code == 2 and "unknown provider 'nosuch'" in unknown.err


def test_the_own_names_of_a_list_lead_to_sellers(run: Run) -> None:
    """litellm's words for providers are ours for sellers: azure_ai is azure, gemini google, vertex_ai-* vertex."""
    rows = "".join(
        f'[{seller}."x-m"]\nencoding = "o200k_base"\nstanding = "exact"\n'
        f'[[{seller}."x-m".rates]]\nfrom = 2026-01-01\ninput = "2"\n'
        for seller in ("azure", "google", "vertex", "bedrock", "together", "fireworks", "qwen")
    )
    Path("own.toml").write_text(HEAD + rows)
    words = {
        "azure_ai": "azure_ai/x-m", "gemini": "gemini/x-m", "vertex_ai-other_models": "vertex_ai/x-m",
        "bedrock_converse": "x-m", "together_ai": "together_ai/x-m", "fireworks_ai": "fireworks_ai/x-m",
        "dashscope": "dashscope/x-m",
    }  # fmt: skip
    litellm({name: {"litellm_provider": word, "input_cost_per_token": 2e-06} for word, name in words.items()})
    found = document(run("prices", "diff", "list.json", "--prices", "own.toml", "-f", "json"))
    assert (found["totals"]["models"], found["totals"]["differences"]) == (7, 0)


@pytest.mark.parametrize("value", ["-1e-06", "NaN", "1e400", '"cheap"', "[1]"])
def test_what_is_no_price_is_told(run: Run, value: str) -> None:
    """A rate below 0, without bounds or in words is not taken, nor passed over in silence: diff and import name it."""
    rates = f'"input_cost_per_token": {value}, "output_cost_per_token": 1e-05'
    Path("list.json").write_text(f'{{"gpt-4o": {{"litellm_provider": "openai", "mode": "chat", {rates}}}}}')
    for command in ("diff", "import"):
        result = run("prices", command, "list.json")
        assert result.code == 0
        told = "no amount of 0 or more, and neither compared nor taken: 'gpt-4o' has "
        assert told in result.out + result.err, result
    assert "\ninput = " not in run("prices", "import", "list.json").out
