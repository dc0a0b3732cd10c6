"""Files that stand for a text which is somewhere else: counted as they are, they would pass any limit."""

from __future__ import annotations

import re
from typing import NamedTuple

_LFS = b"version https://git-lfs.github.com/spec/v1"
_ANNEX = re.compile(rb"(?:[^\n]*\.git)?/annex/objects/[^\n]+(?:\n|\Z)")


class FilePointer(NamedTuple):
    """What kind of pointer a file is, and the command that fetches the text."""

    kind: str
    fetch: str


def pointer_of(head: bytes) -> FilePointer | None:
    """The pointer that begins so, None for a text."""
    if head.startswith(_LFS):
        return FilePointer("a Git LFS pointer", "git lfs pull")
    return FilePointer("a git-annex pointer", "git annex get") if _ANNEX.match(head) else None
