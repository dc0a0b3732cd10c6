"""The check step of the action against workflows, checkouts and pull requests that would mislead it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.repos import ABSOLUTE, CONFIG, Repo, words
from tests.runner import TOP, Step
from tokcost.action.words import boolean, shell_words
from tokcost.cli import main
from tokcost.errors import TokcostError

pytestmark = pytest.mark.skipif(not (TOP / "action.yml").exists(), reason="only in a checkout")

WHAT = "could not check"


@pytest.fixture
def step(tmp_path: Path) -> Step:
    """The check step."""
    return Step(tmp_path / "runner")


@pytest.fixture
def grown(repo: Repo) -> Repo:
    """A checkout whose work branch grew a prompt by half since origin/main."""
    repo.grow()
    return repo


# What a workflow may write into args, and the words that it means.
WRITTEN = {
    "": [],
    "--why": ["--why"],
    "--why\n--gate ceiling\n": ["--why", "--gate", "ceiling"],
    "--gate \\\n  ceiling\r\n": ["--gate", "ceiling"],
    "# a word about it\n--why # and one more 'than that\n#": ["--why"],
    "a.yaml#support.system b#": ["a.yaml#support.system", "b#"],
    "--report 'csv=a  b.csv' \"--report=json=it's.json\"": ["--report", "csv=a  b.csv", "--report=json=it's.json"],
    r'''a\ b "c\"d\e" 'f\g' h\\ ""''': ["a b", r'c"d\e', r"f\g", "h\\", ""],
    "a'b'\"c\"d 'e\nf'": ["abcd", "e\nf"],
    "$(touch pwned) `touch pwned` ; touch pwned & | > pwned $HOME *": [
        "$(touch", "pwned)", "`touch", "pwned`", ";", "touch", "pwned", "&", "|", ">", "pwned", "$HOME", "*",
    ],
    "'$(touch pwned)' ${HOME} ~ {a,b}": ["$(touch pwned)", "${HOME}", "~", "{a,b}"],
    "no\xa0break": ["no\xa0break"],
}  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN)
def test_args_are_words_as_a_shell_has_them_and_nothing_more(written: str) -> None:
    """Over several lines, quoted and commented; what a shell would run or replace is a word like others."""
    assert shell_words("args", written) == WRITTEN[written]


def test_quoting_is_that_of_a_real_shell() -> None:
    """Whatever a shell neither runs nor replaces, it splits into the same words."""
    told = [written for written in WRITTEN if not set(written) & set("$`;*~{\r")]
    script = "".join(f"words=({written}\n); printf '%s\\0' \"${{words[@]}}\" '|'; " for written in told)
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split("\0")[:-1] == [word for written in told for word in [*WRITTEN[written], "|"]]


@settings(max_examples=60, deadline=None)
@given(st.text("ab'\"\\ \t\n#", max_size=12).map(lambda text: text.rstrip("\\")))
def test_whatever_is_written_means_what_it_means_to_a_shell(written: str) -> None:
    """The same words, and refused where a shell waits for the end of a quote."""
    script = 'eval "words=($WRITTEN\n)" && printf \'%s\\0\' "${words[@]}" end'
    environment = os.environ | {"WRITTEN": written}
    done = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=False)
    try:
        assert [*shell_words("args", written), "end"] == done.stdout.split("\0")[:-1]
    except TokcostError:
        assert done.returncode != 0


@pytest.mark.parametrize("written", ["'", '--report "a', "--why 'x\n--gate ceiling", "a\\", '"\\"', "--why\n\\"])
def test_a_quote_left_open_is_refused(written: str) -> None:
    """No option is guessed from it."""
    with pytest.raises(TokcostError, match=r"args: (a quote is left open|it ends in a backslash)"):
        shell_words("args", written)


def test_booleans_are_read_as_people_write_them() -> None:
    """In any case; anything else is refused, since a slip must not turn a rule off."""
    assert all(boolean("locked", text) for text in ("true", "True", "TRUE", "yes", "1", "on", " true\n"))
    assert not any(boolean("locked", text) for text in ("", "false", "False", "FALSE", "no", "0", "off"))
    for text in ("tru", "null", "2", "true false", "${{ inputs.locked }}", "-1"):
        with pytest.raises(TokcostError, match=r"locked '.*': write it as true or false"):
            boolean("locked", text)


def _refused(step: Step, folder: Path, reason: str, **inputs: str) -> str:
    """The log of a step that must end without a verdict, with its reason wherever people look."""
    result = step.run(folder, **inputs)
    assert result.code == 2, result
    assert result.err == ""
    (error,) = [line for line in result.obeyed() if WHAT in line]
    assert error.startswith("::error title=tokcost could not check::")
    assert reason in error
    assert step.outputs()["exit-code"] == "2"
    assert step.comment().startswith(f"<!-- tokcost -->\n### ❌ tokcost {WHAT}\n")
    assert reason in step.comment()
    assert reason in step.summary.read_text()
    assert not (folder / "pwned").exists()
    return result.out


def test_lines_of_args_are_options_and_never_run(repo: Repo, step: Step) -> None:
    """A block of YAML holds more than its first line: with the last one the check fails."""
    repo.write("tokcost.toml", ABSOLUTE)
    lines = "--why  # where it is\n--gate ceiling \\\n  --max-price-age 100000d\n--report 'csv=a b.csv'\n-m gpt-4o\n"
    lines += "--as-of 2026-11-28\n"
    assert step.run(repo.path, args=lines).code == 0
    assert (repo.path / "a b.csv").exists()
    result = step.run(repo.path, args=lines + "--max-price-age 0d\n")
    assert result.code == 1
    assert any("max-price-age" in line for line in result.obeyed())
    _refused(step, repo.path, "gate '", args="--gate '$(touch pwned)' ; touch pwned & touch pwned\ntouch pwned")


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"args": "--why '"}, "args: a quote is left open"),
        ({"args": "--help"}, "no report was written"),
        ({"args": "--report csv=nowhere/x.csv"}, "nowhere/x.csv: cannot be written"),
        ({"args": "--no-such-option"}, "No such option: --no-such-option"),
        ({"locked": "ture"}, "locked 'ture': write it as true or false"),
        ({"protect_rules": "maybe"}, "protect-rules 'maybe': write it as true or false"),
        ({"working_directory": "nowhere"}, "working-directory 'nowhere': there is no such folder"),
        ({"base": "-x"}, "'-x' is not a git ref"),
    ],
)
def test_what_cannot_be_checked_has_its_reason_in_every_place(
    repo: Repo, step: Step, inputs: dict[str, str], reason: str
) -> None:
    """In an annotation, in the comment, which is there, and in the summary; the step ends 2."""
    _refused(step, repo.path, reason, **inputs)


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        ("raise RuntimeError('a slip\\n::add-mask::x')", "bug: RuntimeError: a slip ::add-mask::x: please report it"),
        ("import os; os.kill(os.getpid(), 9)", "the check was ended by signal 9 and gave no reason"),
        ("import os; os._exit(77)", "the check ended with exit code 77 and gave no reason"),
        ("import os; os._exit(0)", "no report was written"),
    ],
    ids=["bug", "killed", "unknown", "silent"],
)
def test_a_check_that_breaks_down_is_no_verdict(repo: Repo, step: Step, trouble: str, reason: str) -> None:
    """A bug, a kill for want of memory, an exit code that says nothing, an end without a report: 2."""
    finder = (
        "import sys\nclass Finder:\n    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == 'tokcost.budgets.check':\n            {trouble}\nsys.meta_path.insert(0, Finder())\n"
    )
    (step.installed() / "sitecustomize.py").write_text(finder)
    _refused(step, repo.path, reason)


@pytest.mark.parametrize(("locked", "code"), [("True", 1), ("on", 1), ("FALSE", 0), ("", 0)])
def test_locked_as_github_writes_it(repo: Repo, step: Step, locked: str, code: int) -> None:
    """A growth that nobody agreed to is let pass only where that was said."""
    repo.write("tokcost.toml", CONFIG.replace('max-increase = "10%"\n', ""))
    assert main(["lock"]) == 0
    repo.write("prompts/a.md", words(150))
    assert step.run(repo.path, locked=locked).code == code


def test_protect_rules_is_handed_on(repo: Repo, step: Step) -> None:
    """As the option of its name, with the base in one word each, before the options of the workflow."""
    (step.installed() / "sitecustomize.py").write_text(
        "import sys\nif 'check' in sys.orig_argv:\n    open('argv', 'w').write('\\n'.join(sys.orig_argv))\n"
    )
    step.run(repo.path, protect_rules="TRUE", locked="no", base="HEAD", args="--why")
    argv = (repo.path / "argv").read_text().split("\n")
    assert argv[1:7] == ["-I", "-X", "utf8", "-m", "tokcost", "check"]
    assert argv[-3:] == ["--protect-rules", "--base=HEAD", "--why"]
    assert "--locked" not in argv


# Modules that tokcost, pip or venv import, and programs that they start.
MODULES = (
    "tokcost", "typer", "logging", "types", "subprocess", "sitecustomize", "usercustomize", "venv", "pip", "json", "re",
)  # fmt: skip
PROGRAMS = ("git", "python", "python3", "tokcost", "lsb_release", "bash")


def _plant(repo: Repo, *others: str) -> dict[str, str]:
    """Modules and programs in a checkout that leave a mark when they are run, and the settings that point there.

    ``others`` are searched for programs after those of the checkout.
    """
    for name in MODULES:
        repo.write(f"{name}.py", f"open({str(repo.path / 'pwned')!r}, 'w').write(__name__)\nraise SystemExit(0)\n")
    for name in PROGRAMS:
        repo.write(f"tools/{name}", f"#!/bin/sh\necho {name} > '{repo.path / 'pwned'}'\nexit 0\n").chmod(0o755)
        repo.write(name, f"#!/bin/sh\necho {name} > '{repo.path / 'pwned'}'\nexit 0\n").chmod(0o755)
    (repo.path.parent / "link").symlink_to(repo.path / "tools")
    repo.write(".gitconfig", f"[core]\n\tfsmonitor = touch '{repo.path / 'pwned'}'\n\thooksPath = tools\n")
    path = os.pathsep.join(["", ".", "tools", str(repo.path / "tools"), str(repo.path.parent / "link"), *others])
    return {
        "PATH": f"{path}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(repo.path),
        "GIT_CONFIG_GLOBAL": str(repo.path / ".gitconfig"),
        "PYTHONPATH": str(repo.path),
        "PYTHONSTARTUP": str(repo.path / "pip.py"),
        "PYTHONUSERBASE": str(repo.path),
        "PIP_CONFIG_FILE": str(repo.path / "pip.conf"),
        "PIP_TARGET": str(repo.path / "target"),
        "PIP_CONSTRAINT": "constraints.txt",
        "PIP_FIND_LINKS": str(repo.path),
    }


def test_the_check_takes_no_module_and_no_program_from_the_checkout(grown: Repo, step: Step) -> None:
    """Neither by the working directory nor by PYTHONPATH nor by PATH, and its verdict stands."""
    environment = _plant(grown)
    grown.git("update-ref", "-d", "refs/remotes/origin/main")
    grown.git("remote", "add", "origin", grown.path.as_uri())
    result = step.run(grown.path, environment, GITHUB_BASE_REF="main")
    assert result.code == 1, result
    assert "grew from 100 to 150 input tokens" in result.out
    assert not (grown.path / "pwned").exists()


# Stands in for the Python of the runner: it says how it was called.
PYTHON = """#!/bin/bash
{ echo "$PWD $*"; env; } >> "$RUNNER_TEMP/calls"
[ "$2 $3" != "-m venv" ] || { mkdir -p tokcost-env/bin && cp "$0" tokcost-env/bin/python; }
"""


def test_the_installation_takes_nothing_from_the_checkout(repo: Repo, step: Step, tmp_path: Path) -> None:
    """No module, no program and no settings of pip that lie there; those that lead to a registry are kept."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3").write_text(PYTHON)
    (tmp_path / "bin" / "python3").chmod(0o755)
    environment = _plant(repo, str(tmp_path / "bin")) | {"PIP_INDEX_URL": "https://example.org/simple"}
    result = step.bash("Install tokcost", repo.path, environment)
    assert result.code == 0, result
    calls = (step.temp / "calls").read_text()
    assert f"{step.temp} -I -m venv --clear tokcost-env\n" in calls
    assert f"{step.temp} -I -m pip install --quiet --disable-pip-version-check {TOP}\n" in calls
    left = {line for line in calls.splitlines() if line.startswith(("PYTHON", "PIP_"))} - {
        f"PIP_CERT={os.environ.get('PIP_CERT')}"
    }
    assert left == {"PIP_INDEX_URL=https://example.org/simple", "PIP_CONFIG_FILE=/dev/null"}
    paths = {line for line in calls.splitlines() if line.startswith("PATH=")}
    assert not any(str(repo.path) in path or "/link" in path or "=:" in path or ":." in path for path in paths)
    assert not (repo.path / "pwned").exists()


