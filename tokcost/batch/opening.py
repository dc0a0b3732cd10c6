"""The request files of a batch: which there are, how large, and how each is opened."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from tokcost.errors import TokcostError

STDIN = Path("-")


def request_files(paths: Sequence[Path]) -> list[Path]:
    """The files named, else stdin. Raises TokcostError when nothing is named nor piped in."""
    if not paths and (sys.stdin is None or sys.stdin.isatty()):
        raise TokcostError("nothing to price: name request files, or pipe them in")
    return list(paths) or [STDIN]


def size_of_files(paths: Sequence[Path]) -> int | None:
    """Bytes of all files together; None when one of them cannot tell."""
    try:
        return None if STDIN in paths else sum(path.stat().st_size for path in paths)
    except OSError:
        return None


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, int | None]]:
    """The bytes of a file or of stdin, and how many where that is known. Raises TokcostError."""
    if str(path) == "-":
        yield sys.stdin.buffer, None
        return
    try:
        with path.open("rb") as file:
            yield file, path.stat().st_size
    except IsADirectoryError as error:
        raise TokcostError(f"{path}: is a directory: name the request files in it, as {path}/*.jsonl") from error
    except OSError as error:
        raise TokcostError(f"{path}: cannot be read: {error.strerror}") from error
