"""Growth follows the text, not the name: a prompt that is the old one grown is never added."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.conftest import Run
from tests.prose import prose
from tests.repos import Repo

OLD, OTHER = prose(1, 20), prose(2, 60)
GROWN = OLD + OTHER
LIMIT = 'max-increase = "10%"'
HELD = LIMIT + "\nmax-input-tokens = 9000"


class Seen(NamedTuple):
    """What a check says: its exit code, the rules that are broken, each change as (status, old name), what is new."""

    code: int
    broken: list[str]
    changes: dict[str, tuple[str, str | None]]
    first: list[str]


def config(repo: Repo, paths: list[str], keys: str = LIMIT, name: str = "tokcost.toml", head: str = "") -> None:
    """A configuration of one budget."""
    text = f'model = "gpt-4o"\n{head}[[budget]]\nname = "b"\npaths = {json.dumps(paths)}\n{keys}\n'
    repo.write(name, text)


def check(run: Run, *arguments: str) -> Seen:
    """A check against HEAD, or as the arguments say."""
    result = run("check", *(arguments or ("--base", "HEAD")), "-f", "json")
    assert result.code in (0, 1), result.err
    document = json.loads(result.out)
    moved = document["details"].get("changes", [])
    return Seen(
        result.code,
        [each["rule"] for each in document["findings"]],
        {each["name"]: (each["status"], each["old_name"]) for each in moved},
        [line for line in document["headlines"] if "new prompt" in line],
    )


def move(repo: Repo, old: str, new: str, text: str, staged: bool = False) -> None:
    """Put another text in a new place, and nothing in the old one."""
    (repo.path / old).unlink()
    repo.write(new, text)
    if staged:
        repo.git("add", "-A")


@pytest.fixture
def one(repo: Repo) -> Repo:
    """A repository of one prompt."""
    for name in ("a", "b"):
        (repo.path / f"prompts/{name}.md").unlink()
    config(repo, ["prompts/*.md"])
    repo.write("prompts/a.md", OLD)
    repo.commit()
    return repo


@pytest.mark.parametrize("staged", [False, True])
@pytest.mark.parametrize("keys", [LIMIT, HELD])
def test_a_renamed_prompt_has_grown_whether_git_knows_it_or_not(run: Run, one: Repo, staged: bool, keys: str) -> None:
    """Its text is three quarters new, and it was not added to the index: it is the old one all the same."""
    config(one, ["prompts/*.md"], keys)
    move(one, "prompts/a.md", "prompts/z.md", OLD, staged)
    assert check(run) == Seen(0, [], {"prompts/z.md": ("renamed", "prompts/a.md")}, [])
    one.write("prompts/z.md", GROWN)
    result = run("check", "--base", "HEAD", "-q")
    assert result.code == 1
    assert result.out.startswith("prompts/z.md (at the base prompts/a.md): grew from 420 to 1,")
    assert check(run) == Seen(1, ["max-increase"], {"prompts/z.md": ("renamed", "prompts/a.md")}, [])


def test_more_than_half_may_be_changed(run: Run, one: Repo) -> None:
    """Five lines of twenty are left, and sixty are new: it has grown. git alone would call it another file."""
    config(one, ["prompts/*.md"], HELD)
    move(one, "prompts/a.md", "prompts/z.md", "".join(OLD.splitlines(keepends=True)[:5]) + OTHER)
    assert check(run) == Seen(1, ["max-increase"], {"prompts/z.md": ("renamed", "prompts/a.md")}, [])


def test_the_same_file_name_elsewhere_is_the_same_prompt(run: Run, one: Repo) -> None:
    """Not a word is left of it, but its name is, in another folder and with another ending."""
    config(one, ["prompts/**/*"], HELD)
    move(one, "prompts/a.md", "prompts/v2/a.txt", OTHER)
    assert check(run) == Seen(1, ["max-increase"], {"prompts/v2/a.txt": ("renamed", "prompts/a.md")}, [])


def test_what_shares_no_word_is_new_and_held_by_the_absolute_limits(run: Run, one: Repo) -> None:
    """An ordinary change: one prompt goes, another comes. Where only growth is limited, it has grown out of that."""
    config(one, ["prompts/*.md"], HELD)
    move(one, "prompts/a.md", "prompts/z.md", OTHER)
    seen = check(run)
    assert (seen.code, seen.changes["prompts/z.md"][0]) == (0, "added")
    assert seen.first == ["new prompt in 'b': prompts/z.md, 1,250 input tokens for gpt-4o"]
    config(one, ["prompts/*.md"], "max-input-tokens = 1000\n" + LIMIT)
    assert check(run).broken == ["max-input-tokens"]
    config(one, ["prompts/*.md"])
    seen = check(run)
    assert (seen.code, seen.broken, seen.changes) == (
        1,
        ["max-increase"],
        {"prompts/z.md": ("renamed", "prompts/a.md")},
    )
    why = "(in place of prompts/a.md, from which nothing else came); no limit of 'b' holds it: give it max-input-tokens"
    assert seen.first == [f"new prompt in 'b': prompts/z.md, 1,250 input tokens for gpt-4o {why}"]


def test_a_prompt_that_is_moved_in_from_outside_has_grown(run: Run, one: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """From another folder, from outside of the configuration's, whatever git's own settings say."""
    one.git("config", "diff.relative", "true")
    config(one, ["prompts/*.md"], HELD, "service/tokcost.toml")
    one.write("service/prompts/k.md", prose(5, 5))
    one.commit()
    monkeypatch.chdir(one.path / "service")
    move(one, "prompts/a.md", "service/prompts/new.md", OLD)
    assert check(run) == Seen(0, [], {"prompts/new.md": ("renamed", "../prompts/a.md")}, [])
    one.write("service/prompts/new.md", GROWN)
    assert check(run) == Seen(1, ["max-increase"], {"prompts/new.md": ("renamed", "../prompts/a.md")}, [])


def test_a_prompt_is_found_again_among_many_files_that_are_gone(run: Run, one: Repo) -> None:
    """By its bytes, however many others were deleted beside it."""
    config(one, ["prompts/*.md"], HELD)
    for number in range(250):
        one.write(f"docs/{number:03}.md", f"Page {number} of the documentation.\n")
    one.write("docs/zz.md", OTHER)
    one.commit()
    for page in (one.path / "docs").iterdir():
        page.unlink()
    one.write("prompts/n.md", OTHER)
    assert check(run) == Seen(0, [], {"prompts/n.md": ("renamed", "docs/zz.md")}, [])


def test_a_prompt_cut_in_two_is_held_together(run: Run, one: Repo) -> None:
    """Whether the old name stays or not: the two have not grown, until they have together."""
    lines = GROWN.splitlines(keepends=True)
    one.write("prompts/a.md", GROWN)
    one.commit()
    first, second = "".join(lines[:40]), "".join(lines[40:])
    for name in ("prompts/a.md", "prompts/c.md"):
        if name != "prompts/a.md":
            (one.path / "prompts/a.md").unlink()
        one.write(name, first)
        one.write("prompts/b.md", second)
        seen = check(run)
        assert (seen.code, seen.broken, seen.first) == (0, [], [])
        assert seen.changes["prompts/b.md"] == ("renamed", "prompts/a.md")
        one.write("prompts/b.md", second + prose(3, 40))
        result = run("check", "--base", "HEAD", "-q")
        assert result.code == 1
        assert f"{name} and prompts/b.md" in result.out or f"prompts/b.md and {name}" in result.out
        assert " together" in result.out


def test_prompts_put_together_are_held_to_both(run: Run, one: Repo) -> None:
    """Two in one file are as long as the two."""
    one.write("prompts/b.md", prose(3, 20))
    one.commit()
    for name in ("a", "b"):
        (one.path / f"prompts/{name}.md").unlink()
    one.write("prompts/c.md", OLD + prose(3, 20))
    seen = check(run)
    assert (seen.code, seen.first, seen.changes["prompts/c.md"][0]) == (0, [], "renamed")
    one.write("prompts/c.md", OLD + prose(3, 20) + prose(4, 20))
    assert check(run).broken == ["max-increase"]


def test_a_stub_left_behind_hides_nothing(run: Run, one: Repo) -> None:
    """The text went on under another name; a copy of a prompt that stays is held where nothing else holds it."""
    one.write("prompts/b.md", GROWN)
    seen = check(run)
    assert (seen.code, seen.broken) == (1, ["max-increase"])
    assert "(copied from prompts/a.md)" in seen.first[0]
    one.write("prompts/a.md", "stub")
    for keys in (LIMIT, HELD):
        config(one, ["prompts/*.md"], keys)
        assert check(run).broken == ["max-increase"]


def test_names_that_change_places_have_not_grown_and_hide_nothing(run: Run, one: Repo) -> None:
    """A swap moves texts; a text that took another's place lets no other text grow."""
    one.write("prompts/b.md", OTHER)
    one.commit()
    one.write("prompts/a.md", OTHER)
    one.write("prompts/b.md", OLD)
    assert check(run)[:2] == (0, [])
    one.write("prompts/a.md", OLD + prose(8, 40))
    assert check(run).broken == ["max-increase"]