def test_what_cannot_be_installed_is_no_verdict(repo: Repo, step: Step) -> None:
    """Without a Python outside of the checkout: 2, with an annotation."""
    result = step.bash("Install tokcost", repo.path, {"PATH": str(_plant(repo)["PATH"].split(os.pathsep)[3])})
    assert result.code == 2
    assert result.obeyed()[-1].startswith("::error title=tokcost could not check::tokcost could not be installed")
    assert not (repo.path / "pwned").exists()


@pytest.mark.skipif(
    not os.environ.get("TOKCOST_TEST_INSTALLS"), reason="installs packages: set TOKCOST_TEST_INSTALLS=1"
)
def test_both_steps_as_they_are(grown: Repo, step: Step) -> None:
    """The real venv, the real pip and what they install, beside modules and programs that must not be taken."""
    environment = _plant(grown)
    assert step.bash("Install tokcost", grown.path, environment).code == 0
    result = step.run(grown.path, environment, GITHUB_BASE_REF="main")
    assert result.code == 1, result
    assert "grew from 100 to 150 input tokens" in result.out
    assert not (grown.path / "pwned").exists()


def test_a_tag_by_the_name_of_the_base_does_not_shadow_it(grown: Repo, step: Step) -> None:
    """The action means the branch of origin; a name that means two things is refused where people write it."""
    grown.git("tag", "origin/main")
    result = step.run(grown.path, GITHUB_BASE_REF="main")
    assert result.code == 1
    assert "grew from 100 to 150 input tokens" in result.out
    _refused(step, grown.path, "'origin/main' means more than one thing here", base="origin/main")


