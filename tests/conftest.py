"""The one door of the suite: a command line in, exit code, stdout and stderr out."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import NamedTuple

import pytest
from repos import bare, repo  # noqa: F401 - fixtures of all tests

from tokcost.cli import main


class Result(NamedTuple):
    """What one command did."""

    code: int
    out: str
    err: str


class _Stdin:
    """Piped input: bytes, and no terminal."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)

    def isatty(self) -> bool:
        return False


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run ``tokcost ARGV...`` in this process."""

    def run_it(*argv: object, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "stdin", _Stdin(stdin))
        capfd.readouterr()
        code = main([str(each) for each in argv])
        out, err = capfd.readouterr()
        return Result(code, out, err)

    return run_it
