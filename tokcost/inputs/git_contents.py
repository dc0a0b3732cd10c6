"""What git has behind the files of a commit or of the index, asked of the real git."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator, Sequence

from tokcost.errors import GitError
from tokcost.inputs.git_links import GitFile
from tokcost.inputs.git_run import GitAnswer, local_variables, run_git
from tokcost.phrases import quote


class GitContents:
    """The contents of files of the repository around a folder, and of its submodules."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._local = local_variables(folder)
        found = self._git("rev-parse", "--show-toplevel", "--show-prefix", "--is-shallow-repository").split(b"\n")
        self.top, self.prefix = os.fsdecode(found[0]), os.fsdecode(found[1])
        self.shallow = found[2] == b"true"
        top, real = os.path.realpath(self.top), os.path.realpath(folder)
        if os.path.commonpath([top, real]) != top:
            raise GitError(f"GIT_WORK_TREE names {quote(self.top)}, and {quote(folder)} is not in it: unset it")

    def read(self, entries: Iterable[GitFile]) -> dict[GitFile, bytes]:
        """The contents as a checkout would write them here (line ends, Git LFS), in one go for each repository."""
        by_module: dict[str, list[GitFile]] = {}
        for entry in dict.fromkeys(entries):
            by_module.setdefault(entry.module, []).append(entry)
        found: dict[GitFile, bytes] = {}
        for module, wanted in by_module.items():
            found |= self._read(module, wanted)
        return found

    def stored(self, entries: Iterable[GitFile]) -> dict[GitFile, bytes]:
        """The contents as git itself keeps them, whatever attributes say; not those that are not in this clone."""
        by_module: dict[str, list[GitFile]] = {}
        for entry in dict.fromkeys(entries):
            by_module.setdefault(entry.module, []).append(entry)
        return {entry: data for module, wanted in by_module.items() for entry, data in self._blobs(module, wanted)}

    def small(self, entries: Iterable[GitFile], most: int) -> list[GitFile]:
        """Those of at most so many bytes that this clone has."""
        by_module: dict[str, list[GitFile]] = {}
        for entry in entries:
            by_module.setdefault(entry.module, []).append(entry)
        found = []
        for module, wanted in by_module.items():
            asked = "".join(f"{entry.object}\n" for entry in wanted).encode()
            answers = self._try("cat-file", "--batch-check", module=module, stdin=asked).out.decode().splitlines()
            for entry, answer in zip(wanted, answers, strict=False):
                _, kind, *size = answer.split()
                if kind == "blob" and int(size[0]) <= most:
                    found.append(entry)
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

    def _blobs(self, module: str, wanted: Sequence[GitFile]) -> Iterator[tuple[GitFile, bytes]]:
        """The objects of entries as git has them; not those that are not in this clone."""
        asked = "".join(f"{entry.object}\n" for entry in wanted).encode()
        out = self._git("cat-file", "--batch", module=module, stdin=asked)
        at = 0
        for entry in wanted:
            end = out.index(b"\n", at)
            head = out[at:end].split()
            at = end + 1
            if head[1:2] == [b"blob"]:
                size = int(head[2])
                yield entry, out[at : at + size]
                at += size + 1

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

    def _try(self, *arguments: str, module: str = "", stdin: bytes = b"") -> GitAnswer:
        """``module``: a submodule, or "." for the top of the repository; "" is the folder."""
        where = os.path.join(self.top, module) if module else self._folder
        return run_git(arguments, where, {} if module not in ("", ".") else self._local, stdin)