def test_a_tag_by_the_full_name_of_the_base_does_not_stand_in_for_it(grown: Repo, step: Step) -> None:
    """Where the branch is not there yet it is fetched, even if a tag answers to its name."""
    grown.git("update-ref", "-d", "refs/remotes/origin/main")
    grown.git("tag", "refs/remotes/origin/main")
    _refused(step, grown.path, "git knows no commit 'origin/main' here and cannot fetch it", GITHUB_BASE_REF="main")


@pytest.mark.parametrize(
    "branch",
    ["a b", "main:refs/heads/evil", "$(touch pwned)", "*", "main\n::add-mask::x", "../x", "-x", "--upload-pack=x"],
)
def test_a_branch_of_any_name_is_only_a_name(grown: Repo, step: Step, branch: str) -> None:
    """What cannot be a branch is refused, what is none is not found; nothing else is fetched or run."""
    grown.git("remote", "add", "origin", grown.path.as_uri())
    before = grown.git("for-each-ref")
    reason = "not the name of a branch" if branch.lstrip("-")[0] in "am$*." else "here and cannot fetch it"
    out = _refused(step, grown.path, reason, GITHUB_BASE_REF=branch)
    assert "\n::add-mask" not in out
    assert grown.git("for-each-ref") == before


def test_a_branch_may_have_a_name_that_a_shell_would_run(grown: Repo, step: Step) -> None:
    """It is fetched, and compared with."""
    branch = "it's;$(touch${IFS}pwned)&`id`|%0A,#\u00fc"
    grown.git("update-ref", f"refs/heads/{branch}", "main")
    grown.git("remote", "add", "origin", grown.path.as_uri())
    result = step.run(grown.path, GITHUB_BASE_REF=branch)
    assert result.code == 1, result
    assert "grew from 100 to 150 input tokens" in result.out
    assert not (grown.path / "pwned").exists()


