"""What is read of the files that a folder, a glob or an archive holds."""

from __future__ import annotations

import errno
import os
import stat
from typing import NamedTuple

from tokcost.inputs.compression import ARCHIVE_SUFFIX, COMPRESSION_SUFFIXES, without_compression
from tokcost.inputs.files import UNLIKE, InputFile, LeftOut


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


def wanted(file: InputFile, search: Search) -> InputFile | LeftOut:
    """A file that nobody named, if it is of the kind that is looked for."""
    if search.takes(file.member or file.location):
        return file
    return LeftOut(file.name, f"{UNLIKE} {search.kind} ({', '.join(search.suffixes)}): name it to read it")


def regular(path: str, search: Search) -> InputFile | LeftOut:
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        if os.path.islink(path) and error.errno in (errno.ENOENT, errno.ELOOP):
            return LeftOut(path, "broken symlink", unread=True)
        return LeftOut(path, f"cannot be read: {error.strerror}", failed=True)
    if not stat.S_ISREG(mode):
        return LeftOut(path, "not a regular file", unread=True)
    return wanted(InputFile(path, path, named=False), search)
