"""What is not read is not passed: which files a budget holds, in the working tree and at the base."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Result, Run, document
from tests.repos import CONFIG, Repo, words


def rows(result: Result) -> dict[str, int]:
    """The tokens of each row by its name."""
    return {row["name"]: row["input_tokens"] for row in document(result)["rows"]}


def changes(result: Result) -> dict[str, str]:
    """What became of each row."""
    return {row["name"]: row["status"] for row in document(result)["rows"]}


def budget(repo: Repo, *paths: str, rest: str = 'max-input-tokens = 1000\nmax-increase = "10%"\n') -> None:
    """A configuration of one budget."""
    repo.write("tokcost.toml", f'model = "gpt-4o"\n[[budget]]\nname = "b"\npaths = {json.dumps(paths)}\n{rest}')


def test_an_ignore_file_hides_no_tracked_prompt(run: Run, repo: Repo) -> None:
    """git does not ignore what it tracks; what it does not track is left out and named."""
    repo.write(".gitignore", "prompts/a.md\nprompts/draft.md\n")
    repo.write("prompts/a.md", words(2000))
    repo.write("prompts/draft.md", words(9000))
    repo.git("add", "-f", "prompts/a.md", ".gitignore")
    result = run("check", "--base", "HEAD", "-f", "json")
    assert (result.code, rows(result)) == (1, {"prompts/a.md": 2000, "prompts/b.md": 200})
    assert "prompts/draft.md: skipped: named in .gitignore" in result.err
    counted = run("count", "prompts", "-m", "gpt-4o", "--max-tokens", "1000", "-f", "json")
    assert (counted.code, rows(counted)) == (1, {"prompts/a.md": 2000, "prompts/b.md": 200})
    counted = run("count", "prompts/*.md", "-m", "gpt-4o", "--max-tokens", "1000", "-f", "json")
    assert (counted.code, rows(counted)) == (1, {"prompts/a.md": 2000, "prompts/b.md": 200})


def test_an_ignored_folder_and_one_of_tools_hide_no_tracked_prompt(run: Run, repo: Repo) -> None:
    """Whatever lies above it, a tracked file is content."""
    repo.write(".gitignore", "out/\n")
    for name in ("out/deep/c.md", "node_modules/d.md"):
        repo.write(name, words(300))
        repo.git("add", "-f", name)
    repo.write("out/e.md", words(9))
    repo.write("node_modules/f.md", words(9))
    budget(repo, "**/*.md", rest="max-input-tokens = 299\n")
    result = run("check", "-f", "json")
    assert result.code == 1
    found = {"prompts/a.md": 100, "prompts/b.md": 200, "out/deep/c.md": 300, "node_modules/d.md": 300}
    assert rows(result) == found
    counted = run("count", ".", "-m", "gpt-4o", "-f", "json")
    assert found.items() <= {name.removeprefix("./"): number for name, number in rows(counted).items()}.items()
    assert "./out/e.md" not in rows(counted)


def test_without_git_an_ignored_file_is_no_pass(run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether git tracks it cannot be told: exit 2 with its name; without a limit it is a note."""
    repo.write(".gitignore", "prompts/a.md\n")
    monkeypatch.setenv("PATH", "/nowhere")
    result = run("check")
    assert (result.code, result.out) == (2, "")
    assert "'prompts/a.md' is named in .gitignore, and whether git tracks it is not known: git is not" in result.err
    assert run("count", "prompts", "-q").code == 0
    limited = run("count", "prompts", "-q", "--max-tokens", "1000")
    assert (limited.code, "prompts/a.md" in limited.err) == (2, True)