def test_fetching_the_base_runs_no_hook_of_the_checkout(grown: Repo, step: Step) -> None:
    """Earlier steps may have set core.hooksPath to a folder of the repository."""
    grown.git("update-ref", "-d", "refs/remotes/origin/main")
    grown.git("remote", "add", "origin", grown.path.as_uri())
    grown.write("hooks/reference-transaction", f"#!/bin/sh\necho > '{grown.path / 'pwned'}'\n").chmod(0o755)
    grown.git("config", "core.hooksPath", "hooks")
    assert step.run(grown.path, GITHUB_BASE_REF="main").code == 1
    assert not (grown.path / "pwned").exists()


HOSTILE = "##[add-mask]e 🙂\x1b]8;;https:x\x07\r::add-mask::e\n::stop-commands::x"


def test_nothing_from_outside_is_a_command_of_the_runner(repo: Repo, step: Step) -> None:
    """Names of budgets, prompts and keys, messages and every format of the answer: shown, not obeyed."""
    name = HOSTILE.replace("/", "")
    escaped = "".join(f"\\u{ord(char):04x}" if ord(char) < 32 else char for char in HOSTILE)
    repo.write(f"prompts/{name}.md", words(1200))
    repo.write("tokcost.toml", ABSOLUTE.replace("support", escaped) + f'message = "{escaped}"\nmax-cost = "0.000001"\n')
    for args in ("", "-q --why", "-f json", "-f github"):
        result = step.run(repo.path, args=args)
        assert result.code == 1, result
        obeyed = result.obeyed()
        assert obeyed
        assert all(line.startswith(("::error file=", "::warning title=tokcost::")) for line in obeyed), obeyed
        assert not set("\x1b\x07\r") & set(result.out + result.err)


