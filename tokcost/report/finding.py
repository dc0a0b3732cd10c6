"""A rule of the user's that is broken."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from tokcost.report.table import to_json


class Finding(NamedTuple):
    """The fact, the limit, by how much, and a remedy.

    ``value``, ``limit`` and ``excess`` are tokens, or money as a plain decimal; None where the rule
    is not a number. ``file`` and ``line`` are where to look, ``rule_file`` and ``rule_line`` where the
    rule stands; ``hint`` is what the rule's author wants said. ``name`` and ``budget`` are '' where
    the rule is about all of it.
    """

    rule: str
    message: str
    remedy: str = ""
    name: str = ""
    model: str = ""
    budget: str = ""
    value: Decimal | None = None
    limit: Decimal | None = None
    excess: Decimal | None = None
    file: str = ""
    line: int | None = None
    rule_file: str = ""
    rule_line: int | None = None
    hint: str = ""

    @property
    def sentence(self) -> str:
        """Fact and remedy in one line."""
        return f"{self.message}: {self.remedy}" if self.remedy else self.message

    def to_dict(self) -> dict[str, Any]:
        """The finding as JSON has it."""
        found: dict[str, Any] = to_json(self._asdict())
        return found
