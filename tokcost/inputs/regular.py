"""Small files that hold settings: configurations, price files, locks. Only regular ones, and no more than so much."""

from __future__ import annotations

import errno
import os
import stat

MOST_BYTES = 64 << 20


def read_regular(path: str | os.PathLike[str], most: int = MOST_BYTES) -> bytes:
    """The bytes of a regular file, or of one that a link leads to.

    Raises OSError where there is none or it cannot be read, for a folder, for what may never end or never
    begin (a device, a pipe), and for one of more than ``most`` bytes.
    """
    # a pipe that nobody writes into must not keep anybody waiting
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(handle, "rb") as file:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "a device or a pipe: save what it gives as a file, and name that", path)
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"more than {most >> 20} MB", path)
    return data
