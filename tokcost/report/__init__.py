"""What a command answers with, before anybody draws it: one document for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokcost.report.report import Report
from tokcost.report.row import UNPRICED, Row
from tokcost.report.table import Column, Kind, Table, money_text

if TYPE_CHECKING:
    from tokcost.report.finding import Finding

__all__ = ["UNPRICED", "Column", "Finding", "Kind", "Report", "Row", "Table", "money_text"]


def __getattr__(name: str) -> object:
    """Findings are loaded when a rule is broken: most runs break none."""
    if name == "Finding":
        from tokcost.report.finding import Finding

        return Finding
    raise AttributeError(f"module 'tokcost.report' has no attribute {name!r}")
