"""``usage --formats``: every format of logs that is read, where it lies, and which of its counts include which."""

from __future__ import annotations

from typing import NamedTuple

from tokcost.logs.formats.registry import FORMATS
from tokcost.logs.tables import TABLES
from tokcost.phrases import plural
from tokcost.report import Column, Report, Table


class KnownFormat(NamedTuple):
    """A format in words, whatever reads it."""

    name: str
    where: str
    counts: str


# What no declaration of its own describes: known by the shape of an answer, or by what the user says.
_BY_SHAPE = (
    KnownFormat(
        "API responses",
        "JSON lines or documents: chat completions, Responses, Messages, generateContent, alone or inside a line of "
        "your own",
        "OpenAI's and Gemini's input includes what was cached, Anthropic's does not",
    ),
    KnownFormat(
        "batch results", "files of results of OpenAI's, Anthropic's, Gemini's and Vertex's batches", "at half the rates"
    ),
    KnownFormat("API USAGE LOG blocks", "text that begins with [API USAGE LOG]", "tokens of any kind, and a charge"),
    KnownFormat("any JSON or CSV", "named by --map input=FIELD,output=FIELD,model=FIELD", "as the map says"),
)

FORMAT_COLUMNS: tuple[Column, ...] = (
    Column("name", lambda each: each.name, "format", shrinks=True),
    Column("where", lambda each: each.where, "where", shrinks=True),
    Column("counts", lambda each: each.counts, "counts", shrinks=True),
)


def list_formats() -> Report:
    """Every format of logs, those known by a declaration of their own first, by name."""
    declared = [KnownFormat(each.name, each.where, each.counts) for each in FORMATS]
    declared += [KnownFormat(each.name, each.where, each.counts) for each in TABLES]
    listed = [*sorted(declared, key=lambda each: each.name.casefold()), *_BY_SHAPE]
    report = Report("usage formats", Table(FORMAT_COLUMNS).extend(listed))
    report.totals = {"rows": len(listed)}
    report.scope = plural(len(listed), "format")
    return report
