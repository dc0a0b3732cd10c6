"""Files of settings and their numbers: read right or refused in one line, and never at length."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.repos import CONFIG, Repo, words

ROW = '[[openai."gpt-4o".rates]]\nfrom = 2026-01-01\ninput = "1000"\noutput = "10"\n'
INLINE = '{ "gpt-4o" = { rates = [{ from = 2026-01-01, input = "1000", output = "10" }] } }'
COUNT = ("count", "-t", "word", "-m", "gpt-4o")
DIGITS = "9" * 400


@pytest.mark.parametrize(
    "text",
    [
        "[tokcost]\nschema = 1\n" + ROW,
        "[tokcost]  # ours\nschema = 1\n" + ROW,
        "[ tokcost ]\nschema = 1\n" + ROW,
        '["tokcost"]\nschema = 1\n' + ROW,
        '["tok\\u0063ost"]\nschema = 1\n' + ROW,
        "tokcost.schema = 1\n" + ROW,
        "tokcost = { schema = 1 }\n" + ROW,
        f"tokcost = {{ schema = 1 }}\nopenai = {INLINE}\n",
    ],
)
def test_a_price_file_is_one_however_its_head_is_spelled(run: Run, repo: Repo, text: str) -> None:
    """One token at 1,000 a million is 0.001."""
    repo.write("pricing.toml", text)
    result = run(*COUNT)
    assert result.code == 0 and result.out.endswith("$0.001\n"), result


@pytest.mark.usefixtures("before_notes")
def test_a_price_file_of_something_else_is_named_and_one_without_its_head_refused(run: Run, repo: Repo) -> None:
    """Neither is passed over in silence; rates that hold for nobody would be."""
    repo.write("pricing.toml", "[plans]\nfree = 0\n")
    result = run(*COUNT)
    assert result.code == 0
    assert result.err.startswith("note: pricing.toml is about something else: it has no [tokcost], so no rate is taken")
    for text in (ROW, "[tokcost\n" + ROW):
        repo.write("pricing.toml", text)
        result = run(*COUNT)
        assert (result.code, result.out) == (2, "") and result.err.startswith("tokcost: error: pricing.toml"), text
    (repo.path / "pricing.toml").unlink()
    (repo.path / "pricing.toml").symlink_to("nowhere")
    assert run(*COUNT).code == 2


@pytest.mark.parametrize(
    ("model", "near"), [('openai."gpt-5,4"', "gpt-5.4"), ('opnai."gpt-5.4"', "openai"), ('acme."own-1"', "")]
)
def test_a_model_that_is_a_slip_is_named_with_the_nearest(run: Run, repo: Repo, model: str, near: str) -> None:
    """It has rates and nothing else, and is in no other price book; a model of one's own is not questioned."""
    repo.write("pricing.toml", "[tokcost]\nschema = 1\n" + ROW.replace('openai."gpt-4o"', model))
    result = run(*COUNT)
    assert result.code == 0
    named = f"pricing.toml:3: {model.replace('.', '/', 1).replace(chr(34), '')} is in no other price book"
    assert (f"note: {named}, and nearest to it is {near}:" in result.err) == bool(near)


def test_a_price_that_was_checked_in_the_future_is_refused(run: Run, repo: Repo) -> None:
    """No limit of age would ever end: not as a rate, not as a fee."""
    repo.write("pricing.toml", "[tokcost]\nschema = 1\n" + ROW + "checked = 2099-01-01\n")
    result = run(*COUNT)
    assert (result.code, result.out) == (2, "")
    assert "pricing.toml:7: 'checked' (2099-01-01) lies in the future: write the day it was done" in result.err


@pytest.mark.parametrize(
    ("written", "currency", "code"),
    [("$1", "EUR", 2), ("€1", "EUR", 0), ("1 EUR", "EUR", 0), ("1", "EUR", 0), ("€1", None, 2), ("$1", None, 0)],
)
def test_a_limit_in_another_currency_is_refused(
    run: Run, repo: Repo, written: str, currency: str | None, code: int
) -> None:  # fmt: skip
    """Whether it is an option or a key: dollars are not held against euros."""
    repo.write("tokcost.toml", CONFIG.replace("max-input-tokens = 1000", f'max-cost = "{written}"'))
    own = ("--currency", currency, "--fx", "0.9@2026-11-01") if currency else ()
    repo.write("u.jsonl", json.dumps({"model": "gpt-4o", "usage": {"prompt_tokens": 9}}))
    for result in (
        run("check", "--base", "HEAD", *own),
        run(*COUNT, "--max-cost", written, *own),
        run("usage", "u.jsonl", "--max-cost", written, *own),
        run("usage", "u.jsonl", "--max-cost-per", f"model={written}", *own),
    ):
        assert result.code == code, result
        assert code == 0 or "and the report is in" in result.err


