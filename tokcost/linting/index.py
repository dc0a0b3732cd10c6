"""The built-in book is indexed by a fixed form of header and read in one order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from tokcost.catalog.lines import line_of
from tokcost.catalog.price_file import CHARGES, IndexedFile, ParsedFile
from tokcost.catalog.rule_tables import KINDS as KINDS_OF_RULES
from tokcost.linting.issue import LintIssue


def index_problems(file: ParsedFile) -> Iterator[LintIssue]:
    """What the index of the built-in book would miss or find elsewhere, and what is out of order."""
    whole = IndexedFile(file.path, file.text)
    indexed = whole.names()
    for key, aliases in file.names().items():
        if indexed.get(key) != aliases:
            header = f'[{key[0]}."{key[1]}"]'
            message = f"the header must stand as {header} and its aliases on one line below it, for the index"
            yield LintIssue(file.path, line_of(file.text, key), "error", message)
    for kind in KINDS_OF_RULES:
        for name in file.rule_names(kind):
            if whole.rule(kind, name) != file.rule(kind, name):
                message = f'a rule must stand as [rules.{kind}."{name}"] before the first model, or the index misses it'
                yield LintIssue(file.path, line_of(file.text, ("rules", kind, name)), "error", message)
    if any(whole.charges(group) != file.charges(group) for group in CHARGES):
        yield LintIssue(file.path, None, "error", "fees and factors must stand together before the first model")
    for before, key in pairwise(indexed):
        if (key[0], key[1].casefold()) < (before[0], before[1].casefold()):
            message = f"out of order: {key[0]}/{key[1]} comes before {before[0]}/{before[1]}"
            yield LintIssue(file.path, line_of(file.text, key), "error", message)
