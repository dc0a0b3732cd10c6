"""What a command answers with, before anybody draws it: one document for all of them."""

from tokcost.report.finding import Finding
from tokcost.report.report import Report
from tokcost.report.row import UNPRICED, Row
from tokcost.report.table import Column, Kind, Table, money_text

__all__ = ["UNPRICED", "Column", "Finding", "Kind", "Report", "Row", "Table", "money_text"]
