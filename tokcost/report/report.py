"""The one answer of every command, and the one exit code."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from tokcost.errors import ANSWERED, NO_ANSWER, RULE_BROKEN, Problem
from tokcost.phrases import plural
from tokcost.report.masked import masked
from tokcost.report.problems import Problems
from tokcost.report.table import Table, to_json

if TYPE_CHECKING:
    from tokcost.catalog import PriceBook
    from tokcost.currency import Exchange
    from tokcost.report.finding import Finding

SCHEMA_VERSION = 2


class Provenance(NamedTuple):
    """With what the report was priced: the book, the day (UTC) and mode where one holds for all, the exchange.

    ``config`` is the configuration that it was held to, '' where there is none to hold it to.
    """

    book: PriceBook
    day: date | None = None
    mode: str | None = None
    exchange: Exchange | None = None
    config: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it; hashing the book costs a start-up, and nobody else reads it."""
        return {
            **self.book.stamp(),
            "day": to_json(self.day),
            "mode": self.mode,
            "conversion": self.exchange.to_dict() if self.exchange else None,
            "configuration": self.config or None,
        }

    def sentence(self, currency: str | None) -> str:
        """What decides beside the inputs; '' where that is the built-in book in dollars and nothing else."""
        files = [file.path for file in self.book.overlays]
        if not self.config and not files and currency in (None, "USD"):
            return ""
        parts = [f"held to {self.config}"] if self.config else []
        parts += [f"amounts in {currency}"] if currency else []
        return "; ".join([*parts, f"prices: {', '.join([f'built-in of {self.book.as_of}', *files])}"])


class Report:
    """Rows, totals, problems, warnings and findings of one command.

    ``scope`` names in a few words what was looked at ("3 prompts in 2 budgets"), for the verdict.
    ``totals`` are exact values by name. ``details`` has what this command alone knows, by name: tables or
    plain values. ``sentences`` are for people, below the tables. ``unpriced``: how many rows have no price
    though one was asked for. ``limited``: the user set a limit.
    ``listed`` is what CSV and JSON lines have where that is not the rows.
    ``headlines`` is what whoever reads the report must know before anything else in it.
    ``findings_in``: where people read the findings, on "stderr", or, where they are the answer, in the "text" or
    the "table". ``heading`` stands above the tables. ``extra`` has keys of its own, which only one command has
    because scripts have always read them there. ``prefix`` is the folder of
    ``file`` and ``rule_file`` of the findings as seen from the top of the repository, '' or ending in "/".
    """

    def __init__(self, command: str, table: Table) -> None:
        self.command = command
        self.table = table
        self.currency: str | None = None
        self.provenance: Provenance | None = None
        self.scope = ""
        self.headlines: list[str] = []
        self.totals: dict[str, Any] = {}
        self.problems = Problems()
        self.warnings: list[str] = []
        self.findings: list[Finding] = []
        self.details: dict[str, Any] = {}
        self.sentences: list[str] = []
        self.unpriced = 0
        self.limited = False
        self.answered = True
        self.listed: Table | None = None
        self.findings_in = "stderr"
        self.heading: list[str] = []
        self.extra: dict[str, Any] = {}
        self.prefix = ""

    @property
    def complete(self) -> bool:
        """Whether all that was asked for could be answered."""
        return not self.problems.number and not self.unpriced

    def fail(self, where: str, why: str, lines: int = 1) -> None:
        """Something could not be answered: the rest goes on, and the exit code says so."""
        self.problems.add(Problem(where, why, lines))

    def warn(self, lines: Iterable[str]) -> None:
        """What the user should know, each sentence once."""
        known = set(self.warnings)
        self.warnings += [line for line in dict.fromkeys(lines) if line not in known]

    def exit_code(self, keep_going: bool = False, exit_zero: bool = False) -> int:
        """0 answered whole, 1 a rule is broken, 2 something was not answered.

        ``keep_going`` takes a part for an answer, but never where a limit is set, and never nothing at all;
        ``exit_zero`` hides 1, not 2.
        """
        if not self.complete and (self.limited or not keep_going or not self.answered):
            return NO_ANSWER
        return RULE_BROKEN if self.findings and not exit_zero else ANSWERED

    def told_by(self) -> str:
        """The configuration, the currency and the price files behind the report; '' where there are none to name."""
        return self.provenance.sentence(self.currency) if self.provenance else ""

    def verdict(self) -> str:
        """The whole in one sentence."""
        found = len(self.findings)
        if found:
            return f"{plural(found, 'finding')} in {self.scope}"
        if not self.complete:
            return f"{self.scope}: not everything could be checked"
        return f"{self.scope}: all within their limits"

    def masked(self) -> Report:
        """The report as it may be shown: whatever looks like a key in it is a fingerprint."""
        shown = copy(self)
        for name, value in vars(self).items():
            setattr(shown, name, masked(value))
        return shown

    def tables(self) -> list[Table]:
        """The tables that people are shown, in order."""
        return [each for each in (self.table, *self.details.values()) if isinstance(each, Table) and each.shown]

    def to_dict(self, rows: bool = True) -> dict[str, Any]:
        """The report as JSON has it; the shape is a contract, see ``schema.json`` beside this file.

        Without ``rows`` the list of them is empty.
        """
        return {
            "schema_version": SCHEMA_VERSION,
            "command": self.command,
            "currency": self.currency,
            "pricing": masked(self.provenance.to_dict()) if self.provenance else None,
            "headlines": self.headlines,
            "rows": self.table.to_list() if rows else [],
            "totals": {**to_json(self.totals), "complete": self.complete},
            "problems": self.problems.to_list(),
            "warnings": self.warnings,
            "findings": [finding.to_dict() for finding in self.findings],
            "details": {
                name: each.to_list() if isinstance(each, Table) else to_json(each)
                for name, each in self.details.items()
            },
            **self.extra,
        }
