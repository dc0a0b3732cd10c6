"""What cannot be resolved is not guessed: texts under keys of YAML, TOML, JSON and Python files."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.conftest import Run, document
from tests.repos import Repo, words


def check(run: Run, folder: Path, name: str, text: str, key: str) -> tuple[int, str, dict[str, int]]:
    """Exit code, stderr and the rows of a check of one key of one file."""
    (folder / name).write_text(text)
    (folder / "tokcost.toml").write_text(
        f'model = "gpt-4o"\n[[budget]]\npaths = [{json.dumps(f"{name}#{key}")}]\nmax-input-tokens = 1000\n'
    )
    result = run("check", "-f", "json")
    found = {row["name"]: row["input_tokens"] for row in document(result)["rows"]} if result.out else {}
    return result.code, result.err, found


LONG = '"' + words(5000) + '"'
CHANGED = {
    "S = 'a'\nS = {}\n": "is set on line 1 and again on line 2",
    "S = 'a'\nif input():\n    S = {}\n": "may be set by this line",
    "try:\n    S = 'a'\nexcept ValueError:\n    S = {}\n": "may be set by this line",
    "S = 'a'\nfor S in [{}]:\n    pass\n": "may be set by this line",
    "S = 'a'\nwhile True:\n    S = {}\n    break\n": "may be set by this line",
    "S = 'a'\nwith open('x') as S:\n    pass\n": "may be set by this line",
    "S = 'a'\nfrom other import S\n": "is set on line 1 and again on line 2",
    "from other import S\nS = 'a'\nfrom other import *\n": "may be set again by import *",
    "S = 'a'\nfrom other import *\n": "may be set again by import *",
    "S = 'a'\nimport long as S\n": "again on line 2",
    "S = 'a'\ndef S():\n    return {}\n": "again on line 2",
    "S = 'a'\nclass S:\n    x = {}\n": "again on line 2",
    "S = 'a'\ndel S\n": "may be set by this line",
    "S = 'a'\ndef f():\n    global S\n    S = {}\nf()\n": "is declared global on line 3",
    "S = 'a'\nglobals()['S'] = {}\n": "by way of globals() on line 2",
    "S = 'a'\nglobals().update(S={})\n": "by way of globals() on line 2",
    "S = 'a'\ng = globals()\ng['S'] = {}\n": "by way of globals() on line 2",
    "S = 'a'\nvars()['S'] = {}\n": "by way of vars() on line 2",
    "import sys\nS = 'a'\nsys.modules[__name__].S = {}\n": "as an attribute of sys.modules",
    "import sys\nS = 'a'\nsetattr(sys.modules[__name__], 'S', {})\n": "as an attribute of sys.modules",
    "import sys\nS = 'a'\nn = 'S'\nsetattr(sys.modules[__name__], n, {})\n": "as an attribute of sys.modules",
    "import p\nS = 'a'\np.S = {}\n": "as an attribute of p",
    "S = 'a'\nexec('S = 1')\n": "may be set by exec() on line 2",
    "S = 'a'\nprint(S := {})\n": "is set by :=",
    "S = 'a'\ndef f(x=(S := {})):\n    pass\n": "is set by :=",
    "S = 'a'\n(S, T) = {}, 1\n": "may be set by this line",
    "S = 'a'\nmatch {}:\n    case S:\n        pass\n": "may be set by this line",
    "S = 'a'\nS *= 900\n": "in a way that is not followed",
    "S = 'a'\nS += input()\n": "is added to, and what is added is computed by code",
    "class C:\n    global S\n    S = {}\nS = 'a'\n": "is declared global on line 2",
    "S = f'{input()}'\n": "is an f-string, which is filled in when it is run",
    "S = 'a{}'.format({})\n": "is filled in by .format() when it is run",
    "S = 'a%s' % {}\n": "is filled in by % when it is run",
    "T = 'a'\nif 1:\n    T = {}\nS = T + 'b'\n": "is made of T, which may be set by this line",
    "def dedent(x):\n    return {}\nS = dedent('a')\n": "is computed by code",
    "S = open('x').read()\n": "is computed by code",
}


@pytest.mark.parametrize("source", CHANGED)
def test_a_python_name_that_more_than_one_line_may_set_is_no_pass(run: Run, bare: Path, source: str) -> None:
    """Exit 2 with the line and the reason: no code is run, so what it would do is not known."""
    code, err, found = check(run, bare, "p.py", source.replace("{}", LONG), "S")
    assert (code, found, err.count("\n")) == (2, {}, 1), err
    assert "p.py:" in err
    assert CHANGED[source] in err


@pytest.mark.parametrize(
    "source",
    [
        "class A:\n    S = 'a'\nA.S = {}\n",
        "class A:\n    S = 'a'\n    def f(self):\n        self.S = {}\n",
        "class A:\n    S = 'a'\n    @classmethod\n    def f(cls):\n        cls.S = {}\n",
        "class A:\n    S = 'a'\nsetattr(A, 'S', {})\n",
        "class A:\n    S = 'a'\nclass A:\n    S = {}\n",
        "class A:\n    S = 'a'\nA = type('A', (), dict(S={}))\n",
        "class A:\n    S = 'a'\n    if 1:\n        S = {}\n",
        "if 1:\n    class A:\n        S = 'a'\n",
        "class A:\n    S = 'a'\ndel A.S\n",
    ],
)
def test_a_name_of_a_class_that_may_be_set_elsewhere_is_no_pass(run: Run, bare: Path, source: str) -> None:
    """By an attribute, by another class of that name, in a branch."""
    code, err, found = check(run, bare, "p.py", source.replace("{}", LONG), "A.S")
    assert (code, found, err.count("\n")) == (2, {}, 1), err


@pytest.mark.parametrize(
    ("source", "tokens"),
    [
        (f"S = ({words(3)!r}\n     ' word'\n     {' word' * 2!r})\n", 6),
        (f"S = {words(3)!r} + ' word' + ' word'\n", 5),
        (f"H = {words(3)!r}\nS = f'{{H}} word{{H!s}}'\nH2 = H\n", 7),
        (f"S = {words(3)!r}\nS += ' word'\nT = S\nS += T[:1] if False else ''\n", None),
        (f"S = {words(3)!r}\nS += ' word'\n", 4),
        (f"S: str\nS = {words(3)!r}\n", 3),
        (f"from textwrap import dedent as d\nS = d('''\n    {words(4)}\n    ''').strip()\n", 4),
        (f"import inspect\nS = inspect.cleandoc('''\n    {words(4)}\n    ''')\n", 4),
        (f"S = {words(3)!r}\ndef f(S):\n    S = 1\n    return [S for S in S]\nx = lambda S: S\n", 3),
        (f"S = {words(3)!r}\nx = globals()['S']\nNAMES = [n for n in globals()]\n", 3),
        (f"S = {words(3)!r}\nclass A:\n    S = 'another'\n    def f(self):\n        self.x = S\n", 3),
        ("S = " + " + ".join(["'word'", *["' word'"] * 499]) + "\n", 500),
    ],
)
def test_a_python_text_that_stands_in_the_file_is_read_right(
    run: Run, bare: Path, source: str, tokens: int | None
) -> None:
    """Side by side, joined, added to, dedented; names of the same kind in functions change nothing."""
    code, err, found = check(run, bare, "p.py", source, "S")
    assert (code, found) == ((2, {}) if tokens is None else (0, {"p.py#S": tokens})), err


def test_texts_that_double_with_each_line_have_a_limit(run: Run, bare: Path) -> None:
    """Forty lines are a million million words; deep nesting is one line, too."""
    lines = ["A0 = 'word '"] + [f"A{at} = A{at - 1} + A{at - 1}" for at in range(1, 40)]
    code, err, _ = check(run, bare, "p.py", "\n".join([*lines, "S = A39"]), "S")
    assert (code, "more than 16 MB" in err) == (2, True)
    code, err, _ = check(run, bare, "p.py", "S = " + "-" * 200_000 + "1\n", "S")
    assert (code, err.count("\n")) == (2, 1)


@pytest.mark.parametrize("name", ["a.yaml", "a.json", "a.toml"])
def test_a_key_that_may_be_read_in_two_ways_is_no_pass(run: Run, bare: Path, name: str) -> None:
    """A key with a dot beside a nested one: both are named."""
    text = {
        "a.json": json.dumps({"support.system": "short", "support": {"system": words(5000)}}),
        "a.yaml": f"support.system: short\nsupport:\n  system: {words(5000)}\n",
        "a.toml": f'"support.system" = "short"\n[support]\nsystem = "{words(5000)}"\n',
    }[name]
    code, err, found = check(run, bare, name, text, "support.system")
    assert (code, found, err.count("\n")) == (2, {}, 1)
    assert "'support.system' may be the text of 'support.system' or 'system' under 'support'" in err


@pytest.mark.parametrize(
    ("name", "text", "key"),
    [
        ("a.yaml", "s: short\nt: x\ns: {}\n", "s"),
        ("a.yaml", "a:\n  s: short\na:\n  s: {}\n", "a.s"),
        ("a.yaml", "1: short\n'1': {}\n", "1"),
        ("a.yaml", "0x10: short\n16: {}\n", "16"),
        ("a.yaml", "b: &b\n  s: short\n  s: {}\nc:\n  <<: *b\n", "c.s"),
        ("a.json", '{{"s": "short", "s": "{}"}}', "s"),
        ("a.json", '{{"a": {{"s": "short"}}, "a": {{"s": "{}"}}}}', "a.s"),
        ("a.toml", 's = "short"\ns = "{}"\n', "s"),
    ],
)
def test_a_key_that_stands_twice_is_no_pass(run: Run, bare: Path, name: str, text: str, key: str) -> None:
    """Readers take the first or the last; elsewhere in the file it is none of our business."""
    code, err, found = check(run, bare, name, text.format(words(5000)), key)
    assert (code, found, err.count("\n")) == (2, {}, 1), err
    if name != "a.toml" and "<<" not in text:
        more = {"a.yaml": "ok: Hello\n" + text, "a.json": text.replace("{{", '{{"ok": "Hello", ', 1)}[name]
        assert check(run, bare, name, more.format("x"), "ok")[::2] == (0, {f"{name}#ok": 1})


def test_a_merged_key_is_overridden_by_the_own_one(run: Run, bare: Path) -> None:
    """<< is no second key of that name."""
    text = f"base: &b\n  s: short\nc:\n  <<: *b\n  s: {words(7)}\n"
    assert check(run, bare, "a.yaml", text, "c.s")[::2] == (0, {"a.yaml#c.s": 7})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "d: 2024-02-30\ns: Hello\n"),
        ("a.yaml", "d: !!int foo\ns: Hello\n"),
        ("a.yaml", "d: !!float foo\ns: Hello\n"),
        ("a.yaml", "d: !!bool foo\ns: Hello\n"),
        ("a.yaml", "d: !!timestamp foo\ns: Hello\n"),
        ("a.yaml", "d: !!int ''\ns: Hello\n"),
        ("a.yaml", "2024-02-30: x\ns: Hello\n"),
        ("a.yaml", "d: " + "9" * 5000 + "\ns: Hello\n"),
        ("a.yaml", "0x" + "f" * 5000 + ": x\nt: Hello\n"),
        ("a.yaml", "? [a, b]\n: x\ns: Hello\n"),
        ("a.yaml", "s: &s [*s]\n"),
        ("a.toml", "d = " + "9" * 5000 + '\ns = "Hello"\n'),
        ("a.json", '{"s": ' + "9" * 5000 + "}"),
        ("a.json", '{"d": NaN, "s": null}'),
        ("a.py", "d = " + "9" * 5000 + '\ns = "Hello"\n'),
    ],
)
def test_an_odd_value_is_one_line(run: Run, bare: Path, name: str, text: str) -> None:
    """Dates that are none, tags that lie, numbers of thousands of digits."""
    code, err, found = check(run, bare, name, text, "s")
    assert (code, found, err.count("\n")) == (2, {}, 1), err
    assert f"{name}: " in err or f"{name}:" in err


def test_a_number_of_any_length_beside_a_text_does_no_harm(run: Run, bare: Path) -> None:
    """JSON may hold it; it is no text."""
    assert check(run, bare, "a.json", '{"n": ' + "9" * 5000 + ', "s": "Hello"}', "s")[::2] == (0, {"a.json#s": 1})


def test_a_pattern_of_keys_finds_each_text(run: Run, repo: Repo) -> None:
    """At the base, in the lock and in the rows by their own names; what is left out is by name too."""
    agents = {"support": {"system": words(100)}, "v1.2": {"system": words(50)}, "n": {"k": [words(5)], "system": None}}
    repo.write("agents.json", json.dumps(agents))
    repo.write(
        "tokcost.toml",
        'model = "gpt-4o"\n[[budget]]\nname = "b"\npaths = ["agents.json#*.system"]\nmax-total-increase = "10%"\n'
        'max-increase = "10%"\n[[budget]]\nname = "all"\npaths = ["agents.json#**"]\n'
        'exclude = ["agents.json#n.**"]\nmax-input-tokens = 149\n',
    )
    repo.commit()
    assert run("lock").code == 0
    agents["support"] = {"system": words(150)}
    agents["new"] = {"system": words(10)}
    del agents["v1.2"]
    repo.write("agents.json", json.dumps(agents))
    result = run("check", "--base", "HEAD", "-f", "json")
    assert result.code == 1
    status = {row["name"]: row["status"] for row in document(result)["rows"]}
    assert status == {"agents.json#support.system": "changed", "agents.json#new.system": "renamed"}
    assert {(each["rule"], each["name"]) for each in document(result)["findings"]} == {
        ("max-increase", "agents.json#support.system"), ("max-input-tokens", "agents.json#support.system"),
    }  # fmt: skip
    assert "agents.json#v1.2.system" in run("check", "--base", "HEAD").out
    locked = run("check", "--locked", "-q")
    assert locked.code == 1
    assert "agents.json#support.system: grew from 100 to 150" in locked.out
    assert run("diff", "HEAD", "HEAD").code == 0


@pytest.mark.parametrize(
    ("name", "text", "key", "says"),
    [
        ("a.yaml", "a:\n  s: Hello\n", "*.t", "no text is under '*.t': it has a.s"),
        ("a.yaml", "a:\n  s: [Hello]\n", "*.s", "'a.s' holds a list: '*.s.**' matches the texts in it"),
        ("a.yaml", "a:\n  s: {t: Hello}\n", "*.s", "'a.s' holds a table"),
        ("a.py", "A_PROMPT = 'Hello'\nB_PROMPT = f'{A}'\n", "*_PROMPT", "'B_PROMPT' is an f-string"),
        ("a.yaml", "a.s: Hello\na:\n  s: Hello\n", "*.s", "may be the text of"),
        ("a.yaml", "s: Hello\ns: Hello\n", "*", "the key 's' is on line 1 too"),
        ("a.yaml", "\n".join(f"a{at}: &a{at} [*a{at - 1}, *a{at - 1}]" if at else "a0: &a0 [x]" for at in range(40)),
         "**", "anchors repeat more than 10,000 tables"),
    ],
)  # fmt: skip
def test_a_pattern_of_keys_passes_over_no_text(run: Run, bare: Path, name: str, text: str, key: str, says: str) -> None:
    """What it meets and cannot count is exit 2, as is a pattern that meets nothing."""
    code, err, found = check(run, bare, name, text, key)
    assert (code, found, err.count("\n")) == (2, {}, 1), err
    assert says in err


@pytest.mark.parametrize("ending", ["yaml", "json", "toml", "py"])
def test_a_file_is_parsed_once_for_all_its_keys(run: Run, repo: Repo, ending: str) -> None:
    """Six hundred keys of one file are read, here and at the base, in the time of a few."""
    keys = {f"k{at}_prompt": f"prompt number {at}" for at in range(600)}
    repo.write(
        f"a.{ending}",
        json.dumps(keys, indent=1) if ending == "json"
        else "".join(f"{key}{': ' if ending == 'yaml' else ' = '}{json.dumps(text)}\n" for key, text in keys.items()),
    )  # fmt: skip
    paths = json.dumps([f"a.{ending}#{key}" for key in keys])
    repo.write("tokcost.toml", f'model = "gpt-4o"\n[[budget]]\npaths = {paths}\nmax-increase = 0\n')
    repo.commit()
    start = time.process_time()
    result = run("check", "--base", "HEAD", "-f", "json")
    assert (result.code, len(document(result)["rows"])) == (0, 600)
    assert time.process_time() - start < 3
