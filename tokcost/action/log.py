"""The log of the step, which the runner reads for commands as it is written."""

from __future__ import annotations

import secrets
import sys
from contextlib import suppress

from tokcost.phrases import printable


def show(text: str) -> None:
    """Text for people: the runner obeys nothing in it, a terminal neither.

    All of it goes to stdout: what is written to stderr the runner may read before or after.
    """
    if not text.strip():
        return
    token = secrets.token_hex(16)
    lines = [printable(line) for line in text.rstrip("\n").split("\n")]
    command("\n".join([f"::stop-commands::{token}", *lines, f"::{token}::"]))


def command(line: str) -> None:
    """A workflow command, escaped by who made it. A log that cannot be written keeps nobody from the verdict."""
    with suppress(OSError, ValueError, AttributeError):  # full, gone, closed, never there
        sys.stdout.write(line.encode(errors="backslashreplace").decode() + "\n")
        sys.stdout.flush()