@pytest.mark.parametrize("how", ["sparse", "skip-worktree", "assume-unchanged", "partial"])
def test_a_prompt_that_is_not_checked_out_is_read_from_git(run: Run, repo: Repo, tmp_path: Path, how: str) -> None:
    """Git has it, whatever lies on the disk: it breaks the limit, by its name and by a glob; count names it."""
    repo.write("prompts/a.md", words(1001))
    repo.write("prompts/n/keyed.yaml", f"system: {words(1002)}\n")
    budget(repo, "prompts/*.md", "prompts/n/keyed.yaml#system")
    repo.commit()
    if how == "partial":
        clone = tmp_path / "clone"
        repo.git("config", "uploadpack.allowFilter", "true")
        repo.git("clone", "-q", "--filter=blob:none", "--sparse", repo.path.as_uri(), str(clone))
        os.chdir(clone)
    elif how == "sparse":
        repo.git("sparse-checkout", "set", "nothing")
    else:
        repo.git("update-index", f"--{how}", "prompts/a.md", "prompts/n/keyed.yaml")
        (repo.path / "prompts/a.md").unlink()
        (repo.path / "prompts/n/keyed.yaml").unlink()
    result = run("check", "--base", "HEAD", "-f", "json")
    assert result.code == 1, result
    assert rows(result) == {"prompts/a.md": 1001, "prompts/b.md": 200, "prompts/n/keyed.yaml#system": 1002}
    assert set(changes(result).values()) == {"same"}
    if how in ("sparse", "skip-worktree"):
        Path("prompts").mkdir(exist_ok=True)
        Path("prompts/new.md").write_text("Hello")
        limited = run("count", "prompts", "-m", "gpt-4o", "--max-tokens", "5000", "-f", "json")
        assert limited.code == 2
        assert "prompts/a.md" in str(document(limited)["problems"])
        told = run("count", "prompts", "-m", "gpt-4o")
        assert (told.code, "git has it, a sparse checkout does not" in told.err) == (0, True)


def test_prompts_under_a_linked_folder_are_held_at_the_base_too(run: Run, repo: Repo) -> None:
    """In the working tree and in history a link to a folder is followed, in a glob and in a name."""
    repo.write("shared/v1/s.md", words(100))
    repo.write("shared/v1/deep/t.md", words(50))
    (repo.path / "prompts" / "linked").symlink_to("../shared/v1")
    (repo.path / "alias").symlink_to("shared")
    budget(repo, "prompts/**/*.md", "prompts/linked/s.md", "alias/v1/*.md")
    repo.commit()
    repo.write("shared/v1/s.md", words(150))
    result = run("check", "--base", "HEAD", "-f", "json")
    assert result.code == 1
    assert changes(result) == {
        "prompts/a.md": "same", "prompts/b.md": "same", "prompts/linked/s.md": "changed",
        "prompts/linked/deep/t.md": "same", "alias/v1/s.md": "changed",
    }  # fmt: skip
    assert {each["name"] for each in document(result)["findings"]} == {"prompts/linked/s.md", "alias/v1/s.md"}


def test_linked_folders_that_lead_back_end(run: Run, repo: Repo) -> None:
    """To itself, to the folder above, to each other, to nowhere: each file is there once by each way down."""
    (repo.path / "prompts" / "up").symlink_to("..")
    (repo.path / "prompts" / "self").symlink_to("self")
    (repo.path / "prompts" / "gone").symlink_to("../gone")
    repo.write("x/x.md", words(10))
    repo.write("y/y.md", words(10))
    (repo.path / "x" / "y").symlink_to("../y")
    (repo.path / "y" / "x").symlink_to("../x")
    budget(repo, "**/*.md")
    repo.commit()
    result = run("check", "--base", "HEAD", "-f", "json")
    assert result.code == 0, result
    names = {"prompts/a.md", "prompts/b.md", "x/x.md", "y/y.md", "x/y/y.md", "y/x/x.md"}
    assert changes(result) == dict.fromkeys(names, "same")
    (repo.path / "prompts" / "loop.md").symlink_to("loop.md")
    result = run("check")
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert "'prompts/loop.md': cannot be read" in result.err
    counted = run("count", "**/*.md", "-q", "--max-tokens", "9999")
    assert (counted.code, "prompts/loop.md" in counted.err) == (2, True)


