"""Statistics over counted requests and what was billed for them, whoever billed it."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tokcost.counting.count import Count

Row = dict[str, Any]
Figures = dict[str, float | int | None]


@dataclass(frozen=True, slots=True)
class Scored:
    """One row with what was counted; ``count`` is None where the request was refused."""

    row: Row
    billed: int
    count: Count | None

    @property
    def difference(self) -> int:
        """Counted less billed; all that was billed, missing, where nothing was counted."""
        return (self.count.tokens if self.count else 0) - self.billed

    @property
    def inside(self) -> bool:
        """Whether the billed number lies in the range given."""
        return self.count is not None and self.count.low <= self.billed <= self.count.high

    @property
    def features(self) -> list[str]:
        """What the request holds, without what every request has."""
        return [feature for feature in self.row.get("features") or ["text"] if feature != "multi_turn"] or ["text"]

    @property
    def has_image(self) -> bool:
        """Whether it shows a picture."""
        return bool(self.row.get("images")) or "image" in self.features

    @property
    def is_plain(self) -> bool:
        """Whether it holds text messages only."""
        return self.features == ["text"]


def figures(rows: list[Scored]) -> Figures:
    """The statistics of some rows; shares between 0 and 1, None without rows to take them of."""
    errors = sorted(abs(one.difference) / one.billed for one in rows if one.billed)
    ranged = [one.count for one in rows if one.count and one.count.ranged]
    widths = [(count.high - count.low) / max(1, count.tokens) for count in ranged]
    sure = [one for one in rows if one.count and one.count.standing == "exact"]
    assumed = [one for one in rows if one.count and one.count.standing == "assumed"]
    return {
        "rows": len(rows),
        "exact": _share(one.difference == 0 for one in rows),
        "within_1": _share(abs(one.difference) <= 1 for one in rows),
        "within_3": _share(abs(one.difference) <= 3 for one in rows),
        "median_error": statistics.median(errors) if errors else None,
        "p90_error": errors[int(0.9 * (len(errors) - 1))] if errors else None,
        "p95_error": errors[int(0.95 * (len(errors) - 1))] if errors else None,
        "inside": _share(one.inside for one in rows),
        "estimates": len(ranged),
        "width": statistics.median(widths) if widths else None,
        "said_exact": len(sure),
        "exact_right": _share(one.difference == 0 for one in sure),
        "said_assumed": len(assumed),
        "assumed_right": _share(one.difference == 0 for one in assumed),
    }


def _share(values: Iterable[bool]) -> float | None:
    listed = list(values)
    return sum(listed) / len(listed) if listed else None


def groups_of(rows: list[Scored]) -> Iterator[tuple[str, list[Scored]]]:
    """The rows by what they hold: the groups to watch, then every api with its features."""
    yield "all", rows
    yield "said to be assumed", [one for one in rows if one.count and one.count.standing == "assumed"]
    yield "no image", [one for one in rows if not one.has_image]
    yield "plain text", [one for one in rows if one.is_plain]
    yield "with images", [one for one in rows if one.has_image]
    yield "Gemini API", [one for one in rows if one.row.get("vertex") is False]
    yield "Vertex", [one for one in rows if one.row.get("vertex")]
    named: dict[str, list[Scored]] = {}
    for one in rows:
        api = one.row.get("api") or one.row.get("endpoint") or ""
        named.setdefault(f"{api} {'+'.join(one.features)}".strip(), []).append(one)
    yield from sorted(named.items())


def by_source(rows: list[Scored]) -> Iterator[tuple[str, list[Scored]]]:
    """The rows by the repository that they were recorded in: rules that hold for one alone are overfitted."""
    named: dict[str, list[Scored]] = {}
    for one in rows:
        named.setdefault(str(one.row.get("source", "")).split(":")[0], []).append(one)
    yield from sorted(named.items(), key=lambda group: -len(group[1]))
