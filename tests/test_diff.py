"""What moved since a commit: real repositories with the histories that fool a naive comparison."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import AS_OF, Result, Run
from tests.repos import CONFIG, Repo, words
from tokcost.budgets.changes import SAME, BaseRow, change_totals, compare
from tokcost.counting.count import Count
from tokcost.report import Row


def changes(result: Result) -> dict[str, tuple[str, int | None, int | None]]:
    """Name to (status, tokens before, tokens now) of a JSON report."""
    return {
        each["name"]: (each["status"], each["input_tokens_before"], each["input_tokens"])
        for each in json.loads(result.out)["details"]["changes"]
    }


def test_growth_is_measured_from_the_merge_base(run: Run, repo: Repo) -> None:
    """main went on and halved the prompt; the branch is blamed for its own 11 tokens only."""
    repo.git("switch", "-q", "-c", "work")
    repo.write("prompts/a.md", words(110))
    repo.commit()
    repo.git("switch", "-q", "main")
    repo.write("prompts/a.md", words(50))
    repo.commit()
    repo.git("switch", "-q", "work")
    assert run("check", "--base", "main").code == 0  # 10 % of 100 exactly
    repo.write("prompts/a.md", words(111))
    result = run("check", "--base", "main", "-q")
    assert result.code == 1
    assert result.out == (
        "prompts/a.md: grew from 100 to 111 input tokens for gpt-4o, by 11 (11.0 %); "
        "the limit is 10% more, exceeded by 1\n"
    )
    result = run("check", "--base", "main", "--exact-base", "-q")
    assert "grew from 50 to 111 input tokens" in result.out


def test_a_merge_of_main_does_not_blame_the_branch(run: Run, repo: Repo) -> None:
    """What main brought in is in the merge base."""
    repo.git("switch", "-q", "-c", "work")
    repo.write("prompts/a.md", words(105))
    repo.commit()
    repo.git("switch", "-q", "main")
    repo.write("prompts/b.md", words(400))
    repo.commit()
    repo.git("switch", "-q", "work")
    repo.git("merge", "-q", "--no-edit", "main")
    result = run("check", "--base", "main", "-f", "json")
    assert result.code == 0
    assert changes(result) == {"prompts/a.md": ("changed", 100, 105)}


def test_a_renamed_prompt_is_compared_with_itself(run: Run, repo: Repo) -> None:
    """Moved and grown by 11: neither added nor removed."""
    body = "\n".join(f"line {number} of the prompt" for number in range(200))
    repo.write("prompts/long.md", body)
    repo.write("tokcost.toml", CONFIG.replace("1000", "9000"))
    repo.commit()
    repo.git("mv", "prompts/long.md", "prompts/länge 長い.md")
    repo.write("prompts/länge 長い.md", body + words(200))
    result = run("check", "--base", "HEAD", "-f", "json")
    assert result.code == 1
    document = json.loads(result.out)
    (change,) = document["details"]["changes"]
    assert (change["status"], change["old_name"]) == ("renamed", "prompts/long.md")
    assert [each["rule"] for each in document["findings"]] == ["max-increase"]
    repo.commit()
    result = run("diff", "HEAD~1", "HEAD", "-f", "json")
    assert [each["status"] for each in json.loads(result.out)["details"]["changes"]] == ["renamed"]


def test_added_and_removed_are_told_as_such(run: Run, repo: Repo) -> None:
    """A new prompt has not grown; one that is gone is counted in the sum."""
    repo.git("rm", "-q", "prompts/b.md")
    repo.write("prompts/c.md", "Wholly different content, " + words(300))
    result = run("check", "--base", "HEAD", "-f", "json")
    assert result.code == 0
    assert changes(result) == {"prompts/c.md": ("added", None, 305), "prompts/b.md": ("removed", 200, None)}
    assert json.loads(result.out)["details"]["change_totals"][0]["tokens"] == 105
    repo.write("tokcost.toml", CONFIG.replace("max-increase", "max-total-increase"))
    result = run("check", "--base", "HEAD", "-q")
    assert result.code == 1
    assert "budget 'support': grew from 300 to 405 input tokens for gpt-4o, by 105 (35.0 %)" in result.out


def test_a_hook_in_a_linked_worktree_compares_its_own_index(
    run: Run, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """git hands a hook its own variables, some relative to the top; the configuration may be further down."""
    repo.write("service/tokcost.toml", CONFIG)
    repo.write("service/prompts/a.md", words(100))
    repo.commit()
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    linked = Repo(tmp_path / "linked")
    linked.write("service/prompts/a.md", words(150))
    linked.git("add", "-A")
    monkeypatch.chdir(linked.path)
    monkeypatch.setenv("GIT_DIR", linked.git("rev-parse", "--git-dir"))
    monkeypatch.setenv("GIT_INDEX_FILE", linked.git("rev-parse", "--git-path", "index"))
    result = run("check", "--config", "service/tokcost.toml", "--base", "HEAD", "-q")
    assert result.code == 1
    assert "prompts/a.md: grew from 100 to 150" in result.out


def test_names_that_are_not_ascii_are_found(run: Run, repo: Repo) -> None:
    """git quotes them unless it is asked not to; spaces and quotes too."""
    for name in ("prompts/지원 안내.md", 'prompts/say "hi".md', "prompts/ümlaut.md"):
        repo.write(name, words(100))
    repo.commit()
    for name in ("prompts/지원 안내.md", 'prompts/say "hi".md', "prompts/ümlaut.md"):
        repo.write(name, words(101))
    result = run("check", "--base", "HEAD", "-f", "json")
    assert sorted(changes(result).values()) == [("changed", 100, 101)] * 3


def test_line_ends_of_a_checkout_are_no_change(run: Run, repo: Repo) -> None:
    """With autocrlf the files here have CRLF and the commit LF; a real switch of line ends is a change."""
    text = "a***\n" * 3  # a CRLF takes a token more
    repo.write("prompts/a.md", text)
    repo.commit()
    repo.git("config", "core.autocrlf", "true")
    repo.write("prompts/a.md", text.replace("\n", "\r\n"))
    result = run("check", "--base", "HEAD", "-f", "json")
    assert (result.code, changes(result)) == (0, {})
    repo.git("config", "core.autocrlf", "false")
    assert "prompts/a.md" in changes(run("check", "--base", "HEAD", "-f", "json"))


def test_a_submodule_is_compared_at_the_commit_that_the_base_names(run: Run, repo: Repo, tmp_path: Path) -> None:
    """Its prompts grow when the repository moves on to another of its commits."""
    other = Repo(tmp_path / "other")
    other.git("init", "-q", "-b", "main")
    other.write("s.md", words(100))
    other.commit()
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.path), "lib")
    repo.write("tokcost.toml", CONFIG.replace('"prompts/*.md"', '"lib/*.md"'))
    repo.commit()
    assert run("check", "--base", "HEAD").code == 0
    inside = Repo(repo.path / "lib")
    inside.write("s.md", words(150))
    inside.commit()
    result = run("check", "--base", "HEAD", "-f", "json")
    assert (result.code, changes(result)) == (1, {"lib/s.md": ("changed", 100, 150)})
    shutil.rmtree(repo.path / ".git" / "modules" / "lib" / "objects")
    (repo.path / ".git" / "modules" / "lib" / "objects").mkdir()
    result = run("check", "--base", "HEAD")
    assert (result.code, result.out) == (2, "")
    assert "run 'git -C lib fetch' first" in result.err


def test_a_shallow_clone_without_the_base_is_no_pass(
    run: Run, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Depth 1 has neither the branch nor the way back to it; unshallow mends it."""
    repo.git("switch", "-q", "-c", "work")
    repo.write("prompts/a.md", words(500))
    repo.commit()
    repo.git("switch", "-q", "main")
    repo.write("prompts/b.md", words(201))
    repo.commit()
    clone = tmp_path / "clone"
    repo.git("clone", "-q", "--depth", "1", "--no-single-branch", "-b", "work", repo.path.as_uri(), str(clone))
    monkeypatch.chdir(clone)
    for base in ("origin/main", "HEAD~1", "nowhere"):
        result = run("check", "--base", base)
        assert (result.code, result.out) == (2, ""), base
        assert "git fetch --unshallow" in result.err
    Repo(clone).git("fetch", "-q", "--unshallow")
    assert run("check", "--base", "origin/main").code == 1


