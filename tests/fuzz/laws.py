"""What holds of every run, whatever it is given."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import signal
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import jsonschema

from tests.fuzz.cases import OUT, Case
from tests.fuzz.mutations import SECRETS
from tests.fuzz.samples import PROJECT, PROMPT, STRICT
from tests.pipes import PipedStdin
from tokcost.cli import main

MAX_SECONDS = 5.0
# A line on stderr begins so; a usage error of several lines does not exist.
_BEGINNINGS = ("tokcost: ", "note: ")
# Their answer is what they are given: pieces of a text, a configuration that names files as they are.
_TELL_ALL = ("tokens", "init", "lock")
_MACHINE = ("json", "jsonl", "csv", "gitlab", "sarif", "junit")


class TooSlow(BaseException):
    """The run has had its time; no ``except Exception`` of the code under test takes it."""


class Answer(NamedTuple):
    """How a run ended."""

    code: int
    out: bytes
    err: bytes


def answer_of(case: Case, folder: Path) -> Answer:
    """Run the case in a folder made anew. Raises TooSlow, and whatever ``main`` lets through."""
    lay_out(case, folder)
    before = os.getcwd(), sys.stdin, sys.stdout, sys.stderr
    out, err = io.BytesIO(), io.BytesIO()
    os.chdir(folder)
    sys.stdin = PipedStdin(case.stdin)
    sys.stdout, sys.stderr = io.TextIOWrapper(out, "utf-8"), io.TextIOWrapper(err, "utf-8")
    try:
        with _limited():
            code = main(list(case.argv))
        sys.stdout.flush()
        sys.stderr.flush()
        return Answer(code, out.getvalue(), err.getvalue())
    finally:
        os.chdir(before[0])
        sys.stdin, sys.stdout, sys.stderr = before[1:]


def lay_out(case: Case, folder: Path) -> None:
    """The files of the case and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / OUT).mkdir(parents=True)
    for name, data in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


@contextmanager
def _limited() -> Iterator[None]:
    """Seconds of this process, not of the clock: others may be using the machine."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TooSlow

    earlier = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, MAX_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, earlier)


def broken_law(case: Case, folder: Path, twice: bool = False) -> str | None:
    """The first law that a run of the case breaks, in words; None when all hold."""
    try:
        answer = answer_of(case, folder)
    except TooSlow:
        return f"slow: more than {MAX_SECONDS:g} s"
    except Exception as error:  # main gives an exit code, whatever happens
        return f"escaped: {type(error).__name__}: {str(error)[:200]}"
    for law in (_ending, _words, _document, _harmless, _secretive, _strict):
        if broken := law(case, answer):
            return broken
    written = _hashes(folder / OUT)
    if answer.code and not ((answer.out + answer.err).strip() or written):
        return f"silent: exit {answer.code} without a word"
    if broken := _untouched(case, folder):
        return broken
    # what is followed is told with the time of the clock
    if twice and "--follow" not in case.argv:
        for path in [each for each in (folder / OUT).rglob("*") if not each.is_dir()]:
            path.unlink()  # else it is an input of a run that reads all of the folder
        if (answer, written) != (answer_of(case, folder), _hashes(folder / OUT)):
            return "fickle: another answer the second time"
    return None


def _ending(case: Case, answer: Answer) -> str | None:
    return None if answer.code in (0, 1, 2) else f"code: exit {answer.code}"


def _words(case: Case, answer: Answer) -> str | None:
    """Stderr is lines that begin as ours do; none is a fault of the tool."""
    text = answer.err.decode("utf-8", "replace")
    if text and not text.endswith("\n"):
        return "stderr: the last line does not end"
    for line in text.split("\n")[:-1]:
        if "bug: " in line[:16] or line.startswith("Traceback"):
            return f"bug: {line}"
        if not line.startswith(_BEGINNINGS):
            return f"stderr: a line begins as {line[:80]!r}"
        if char := _control(line):
            return f"stderr: holds {char!r}"
    return None


def _control(line: str) -> str:
    return next((char for char in line if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in _BIDI), "")


_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def form_of(case: Case) -> str:
    """The format of what is on stdout."""
    form, words = "table", iter(case.argv)
    for word in words:
        if word in ("--format", "-f"):
            form = next(words, "")
    return form


@cache
def _schema() -> Any:
    text = files("tokcost.report").joinpath("schema.json").read_text(encoding="utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))


def _document(case: Case, answer: Answer) -> str | None:
    """JSON parses, and the report fits the schema."""
    texts = [answer.out] if form_of(case) == "json" and answer.out and case.argv[0] not in ("schema", "init") else []
    for text in texts:
        if "-q" in case.argv or "--quiet" in case.argv or any(word in ("-o", "--output-file") for word in case.argv):
            continue
        try:
            found = json.loads(text)
        except ValueError as error:
            return f"json: {error}"
        if problem := next(_schema().iter_errors(found), None):
            return f"schema: {problem.json_path}: {problem.message[:200]}"
    return None


def _harmless(case: Case, answer: Answer) -> str | None:
    """No control character reaches a terminal; the formats for programs have rules of their own."""
    if case.argv[0] in ("schema", "init") or form_of(case) in _MACHINE:
        return None
    for line in answer.out.decode("utf-8", "replace").split("\n"):
        if char := _control(line):
            return f"stdout: holds {char!r}"
    return None


def _secretive(case: Case, answer: Answer) -> str | None:
    if case.argv[0] in _TELL_ALL:
        return None
    for secret in SECRETS:
        if secret.encode() in answer.out or secret.encode() in answer.err:
            return f"secret: {secret} is shown"
    return None


def _strict(case: Case, answer: Answer) -> str | None:
    """A limit of nothing is kept by nothing that has anything, nor by what is not known."""
    words = list(case.argv)
    if answer.code or {"--exit-zero", "--help", "--follow"} & set(words):  # what is followed is held by the day
        return None
    if words[0] == "check":
        return _strict_check(case, answer)
    given = dict(pairwise(words))
    limited = [
        key for name, key in (("--max-tokens", "input_tokens"), ("--max-cost", "cost")) if given.get(name) == "0"
    ]
    if words[0] not in _LIMITED or not limited or form_of(case) != "json" or not answer.out.startswith(b"{"):
        return None
    found = json.loads(answer.out)
    for key in limited:
        for amount in (found["totals"].get(key), *(row[key] for row in found["rows"] if key in row)):
            if amount is None or Decimal(amount):
                return f"gate: {key} of {amount} passes a limit of 0"
    return None


_SUMS = {"--max-tokens": "input_tokens", "--max-cost": "cost"}
_LIMITED = ("count", "batch", "corpus", "usage")


def _strict_check(case: Case, answer: Answer) -> str | None:
    """The configuration that allows no token at all, and a prompt as it was."""
    if (case.files.get("tokcost.toml"), case.files.get(PROMPT)) != (STRICT, PROJECT[PROMPT]):
        return None
    return f"gate: {PROMPT} passes a limit of 0" if "--config" not in case.argv else None


def _untouched(case: Case, folder: Path) -> str | None:
    """What the user gave is as it was; ``init`` and ``lock`` write one file each, where they say."""
    written = {"init": "tokcost.toml", "lock": "tokcost.lock"}.get(case.argv[0])
    for name, data in case.files.items():
        path = folder / name
        if name != written and (not path.is_file() or path.read_bytes() != data):
            return f"input: {name} was changed"
    return None


def _hashes(folder: Path) -> dict[str, str]:
    """What was written, for comparison. Parquet holds the time of writing nowhere, either."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}
