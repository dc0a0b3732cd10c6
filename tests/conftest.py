"""What every test stands on: a frozen day, an empty home, no network, and one door."""

from __future__ import annotations

import json
import socket
import sys
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.pipes import PipedStdin
from tests.repos import bare, repo  # noqa: F401 - fixtures of all tests
from tokcost.catalog import PriceBook, builtin
from tokcost.catalog.builtin import BuiltinBook
from tokcost.catalog.price_file import Key
from tokcost.cli import main

TODAY = "2026-11-24"
# The day of the shipped book, which notes on price files name.
AS_OF = PriceBook.load().as_of


class Result(NamedTuple):
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str


class Run:
    """A command through ``main``: each argument becomes text, ``stdin`` is what is piped in.

    What must hold of every run is asserted here: an exit code of 0, 1 or 2, a word where it is not 0, no traceback.
    """

    def __init__(self, captured: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
        self._captured = captured
        self._monkeypatch = monkeypatch

    def __call__(self, *argv: object, stdin: bytes = b"") -> Result:
        self._monkeypatch.setattr(sys, "stdin", PipedStdin(stdin))
        self._captured.readouterr()
        code = main([str(argument) for argument in argv])
        sys.stdout.flush()
        out, err = self._captured.readouterr()
        result = Result(code, out.decode(), err.decode())
        assert code in (0, 1, 2), result
        assert code == 0 or (result.out + result.err).strip(), (
            "a limit is broken or an answer is missing, without a word"
        )
        assert "Traceback (most recent call last)" not in result.out + result.err, result
        return result


def document(result: Result) -> dict[str, Any]:
    """The one JSON object that a command wrote to stdout."""
    found = json.loads(result.out)
    assert isinstance(found, dict), result.out
    return found


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty working directory, an empty home, a fixed day."""
    monkeypatch.setenv("TOKCOST_AS_OF", TODAY)
    monkeypatch.delenv("TOKCOST_MODEL", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home" / "cache"))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)


class _SharedBook(BuiltinBook):
    """The shipped book, whose tables are parsed once in a process of tests and not by each command in it."""

    @cached_property
    def _tables(self) -> dict[Key, dict[str, Any]]:
        return super().all_tables()

    def all_tables(self) -> dict[Key, dict[str, Any]]:
        return self._tables

    def table(self, key: Key) -> dict[str, Any]:
        return self._tables[key] if "_tables" in self.__dict__ else super().table(key)


@cache
def _shared(head: Path, folder: Path) -> BuiltinBook:
    return _SharedBook(head, folder)


@pytest.fixture(autouse=True)
def _book_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No command writes into the shipped book: it is read once, unless a test puts another in its place."""
    shipped = (builtin.builtin_path(), builtin.providers_folder())

    def read() -> BuiltinBook:
        asked = (builtin.builtin_path(), builtin.providers_folder())
        return _shared(*asked) if asked == shipped else BuiltinBook(*asked)

    monkeypatch.setattr(BuiltinBook, "shipped", read)


@pytest.fixture
def before_notes(_home: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A day on which there is nothing to tell of gpt-4o, for tests of something else that compare all that is said."""
    monkeypatch.setenv("TOKCOST_AS_OF", "2026-11-10")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever connects beyond this machine fails the test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "local"
        assert host in ("127.0.0.1", "::1", "localhost", "local"), f"a test reached for {host}"
        connect(self, address)  # type: ignore[arg-type]  # whatever the caller gave

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command through ``main``: exit code, stdout and stderr."""
    return Run(capfdbinary, monkeypatch)
