"""What is truly new is told as new, first in every format, and is a finding where a budget takes nothing new."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.prose import prose
from tests.repos import CONFIG, Repo
from tokcost.render.formats import FORMATS

LINE = "new prompt in 'support': prompts/c.md, "
NEW = prose(3, 4)


@pytest.fixture
def grown(repo: Repo) -> Repo:
    """A prompt more than at the base."""
    repo.write("prompts/c.md", NEW)
    return repo


@pytest.mark.parametrize("form", FORMATS)
def test_it_is_told_first_in_every_format(run: Run, grown: Repo, form: str) -> None:
    """On stdout where the format has a place for it, and on stderr where that is not a table that begins with it."""
    result = run("check", "--base", "HEAD", "-f", form)
    assert result.code == 0
    first = result.err.splitlines()[0]
    assert first.startswith(f"tokcost: {LINE}") == (form != "table")
    match form:
        case "table":
            assert result.out.startswith(LINE)
        case "markdown":
            assert result.out.splitlines()[2].startswith(f"- ⚠️ {LINE}")
        case "github":
            assert result.out.startswith(f"::warning title=tokcost::{LINE}")
        case "json":
            document = json.loads(result.out)
            assert list(document).index("headlines") < list(document).index("rows")
            assert document["headlines"][0].startswith(LINE)
        case "sarif":
            (invocation,) = json.loads(result.out)["runs"][0]["invocations"]
            assert invocation["toolExecutionNotifications"][0]["message"]["text"].startswith(LINE)
        case "junit":
            assert (ElementTree.fromstring(result.out).findtext(".//system-out") or "").startswith(LINE)


def test_the_files_beside_the_answer_begin_with_it_too(run: Run, grown: Repo) -> None:
    """With -q, with -o and in the reports."""
    result = run("check", "--base", "HEAD", "-q", "--report", "markdown=c.md", "-o", "out.txt")
    assert (result.code, result.out) == (0, "")
    assert result.err.startswith(f"tokcost: {LINE}")
    assert (grown.path / "c.md").read_text().splitlines()[2].startswith(f"- ⚠️ {LINE}")


def test_a_diff_says_it_and_a_saved_report_keeps_it(run: Run, grown: Repo) -> None:
    """The headlines come back in from JSON."""
    from tokcost.report.saved import load

    result = run("diff", "HEAD", "-f", "json", "-o", "saved.json")
    assert result.code == 0
    assert load("saved.json").headlines[0].startswith(LINE)
    assert run("diff", "HEAD").out.startswith(LINE)


def test_none_may_be_new_where_the_budget_says_so(run: Run, grown: Repo) -> None:
    """In the budget, or for all of them; a budget may say otherwise, and what is renamed is not new."""
    for head, key, code in (
        ("", "allow-new = false\n", 1),
        ("allow-new = false\n", "", 1),
        ("allow-new = false\n", "allow-new = true\n", 0),
        ("", "allow-new = true\n", 0),
    ):
        grown.write("tokcost.toml", head + CONFIG + key)
        result = run("check", "--base", "HEAD", "-f", "json")
        found = json.loads(result.out)["findings"]
        assert (result.code, [(each["rule"], each["name"]) for each in found]) == (
            code, [("new-prompt", "prompts/c.md")] * code,
        )  # fmt: skip
    grown.write("tokcost.toml", CONFIG + "allow-new = false\n")
    (grown.path / "prompts/c.md").unlink()
    (grown.path / "prompts/a.md").rename(grown.path / "prompts/z.md")
    assert run("check", "--base", "HEAD").code == 0
    result = run("check", "--config", "tokcost.toml")
    assert result.code == 2  # nothing to compare with: that cannot be checked, and is no pass
    assert "cannot be checked: there is neither a base nor a lock" in result.err


def test_what_is_new_alone_needs_a_base(run: Run, bare: Path) -> None:
    """A budget of this one rule is a budget; without a base nothing is said."""
    (bare / "p.md").write_text("Hello")
    (bare / "tokcost.toml").write_text('[[budget]]\npaths = ["p.md"]\nallow-new = false\n')
    result = run("check")
    assert (result.code, result.out) == (2, "")
    assert "tokcost.toml:3: allow-new cannot be checked: there is neither a base nor a lock" in result.err
    (bare / "tokcost.toml").write_text('[[budget]]\npaths = ["p.md"]\nallow-new = "no"\n')
    result = run("check")
    assert (result.code, result.out) == (2, "")
    assert "tokcost.toml:3: allow-new must be true or false" in result.err
    (bare / "tokcost.toml").write_text('[[budget]]\npaths = ["p.md"]\nallow-new = false\n')
    assert run("lock").code == 0
    assert run("check").code == 0
    (bare / "q.md").write_text("Another one")
    (bare / "tokcost.toml").write_text('[[budget]]\npaths = ["*.md"]\nallow-new = false\n')
    result = run("check", "-q")
    assert (result.code, result.out) == (1, "q.md: new in '*.md', which takes no new prompts\n")


@pytest.mark.parametrize(
    ("name", "broken", "mended"),
    [
        ("prompts/a.md", b"caf\xe9 \xff", b"A prompt"),
        ("p.json", b'{"messages": [', b'{"messages": [{"role": "user", "content": "Hi"}]}'),
        ("p.json", b"", b'{"messages": [{"role": "user", "content": "Hi"}]}'),
        ("a.yaml", b"x: [", b"x: Hello"),
    ],
)
def test_a_base_that_cannot_be_read_keeps_nobody_from_mending_it(
    run: Run, repo: Repo, name: str, broken: bytes, mended: bytes
) -> None:
    """What it was is not known: it counts as new, is told first, and is a finding where nothing new may be."""
    config = CONFIG.replace('"prompts/*.md"', '"prompts/*.md", "p.json", "a.yaml#x"')
    for other in ("p.json", "a.yaml"):
        repo.write(other, '{"messages": []}' if other == "p.json" else "x: Hello")
    repo.write("tokcost.toml", config)
    repo.write(name, broken)
    repo.commit()
    repo.write(name, mended)
    result = run("check", "--base", "HEAD", "-f", "json")
    assert result.code == 0
    (line,) = json.loads(result.out)["headlines"]
    assert line.startswith(f"new prompt in 'support': {name}")
    assert "(what it was at the base cannot be read)" in line
    assert f"note: at the base, {name}" in result.err.replace("'", "")
    assert run("diff", "HEAD").code == 0
    repo.write("tokcost.toml", config + "allow-new = false\n")
    result = run("check", "--base", "HEAD", "-q")
    assert result.code == 1
    assert "new in 'support', which takes no new prompts" in result.out


def test_many_new_ones_are_named_and_counted(run: Run, repo: Repo) -> None:
    """Twenty lines, and one that counts the rest."""
    for number in range(25):
        repo.write(f"prompts/n{number:02}.md", prose(100 + number, 2))
    result = run("check", "--base", "HEAD", "-f", "json")
    lines = json.loads(result.out)["headlines"]
    assert (len(lines), lines[-1]) == (21, "and 5 more new prompts: --format json lists them as added")


def test_nothing_comes_before_it_where_both_streams_meet(grown: Repo) -> None:
    """In the log of a job the notes on stderr stand after the table that begins with it."""
    command = [sys.executable, "-m", "tokcost", "check", "--base", "HEAD"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)
    assert done.stdout.startswith(LINE)
    assert "\nnote: held to " in done.stdout
