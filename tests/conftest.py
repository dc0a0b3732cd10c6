"""What every test of the command line needs: run it, see the exit code, stdout and stderr."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import NamedTuple

import pytest

from tokcost.cli import main


class Result(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


class _Stdin:
    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)

    def isatty(self) -> bool:
        return False

    def close(self) -> None:
        """A process that multiprocessing has forked closes its stdin."""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command in this process."""

    def call(*argv: str, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "stdin", _Stdin(stdin))
        code = main([str(each) for each in argv])
        out, err = capsys.readouterr()
        return Result(code, out, err)

    return call
