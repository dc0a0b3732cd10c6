"""What ``corpus`` found out, before anybody draws it."""

from __future__ import annotations

from typing import Any, NamedTuple

from tokcost.documents.lengths import Distribution
from tokcost.report import Row
from tokcost.report_old import SCHEMA_VERSION, row_dict


class CorpusRow(NamedTuple):
    """The documents of one file, or of all, under one model."""

    documents: int
    row: Row

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it: a row of ``count`` with the number of documents."""
        found = row_dict(self.row)
        return {"name": found.pop("name"), "documents": self.documents, **found}


class Found:
    """Rows by file, sums by model, the lengths of all documents; ``errors`` are what is missing from them."""

    def __init__(self) -> None:
        self.currency: str | None = None
        self.pricing: dict[str, Any] | None = None
        self.rows: list[CorpusRow] = []
        self.totals: list[CorpusRow] = []
        self.lengths: dict[str, Distribution] = {}
        self.warnings: list[str] = []
        self.errors: list[str] = []
        self.complete = True

    def fail(self, message: str) -> None:
        """Something could not be counted, or written: the rest goes on, and the exit code says so."""
        self.errors.append(message)
        self.complete = False

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it; the shape is a contract, see SCHEMA_VERSION."""
        by_model = []
        for total in self.totals:
            shown = total.to_dict()
            del shown["name"]
            by_model.append({**shown, "complete": self.complete})
        return {
            "schema_version": SCHEMA_VERSION,
            "command": "corpus",
            "currency": self.currency,
            "pricing": self.pricing,
            "rows": [row.to_dict() for row in self.rows],
            "totals": {"complete": self.complete, "by_model": by_model},
            "lengths": {name: each.to_dict() for name, each in self.lengths.items()},
            "warnings": self.warnings,
            "errors": self.errors,
        }
