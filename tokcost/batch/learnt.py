"""How much output there was for each token of input, by model and effort: learnt from results, given to a forecast."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

from tokcost.catalog import Model
from tokcost.errors import Problem
from tokcost.naming.spelling import parted, parted_in_year
from tokcost.phrases import plural
from tokcost.rates import EXACT, plain
from tokcost.report import Column, Kind, Table

# The effort of requests that ask for none in particular.
_UNSAID = "default"
_DIGITS = Decimal(1).scaleb(-6)


class LearntRatio(NamedTuple):
    """Output tokens of one answer for each token of input: the least and the most of any request, and of all together.

    ``median`` and ``p90`` are those that half and nine in ten of the ``results`` do not exceed. ``effort`` is None
    where it stands for every effort.
    """

    full_id: str
    model: str
    effort: str | None
    results: int
    low: Decimal
    likely: Decimal
    high: Decimal
    median: Decimal
    p90: Decimal


RATIO_COLUMNS: tuple[Column, ...] = (
    Column("full_id", lambda each: each.full_id),
    Column("model", lambda each: each.model, "model", shrinks=True),
    Column("effort", lambda each: each.effort, "effort"),
    Column("results", lambda each: each.results, "results", Kind.NUMBER),
    Column("low", lambda each: each.low, "low", Kind.SHORT),
    Column("likely", lambda each: each.likely, "likely", Kind.SHORT),
    Column("high", lambda each: each.high, "high", Kind.SHORT),
    Column("median", lambda each: each.median, "median", Kind.SHORT),
    Column("p90", lambda each: each.p90, "90 %", Kind.SHORT),
)
RATIOS = "output_ratios"
"""The name of the table of learnt ratios in the details of a report."""


def ratios_table(known: Iterable[LearntRatio]) -> Table:
    """The learnt ratios, as a report has them."""
    listed = list(known)
    title = "output tokens of an answer for each input token, as --output-ratio takes it"
    return Table(RATIO_COLUMNS, title, shown=len(listed) > 1).extend(listed)


class LearntRatios:
    """What was learnt, by family of models and effort; remembers what it does not know.

    ``problems`` are lines of its source that could not be read, ``left_out`` why nothing was learnt of others.
    """

    def __init__(
        self, known: Iterable[LearntRatio], source: str, problems: tuple[Problem, ...] = (),
        left_out: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        self.problems = problems
        self._left_out = left_out
        self._known = {(each.full_id, each.effort): each for each in known}
        self._source = source
        self._unknown: dict[str, None] = {}
        self._other_effort: dict[tuple[str, str], None] = {}

    def __bool__(self) -> bool:
        return bool(self._known)

    def find(self, model: Model, effort: str) -> LearntRatio | None:
        """That of a model at an effort, else at any; None, and remembered, of a model that nothing was learnt of."""
        full_id = family(model)
        found = self._known.get((full_id, effort or _UNSAID))
        if found is not None:
            return found
        found = self._known.get((full_id, None))
        if found is None:
            self._unknown[model.name] = None
        elif effort:
            self._other_effort[found.model, effort] = None
        return found

    def sentences(self) -> Iterator[str]:
        """On what the expected output rests, and of which models and efforts nothing was learnt."""
        number = sum(each.results for (_, effort), each in self._known.items() if effort is None)
        yield (
            f"output by {plural(number, 'result')} of {self._source}: likely is that of all together for their input, "
            "low and high are the least and the most of any"
        )
        for why in self._left_out:
            yield f"{self._source}: nothing was learnt of some results: {why}"
        for model in self._unknown:
            yield f"{model}: no result of it is in {self._source}: its likely output is not known"
        for model, effort in self._other_effort:
            yield f"{model}: no result at effort {effort} is told apart in {self._source}: all of the model are taken"


class Samples:
    """Answers that were billed, as ratios are learnt from them."""

    def __init__(self) -> None:
        self._ratios: defaultdict[tuple[str, str | None], list[tuple[Decimal, int]]] = defaultdict(list)
        self._models: dict[str, Model] = {}

    def add(self, model: Model, effort: str | None, given: int, made: int, answers: int) -> None:
        """One result: so much input, and so much output of so many answers. ``effort`` is None where it is not told."""
        if not given or model.kind == "embedding":
            return
        full_id = family(model)
        self._models.setdefault(full_id, model)
        ratio = EXACT.divide(Decimal(made), Decimal(given * max(answers, 1)))
        self._ratios[full_id, None].append((ratio, given))
        if effort is not None:
            self._ratios[full_id, effort or _UNSAID].append((ratio, given))

    def learnt(self) -> list[LearntRatio]:
        """The ratios of each model, and of each effort where there are several or one was asked for."""
        found = []
        for (full_id, effort), ratios in self._ratios.items():
            alone = len(ratios) == len(self._ratios[full_id, None])
            if effort is None or effort != _UNSAID or not alone:
                found.append(_learnt(self._models[full_id], effort, ratios))
        return sorted(found, key=lambda each: (each.full_id, each.effort is not None, each.effort or ""))


def _learnt(model: Model, effort: str | None, ratios: Sequence[tuple[Decimal, int]]) -> LearntRatio:
    ordered = sorted(ratio for ratio, _ in ratios)
    whole = sum(given for _, given in ratios)
    made = Decimal(0)
    for ratio, given in ratios:
        made = EXACT.add(made, EXACT.multiply(ratio, Decimal(given)))
    half, most = (ordered[max(1, -(-len(ordered) * percent // 100)) - 1] for percent in (50, 90))
    return LearntRatio(
        family(model),
        _undated(model.name),
        effort,
        len(ratios),
        _rounded(ordered[0], ROUND_FLOOR),
        _rounded(EXACT.divide(made, Decimal(whole)), ROUND_CEILING),
        _rounded(ordered[-1], ROUND_CEILING),
        _rounded(half, ROUND_CEILING),
        _rounded(most, ROUND_CEILING),
    )


def family(model: Model) -> str:
    """The model at its maker, whoever sells it, and whatever the day of its snapshot."""
    return _undated(model.sells or model.full_id)


def _undated(name: str) -> str:
    dated = parted(name) or parted_in_year(name)
    return dated[0] if dated else name


def _rounded(ratio: Decimal, how: str) -> Decimal:
    return plain(ratio.quantize(_DIGITS, how, EXACT))
