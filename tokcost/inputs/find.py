"""Arguments to files: paths as they are, folders and globs by what is in them, URLs, archives, stdin; each once."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from tokcost.errors import InputError, TokcostError
from tokcost.inputs.compression import ARCHIVE_SUFFIX, COMPRESSION_SUFFIXES, is_archive, without_compression
from tokcost.inputs.files import STDIN, STDIN_NAME, InputFile, LeftOut, is_url
from tokcost.phrases import quote

if TYPE_CHECKING:
    from tokcost.inputs.gitignore import GitIgnore

# Folders of version control: never content.
_HISTORY = frozenset({".git", ".hg", ".svn"})
# Never prompts, and there whether or not somebody remembered to ignore them.
TOOL_FOLDERS = frozenset({"node_modules", ".venv", "__pycache__"})
NEVER_WALKED = _HISTORY | TOOL_FOLDERS
UNLIKE = "not named like a"
_IGNORED = "named in .gitignore (--no-ignore reads it)"
_TOOLS = "a folder of tools, not of texts (--no-ignore reads it)"


class Search(NamedTuple):
    """What is read from a folder, a glob or an archive.

    ``ignore``: not what .gitignore names; ``suffixes``: only such files, packed or not, all when empty, and
    ``kind`` names them; ``rotated``: also such files that a rotation has given a number or a day, as ``a.log.1``;
    ``once``: a link to a file that is read already is that file, not another one.
    """

    ignore: bool = True
    suffixes: tuple[str, ...] = ()
    kind: str = ""
    rotated: bool = False
    once: bool = False

    def takes(self, name: str) -> bool:
        """Whether the suffix of a file is one of those wanted, or says only that it is packed."""
        if not self.suffixes:
            return True
        plain = without_compression(name)
        packed = name.lower().endswith((*COMPRESSION_SUFFIXES, ARCHIVE_SUFFIX)) and not plain.endswith(".tar")
        return packed or plain.endswith(self.suffixes) or (self.rotated and self._is_rotated(plain))

    def _is_rotated(self, plain: str) -> bool:
        """Whether a number or a time follows the suffix; a compression may stand before it as well as after."""
        import re

        bare = re.sub(r"(?:[.\-_]\d[\dtz.:_\-]*)+$", "", plain)
        return bare != plain and without_compression(bare).endswith(self.suffixes)


TEXTS = Search()


def find(
    arguments: Sequence[str], search: Search = TEXTS, seen: set[str] | None = None
) -> Iterator[InputFile | LeftOut]:
    """The files behind arguments, in the order given, folders sorted, and what is left out of them.

    ``seen`` keeps what was found over several calls. Raises TokcostError when a name or a glob matches nothing.
    """
    seen = set() if seen is None else seen
    for argument in arguments:
        for file in _of_argument(argument, search):
            if isinstance(file, LeftOut):
                yield file
                continue
            key = _identity(file.location, search)
            if key in seen:
                yield LeftOut(file.name, "the same file again, counted once")
                continue
            seen.add(key)
            yield from _unfolded(file, search)


def _identity(location: str, search: Search) -> str:
    if location == STDIN or is_url(location):
        return location
    return os.path.realpath(location) if search.once else os.path.abspath(location)


def _unfolded(file: InputFile, search: Search) -> Iterator[InputFile | LeftOut]:
    """The file, or the members of the archive that it is."""
    if not is_archive(file):
        yield file
        return
    from tokcost.inputs.archive import members

    try:
        for member in members(file):
            yield member if isinstance(member, LeftOut) else _wanted(member, search)
    except InputError as error:
        if file.named:
            raise
        yield LeftOut(error.name, error.reason, failed=True)


def _wanted(file: InputFile, search: Search) -> InputFile | LeftOut:
    """A file that nobody named, if it is of the kind that is looked for."""
    if search.takes(file.member or file.location):
        return file
    return LeftOut(file.name, f"{UNLIKE} {search.kind} ({', '.join(search.suffixes)}): name it to read it")


def _of_argument(argument: str, search: Search) -> Iterator[InputFile | LeftOut]:
    if argument == STDIN:
        yield InputFile(STDIN_NAME, STDIN)
        return
    if is_url(argument):
        yield from _remote(argument, search)
        return
    try:
        mode = os.stat(argument).st_mode
    except FileNotFoundError:
        yield from _glob(argument, search)
        return
    except (OSError, ValueError) as error:
        raise TokcostError(f"{quote(argument)}: cannot be read: {getattr(error, 'strerror', error)}") from error
    if stat.S_ISDIR(mode):
        yield from _walk(argument, search)
    else:
        yield InputFile(argument, argument)


def _remote(url: str, search: Search) -> Iterator[InputFile | LeftOut]:
    from tokcost.inputs import remote

    if not remote.has_magic(url):
        yield InputFile(url, url)
        return
    matches = remote.glob(url)
    if not matches:
        raise TokcostError(f"{url}: the pattern matches no file")
    yield from (_wanted(InputFile(match, match, named=False), search) for match in matches)


def _glob(argument: str, search: Search) -> Iterator[InputFile | LeftOut]:
    import glob

    if not glob.has_magic(argument):
        raise TokcostError(f"{quote(argument)}: no such file or directory")
    matches = sorted(glob.glob(argument, recursive=True))
    if not matches:
        raise TokcostError(f"{quote(argument)}: the pattern matches no file")
    rules = _rules(".") if search.ignore else None
    for match in matches:
        if os.path.isdir(match):
            if "**" not in argument:  # which matches every file in it, too
                yield LeftOut(match, "a directory: name it to read what is in it")
        elif rules and rules.excludes_deeply(match):
            yield LeftOut(match, _IGNORED)
        else:
            yield _regular(match, search)


def _rules(top: str) -> GitIgnore:
    from tokcost.inputs.gitignore import GitIgnore

    return GitIgnore(top)


def _walk(top: str, search: Search) -> Iterator[InputFile | LeftOut]:
    rules = _rules(top) if search.ignore else None
    failures: list[OSError] = []
    for folder, folders, files in os.walk(top, onerror=failures.append):
        yield from map(_unreadable, failures)
        failures.clear()
        walked = []
        for name in sorted(folders):
            path = os.path.join(folder, name)
            reason = _why_not_walked(path, name, rules, search)
            if reason is None:
                walked.append(name)
            elif reason:
                yield LeftOut(path + "/", reason)
        folders[:] = walked
        for name in sorted(files):
            path = os.path.join(folder, name)
            yield LeftOut(path, _IGNORED) if rules and rules.excludes(path) else _regular(path, search)
    yield from map(_unreadable, failures)


def _why_not_walked(path: str, name: str, rules: GitIgnore | None, search: Search) -> str | None:
    """Why a folder is left out, "" where nobody needs to know; None when it is walked."""
    if name in _HISTORY and (rules or search.suffixes):
        return ""
    if rules and name in TOOL_FOLDERS:
        return _TOOLS
    if rules and rules.excludes(path + "/"):
        return _IGNORED
    return "a linked folder, not followed" if os.path.islink(path) else None


def _unreadable(failure: OSError) -> LeftOut:
    return LeftOut(str(failure.filename), f"cannot be read: {failure.strerror}", failed=True)


def _regular(path: str, search: Search) -> InputFile | LeftOut:
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        if os.path.islink(path) and error.errno in (errno.ENOENT, errno.ELOOP):
            return LeftOut(path, "broken symlink")
        return LeftOut(path, f"cannot be read: {error.strerror}", failed=True)
    if not stat.S_ISREG(mode):
        return LeftOut(path, "not a regular file")
    return _wanted(InputFile(path, path, named=False), search)
