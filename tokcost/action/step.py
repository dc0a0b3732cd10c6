"""The step: read the inputs, run the check, hand on its verdict."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tokcost.action.base import base_ref
from tokcost.action.log import command, show
from tokcost.action.words import boolean, shell_words
from tokcost.atomic import write_whole
from tokcost.errors import INTERRUPTED, NO_ANSWER, RULE_BROKEN, TokcostError
from tokcost.phrases import printable, quote
from tokcost.render.github import annotation
from tokcost.render.markdown import MARKER

# How the last line begins where the tool ended without an answer.
_ENDINGS = ("tokcost: error: ", "tokcost: bug: ")

# What says where a program finds its settings.
_SETTINGS = ("HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_EXEC_PATH", "GIT_TEMPLATE_DIR")
_LONGEST_REASON = 1000


class StepFiles(NamedTuple):
    """What the check writes, in a folder that no other run of the action has."""

    comment: Path
    sarif: Path
    annotations: Path


class StepVerdict(NamedTuple):
    """The exit code, and why there is no other where no report says it."""

    code: int
    reason: str = ""


def run_step() -> int:
    """Run the step with the inputs that the environment has; its exit code is the verdict."""
    try:
        folder = Path(tempfile.mkdtemp(prefix="tokcost-", dir=os.environ.get("RUNNER_TEMP")))
        files = StepFiles(folder / "comment.md", folder / "tokcost.sarif", folder / "annotations.txt")
        try:
            verdict = _check(files)
        except TokcostError as error:
            verdict = StepVerdict(NO_ANSWER, str(error))
        except OSError as error:
            verdict = StepVerdict(NO_ANSWER, _in_words(error))
        except Exception as error:
            verdict = StepVerdict(NO_ANSWER, f"bug: {type(error).__name__}: {error}: please report it")
        if verdict.reason:
            _explain(verdict.reason, files.comment)
        return _hand_on(verdict.code, files)
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        command(annotation("error", [_in_words(error)], title="tokcost could not check"))
        return NO_ANSWER


def _check(files: StepFiles) -> StepVerdict:
    _leave_the_checkout()
    folder = os.environ.get("FOLDER") or "."
    if not os.path.isdir(folder):
        raise TokcostError(f"working-directory {quote(folder)}: there is no such folder")
    options = [f"--report=markdown={files.comment}", f"--report=sarif={files.sarif}"]
    options += [f"--report=github={files.annotations}", "--no-cache"]
    for name in ("locked", "protect-rules"):
        if boolean(name, os.environ.get(name.replace("-", "_").upper(), "")):
            options.append(f"--{name}")
    words = shell_words("args", os.environ.get("ARGS", ""))
    if base := base_ref(os.environ.get("BASE", ""), folder):
        options.append(f"--base={base}")
    # isolated, so that no module is taken from the checkout
    argv = [sys.executable, "-I", "-X", "utf8", "-m", "tokcost", "check", *options, *words]
    done = subprocess.run(argv, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    said = done.stderr.decode("utf-8", "backslashreplace")
    show(done.stdout.decode("utf-8", "backslashreplace"))
    show(said)
    if files.annotations.is_file():
        for line in files.annotations.read_text("utf-8").split("\n"):
            if line.startswith(("::error ", "::warning ")):
                command(line)
    return _verdict(done.returncode, said, files.comment.is_file())


def _verdict(code: int, said: str, reported: bool) -> StepVerdict:
    """The exit code as it is where a report tells of it; else none, with the reason that the tool itself gave."""
    lines = said.rstrip("\n").split("\n")
    reasons = [line for line in lines if line.startswith(_ENDINGS)]
    if code in (0, RULE_BROKEN) and reported:
        return StepVerdict(code)
    if code in (0, RULE_BROKEN):
        return StepVerdict(NO_ANSWER, "no report was written: args must not hold --help and its like")
    if reasons and (reasons[-1] == lines[-1] or not reported):
        return StepVerdict(NO_ANSWER, reasons[-1].removeprefix("tokcost: ").removeprefix("error: "))
    if code == NO_ANSWER and reported:
        return StepVerdict(code)
    how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
    return StepVerdict(NO_ANSWER, f"the check {how} and gave no reason")


def _leave_the_checkout() -> None:
    """Take what lies in the checkout, or depends on the folder, out of PATH and of what names settings.

    git is not to come from a pull request, nor is its configuration or a price file of the user.
    """
    checkout = os.path.realpath(os.environ.get("GITHUB_WORKSPACE") or os.curdir)

    def is_outside(path: str) -> bool:
        return os.path.isabs(path) and not Path(os.path.realpath(path)).is_relative_to(checkout)

    path = os.environ.get("PATH", "").split(os.pathsep)
    os.environ["PATH"] = os.pathsep.join(filter(is_outside, path))
    for name in _SETTINGS:
        if not is_outside(os.environ.get(name) or os.sep):
            del os.environ[name]


def _in_words(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}" if error.filename else str(error)


def _explain(reason: str, comment: Path) -> None:
    """Say why there is no verdict: in an annotation, the comment and the summary of the run."""
    reason = reason if len(reason) <= _LONGEST_REASON else reason[:_LONGEST_REASON] + "..."
    command(annotation("error", [reason], title="tokcost could not check"))
    text = f"{MARKER}\n### ❌ tokcost could not check\n\n```\n{printable(reason)}\n```\n"
    comment.unlink(missing_ok=True)  # an error after the report: what it says does not hold
    with suppress(OSError):
        write_whole(comment, text.encode())
    with suppress(OSError), open(os.environ.get("GITHUB_STEP_SUMMARY") or os.devnull, "a", encoding="utf-8") as file:
        file.write(text)


def _hand_on(code: int, files: StepFiles) -> int:
    """Write the outputs: a file is named only where it is."""
    outputs = {"exit-code": str(code)}
    outputs |= {name: str(path) for name, path in zip(("comment", "sarif"), files, strict=False) if path.is_file()}
    if any("\n" in value for value in outputs.values()):
        raise OSError("RUNNER_TEMP has a line break in it")
    with open(os.environ.get("GITHUB_OUTPUT") or os.devnull, "a", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in outputs.items())
    return code
