"""What a pull request is compared with: the branch that it goes to, fetched where the checkout does not have it."""

from __future__ import annotations

import os
import subprocess

from tokcost.action.log import show
from tokcost.errors import GitError, TokcostError
from tokcost.inputs.git import Repository
from tokcost.phrases import quote

_MOST_SECONDS = 600


def base_ref(given: str, folder: str) -> str:
    """The base to compare with, '' for none. Raises TokcostError for a branch that cannot be one or is not to be had.

    A full ref, since a tag may be called origin/main, too.
    """
    branch = os.environ.get("GITHUB_BASE_REF", "")
    if given or not branch:
        return given
    ref = f"refs/remotes/origin/{branch}"
    if _git(folder, "check-ref-format", f"refs/heads/{branch}")[0]:
        raise TokcostError(f"GITHUB_BASE_REF {quote(branch)}: that is not the name of a branch")
    try:
        repository = Repository(folder)
    except GitError:  # the check says in its own words what is wrong here
        return ref
    if _git(folder, "show-ref", "--verify", "--quiet", ref)[0] or not _meets(repository, ref):
        _fetch(folder, branch, ref, repository.shallow)
    return ref


def _meets(repository: Repository, ref: str) -> bool:
    try:
        repository.merge_base(ref)
    except GitError:
        return False
    return True


def _fetch(folder: str, branch: str, ref: str, shallow: bool) -> None:
    options = ["--quiet", "--no-tags", "--no-recurse-submodules", *(["--unshallow"] if shallow else [])]
    # a hook that earlier steps installed may come from the checkout
    command = ("-c", "core.hooksPath=/dev/null", "fetch", *options, "origin", f"+refs/heads/{branch}:{ref}")
    code, said = _git(folder, *command)
    show(said)
    if code and _git(folder, "show-ref", "--verify", "--quiet", ref)[0]:
        raise TokcostError(
            f"git knows no commit {quote(f'origin/{branch}')} here and cannot fetch it: see above for what git says, "
            "or check out with fetch-depth: 0"
        )


def _git(folder: str, *arguments: str) -> tuple[int, str]:
    environment = os.environ | {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=_MOST_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise TokcostError(
            f"git did not answer within {_MOST_SECONDS} seconds: check out with fetch-depth: 0"
        ) from None
    except OSError as error:
        raise TokcostError(f"git cannot be run: {error.strerror}: a base needs it") from error
    return done.returncode, done.stdout.decode("utf-8", "backslashreplace")
