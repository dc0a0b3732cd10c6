"""Arguments to files: paths as they are, folders and globs by what is in them, URLs, archives, stdin; each once."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence

from tokcost.errors import InputError, TokcostError
from tokcost.inputs.compression import is_archive
from tokcost.inputs.content import FolderContent
from tokcost.inputs.files import STDIN, STDIN_NAME, InputFile, LeftOut, is_url
from tokcost.inputs.search import Search, wanted
from tokcost.phrases import quote

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
            key = identity(file.location) if search.once else _name_of(file.location)
            if key in seen:
                yield LeftOut(file.name, "the same file again, counted once")
                continue
            seen.add(key)
            yield from _unfolded(file, search)


def identity(location: str) -> str:
    """What is the same for a file under all its names, by links of either kind."""
    if location == STDIN or is_url(location):
        return location
    try:
        found = os.stat(location)
    except (OSError, ValueError):
        return os.path.realpath(location)
    return f"{found.st_dev}:{found.st_ino}" if stat.S_ISREG(found.st_mode) else os.path.realpath(location)


def _name_of(location: str) -> str:
    return location if location == STDIN or is_url(location) else os.path.abspath(location)


def _unfolded(file: InputFile, search: Search) -> Iterator[InputFile | LeftOut]:
    """The file, or the members of the archive that it is."""
    if not is_archive(file):
        yield file
        return
    from tokcost.inputs.archive import members

    try:
        for member in members(file):
            yield member if isinstance(member, LeftOut) else wanted(member, search)
    except InputError as error:
        if file.named:
            raise
        yield LeftOut(error.name, error.reason, failed=True)


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
    yield from (wanted(InputFile(match, match, named=False), search) for match in matches)


def _glob(argument: str, search: Search) -> Iterator[InputFile | LeftOut]:
    from tokcost.inputs.globs import MAGIC, compiled, depth_of, files_below

    magic = MAGIC.search(argument)
    if magic is None:
        raise TokcostError(f"{quote(argument)}: no such file or directory")
    plain = argument.replace("\\", "/") if os.sep == "\\" else argument
    lead = plain[: plain.rfind("/", 0, magic.start()) + 1]
    glob = "/".join(part for part in plain[len(lead) :].split("/") if part not in ("", "."))
    walked = files_below(lead or ".", "", depth_of(glob))
    matches = sorted((lead + name, is_folder) for name, is_folder in walked if compiled(glob).match(name))
    if plain.endswith("/"):
        matches = [match for match in matches if match[1]]
    if not matches:
        raise TokcostError(f"{quote(argument)}: the pattern matches no file")
    content = FolderContent(lead or ".", search)
    for match, is_folder in matches:
        if not is_folder:
            yield content.wanted(match, deeply=True)
        elif "**" not in glob:  # which matches every file in it, too
            yield LeftOut(match, "a directory: name it to read what is in it", unread=True)


def _walk(top: str, search: Search) -> Iterator[InputFile | LeftOut]:
    content = FolderContent(top, search)
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            yield LeftOut(folder, f"cannot be read: {error.strerror}", failed=True)
            continue
        walked, files = [], []
        for entry in entries:
            path = os.path.join(folder, entry.name)
            if not (os.path.isdir(path) if entry.is_symlink() else entry.is_dir(follow_symlinks=False)):
                files.append(path)
                continue
            instead = content.not_walked(path, entry.name)
            if instead is None:
                walked.append(path)
            else:
                yield from instead
        yield from map(content.wanted, files)
        waiting += reversed(walked)
    yield from content.missing()
