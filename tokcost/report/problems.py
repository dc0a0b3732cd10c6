"""What could not be answered: counted, the first ones kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tokcost.errors import Problem
from tokcost.phrases import plural, printable

KEPT = 100


class Problems:
    """Problems as they come. ``number`` counts the lines or files they stand for, ``first`` keeps the first ones."""

    def __init__(self) -> None:
        self.number = 0
        self.first: list[Problem] = []
        self._kept = 0

    def add(self, problem: Problem) -> None:
        """Count a problem."""
        self.number += problem.lines
        if len(self.first) < KEPT or _is_of_option(problem):
            self.first.append(problem)
            self._kept += problem.lines

    def __len__(self) -> int:
        return self.number

    def to_list(self) -> list[dict[str, Any]]:
        """As JSON has them; those beyond the first stand together at the end."""
        listed = [problem._asdict() for problem in self.first]
        if left := self.number - self._kept:
            listed.append({"where": "", "why": f"and {left:,} more", "lines": left})
        return listed

    def sentences(self, most: int = 20) -> Iterator[str]:
        """A line each for people, the rest counted; that a limit could not be checked is never among the rest."""
        shown = self.first[:most] + [each for each in self.first[most:] if _is_of_option(each)]
        for problem in shown:
            yield printable(sentence(problem))
        if left := self.number - sum(problem.lines for problem in shown):
            listed = "them" if self.number == self._kept else KEPT
            yield f"and {plural(left, 'more problem')}: --format json lists {listed}"


def sentence(problem: Problem) -> str:
    """A problem in one line; an option is the subject of its sentence."""
    if not problem.where:
        return problem.why
    return f"{problem.where}{' ' if _is_of_option(problem) else ': '}{problem.why}"


def _is_of_option(problem: Problem) -> bool:
    return problem.where.startswith("--")
