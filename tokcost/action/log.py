"""The log of the step, which the runner reads for commands as it is written."""

from __future__ import annotations

import secrets
import sys

from tokcost.phrases import printable


def show(text: str) -> None:
    """Text for people: the runner obeys nothing in it, a terminal neither.

    All of it goes to stdout: what is written to stderr the runner may read before or after.
    """
    if not text.strip():
        return
    token = secrets.token_hex(16)
    lines = [printable(line) for line in text.rstrip("\n").split("\n")]
    sys.stdout.write("\n".join([f"::stop-commands::{token}", *lines, f"::{token}::"]) + "\n")
    sys.stdout.flush()


def command(line: str) -> None:
    """A workflow command, escaped by who made it."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
