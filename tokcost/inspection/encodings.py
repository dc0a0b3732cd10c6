"""``encodings`` and ``encodings verify``: the vocabularies that are shipped, and whether the ways to count agree."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tokcost.documents.verify import Check, verify
from tokcost.encodings.counter import counter
from tokcost.encodings.names import ENCODINGS
from tokcost.encodings.pack import packs_folder
from tokcost.errors import TokcostError
from tokcost.inputs.files import InputFile
from tokcost.inputs.text import Reading, TextSource
from tokcost.phrases import plural
from tokcost.report import Column, Finding, Kind, Report, Table


def _bytes(name: str) -> int:
    return (packs_folder() / ENCODINGS[name].file).stat().st_size


ENCODING_COLUMNS: tuple[Column, ...] = (
    Column("name", lambda name: name),
    Column("encoding", lambda name: name, "encoding"),
    Column("tokens", lambda name: ENCODINGS[name].size, "tokens", Kind.NUMBER),
    Column("file", lambda name: ENCODINGS[name].file),
    Column("bytes", _bytes, "bytes", Kind.NUMBER),
    Column("source_sha256", lambda name: ENCODINGS[name].source_sha256, "source sha256", Kind.HASH),
    Column("used_by", lambda name: ENCODINGS[name].used_by, "used by", shrinks=True),
    Column("origin", lambda name: ENCODINGS[name].origin, "origin", shrinks=True),
    Column("licence", lambda name: ENCODINGS[name].licence, "licence"),
)


def list_encodings() -> Report:
    """Every encoding: tokens, size, the hash of its source, origin and licence."""
    report = Report("encodings", Table(ENCODING_COLUMNS).extend(ENCODINGS))
    report.totals = {"rows": len(ENCODINGS)}
    report.scope = plural(len(ENCODINGS), "encoding")
    return report


class Verified(NamedTuple):
    """The check of one encoding over one file."""

    file: Path
    check: Check


_VERDICTS = {True: "agree", False: "DIFFER", None: "not compared"}

VERIFY_COLUMNS: tuple[Column, ...] = (
    Column("name", lambda each: each.check.encoding),
    Column("encoding", lambda each: each.check.encoding, "encoding"),
    Column("tiktoken", lambda each: each.check.tiktoken, "tiktoken", Kind.NUMBER),
    Column("own", lambda each: each.check.own, "own", Kind.NUMBER),
    Column("one_call", lambda each: each.check.one_call, "in one call", Kind.NUMBER),
    Column("gigatoken", lambda each: each.check.gigatoken, "gigatoken", Kind.NUMBER),
    Column("verdict", lambda each: _VERDICTS[each.check.agrees], "verdict"),
    Column("agrees", lambda each: each.check.agrees),
    Column("left_out", lambda each: each.check.left_out, "left out", shrinks=True),
)


def verify_encodings(path: Path, names: Sequence[str], charset: str) -> Report:
    """Count a file in every way for each encoding. Raises UnknownName, TokcostError for a file that cannot be read."""
    for name in names:
        counter(name)  # raises with the nearest names
    try:
        size = path.stat().st_size
    except OSError as error:
        raise TokcostError(f"{path}: cannot be read: {error.strerror}") from error
    source = TextSource(str(path), file=InputFile(str(path), str(path)))
    checks = [verify(source, name, Reading(charset, force=True), size) for name in names or ENCODINGS]
    report = Report("encodings verify", Table(VERIFY_COLUMNS).extend(Verified(path, check) for check in checks))
    report.limited = True
    report.scope = plural(len(checks), "encoding")
    report.totals = {"rows": len(checks)}
    report.details["file"] = str(path)
    for check in checks:
        if check.agrees is None:
            report.fail(check.encoding, f"was counted in one way only: {check.left_out}")
    if any(check.agrees is False and check.tiktoken is not None for check in checks):
        report.findings.append(Finding("engines", f"{path}: the engines differ", "count with --engine tiktoken"))
    report.findings += [
        Finding("parts", f"{path}: {check.encoding} differs in parts", "this is a bug of tokcost, please report it")
        for check in checks
        if check.agrees is False and check.own is not None
    ]
    return report