def test_what_is_deleted_beside_it_lets_nothing_grow(run: Run, one: Repo) -> None:
    """Neither another prompt of the budget nor a file of the repository pays for a renamed prompt that grew."""
    one.write("prompts/large.md", prose(3, 200))
    one.write("docs/large.md", prose(6, 100))
    one.commit()
    (one.path / "docs/large.md").unlink()
    move(one, "prompts/a.md", "prompts/z.md", OLD + prose(6, 100))
    assert check(run).broken == ["max-increase"]
    (one.path / "prompts/large.md").unlink()
    assert check(run).broken == ["max-increase"]


def test_a_text_that_moves_into_a_key_has_grown(run: Run, one: Repo) -> None:
    """From a file to YAML, from one key to another of the same file, from one name of a Python file to another."""
    pytest.importorskip("yaml")
    config(one, ["agents.yaml#a"])
    move(one, "prompts/a.md", "agents.yaml", "a: |\n" + textwrap.indent(GROWN, "  "))
    assert check(run) == Seen(1, ["max-increase"], {"agents.yaml#a": ("renamed", "prompts/a.md")}, [])
    one.write("agents.yaml", "a: |\n" + textwrap.indent(OLD, "  "))
    one.write("p.py", f'A = """{OLD}"""\n')
    config(one, ["agents.yaml#a", "p.py#A"])
    one.commit()
    config(one, ["agents.yaml#b", "p.py#B"])
    one.write("agents.yaml", "b: |\n" + textwrap.indent(GROWN, "  "))
    one.write("p.py", f'B = """{prose(7, 90)}{OLD}"""\n')
    seen = check(run)
    assert (seen.code, seen.broken, seen.first) == (1, ["max-increase"] * 2, [])
    assert {each[0] for each in seen.changes.values()} == {"renamed"}


