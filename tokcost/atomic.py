"""Files that appear whole, and what is no file written into: a device, a pipe, an open descriptor.

A regular file is written under a temporary name beside its own, then renamed; links to it are followed, its
mode and owner are kept. Its other names (hard links) keep what they had, as they would from ``mv``.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from threading import get_ident

_serial = count()
# A folder that takes no new file, or a file that was mounted here alone, may yet let the file itself be written.
_NO_SECOND_NAME = (errno.EACCES, errno.EPERM, errno.EBUSY, errno.EROFS)
# Links that lead to links: as many as the system follows.
_MOST_LINKS = 40


def write_whole(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write the file, at once or in pieces, or leave what is there. Raises OSError, and then nothing of it is left.

    A pipe whose reader has gone away is no error: it wanted no more.
    """
    target = file_behind(path)
    pieces = [data] if isinstance(data, bytes) else data
    if isinstance(target, Path):
        _replace(target, pieces)
        return
    with suppress(BrokenPipeError):
        try:
            for piece in pieces:
                write_all(target, piece)
        finally:
            os.close(target)


def file_behind(path: Path) -> Path | int:
    """The regular file, there or not yet, that a path leads to; for all else a descriptor to write into and close.

    Raises OSError for a folder, and for what may not be written.
    """
    number = _descriptor(path)
    if number is not None:
        return os.dup(number)
    try:
        kind = path.stat().st_mode
    except FileNotFoundError:
        return Path(os.path.realpath(path))
    if stat.S_ISREG(kind):
        if not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return Path(os.path.realpath(path))
    return os.open(path, os.O_WRONLY)


def write_all(descriptor: int, data: bytes) -> None:
    """Write to the end, also where a descriptor takes a part at a time or makes its writer wait."""
    left = memoryview(data)
    while left:
        try:
            left = left[os.write(descriptor, left[: 1 << 20]) :]
        except BlockingIOError:
            import select

            select.select([], [descriptor], [])


def stand_in(path: Path, target: Path) -> None:
    """Create the file at ``path``, empty, with the mode and owner of the target where there is one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with suppress(FileNotFoundError):
            old = os.stat(target)
            if hasattr(os, "fchown"):
                with suppress(OSError):
                    os.fchown(descriptor, old.st_uid, old.st_gid)
                os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
    finally:
        os.close(descriptor)


def partial_path(path: Path) -> Path:
    """A temporary name in the same folder, never given twice; short enough, however long the name itself is."""
    return path.with_name(f".{path.name[:40]}.{os.getpid()}-{get_ident()}-{next(_serial)}.part")


def remove(path: Path) -> None:
    """Remove a file, if it is there and that is allowed."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _replace(path: Path, pieces: Iterable[bytes]) -> None:
    partial, written = partial_path(path), False
    try:
        stand_in(partial, path)
        with partial.open("wb") as file:
            file.writelines(pieces)
        written = True
        partial.replace(path)
    except OSError as error:
        if error.errno not in _NO_SECOND_NAME or not path.is_file():
            raise
        with path.open("wb") as file:
            file.writelines(_blocks(partial) if written else pieces)
    finally:
        remove(partial)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            yield block


def _descriptor(path: Path) -> int | None:
    """The number of an open descriptor of this process that a path means, as /dev/stdout and /dev/fd/3 do.

    To open it anew would begin a file at its start, whoever else is writing there.
    """
    own = (f"/proc/{os.getpid()}/fd", f"/proc/{os.getpid()}/task/{os.getpid()}/fd", "/dev/fd")
    for _ in range(_MOST_LINKS):
        if path.name.isdecimal() and os.path.realpath(path.parent) in own:
            return int(path.name)
        if not path.is_symlink():
            return None
        path = path.parent / path.readlink()
    return None
