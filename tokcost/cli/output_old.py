"""Where results and words to people go."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from tokcost.errors import TokcostError
from tokcost.render_old.formats import FORMATS


def check_format(form: str) -> str:
    """The format, when there is such a one."""
    if form not in FORMATS:
        raise TokcostError(f"--format '{form}' is none: say one of {', '.join(FORMATS)}")
    return form


def draws(path: Path | None, stream_is_terminal: bool) -> bool:
    """Whether a table is drawn for a terminal or written as plain columns."""
    return path is None and stream_is_terminal


def put(text: str, path: Path | None, stream: TextIO | None = None) -> None:
    """Write a result to stdout (or ``stream``), or to a file under a temporary name that is then renamed."""
    if path is None:
        (stream or sys.stdout).write(text)
        return
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        partial.write_text(text, encoding="utf-8", errors="backslashreplace")
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise TokcostError(f"{path}: cannot be written: {error.strerror}") from error


def say(lines: Iterable[str]) -> None:
    """Lines for people, on stderr."""
    for line in lines:
        print(line, file=sys.stderr)
