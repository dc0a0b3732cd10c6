"""One door for every test of the command line: arguments and stdin in; exit code, stdout and stderr out."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import NamedTuple

import pytest


class Result(NamedTuple):
    """What a run left behind."""

    code: int
    out: str
    err: str


class Stdin:
    """Standard input that is no terminal."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)

    def isatty(self) -> bool:
        return False


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Run ``tokcost`` in this process."""

    def run_it(*argv: object, stdin: bytes = b"") -> Result:
        from tokcost.cli import main

        monkeypatch.setattr("sys.stdin", Stdin(stdin))
        code = main([str(each) for each in argv])
        captured = capfd.readouterr()
        return Result(code, captured.out, captured.err)

    return run_it