def test_links_that_multiply_have_a_limit(run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two links in each of thirty folders, to the next one, are a thousand million ways."""
    monkeypatch.setattr("tokcost.inputs.globs._MOST_LINKS", 500)
    for level in range(30):
        folder = repo.write(f"d{level}/x.md", "Hello").parent
        for name in ("a", "b"):
            (folder / name).symlink_to(f"../d{level + 1}")
    budget(repo, "d0/**/*.md", rest="max-input-tokens = 9\n")
    result = run("check")
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert "more than 500 links to folders on the way" in result.err


@pytest.mark.parametrize("path", ["prompts//a.md", "prompts/./a.md", "./prompts/a.md", ".//prompts//./*.md"])
def test_a_path_has_one_normal_form(run: Run, repo: Repo, path: str) -> None:
    """However it is spelled, the base and the lock know the prompt; two spellings in a budget are one prompt."""
    budget(repo, path, "prompts/a.md", rest='max-total-tokens = 1000\nmax-increase = "10%"\n')
    assert run("lock").code == 0
    repo.commit()
    repo.write("prompts/a.md", words(150))
    result = run("check", "--base", "HEAD", "-f", "json")
    assert (result.code, changes(result)["prompts/a.md"]) == (1, "changed")
    assert [each["value"] for each in document(result)["findings"]] == ["150"]
    locked = run("check", "--locked", "-q")
    assert (locked.code, "prompts/a.md: grew from 100 to 150" in locked.out) == (1, True)


def test_a_path_is_spelled_as_the_disk_has_it(run: Run, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that takes any case hands out one spelling, which is git's: nothing is added."""
    real = os.path.lexists

    def any_case(path: str) -> bool:
        return real(path) or real(path.replace("Prompts", "prompts").replace("A.MD", "a.md"))

    monkeypatch.setattr(os.path, "lexists", any_case)
    budget(repo, "Prompts/A.MD", "Prompts/b.*")
    repo.write("prompts/a.md", words(150))
    result = run("check", "--base", "HEAD", "-f", "json")
    assert (result.code, changes(result)) == (1, {"prompts/a.md": "changed", "prompts/b.md": "same"})


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("prompts/[z-a].md", "no character is in [z-a]"),
        ("prompts/[!]ab].md", "matches no file"),
        ("prompts/[[]x.md", "matches no file"),
        ("prompts/[d&&e||f~~g[h].md", "matches no file"),
        ("prompts/a\\u0000.md", "it has a NUL in it"),
        ("prompts/" + "*a" * 60 + "b.md", "matches no file"),
        ("**/" * 60 + "nothing.md", "matches no file"),
        ("prompts/" + "a" * 5000, "matches no file"),
    ],
)
def test_an_odd_pattern_is_one_line_at_once(run: Run, repo: Repo, path: str, says: str) -> None:
    """A range that is empty, sets of odd signs, wildcards by the dozen."""
    repo.write("prompts/" + "a" * 200 + ".md", "Hello")
    repo.write("/".join("d" * 60) + "/x.md", "Hello")
    repo.write(
        "tokcost.toml",
        f'model = "gpt-4o"\n[[budget]]\npaths = ["{path}"]\nmax-input-tokens = 9\n'.replace("\\\\", "\\"),
    )
    result = run("check")
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1), result
    assert says in result.err


