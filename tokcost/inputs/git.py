"""Files as they were at a commit. The real git is asked; what it cannot answer is an error, never "no change"."""

from __future__ import annotations

import os
import posixpath
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tokcost.errors import GitError
from tokcost.phrases import quote

_LINK = "120000"
_MODULE = "160000"
_LOCAL = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR")


class GitFile(NamedTuple):
    """A file in a tree: its mode, its object, the repository that has it ('' or a submodule) and its path there."""

    mode: str
    object: str
    module: str
    path: str


class Repository:
    """The repository around a folder. Names are relative to that folder, with slashes."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        found = self._git("rev-parse", "--show-toplevel", "--show-prefix", "--is-shallow-repository").split(b"\n")
        self.top, self.prefix = os.fsdecode(found[0]), os.fsdecode(found[1])
        self.shallow = found[2] == b"true"

    def commit(self, ref: str) -> str:
        """The commit that a name means. Raises GitError for one that git does not know."""
        if ref.startswith("-"):
            raise GitError(f"{quote(ref)} is not a git ref: name a branch, a tag or a commit")
        options = ("-c", "core.warnAmbiguousRefs=true", "rev-parse", "--verify", "--end-of-options")
        code, out, said = self._try(*options, f"{ref}^{{commit}}")
        if code == 0 and "is ambiguous" in said and ref != "HEAD":  # git takes the tag
            raise GitError(f"{quote(ref)} means more than one thing here: write refs/remotes/{ref}, or refs/tags/{ref}")
        if code == 0:
            return out.decode().strip()
        if ref == "HEAD":
            raise GitError("there is no commit yet to compare with: commit once")
        remedy = (
            "this clone is shallow, fetch the rest with 'git fetch --unshallow' (actions/checkout: fetch-depth: 0)"
            if self.shallow
            else f"fetch it, as 'git fetch origin {ref.removeprefix('origin/')}', or correct the name"
        )
        raise GitError(f"git knows no commit {quote(ref)} here: {remedy}")

    def merge_base(self, ref: str) -> str:
        """The commit where HEAD left the line of ``ref``. Raises GitError when the two have none in common here."""
        self.commit(ref)
        head = self.commit("HEAD")
        code, out, _ = self._try("merge-base", head, self.commit(ref))
        if code == 0 and out.strip():
            return out.decode().split()[0]
        if self.shallow:
            raise GitError(
                f"this shallow clone does not reach back to where HEAD left {quote(ref)}: "
                "run 'git fetch --unshallow' first (actions/checkout: fetch-depth: 0)"
            )
        raise GitError(f"HEAD and {quote(ref)} have no commit in common: --exact-base compares with {ref} itself")

    def tree(self, commit: str) -> dict[str, GitFile]:
        """Every file at a commit below the folder, those of submodules included."""
        found: dict[str, GitFile] = {}
        for name, entry in _listed(self._git("ls-tree", "-r", "-z", "--full-tree", commit), "", "").items():
            if entry.mode == _MODULE and self._reaches(name):
                found |= self._module_tree(name, entry.object)
            else:
                found[name] = entry
        below = {name: entry for name, entry in found.items() if name.startswith(self.prefix)}
        return {name[len(self.prefix) :]: self._followed(name, found) for name in below}

    def renames(self, commit: str, until: str | None = None) -> dict[str, str]:
        """New name to old name, for files that moved from the commit to another or to what git tracks here."""
        commits = [commit, until] if until else [commit]
        options = ("--no-ext-diff", "--name-status", "-z", "-M", "-l0", "--diff-filter=R")
        out = self._git("diff", *options, *commits, "--")
        fields = [os.fsdecode(field) for field in out.split(b"\0")]
        size = len(self.prefix)
        return {
            fields[at + 2][size:]: fields[at + 1][size:]
            for at in range(0, len(fields) - 2, 3)
            if fields[at + 1].startswith(self.prefix) and fields[at + 2].startswith(self.prefix)
        }

    def read(self, entries: Iterable[GitFile]) -> dict[GitFile, bytes]:
        """The contents as a checkout would write them here (line ends, Git LFS), in one go for each repository."""
        by_module: dict[str, list[GitFile]] = {}
        for entry in dict.fromkeys(entries):
            by_module.setdefault(entry.module, []).append(entry)
        found: dict[GitFile, bytes] = {}
        for module, wanted in by_module.items():
            found |= self._read(module, wanted)
        return found

    def _read(self, module: str, wanted: Sequence[GitFile]) -> dict[GitFile, bytes]:
        odd = [entry.path for entry in wanted if "\n" in entry.path]
        if odd:
            raise GitError(f"{quote(odd[0])}: a file name with a line break cannot be looked up in history: rename it")
        # The sizes that git reports are those before the filters, so an object that cannot be is asked for after
        # each file: the answer "missing" is where the file ends.
        end = f"{secrets.token_hex(16)} missing\n".encode()
        asked = [
            f"{entry.object} ".encode() + os.fsencode(entry.path) + b"\n" + end.split()[0] + b" -\n" for entry in wanted
        ]
        out = self._git("cat-file", "--batch", "--filters", module=module, stdin=b"".join(asked))
        found = {}
        for entry, answer in zip(wanted, out.split(end), strict=False):
            head, _, content = answer.partition(b"\n")
            if head.split()[1:2] != [b"blob"]:
                where = f" of the submodule {quote(module)}" if module else ""
                raise GitError(
                    f"{quote(entry.path)}: its content at the base{where} is not in this clone: "
                    f"run 'git{' -C ' + module if module else ''} fetch' first"
                )
            found[entry] = content[:-1]
        return found

    def _reaches(self, module: str) -> bool:
        """Whether a submodule is checked out and not quite elsewhere."""
        inside = module.startswith(self.prefix) or self.prefix.startswith(module + "/")
        return inside and os.path.exists(os.path.join(self.top, module, ".git"))

    def _module_tree(self, module: str, commit: str) -> dict[str, GitFile]:
        code, out, _ = self._try("ls-tree", "-r", "-z", "--full-tree", commit, module=module)
        if code:
            raise GitError(
                f"the submodule {quote(module)} does not have commit {commit[:10]}, which the base names: "
                f"run 'git -C {module} fetch' first"
            )
        return _listed(out, module, module + "/")

    def _followed(self, name: str, tree: Mapping[str, GitFile]) -> GitFile:
        """The file that a link in the tree leads to; the link itself where that is outside of it."""
        entry = tree[name]
        for _ in range(8):
            if entry.mode != _LINK:
                return entry
            target = os.fsdecode(self._git("cat-file", "blob", entry.object, module=entry.module))
            name = posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
            if name not in tree:
                break
            entry = tree[name]
        return entry

    def _git(self, *arguments: str, module: str = "", stdin: bytes = b"") -> bytes:
        code, out, said = self._try(*arguments, module=module, stdin=stdin)
        if code == 0:
            return out
        if "not a git repository" in said:
            raise GitError(f"{self._folder} is not in a git repository: run it in a clone, or leave out the base")
        if "dubious ownership" in said:
            raise GitError(
                "git refuses a repository that another user owns: "
                "run 'git config --global --add safe.directory <its folder>' first"
            )
        line = next((line for line in said.splitlines() if line.startswith(("fatal:", "error:"))), said[:200])
        raise GitError(f"git {arguments[0]} failed: {line.strip() or f'exit code {code}'}")

    def _try(self, *arguments: str, module: str = "", stdin: bytes = b"") -> tuple[int, bytes, str]:
        import subprocess

        where = os.path.join(self.top, module) if module else self._folder
        environment = {name: value for name, value in os.environ.items() if name not in _LOCAL}
        if not module:
            environment |= _local_variables()
        environment |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_LITERAL_PATHSPECS": "1"}
        environment |= {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_TERMINAL_PROMPT": "0"}
        try:
            done = subprocess.run(
                ["git", *arguments], cwd=where, env=environment, input=stdin, capture_output=True, check=False
            )
        except FileNotFoundError as error:
            raise GitError("git is not installed or not on PATH: a base needs it") from error
        except OSError as error:
            raise GitError(f"git cannot be run: {error.strerror}") from error
        return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace")


def _local_variables() -> dict[str, str]:
    """What a hook is given, made absolute: git runs hooks at the top of the tree, and this runs it elsewhere."""
    found = {name: os.path.abspath(os.environ[name]) for name in _LOCAL if os.environ.get(name)}
    if "GIT_DIR" in found:
        found.setdefault("GIT_WORK_TREE", os.getcwd())
    return found


def _listed(out: bytes, module: str, lead: str) -> dict[str, GitFile]:
    found = {}
    for line in out.split(b"\0"):
        if line:
            head, _, path = line.partition(b"\t")
            mode, _, oid = head.decode().split()
            name = os.fsdecode(path)
            found[lead + name] = GitFile(mode, oid, module, name)
    return found