def body(text: str, **more: Any) -> str:
    """A request of one message."""
    return json.dumps({"messages": [{"role": "user", "content": text}], **more})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (body(OLD), f"[{body(GROWN)}, {body(GROWN)}]"),
        (body(OLD), f"[{body(OLD)}, {body(GROWN)}]"),
        (body(OLD), body(OLD) + "\n" + body(GROWN)),
        (body(OLD) + "\n", body(OLD) + "\n" + body(GROWN, model="gpt-4.1") + "\n"),
        (f"[{body(OLD)}]", f'{{"requests": [{body(GROWN)}, {body("x")}]}}'),
    ],
)
def test_the_requests_of_a_file_are_taken_together(run: Run, repo: Repo, before: str, after: str) -> None:
    """One becomes two, a document lines: whatever its requests are called then, the file has grown."""
    config(repo, ["p.json"])
    repo.write("p.json", before)
    repo.commit()
    repo.write("p.json", after)
    seen = check(run)
    assert (seen.code, seen.broken, seen.first) == (1, ["max-increase"], [])
    assert "added" not in {each[0] for each in seen.changes.values()}


def test_a_request_more_hides_no_other(run: Run, repo: Repo) -> None:
    """Thirty lines and a small one before them are a little more; that one of them is twice as long is found."""
    lines = [body(prose(seed, 20)) for seed in range(30)]
    config(repo, ["p.jsonl"])
    repo.write("p.jsonl", "\n".join(lines))
    repo.commit()
    repo.write("p.jsonl", "\n".join([body("x"), *lines]))
    assert check(run)[:2] == (0, [])
    lines[5] = body(prose(5, 45))
    repo.write("p.jsonl", "\n".join([body("x"), *lines]))
    result = run("check", "--base", "HEAD", "-q")
    assert result.code == 1
    assert result.out.startswith("p.jsonl:7: grew from ")


def test_a_linked_folder_has_grown_with_what_is_in_it(run: Run, one: Repo) -> None:
    """Where it was one at the base, and where a folder becomes a link."""
    (one.path / "prompts").rename(one.path / "shared")
    (one.path / "prompts").symlink_to("shared")
    one.write("shared/a.md", GROWN)
    assert check(run)[:2] == (1, ["max-increase"])
    one.write("shared/a.md", OLD)
    one.commit()
    one.write("shared/a.md", GROWN)
    assert check(run) == Seen(1, ["max-increase"], {"prompts/a.md": ("changed", None)}, [])


def test_a_moved_submodule_has_grown(run: Run, one: Repo, tmp_path: Path) -> None:
    """Its files at the base are found where it is now."""
    other = Repo(tmp_path / "other")
    other.git("init", "-q", "-b", "main")
    other.write("s.md", OLD)
    other.commit()
    one.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.path), "lib")
    config(one, ["lib/*.md"])
    one.commit()
    one.git("mv", "lib", "vendor")
    config(one, ["vendor/*.md"])
    assert check(run) == Seen(0, [], {"vendor/s.md": ("renamed", "lib/s.md")}, [])
    one.write("vendor/s.md", GROWN)
    assert check(run) == Seen(1, ["max-increase"], {"vendor/s.md": ("renamed", "lib/s.md")}, [])