@pytest.mark.parametrize(("levels", "name"), [(1100, "d"), (30, "d" * 200)])
def test_folders_in_folders_are_read_or_one_line(run: Run, bare: Path, levels: int, name: str) -> None:
    """Past a thousand the file is found; past what a path may hold it is said."""
    (bare / "tokcost.toml").write_text('model = "gpt-4o"\n[[budget]]\npaths = ["**/*.md"]\nmax-input-tokens = 9\n')
    (bare / ".gitignore").write_text("*.log\n")
    (bare / "a.md").write_text("Hello")
    here = os.open(bare, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    with os.fdopen(os.open("b.md", os.O_WRONLY | os.O_CREAT, dir_fd=here), "w") as file:
        file.write(words(20))
    os.close(here)
    result, counted = run("check", "-q"), run("count", ".", "-q", "--max-tokens", "10")
    if levels > 1000:
        assert (result.code, counted.code) == (1, 1)
    else:
        assert (result.code, result.err.count("\n"), counted.code) == (2, 1, 2)
        assert "File name too long" in result.err
        assert "File name too long" in counted.err
    subprocess.run(["rm", "-rf", bare / name], check=True)  # shutil would recurse


@pytest.mark.parametrize(
    ("name", "data"),
    [("latin.md", "café ".encode("latin-1") * 50), ("wide.md", "hello".encode("utf-16")), ("bare.md", b"h\0i\0" * 9)],
)
@pytest.mark.parametrize("argument", ["texts", "texts/*.md"])
def test_a_limit_is_not_kept_without_what_is_in_another_charset(
    run: Run, bare: Path, name: str, data: bytes, argument: str
) -> None:
    """In a folder and in a glob: exit 2 with its name; without a limit a note; a picture is no text at all."""
    (bare / "texts").mkdir()
    (bare / "texts" / "a.md").write_text("Hello")
    (bare / "texts" / "p.md").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    assert run("count", argument, "-q", "--max-tokens", "9").code == 0
    (bare / "texts" / name).write_bytes(data)
    result = run("count", argument, "-m", "gpt-4o", "--max-tokens", "9", "-f", "json")
    assert result.code == 2
    assert [each["where"] for each in document(result)["problems"]] == [f"texts/{name}"]
    assert document(result)["totals"]["complete"] is False
    told = run("count", argument)
    assert (told.code, f"texts/{name}" in told.err) == (0, True)


def test_a_limit_is_not_kept_without_what_lies_behind_a_link(run: Run, bare: Path) -> None:
    """A linked folder, a broken link, a folder that a glob matches: exit 2 under a limit, else a note."""
    (bare / "texts" / "inner").mkdir(parents=True)
    (bare / "texts" / "a.md").write_text("Hello")
    (bare / "texts" / "again").symlink_to("inner")
    assert run("count", "texts", "-q", "--max-tokens", "9").code == 0  # read by its own name
    (bare / "other").mkdir()
    (bare / "texts" / "linked").symlink_to("../other")
    (bare / "texts" / "gone.md").symlink_to("nowhere")
    for argument, names in {
        "texts": ("texts/linked/", "texts/gone.md"),
        "texts/*": ("texts/inner", "texts/linked"),
    }.items():
        result = run("count", argument, "-m", "gpt-4o", "--max-tokens", "9", "-f", "json")
        assert result.code == 2, argument
        assert set(names) <= {each["where"] for each in document(result)["problems"]}
        assert run("count", argument, "-q").code == 0


def test_what_is_named_and_blank_keeps_no_limit(run: Run, bare: Path) -> None:
    """Stdin, a text, a file, a pipe of the shell: nothing there, or nothing to be seen."""
    (bare / "empty.md").write_bytes(b"")
    (bare / "blank.md").write_bytes(b"\xef\xbb\xbf \n\t\n")
    limit = ("-q", "-m", "gpt-4o", "--max-cost", "1")
    for argv, stdin in (
        ((), b" \n\n"), (("-t", ""), b""), (("-t", "  "), b""), (("empty.md",), b""), (("blank.md",), b""),
        (("-t", "Hello", "empty.md"), b""),
    ):  # fmt: skip
        result = run("count", *argv, *limit, stdin=stdin)
        assert result.code == 2, argv
        assert "was empty or blank: there was nothing to check" in result.err
    assert run("count", "empty.md", "-q", "-m", "gpt-4o") == Result(0, "0\n", "")
    assert run("count", ".", *limit).code == 0  # a folder may hold what is empty
    (bare / "fifo").mkdir()
    os.mkfifo(bare / "fifo" / "p")
    if (child := os.fork()) == 0:
        with open(bare / "fifo" / "p", "wb"):
            os._exit(0)
    assert run("count", "fifo/p", *limit).code == 2
    os.waitpid(child, 0)


@pytest.mark.parametrize(("path", "content"), [("p.md", ""), ("p.md", " \n"), ("p.yaml#system", "system: ''\n")])
def test_a_prompt_that_is_named_and_blank_is_no_pass(run: Run, repo: Repo, path: str, content: str) -> None:
    """Under a budget as under a limit; one that a glob finds may be empty."""
    repo.write(path.partition("#")[0], content)
    budget(repo, path)
    result = run("check")
    assert (result.code, result.out) == (2, "")
    assert f"'{path}' is empty: there is nothing to check" in result.err
    budget(repo, "*.md", "prompts/*.md", rest="max-input-tokens = 1000\n")
    repo.write("p.md", "")
    assert run("check").code == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("/annex/objects/SHA256E-s9--ab.md\n", "a git-annex pointer, not the text: run 'git annex get' first"),
        ("../.git/annex/objects/Xk/9/SHA256E-s9--ab.md", "a git-annex pointer"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 9\n", "run 'git lfs pull' first"),
    ],
)
def test_a_pointer_is_no_text(run: Run, repo: Repo, text: str, says: str) -> None:
    """It stands for what is elsewhere: refused by check and count, and at the base."""
    repo.write("prompts/a.md", text)
    result = run("check")
    assert (result.code, result.out, says in result.err) == (2, "", True)
    counted = run("count", "prompts/a.md", "--max-tokens", "999")
    assert (counted.code, says in counted.err) == (2, True)
    assert run("count", "prompts/a.md", "--force-text", "-q").code == 0
    repo.commit()
    repo.write("prompts/a.md", words(9))
    result = run("check", "--base", "HEAD")
    assert (result.code, result.out, "not the text" in result.err) == (2, "", True)


