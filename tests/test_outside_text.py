"""Text from outside is shown, never obeyed: by a terminal, a CI runner, a spreadsheet, a page, or people's inboxes."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conftest import Result, Run

HOSTILE = "::error::x\x1b[31m\x1b]0;t\x07\n::set-output::y\r\x85z\u2028::a\u202e\u200b\x9b2J ##[group]b ##vso[task.c]d"
FILES = (
    "::error::n.md",
    "=cmd|x.md",
    "-2+3.md",
    "@sum.md",
    "a\nb::error::.md",
    "\x1b]0;t\x07.md",
    "##[group]g.md",
    "\u202e.md",
)
FORMATS = ("table", "json", "jsonl", "csv", "markdown", "sarif", "gitlab", "junit")


@pytest.fixture(autouse=True)
def _inputs() -> None:
    """Prompts, a configuration, a log, requests and documents that say hostile things wherever they may."""
    Path("p").mkdir()
    for name in FILES:
        Path("p", name).write_text("hello world")
    Path("tokcost.toml").write_text(
        f'model = "gpt-4o"\n[[budget]]\nname = {json.dumps(HOSTILE)}\npaths = ["p/*.md"]\nmax-input-tokens = 1\n'
        f"message = {json.dumps(HOSTILE)}\n"
    )
    usage = {"prompt_tokens": 1000, "completion_tokens": 100}
    lines = [
        {"model": "gpt-4o", "usage": usage, "client": each} for each in (HOSTILE, "=1+1", "-1+1", "-5", "\tx", "＝1")
    ]
    Path("u.jsonl").write_text("\n".join(map(json.dumps, [*lines, {"model": HOSTILE, "usage": usage, "client": "c"}])))
    message = {"role": "user\x1b", "content": [{"type": HOSTILE, "text": "a"}]}
    request = {
        "custom_id": HOSTILE,
        "method": "POST" + HOSTILE,
        "url": "/v1/x" + HOSTILE,
        "body": {"model": "gpt-4o", "messages": [message]},
    }
    Path("r.jsonl").write_text(json.dumps(request) + "\n")


def assert_obeyed_by_nobody(found: Result) -> None:
    """No control character, no line that is a command, no second line where a name had one."""
    text = found.out + found.err
    for line in re.split(r"[\n\r\x0b\x0c\x85\u2028\u2029]", text):
        assert line.isprintable(), ascii(line)
        assert not line.lstrip().startswith("::"), line
        assert not re.search(r"##\w*\[", line), line
    for line in found.err.splitlines():
        assert line.startswith(("tokcost: ", "note: ")), line


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "command",
    [
        "count p --max-tokens 1", "check", "usage u.jsonl --by client --max-cost 0.001", "batch r.jsonl", "lock",
        "corpus p --max-tokens 1",
    ],
)  # fmt: skip
def test_names_are_shown_in_every_format(run: Run, command: str, form: str) -> None:
    """Files, budgets, messages, clients, models, ids, roles, types, methods, addresses."""
    found = run(*command.split(), "-f", form)
    assert found.code in ((0,) if command == "lock" else (1, 2))
    assert_obeyed_by_nobody(found)
    if form in ("json", "sarif", "gitlab"):
        json.loads(found.out)
    if form == "junit":
        ElementTree.fromstring(found.out)


@pytest.mark.parametrize(
    "command",
    ["check -q", "count -q p --max-tokens 1", "init --stdout .", "corpus p --histogram", "usage u.jsonl --each"],
)
def test_names_are_shown_where_there_is_no_table(run: Run, command: str) -> None:
    """Short answers, proposals, drawings."""
    assert_obeyed_by_nobody(run(*command.split()))


OPTIONS = (
    "-m", "-f", "-o", "--report", "--as-of", "--prices", "--currency", "--fx", "--vat", "--charset", "--max-cost",
    "--max-tokens", "--mode", "--config", "--base", "--split-at", "--map", "--by",
)  # fmt: skip


@pytest.mark.parametrize(
    "command", ["count", "batch", "check", "corpus", "usage", "audit", "whatif", "diff", "models list"]
)
def test_option_values_are_shown(run: Run, command: str) -> None:
    """Whatever is given for whichever option, and options and names that do not exist."""
    for option in (*OPTIONS, "--" + HOSTILE):
        assert_obeyed_by_nobody(run(*command.split(), option, HOSTILE, "p"))
    assert_obeyed_by_nobody(run(*command.split(), HOSTILE))
    assert_obeyed_by_nobody(run(HOSTILE))


def test_json_means_what_it_meant(run: Run) -> None:
    """Escapes are of JSON's own: the name that is read back is the name that was given."""
    names = {row["name"] for row in json.loads(run("count", "p", "-f", "json").out)["rows"]}
    assert names >= {f"p/{name}" for name in FILES}