def test_two_budgets_over_one_prompt_have_each_their_own_end_of_the_base(run: Run, repo: Repo) -> None:
    """A quarter more is more than 2 %, though the other budget compares the high end."""
    budget = '[[budget]]\nname = "{0}"\npaths = ["e.md"]\ngate = "{1}"\nmax-increase = "{2}"\n'
    two = budget.format("low", "floor", "2%") + budget.format("high", "ceiling", "50%")
    repo.write("tokcost.toml", 'model = "claude-opus-4-6"\n' + two)
    repo.write("e.md", OLD)
    repo.commit()
    assert run("lock").code == 0
    assert check(run)[:2] == (0, [])
    repo.write("e.md", OLD + prose(4, 5))
    for arguments in ((), ("--config", "tokcost.toml")):
        result = run("check", *(arguments or ("--base", "HEAD")), "-f", "json")
        found = [(each["rule"], each["budget"]) for each in json.loads(result.out)["findings"]]
        assert (result.code, found) == (1, [("max-increase", "low")])


def test_base_and_lock_hold_both(run: Run, one: Repo) -> None:
    """What was committed since the lock is growth against it, though nothing moved since HEAD; and the other way."""
    assert run("lock").code == 0
    one.write("prompts/a.md", GROWN)
    one.commit()
    assert check(run) == Seen(0, [], {}, [])
    result = run("check", "--base", "HEAD", "--locked", "-q")
    assert result.code == 1
    assert "by 1,250 (297.6 %) since tokcost.lock; the limit is 10% more" in result.out
    assert check(run, "--base", "HEAD", "--locked").broken == ["max-increase"]
    assert run("lock").code == 0
    assert check(run, "--base", "HEAD", "--locked")[:2] == (0, [])
    assert check(run, "--base", "HEAD~1", "--locked").broken == ["max-increase"]
    config(one, ["prompts/*.md"], HELD, head="locked = true\n")
    (one.path / "prompts/a.md").rename(one.path / "prompts/z.md")
    assert check(run, "--base", "HEAD").broken == ["locked"]  # it is not in the lock
    (one.path / "tokcost.lock").unlink()
    result = run("check")
    assert (result.code, result.out) == (2, "")
    assert "there is no lock yet" in result.err


def test_a_lock_and_a_report_know_no_texts_and_let_nothing_grow_by_its_name(run: Run, one: Repo) -> None:
    """The same bytes are the same prompt; what else is new is taken for what is gone, and told as new."""
    config(one, ["prompts/*.md"], HELD)
    assert run("check", "--base", "HEAD", "-f", "json", "-o", "old.json").code == 0
    assert run("lock").code == 0
    (one.path / "prompts/a.md").rename(one.path / "prompts/z.md")
    assert check(run, "--config", "tokcost.toml") == Seen(0, [], {"prompts/z.md": ("renamed", "prompts/a.md")}, [])
    one.write("prompts/z.md", GROWN)
    for arguments in (("--config", "tokcost.toml"), ("--base", "old.json")):
        seen = check(run, *arguments)
        assert (seen.code, seen.broken) == (1, ["max-increase"])
        assert "(in place of prompts/a.md, from which nothing else came)" in seen.first[0]


def test_a_diff_follows_the_text_too(run: Run, one: Repo) -> None:
    """Between commits, there and back, and to what is here."""
    first = one.git("rev-parse", "HEAD")
    move(one, "prompts/a.md", "prompts/z.md", GROWN)
    for sides, expected in (
        ((first,), ("prompts/z.md", "prompts/a.md")),
        ((first, one.commit()), ("prompts/z.md", "prompts/a.md")),
        (("HEAD", first), ("prompts/a.md", "prompts/z.md")),
    ):
        result = run("diff", *sides, "-f", "json")
        (change,) = json.loads(result.out)["details"]["changes"]
        assert (result.code, change["status"]) == (0, "renamed")
        assert (change["name"], change["old_name"]) == expected


def test_scripts_without_blanks_are_compared_by_their_characters(run: Run, one: Repo) -> None:
    """A Korean and a Chinese prompt renamed and grown."""
    config(one, ["prompts/*.md"], HELD)
    korean, chinese = "지원 상담원은 고객의 질문에 짧게 답한다. " * 3, "请用简短的中文回答客户的问题并说明退款规则。"
    one.write("prompts/a.md", korean)
    one.write("prompts/c.md", chinese)
    one.commit()
    move(one, "prompts/a.md", "prompts/x.md", korean + "새로운 규정은 모든 주문에 적용된다. " * 9)
    move(one, "prompts/c.md", "prompts/y.md", chinese + "所有订单都适用新的规定,没有例外,请注意。" * 9)
    assert check(run).broken == ["max-increase"] * 2