def test_the_repository_is_the_one_around_the_configuration(
    run: Run, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIT_DIR or the index of another one, set in the environment, makes nothing new."""
    other = Repo(tmp_path / "other")
    other.git("init", "-q")
    other.commit()
    repo.write("prompts/a.md", words(150))
    for variables in (
        {"GIT_DIR": str(other.path / ".git")},
        {"GIT_DIR": str(other.path / ".git"), "GIT_WORK_TREE": str(other.path)},
        {"GIT_INDEX_FILE": str(other.path / ".git" / "index")},
    ):
        with monkeypatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            result = run("check", "--base", "HEAD", "-q")
        assert result.code == 1, variables
        assert "prompts/a.md: grew from 100 to 150" in result.out
    outside = Repo(tmp_path / "outside")
    outside.write("tokcost.toml", CONFIG)
    outside.write("prompts/a.md", words(150))
    monkeypatch.chdir(outside.path)
    monkeypatch.setenv("GIT_DIR", str(repo.path / ".git"))
    result = run("check", "--base", "HEAD")
    assert (result.code, result.out) == (2, "")
    assert "GIT_DIR names the repository of" in result.err


def test_a_git_that_does_not_answer_is_ended_and_said(
    run: Run, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With whatever it has started, which would keep its pipes open."""
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\nsleep 60 & wait\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr("tokcost.inputs.git_run.LONGEST", 0.2)
    result = run("check", "--base", "HEAD")
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert "git rev-parse took more than 0.2 seconds and was ended" in result.err


def test_a_name_that_begins_with_a_dot_is_named(run: Run, repo: Repo) -> None:
    """A pattern means it only where it writes the dot, as in a shell; that is said."""
    budget(repo, "prompts/**", rest="max-input-tokens = 1000\n")
    repo.write("prompts/.x/c.md", words(5000))
    repo.write("prompts/.d.md", words(5000))
    result = run("check")
    said = "2 files skipped: hidden by a dot that the pattern does not write: prompts/.d.md, prompts/.x/c.md"
    assert (result.code, said in result.err) == (0, True), result.err
    budget(repo, "prompts/**", "prompts/.*", rest="max-input-tokens = 1000\n")
    result = run("check")
    assert (result.code, ".d.md: skipped" in result.err, "prompts/.x/c.md: skipped" in result.err) == (1, False, True)
