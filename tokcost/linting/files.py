"""Price files as a whole: every problem of one with its line, of the built-in book those of all its files."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path

from tokcost.catalog.book import PriceBook
from tokcost.catalog.builtin import HEAD, BuiltinBook, builtin_path, listed_files, providers_folder
from tokcost.catalog.lines import line_of
from tokcost.catalog.name_index import Clash
from tokcost.catalog.names import Names
from tokcost.catalog.price_file import ParsedFile
from tokcost.catalog.rule_book import RuleBook
from tokcost.catalog.toml_text import read_text
from tokcost.errors import PriceFileError, TokcostError
from tokcost.linting.index import index_problems
from tokcost.linting.issue import LintIssue, issue_of
from tokcost.linting.models import LintedFile
from tokcost.linting.rules import rule_problems
from tokcost.linting.style import style_problems
from tokcost.phrases import quote


def lint(
    file: Path | None = None,
    *,
    encodings: Collection[str] | None = None,
    scales: Collection[str] | None = None,
    today: date | None = None,
) -> list[LintIssue]:
    """Everything wrong in the price file, in the order of its lines; None checks the built-in book.

    The known ``encodings`` and ``scales`` are the caller's to give; without them the names in the
    file are not checked. ``today`` is the day past which nothing can have been checked.
    Raises PriceFileError only for a file that cannot be read.
    """
    known = {"encoding": encodings, "scale": scales}
    files, shipped = linted_files(file), _Shipped()
    return [issue for each in files for issue in _lint_file(each, shipped, known, today or date.today())]


def linted_files(file: Path | None) -> list[Path]:
    """The price file, or all of the built-in book."""
    parts = (f"{each}.toml" for each in listed_files(HEAD, read_text(builtin_path())))
    return [file] if file is not None else [builtin_path(), *(providers_folder() / part for part in parts)]


class _Shipped:
    """The built-in book, read once for all files that are checked."""

    def __init__(self) -> None:
        self.builtin = BuiltinBook.shipped()

    @cached_property
    def clashes(self) -> list[Clash]:
        return Names([self.builtin]).clashes

    @cached_property
    def book(self) -> PriceBook:
        return PriceBook(self.builtin)


def _lint_file(
    path: Path, shipped: _Shipped, known: Mapping[str, Collection[str] | None], today: date
) -> list[LintIssue]:
    text = read_text(path)  # first, for a path that leads nowhere is one that cannot be read
    head = path.resolve() == builtin_path()
    builtin = head or path.resolve().parent == providers_folder()
    try:
        parsed = ParsedFile(str(path), text, head)
        parsed.names()
    except PriceFileError as error:
        return [issue_of(error)]
    below = [] if head else [shipped.builtin]
    clashes = shipped.clashes if builtin and not head else Names([*below, parsed]).clashes
    found = [
        LintIssue(parsed.path, line_of(text, key, None, at), "error", message)
        for holder, key, at, message in clashes
        if (key in parsed.names() if builtin else holder is parsed)
    ]
    rules = RuleBook([*below, parsed])
    linted = LintedFile(parsed, builtin, known, today, rules)
    for key in parsed.names():
        found += linted.model(key)
    found += [
        LintIssue(parsed.path, line_of(text, at, row, name), "error", message)
        for at, row, name, message in rule_problems(parsed, known, today, builtin)
    ]
    found += map(issue_of, rules.problems(parsed))
    if builtin:
        found += index_problems(parsed)
    if builtin and not found:
        there = [each.stem for each in providers_folder().glob("*.toml")] if head else None
        found += [LintIssue(parsed.path, line, "error", message) for line, message in style_problems(parsed, there)]
    if not found:
        found += _of_others(parsed, shipped.book if builtin else PriceBook(shipped.builtin, [parsed]))
    return sorted(dict.fromkeys(found), key=lambda problem: (problem.line or 0, problem.severity))


def _of_others(file: ParsedFile, book: PriceBook) -> Iterator[LintIssue]:
    """What is wrong with the models that a table names: the one it sells, whose price it has, that answers for it."""
    for alias in file.aliases():
        try:
            book.meaning(alias.name, hints=False)
        except TokcostError as error:
            yield LintIssue(file.path, alias.line, "error", f"the alias {quote(alias.name)} means no model: {error}")
    for key in file.names():
        try:
            if key in book.builtin.names() or book.overlays:
                book.model(key)
        except PriceFileError as error:
            yield issue_of(error)._replace(path=file.path)