@pytest.mark.parametrize("header", ['[tool."tokcost"]', "[ tool.tokcost ]", "['tool' . tokcost]", "tool", "dotted"])
def test_the_keys_of_a_pyproject_are_found_however_they_are_spelled(run: Run, repo: Repo, header: str) -> None:
    """A comment that mentions them is none, and hides no configuration above."""
    (repo.path / "tokcost.toml").unlink()
    budget = 'paths = ["prompts/*.md"]\nmax-input-tokens = 10\n'
    text = f'{header}\nmodel = "gpt-4o"\n[[tool.tokcost.budget]]\n{budget}'
    if header == "tool":
        text = 'tool = { tokcost = { budget = [{ paths = "prompts/*.md", max-input-tokens = 10 }] } }\n'
    if header == "dotted":
        text = f'tool.tokcost.model = "gpt-4o"\n[[tool.tokcost.budget]]\n{budget}'
    repo.write("pyproject.toml", text)
    assert run("check", "-q").code == 1
    repo.write("sub/pyproject.toml", "# see [tool.tokcost] above\n[tool.other]\n")
    os.chdir(repo.path / "sub")
    assert run("check", "-q").code == 1


def test_init_hides_no_configuration_that_is_there(run: Run, repo: Repo) -> None:
    """A tokcost.toml would take the place of [tool.tokcost]; a check where both are says which holds."""
    repo.git("mv", "tokcost.toml", "old")
    repo.write("pyproject.toml", "[tool.tokcost]\nmodel = 'gpt-4o'\n")
    result = run("init")
    assert (result.code, result.out) == (2, "")
    assert "has [tool.tokcost], which a tokcost.toml beside it would hide: --stdout shows the proposal" in result.err
    assert not (repo.path / "tokcost.toml").exists()
    assert run("init", "--stdout").code == 0
    repo.git("mv", "old", "tokcost.toml")
    assert (
        "note: pyproject.toml has [tool.tokcost], too: beside tokcost.toml it is not used"
        in run("check", "--base", "HEAD").err
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("max-cost", "1e-99999999999999"),
        ("max-cost", '"1e-99999999999999"'),
        ("max-cost", "1e400"),
        ("max-cost", f'"{DIGITS}"'),
        ("max-cost", '"１"'),
        ("max-cost", '"1_0"'),
        ("max-cost", "0x" + "f" * 5000),
        ("max-input-tokens", DIGITS),
        ("max-input-tokens", "9" * 5000),
        ("max-input-tokens", "0x" + "f" * 5000),
        ("max-increase", DIGITS),
        ("max-increase", '"1e-9999999%"'),
        ("max-increase", '"1e99999999999999999999%"'),
        ("runs-per-month", DIGITS),
        ("output-tokens", f"[1, {DIGITS}]"),
    ],
)
def test_a_number_past_all_bounds_is_refused_with_its_line(run: Run, repo: Repo, key: str, value: str) -> None:
    """No sum could stand it; the line says which key it is, or that a number has too many digits."""
    text = CONFIG.replace('max-input-tokens = 1000\nmax-increase = "10%"\n', "")
    repo.write("tokcost.toml", f"{text}{key} = {value}\n")
    result = run("check", "--base", "HEAD")
    assert (result.code, result.out) == (2, "")
    line = text.count("\n") + 1
    assert result.err.startswith(
        (
            f"tokcost: error: tokcost.toml:{line}: {key} must be",
            f"tokcost: error: tokcost.toml:{line}: a number has too",
        )
    )
    assert result.err.count("\n") == 1