def test_a_detached_head_is_compared_like_any_other(run: Run, repo: Repo) -> None:
    """As continuous integration checks out."""
    first = repo.git("rev-parse", "HEAD")
    repo.write("prompts/a.md", words(104))
    repo.git("checkout", "-q", "--detach", repo.commit())
    assert changes(run("check", "--base", first, "-f", "json")) == {"prompts/a.md": ("changed", 100, 104)}


@pytest.mark.parametrize(
    ("base", "says"),
    [
        ("origin/main", "git knows no commit 'origin/main' here: fetch it, as 'git fetch origin main'"),
        ("mian", "git knows no commit 'mian' here"),
        ("--upload-pack=x", "is not a git ref"),
        ("main:prompts/a.md", "git knows no commit"),
        ("^main", "git knows no commit '^main' here"),
    ],
)
def test_a_base_that_git_does_not_know_is_no_pass(run: Run, repo: Repo, base: str, says: str) -> None:
    """Exit 2, with what to do."""
    result = run("check", f"--base={base}")
    assert (result.code, result.out) == (2, "")
    assert says in result.err


def test_no_repository_and_no_commit_are_no_pass(run: Run, bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is a machine without git."""
    (bare / "p.md").write_text("Hello")
    (bare / "tokcost.toml").write_text('[[budget]]\npaths = ["p.md"]\nmax-input-tokens = 9\n')
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(bare.parent))
    result = run("check", "--base", "main")
    assert (result.code, result.out) == (2, "")
    assert "is not in a git repository" in result.err
    Repo(bare).git("init", "-q")
    result = run("check", "--base", "HEAD")
    assert (result.code, result.out) == (2, "")
    assert "there is no commit yet" in result.err
    monkeypatch.setenv("PATH", "")
    result = run("check", "--base", "HEAD")
    assert (result.code, result.out) == (2, "")
    assert "git is not installed" in result.err


def test_unrelated_histories_are_no_pass(run: Run, repo: Repo) -> None:
    """There is no merge base; --exact-base compares all the same."""
    repo.git("checkout", "-q", "--orphan", "other")
    repo.commit()
    result = run("check", "--base", "main")
    assert (result.code, result.out) == (2, "")
    assert "no commit in common" in result.err
    assert run("check", "--base", "main", "--exact-base").code == 0


def test_a_pointer_at_the_base_is_no_pass(run: Run, repo: Repo) -> None:
    """The text behind it was never fetched."""
    text = "version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 9\n"
    repo.write("prompts/a.md", text)
    repo.commit()
    repo.write("prompts/a.md", words(9))
    result = run("check", "--base", "HEAD")
    assert (result.code, result.out) == (2, "")
    assert "git lfs fetch" in result.err


def test_a_link_is_followed_on_both_sides(run: Run, repo: Repo) -> None:
    """The prompt is the text it leads to, not the path that git stores."""
    repo.write("real/r.txt", words(100))
    (repo.path / "prompts" / "l.md").symlink_to("../real/r.txt")
    repo.commit()
    repo.write("real/r.txt", words(105))
    assert changes(run("check", "--base", "HEAD", "-f", "json")) == {"prompts/l.md": ("changed", 100, 105)}


def test_a_key_that_was_not_there_is_added_and_a_broken_base_can_be_mended(run: Run, repo: Repo) -> None:
    """What did not parse at the base is said, and counts as new."""
    repo.write("tokcost.toml", '[[budget]]\npaths = ["a.yaml#x", "b.yaml#x"]\nmax-increase = 0\n')
    repo.write("a.yaml", "y: 1\n")
    repo.write("b.yaml", "x: [\n")
    repo.commit()
    repo.write("a.yaml", "x: Hello\n")
    repo.write("b.yaml", "x: Hello\n")
    result = run("check", "--base", "HEAD", "-f", "json")
    assert result.code == 0
    assert {each[0] for each in changes(result).values()} == {"added"}
    assert "note: at the base, b.yaml: not valid YAML" in result.err


def test_comparing_a_branch_with_itself_is_said(run: Run, repo: Repo) -> None:
    """A gate on main that compares main with main holds nothing back, and should not look as if it did."""
    result = run("check", "--base", "main")
    assert result.code == 0
    assert "note: HEAD is contained in main: only what is not committed yet is compared" in result.err


def test_diff_shows_each_prompt_and_the_sum(run: Run, repo: Repo) -> None:
    """10 tokens at 2.50 a million are 0.000025."""
    repo.write("prompts/a.md", words(110))
    result = run("diff", "main", "--as-of", "2026-11-24")
    assert result.code == 0
    assert [line.split() for line in result.out.splitlines()] == [
        ["since", "main", "(merge", "base", f"{repo.git('rev-parse', 'HEAD')[:10]})"],
        ["name", "model", "status", "before", "input", "change", "percent", "cost"],
        ["prompts/a.md", "gpt-4o", "changed", "100", "110", "+10", "10.0", "%", "+$0.000025"],
        ["total", "gpt-4o", "300", "310", "+10", "3.3", "%", "+$0.000025"],
    ]
    assert run("diff", "main", "-q").out == "10\n"
    assert run("diff", "main", "main").out.startswith("nothing moved since main")
    csv = run("diff", "main", "-f", "csv", "--as-of", "2026-11-24").out.splitlines()
    assert csv[0].endswith(",checked_tokens,checked_cost,status,tokens_change,cost_change,broken")
    assert csv[1].startswith("prompts/a.md,support,gpt-4o,openai,o200k_base,standard,110,")
    assert csv[1].endswith(",0.000275,,,110,0.000275,changed,10,0.000025,")
    assert csv[2].endswith(",0.0005,,,200,0.0005,same,0,0,")
    repo.git("rm", "-q", "prompts/b.md")
    csv = run("diff", "main", "-f", "csv", "--as-of", "2026-11-24").out.splitlines()
    assert csv[2].startswith("prompts/b.md,,gpt-4o,openai,o200k_base,,,")  # gone: it has no numbers of today
    assert csv[2].endswith(",removed,-200,-0.0005,")


def test_a_saved_report_is_a_base(run: Run, repo: Repo) -> None:
    """A moved price is told apart from a moved prompt: the tokens are the same, and so is the money under one book."""
    assert run("check", "--base", "HEAD", "-f", "json", "-o", "old.json").code == 0
    repo.write("own.toml", '[tokcost]\nschema = 1\n[[openai."gpt-4o".rates]]\nfrom = 2026-01-01\ninput = "3"\n')
    result = run("diff", "old.json", "--prices", "own.toml", "--as-of", "2026-11-24")
    assert result.code == 0
    assert result.out == "nothing moved since old.json\n"
    assert "note: the price of gpt-4o moved since old.json: the same tokens cost $0.00025 -> $0.0003" in result.err
    repo.write("prompts/a.md", words(111))
    result = run("check", "--base", "old.json", "-q")
    assert result.code == 1
    assert "grew from 100 to 111" in result.out
    for text in ('{"rows": []}', "{", '{"schema_version": 1, "rows": [3]}', '{"schema_version": 1, "rows": [{}]}'):
        repo.write("bad.json", text)
        for command in (("diff", "bad.json"), ("check", "--from", "bad.json"), ("check", "--base", "bad.json")):
            result = run(*command)
            assert (result.code, result.out) == (2, ""), text
            assert result.err.startswith("tokcost: error: 'bad.json': ")


_ROWS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 10**6), max_size=6)


def _rows(numbers: dict[str, int]) -> list[Row]:
    return [Row(name, Count(tokens, tokens, tokens), "p", "m") for name, tokens in numbers.items()]


def _before(numbers: dict[str, int]) -> dict[tuple[str, str], BaseRow]:
    return {(row.name, "p/m"): BaseRow(row) for row in _rows(numbers)}


@given(_ROWS, _ROWS)
def test_differences_are_antisymmetric_and_nothing_differs_from_itself(
    one: dict[str, int], two: dict[str, int]
) -> None:
    """diff(a, a) is empty; diff(a, b) is minus diff(b, a); the changes add up to the sum."""
    assert not any(change.status != SAME for change in compare(_before(one), _rows(one)))
    there = {change.name: change.tokens for change in compare(_before(one), _rows(two))}
    back = {change.name: -change.tokens for change in compare(_before(two), _rows(one))}
    assert there == back
    assert sum(there.values()) == sum(total.tokens for total in change_totals(compare(_before(one), _rows(two))))


def test_a_saved_report_for_another_model_is_no_base(run: Run, repo: Repo) -> None:
    """Growth under a model that the report does not have cannot be checked."""
    assert run("count", "prompts", "-m", "gpt-4o-mini", "-f", "json", "-o", "saved.json").code == 0
    result = run("check", "--base", "saved.json")
    assert (result.code, result.out) == (2, "")
    assert "saved.json has prompts/a.md for gpt-4o-mini, not for gpt-4o: " in result.err


def test_a_report_nested_without_end_is_no_base(run: Run, repo: Repo) -> None:
    """One line, as for any file that is no report."""
    repo.write("deep.json", '{"a":' * 20_000)
    result = run("check", "--base", "deep.json")
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert "'deep.json': not a report saved with --format json: nested too deeply to be read" in result.err


def test_a_prompt_that_is_gone_is_no_prompt_of_a_saved_diff(run: Run, repo: Repo) -> None:
    """It has a row that says so, and none that is compared with later."""
    repo.git("rm", "-q", "prompts/b.md")
    assert run("diff", "main", "-f", "json", "-o", "saved.json").code == 0
    document = json.loads((repo.path / "saved.json").read_text())
    assert [(row["name"], row["status"], row["input_tokens"]) for row in document["rows"]] == [
        ("prompts/a.md", "same", 100), ("prompts/b.md", "removed", None),
    ]  # fmt: skip
    assert document["totals"]["input_tokens"] == 100
    assert run("diff", "saved.json").out == "nothing moved since saved.json\n"
    repo.write("prompts/b.md", words(200))
    assert changes(run("diff", "saved.json", "-f", "json")) == {"prompts/b.md": ("added", None, 200)}


def test_a_diff_is_in_one_currency(run: Run, repo: Repo) -> None:
    """10 tokens more at 2.50 a million and 1,000 won a dollar are 0.025 won; a price is not said to have moved."""
    assert run("check", "--base", "HEAD", "-f", "json", "-o", "old.json").code == 0
    repo.write("prompts/a.md", words(110))
    flags = ("--currency", "KRW", "--fx", "1000@2026-11-20", "--as-of", "2026-11-24")
    held = f"note: held to tokcost.toml; amounts in KRW; prices: built-in of {AS_OF}\n"
    for base in ("HEAD", "old.json"):
        result = run("diff", base, *flags)
        assert (result.code, result.err) == (
            0,
            "note: gpt-4o retires on 2027-01-14\n" + held,
        )  # fmt: skip
        assert result.out.splitlines()[2].endswith("+₩0.025")
    assert run("lock").code == 0
    assert run("diff", "tokcost.lock", "--vat", "10%").out == "nothing moved since tokcost.lock\n"
