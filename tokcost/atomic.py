"""Files that appear whole: written under a temporary name beside their own, then renamed."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from threading import get_ident


def write_whole(path: Path, data: bytes) -> None:
    """Write the file, or leave what is there. Raises OSError, and then nothing of it is left behind."""
    partial = partial_path(path)
    try:
        partial.write_bytes(data)
        partial.replace(path)
    except OSError:
        remove(partial)
        raise


def partial_path(path: Path) -> Path:
    """The temporary name, in the same folder, that is of this process and thread alone."""
    return path.with_name(f".{path.name}.{os.getpid()}-{get_ident()}.part")


def remove(path: Path) -> None:
    """Remove a file, if it is there and that is allowed."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