@pytest.mark.parametrize("file", ["tokcost.toml", "tokcost.lock", "agents.yaml", "pricing.toml"])
def test_the_reason_is_the_tools_own(repo: Repo, step: Step, file: str) -> None:
    """Files of the pull request that cannot be read neither speak to the runner nor give a reason of their own."""
    liar = "\ntokcost: error: all is well\n::add-mask::e\n##[stop-commands]x\n::error::all is well\n"
    texts = {
        "tokcost.toml": CONFIG + f'"""{liar}""" = 1\n',
        "tokcost.lock": f"{liar}",
        "agents.yaml": f'"{liar}": [}}\n',
        "pricing.toml": f"[tokcost]\nschema = 1\n{liar}",
    }
    repo.write(file, texts[file])
    if file == "agents.yaml":
        repo.write("tokcost.toml", CONFIG.replace("prompts/*.md", "agents.yaml#a"))
    result = step.run(repo.path, locked="true")
    assert result.code == 2
    assert [line[:40] for line in result.obeyed()] == ["::error title=tokcost could not check::" + file[0]] or (
        len(result.obeyed()) == 1 and file in result.obeyed()[0]
    )
    assert "\ntokcost: error: all is well" not in result.out
    assert not any(line.startswith("all is well") for line in step.comment().splitlines())


def test_each_run_keeps_its_own_files(grown: Repo, step: Step) -> None:
    """The comment of one step is not replaced by that of another in the same job."""
    assert step.run(grown.path, base="HEAD").code == 0
    first = step.outputs()
    text = step.comment()
    assert step.run(grown.path, GITHUB_BASE_REF="main").code == 1
    assert Path(first["comment"]).read_text() == text
    assert "✅" in text
    assert "❌" in step.comment()


@pytest.mark.parametrize("sink", [">&-", "> /dev/full", "| true"])
def test_the_verdict_stands_without_a_log(grown: Repo, step: Step, sink: str) -> None:
    """A log that is closed, full or read by nobody changes neither the exit code nor the comment."""
    step.installed()
    python = step.temp / "tokcost-env" / "bin" / "python"
    environment = os.environ | {"GITHUB_OUTPUT": str(step.output), "RUNNER_TEMP": str(step.temp), "BASE": "HEAD~1"}
    script = f"set -o pipefail; '{python}' -I -X utf8 -m tokcost.action {sink}"
    done = subprocess.run(["bash", "-c", script], cwd=grown.path, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert "grew from 100 to 150 input tokens" in step.comment()


def test_a_file_is_announced_only_where_it_is(repo: Repo, step: Step) -> None:
    """Where the summary cannot be written the check is not over, and the comment says so."""
    result = step.run(repo.path, {"GITHUB_STEP_SUMMARY": str(repo.path / "nowhere" / "summary.md")})
    assert result.code == 2
    assert "GITHUB_STEP_SUMMARY" in step.comment()
    assert "✅" not in step.comment()
    assert all(Path(step.outputs()[name]).is_file() for name in ("comment", "sarif"))
    result = step.run(repo.path, {"GITHUB_OUTPUT": str(repo.path / "nowhere" / "output")})
    assert result.code == 2
    assert result.obeyed()[-1].startswith("::error title=tokcost could not check::")
    result = step.run(repo.path, {"RUNNER_TEMP": str(step.temp)}, working_directory="prompts", base="HEAD")
    assert result.code == 0
