"""Files as they were at a commit. The real git is asked; what it cannot answer is an error, never "no change"."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Container, Iterable, Mapping
from typing import NamedTuple

from tokcost.errors import GitError
from tokcost.inputs.git_contents import GitContents
from tokcost.inputs.git_links import LINK, GitFile, followed
from tokcost.phrases import quote

_MODULE = "160000"
# What git calls no bytes, by either of its hashes.
_EMPTY = (
    "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
)


class IndexedFiles(NamedTuple):
    """What git tracks below a folder: its files, and the names of those that a checkout may leave out."""

    files: Mapping[str, GitFile]
    sparse: frozenset[str]


class Repository(GitContents):
    """The repository around a folder. Names are relative to that folder, with slashes.

    A submodule that was moved is found again where files of today, ``near``, are in it.
    """

    def __init__(self, folder: str, near: Iterable[str] = ()) -> None:
        super().__init__(folder)
        self._near = tuple(near)
        self._files: dict[str, dict[str, GitFile]] = {}

    def has_commits(self) -> bool:
        """Whether HEAD is a commit: it is none before the first."""
        return self._try("rev-parse", "--verify", "-q", "HEAD^{commit}").code == 0

    def commit(self, ref: str) -> str:
        """The commit that a name means. Raises GitError for one that git does not know."""
        if ref.startswith("-"):
            raise GitError(f"{quote(ref)} is not a git ref: name a branch, a tag or a commit")
        options = ("-c", "core.warnAmbiguousRefs=true", "rev-parse", "--verify", "--end-of-options")
        code, out, said = self._try(*options, f"{ref}^{{commit}}")
        if code == 0 and "is ambiguous" in said and ref != "HEAD":  # git takes the tag
            raise GitError(f"{quote(ref)} means more than one thing here: write refs/remotes/{ref}, or refs/tags/{ref}")
        if code == 0 and not out.startswith(b"^"):  # all that is not in it
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
        """Every file at a commit below the folder, those of submodules and of linked folders included."""
        return self._below(self.files(commit))

    def files(self, commit: str) -> dict[str, GitFile]:
        """Every file at a commit by its name from the top of the repository, those of submodules included."""
        if commit not in self._files:
            found: dict[str, GitFile] = {}
            for name, entry in _listed(self._git("ls-tree", "-r", "-z", "--full-tree", commit), "", "").items():
                module = "" if entry.mode != _MODULE else name if self._reaches(name) else self._moved(entry.object)
                if module:
                    found |= self._module_tree(module, entry.object, name)
                else:
                    found[name] = entry
            self._files[commit] = found
        return self._files[commit]

    def seen_from_folder(self, name: str) -> str:
        """A name from the top of the repository as seen from the folder."""
        return posixpath.relpath(name, self.prefix or ".")

    def gone(self, commit: str, until: str | None = None) -> dict[str, GitFile]:
        """The files of a commit that are not here any more, or not in another commit, by their full names."""
        if until:
            there: Container[str] = self.files(until)
            return {name: entry for name, entry in self.files(commit).items() if name not in there}
        left_out = self._index("")[1]
        top = os.path.realpath(self.top)
        linked: dict[str, bool] = {}  # folders that only a link leads to: what is in there are other files

        def is_there(name: str) -> bool:
            above = posixpath.dirname(name)
            if above not in linked:
                full = os.path.join(top, *above.split("/"))
                linked[above] = os.path.realpath(full) != full.rstrip(os.sep)
            return not linked[above] and os.path.lexists(os.path.join(top, name))

        return {
            name: entry for name, entry in self.files(commit).items() if name not in left_out and not is_there(name)
        }

    def index(self) -> IndexedFiles:
        """Every file in the index below the folder, those of submodules and of linked folders included."""
        found, sparse = self._index("")
        for name in [name for name, entry in found.items() if entry.mode == _MODULE and self._reaches(name)]:
            inside, left_out = self._index(name)
            del found[name]
            found |= inside
            sparse |= left_out
        below = self._below(found)
        own = (name for name, entry in below.items() if posixpath.join(entry.module, entry.path) in sparse)
        return IndexedFiles(below, frozenset(own))

    def staged(self) -> Mapping[str, GitFile]:
        """The files that a commit of the index would have, below the folder.

        Raises GitError where a merge is not resolved: there would be no commit, and it is not known what is in it.
        """
        unmerged = self._git("ls-files", "-u", "-z", "--full-name", module=".").split(b"\t", 1)[1:]
        if unmerged:
            name = os.fsdecode(unmerged[0].partition(b"\0")[0])
            raise GitError(f"{quote(name)} is not merged: resolve the conflict, and add it with 'git add'")
        files = self.index().files
        if not any(entry.object in _EMPTY for entry in files.values()):
            return files
        # What is but announced, with 'git add -N', stands there empty, and is in no commit.
        announced = ("diff-files", "-z", "--name-only", "--no-relative", "--ita-invisible-in-index", "--diff-filter=A")
        absent = set(map(os.fsdecode, self._git(*announced, module=".").split(b"\0")))
        return {name: entry for name, entry in files.items() if entry.module or entry.path not in absent}

    def _index(self, module: str) -> tuple[dict[str, GitFile], set[str]]:
        """The files of one index, and those that git does not look for on the disk: sparse, or assumed unchanged."""
        lead = f"{module}/" if module else ""
        found: dict[str, GitFile] = {}
        sparse = set()
        for line in self._git("ls-files", "-s", "-v", "-z", "--full-name", module=module or ".").split(b"\0"):
            if line:
                head, _, path = line.partition(b"\t")
                tag, mode, oid, _ = head.decode().split()
                name = os.fsdecode(path)
                found[lead + name] = GitFile(mode, oid, module, name)
                if tag == "S" or tag.islower():
                    sparse.add(lead + name)
        return found, sparse

    def _below(self, found: Mapping[str, GitFile]) -> dict[str, GitFile]:
        """What lies below the folder, by its name there, with the files that links lead to."""
        own = [name for name, entry in found.items() if entry.mode == LINK and name.startswith(self.prefix)]
        targets = self._targets(found) if own else {}
        size = len(self.prefix)
        below = followed(found, targets, self.prefix).items()
        return {name[size:]: entry for name, entry in below if name.startswith(self.prefix)}

    def _targets(self, found: Mapping[str, GitFile]) -> dict[str, str]:
        """Where each link leads."""
        links = {name: entry for name, entry in found.items() if entry.mode == LINK}
        blobs: dict[GitFile, bytes] = {}
        for module in dict.fromkeys(entry.module for entry in links.values()):
            blobs |= self._blobs(module, [entry for entry in links.values() if entry.module == module])
        return {name: os.fsdecode(blobs[entry]) for name, entry in links.items() if entry in blobs}

    def _reaches(self, module: str) -> bool:
        """Whether a submodule is checked out and not quite elsewhere."""
        inside = module.startswith(self.prefix) or self.prefix.startswith(module + "/")
        return inside and os.path.exists(os.path.join(self.top, module, ".git"))

    def _moved(self, commit: str) -> str:
        """The folder of the submodule that has a commit, '' where none of those near has it."""
        for module in self._modules():
            if self._try("cat-file", "-e", f"{commit}^{{commit}}", module=module).code == 0:
                return module
        return ""

    def _modules(self) -> list[str]:
        """The submodules around the files of today, from the top of the repository."""
        found: dict[str, None] = {}
        for folder in dict.fromkeys(posixpath.dirname(self.prefix + name) for name in self._near):
            here = posixpath.normpath(folder) if folder else ""
            while here not in ("", ".", "..") and not here.startswith("../"):
                if os.path.exists(os.path.join(self.top, here, ".git")):
                    found[here] = None
                here = posixpath.dirname(here)
        return list(found)

    def _module_tree(self, module: str, commit: str, name: str) -> dict[str, GitFile]:
        """The files of a submodule, which is in the folder ``module`` now and was called ``name``."""
        code, out, _ = self._try("ls-tree", "-r", "-z", "--full-tree", commit, module=module)
        if code:
            raise GitError(
                f"the submodule {quote(module)} does not have commit {commit[:10]}, which the base names: "
                f"run 'git -C {module} fetch' first"
            )
        return _listed(out, module, name + "/")


def _listed(out: bytes, module: str, lead: str) -> dict[str, GitFile]:
    found = {}
    for line in out.split(b"\0"):
        if line:
            head, _, path = line.partition(b"\t")
            mode, _, oid = head.decode().split()
            name = os.fsdecode(path)
            found[lead + name] = GitFile(mode, oid, module, name)
    return found