def test_numbers_of_options_environment_and_price_files_have_bounds_too(
    run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line and exit 2, for every place where a number is read."""
    for option in ("--output", "--cached", "--max-tokens"):
        for number in (DIGITS, "9" * 5000):
            assert run(*COUNT, option, number).code == 2
    assert run("check", "--output-tokens", DIGITS).code == 2
    most = "0x" + "f" * 5000
    for row in (f'input = "{DIGITS}"', f"input = {DIGITS}", f"input = {most}", f"input = 1\nconfidence = {most}"):
        repo.write("pricing.toml", f'[tokcost]\nschema = 1\n[[acme."m".rates]]\nfrom = 2026-01-01\n{row}\n')
        assert run(*COUNT).err.startswith(f"tokcost: error: pricing.toml:{5 + row.count(chr(10))}: '"), row[:20]
    (repo.path / "pricing.toml").unlink()
    monkeypatch.setenv("TOKCOST_OUTPUT_TOKENS", "9" * 5000)
    assert "TOKCOST_OUTPUT_TOKENS is '999" in run("check", "--base", "HEAD").err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a" + ".a" * 40_000 + " = 1", ":1: a key of more than 1,000 parts"),
        ("\n[a" + '."\\""' * 20_000 + "]", ":2: a key of more than 1,000 parts"),
        ("a = { b" + " . b" * 20_000 + " = 1 }", ":1: a key of more than 1,000 parts"),
        ("a = " + "[" * 50_000, ": nested too deeply"),
        ("a = " + "{a=" * 50_000, ": nested too deeply"),
        ("a = 1\nb = " + "9" * 5000, ":2: a number has too many digits"),
    ],
)
def test_what_would_choke_a_parser_is_one_line_at_once(run: Run, repo: Repo, text: str, says: str) -> None:
    """As configuration, as price file and as file of the shared kind: dotted keys are read in quadratic time."""
    began = time.monotonic()
    repo.write("tokcost.toml", text)
    repo.write("p.toml", "[tokcost]\nschema = 1\n" + text)
    line = says.replace(":1:", ":3:") if says.startswith(":1:") else says.replace(":2:", ":4:")
    for result, name, where in (
        (run("check"), "tokcost.toml", says),
        (run(*COUNT, "--prices", "p.toml"), "p.toml", line),
    ):
        assert (result.code, result.out) == (2, "")
        assert result.err.startswith(f"tokcost: error: {name}{where}"), result.err[:200]
    assert time.monotonic() - began < 5


def test_a_thousand_budgets_are_read_in_the_time_of_their_number(run: Run, repo: Repo) -> None:
    """The lines of keys are found in one pass over the text: twenty times as many take no hundred times as long."""

    def seconds(number: int) -> float:
        budget = '[[budget]]\nname = "{}"\npaths = ["prompts/a.md"]\nmax-input-tokens = 1000\nmax-cost = 1\n'
        repo.write(
            "tokcost.toml", 'model = "gpt-4o"\n' + "".join(budget.format(at) for at in range(number)) + "x = 1\n"
        )
        began = time.monotonic()
        result = run("check")
        assert (result.code, f"tokcost.toml:{number * 5 + 2}: unknown key 'x' in a budget" in result.err) == (2, True)
        return time.monotonic() - began

    seconds(10)
    assert seconds(2000) < max(100 * seconds(100), 1.5)


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_settings_are_read_from_regular_files(run: Run, repo: Repo, kind: str) -> None:
    """A pipe that nobody writes into, and a device that never ends, keep nobody waiting."""
    path = repo.path / "odd"
    os.mkfifo(path) if kind == "pipe" else path.symlink_to("/dev/zero")
    for place, arguments in (
        ("odd", ("check", "--config", "odd")),
        ("odd", (*COUNT, "--prices", "odd")),
        ("pricing.toml", COUNT),
        ("tokcost.toml", ("check",)),
        ("tokcost.lock", ("check", "--locked")),
    ):
        if place != "odd":
            (repo.path / place).unlink(missing_ok=True)
            path.rename(repo.path / place)
        result = run(*arguments)
        assert (result.code, result.out) == (2, "")
        says = "a device or a pipe: save what it gives as a file, and name that"
        assert says in result.err or (place, kind) == ("tokcost.lock", "device"), result.err
        if place != "odd":
            (repo.path / place).rename(path)
            repo.git("checkout", "-q", ".")


def test_a_user_without_a_home_has_no_price_file(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """No HOME, and a user that the system does not know: containers have such."""

    def unknown(_: int) -> None:
        raise KeyError

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    result = run(*COUNT, "-q")
    assert (result.code, result.out, result.err) == (0, "1\n", "")


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv to give up the rights of root")
def test_settings_that_may_not_be_read_are_named(repo: Repo) -> None:
    """Rates that may hold are not passed over: the user's folder, the project's file, the configuration."""
    lesser = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    command = [*lesser, sys.executable, "-m", "tokcost", *COUNT[:3]]
    folder = repo.path / "home"
    for path, says in (
        (folder, "home/tokcost/pricing.toml: cannot read the price file: Permission denied"),
        (repo.write("pricing.toml", "[tokcost]\nschema = 1\n"), "pricing.toml: cannot read the price file: Permission"),
        (repo.path / "tokcost.toml", "tokcost.toml: cannot be read: Permission denied"),
    ):
        folder.mkdir(exist_ok=True)
        path.chmod(0)
        root = str(Path(__file__).resolve().parent.parent)
        environment = {**os.environ, "XDG_CONFIG_HOME": str(folder), "PYTHONPATH": root}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
        path.chmod(0o700)
        if path.is_file():
            path.unlink()
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("tokcost: error: ") and says in done.stderr


def test_a_remedy_names_no_model_that_is_about_to_go(run: Run, repo: Repo) -> None:
    """One that retires in 60 days is none to move to, one in 61 is."""
    for day, named in (("2027-01-23", False), ("2027-01-24", True)):
        own = 'encoding = "o200k_base"\n[[acme."{0}".rates]]\nfrom = 2026-01-01\ninput = "{1}"\n'
        repo.write(
            "pricing.toml",
            '[tokcost]\nschema = 1\n[acme."dear"]\n' + own.format("dear", 9) + f'[acme."cheap"]\nretires = {day}\n'
            + own.format("cheap", 1),
        )  # fmt: skip
        repo.write("tokcost.toml", CONFIG.replace("gpt-4o", "acme/dear") + "max-cost = 0.0003\n")
        result = run("check", "--base", "HEAD", "--as-of", "2026-11-24")
        assert ("take cheap" in result.out) == named, result
        counted = run("count", "-t", words(100), "-m", "acme/dear", "--max-cost", "0.0003")
        assert counted.code == 1 and ("take cheap" in counted.err) == named, counted