def test_no_spreadsheet_runs_a_name(run: Run) -> None:
    """What begins as a formula does not any more; amounts and plain numbers stay numbers."""
    rows = list(csv.DictReader(io.StringIO(run("usage", "u.jsonl", "--by", "client", "-f", "csv").out)))
    clients = [row["client"] for row in rows]
    assert {"'=1+1", "'-1+1", "-5", "'＝1"} <= set(clients)
    assert not [each for each in clients if re.match(r"[=+@\t\r]|-.*[^\d.]", each)]
    saved = ["whatif", "--spend", "100", "--price", "x0.5", "-f", "csv"]
    changes = list(csv.DictReader(io.StringIO(run(*saved).out)))
    assert "-50" in {value for row in changes for value in row.values()}


PINGS = (
    "@org/team", "see #123 and GH-45", "http://github.com/o/r/issues/1", "www.x.example", "!7", "a <!-- b", "`c|d`",
    "<img src=x>", "&lt;b&gt;", "[a](b)", "$x$",
)  # fmt: skip


def test_a_comment_pings_nobody_and_hides_nothing(run: Run) -> None:
    """Names and messages with mentions, references, addresses, HTML and markup: each is taken apart or escaped."""
    block = '[[budget]]\nname = {0}\npaths = ["p/-2+3.md"]\nmax-input-tokens = 1\nmessage = {0}\n'
    blocks = "".join(block.format(json.dumps(each)) for each in PINGS)
    Path("tokcost.toml").write_text('model = "gpt-4o"\n' + blocks)
    shown = run("check", "-f", "markdown").out
    bare = shown.replace("<!-- tokcost -->", "").replace("<details>", "").replace("</details>", "")
    bare = re.sub(r"(?m)^> |</?summary>|`tokcost.toml:\d+`|&(#8203|#36|amp);", "\0", bare)
    assert not re.search(r"(?<!\w)@\w|#\d|GH-\d|://|\bwww\.|!\d|(?<!\\)[<>`\[]|&\w+;|\$[^\d]", bare)
    table = [line for line in shown.splitlines() if line.startswith("|")]
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table}) == 1


@pytest.mark.parametrize(("names", "length"), [(3, 200), (400, 200), (600, 4)])
@pytest.mark.parametrize("sign", ["x", "@", "안"])
def test_a_comment_fits_whatever_the_names(run: Run, names: int, length: int, sign: str) -> None:
    """Under 65,536 characters with the verdict first, then the findings, and the number of what is left out."""
    for at in range(names):
        name = f"{sign * (length // len(sign.encode()))}{at}.md"
        Path("p", name).write_text("hello world")
    Path("tokcost.toml").write_text(
        f'model = "gpt-4o"\n[[budget]]\nname = "{sign * 3000}"\npaths = ["p/*.md"]\nmax-input-tokens = 1\n'
        f'message = "{sign * 5000}"\n'
    )
    for command in (("check",), ("count", "p", "--max-tokens", "1")):
        found = run(*command, "-f", "markdown")
        assert found.code == 1
        assert 0 < len(found.out) < 65_536
        lines = found.out.splitlines()
        assert lines[0] == "<!-- tokcost -->"
        assert lines[2].startswith("### tokcost: ❌ ")
        assert lines[4].startswith("- **max-")
    if names > 50:
        assert re.search(r"^\d[\d,]* more rows are left out\.$", found.out, re.MULTILINE)
        assert re.search(r"^- and [\d,]+ more$", run("check", "-f", "markdown").out, re.MULTILINE)
