"""Runs git: in the right repository, without a question to anybody, and never longer than a limit."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from tokcost.errors import GitError
from tokcost.phrases import quote

if TYPE_CHECKING:
    from subprocess import Popen

# Seconds that one call may take: git may fetch from a server that does not answer.
LONGEST = 120
_LOCAL = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR")
# What a commit under way has of its own.
_OF_COMMIT = ("GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY")
# The same answers everywhere, nothing written, nothing asked of a person.
_PLAIN = {
    "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_LITERAL_PATHSPECS": "1", "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_TERMINAL_PROMPT": "0", "GCM_INTERACTIVE": "never",
}  # fmt: skip


class GitAnswer(NamedTuple):
    """The exit code of git, what it wrote and what it said."""

    code: int
    out: bytes
    said: str


def run_git(arguments: tuple[str, ...], where: str, local: Mapping[str, str], stdin: bytes = b"") -> GitAnswer:
    """Run git in a folder, with those of its own variables that hold there. Raises GitError when it cannot be run."""
    import subprocess

    environment = {name: value for name, value in os.environ.items() if name not in _LOCAL} | dict(local) | _PLAIN
    pipe = subprocess.PIPE
    try:
        # a session of its own has no terminal that ssh could ask at, and can be ended with all that it started
        process = subprocess.Popen(
            ["git", *arguments], cwd=where, env=environment, stdin=pipe, stdout=pipe, stderr=pipe,
            start_new_session=True,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise GitError("git is not installed or not on PATH") from error
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror}") from error
    try:
        out, said = process.communicate(stdin, LONGEST)
    except subprocess.TimeoutExpired:
        _end(process)
        raise GitError(
            f"git {arguments[0]} took more than {LONGEST} seconds and was ended: "
            "does it wait for a server or a lock? Run 'git fetch' first"
        ) from None
    except BaseException:
        _end(process)
        raise
    return GitAnswer(process.returncode, out, said.decode("utf-8", "replace"))


def _end(process: Popen[bytes]) -> None:
    """End git and what it has started, which would keep its pipes open."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.communicate()


def local_variables(folder: str) -> dict[str, str]:
    """What of git's own variables holds for a folder: those of a hook of the repository that it lies in.

    Raises GitError where they name the repository of another folder.
    """
    found = {name: os.path.abspath(os.environ[name]) for name in _LOCAL if os.environ.get(name)}
    if not found:
        return {}
    own = run_git(("rev-parse", "--absolute-git-dir"), folder, {})
    if own.code == 0:
        git_dir = os.path.realpath(os.fsdecode(own.out.rstrip(b"\n")))
        same = _same_repository(found, git_dir)
        # git finds the rest of the repository itself
        return {name: value for name, value in found.items() if same and name in _OF_COMMIT}
    if "GIT_DIR" not in found or "dubious ownership" in own.said:
        return found
    top, name = os.path.split(found["GIT_DIR"])
    if "GIT_WORK_TREE" not in found and name == ".git":
        raise GitError(
            f"GIT_DIR names the repository of {quote(top)}, and {quote(folder)} is not in it: "
            "unset GIT_DIR, or let GIT_WORK_TREE name the work tree"
        )
    found.setdefault("GIT_WORK_TREE", os.getcwd())  # where git itself would take it to be
    return found


def in_a_commit(folder: str) -> bool:
    """Whether git runs this in a hook of a commit to the repository of a folder: it hands over the index of that."""
    return bool(os.environ.get("GIT_INDEX_FILE")) and "GIT_INDEX_FILE" in local_variables(folder)


def _same_repository(given: Mapping[str, str], git_dir: str) -> bool:
    """Whether variables are about the repository that a folder lies in; git hands them to hooks of any."""
    if "GIT_DIR" in given:
        return os.path.realpath(given["GIT_DIR"]) == git_dir
    index = given.get("GIT_INDEX_FILE")
    holder = os.path.realpath(os.path.dirname(index)) if index else git_dir
    return holder == git_dir or not os.path.exists(os.path.join(holder, "HEAD"))
