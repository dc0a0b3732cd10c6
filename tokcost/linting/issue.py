"""One thing wrong in a price file."""

from __future__ import annotations

from typing import NamedTuple

from tokcost.errors import PriceFileError


class LintIssue(NamedTuple):
    """One thing wrong in a price file; ``line`` counts from 1, None where no line is to blame.

    ``severity`` is "error" (contradicts the format or itself) or "warning" (suspicious, may be true).
    """

    path: str
    line: int | None
    severity: str
    message: str


def issue_of(error: PriceFileError) -> LintIssue:
    """What a file was refused for."""
    where = f"{error.path}:{error.line}: " if error.line else f"{error.path}: "
    return LintIssue(error.path, error.line, "error", str(error).removeprefix(where))
