"""Results of a batch, each found by the request that it answers."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from tokcost.batch.result_lines import ResultLine, fingerprint, inlined, result_line
from tokcost.errors import Problem, TokcostError
from tokcost.inputs.files import left_out_lines
from tokcost.logs.batch import BATCH
from tokcost.logs.entry import Entry, Read
from tokcost.logs.read import Reader
from tokcost.logs.responses import has_usage
from tokcost.logs.shapes import Shapes
from tokcost.logs.wrapped import parts_of
from tokcost.phrases import quote, some_of
from tokcost.rates import MODES, STANDARD
from tokcost.requests.envelopes import Item
from tokcost.usage import Usage

_UNREAD = "no result that is known: it holds neither an answer with its usage nor an error"


class RequestResult(NamedTuple):
    """What came of one request: ``entries`` are what was billed for it, of one that failed with nothing in it."""

    where: str
    line: ResultLine
    entries: tuple[Entry, ...]

    @property
    def usage(self) -> Usage:
        """All tokens that were billed."""
        return sum((each.whole_usage for each in self.entries), start=Usage())

    @property
    def failed(self) -> str:
        """Why it was not answered, '' where it was."""
        return self.entries[0].not_billed_because

    @property
    def shown(self) -> str:
        """Its name, else its place."""
        return quote(self.line.name) if self.line.name else self.where


class Results:
    """The results of some files, each taken once; ``problems`` are lines that could not be read.

    ``repeated`` of them told again what another had told, ``retried`` failed where another was answered;
    ``sentences`` are what the reader has to say.
    """

    def __init__(
        self, found: Iterable[RequestResult], problems: Sequence[Problem], sentences: Sequence[str], source: str
    ):
        self.problems = problems
        self.sentences = sentences
        self.source = source
        self.repeated = self.retried = 0
        self._by_name: dict[str, deque[RequestResult]] = {}
        self._by_request: dict[bytes, deque[RequestResult]] = {}
        self._in_order: deque[RequestResult] = deque()
        self._keep(found)
        # Only where no result says whose it is, and all could be read, they are taken to be in the requests' order.
        self.ordered = bool(self._in_order) and not (self._by_name or self._by_request or problems)
        modes = {entry.mode for each in self.left() if not each.failed for entry in each.entries}
        # At which rates all of them were billed; the standard ones where they were not all alike.
        self.mode = modes.pop() if len(modes) == 1 and modes <= set(MODES) else STANDARD

    def take(self, item: Item) -> RequestResult | None:
        """The next result of a request; None where there is none."""
        if self.ordered:
            return self._in_order.popleft() if self._in_order else None
        found = self._by_name.get(item.name)
        if not found and self._by_request and isinstance(item.body, dict):
            found = self._by_request.get(fingerprint(item.body))
        return found.popleft() if found else None

    def left(self) -> Iterator[RequestResult]:
        """The results that no request has taken."""
        for each in (*self._by_name.values(), *self._by_request.values(), self._in_order):
            yield from each

    def _keep(self, found: Iterable[RequestResult]) -> None:
        seen: set[tuple[str, str]] = set()
        for result in found:
            name, identity = result.line.name, result.entries[0].identity
            if name and identity:
                if (name, identity) in seen:
                    self.repeated += 1
                    continue
                seen.add((name, identity))
            if name:
                self._by_name.setdefault(name, deque()).append(result)
            elif result.line.request:
                self._by_request.setdefault(result.line.request, deque()).append(result)
            else:
                self._in_order.append(result)
        for several in filter(lambda each: len(each) > 1, self._by_name.values()):
            answered = [each for each in several if not each.failed]
            if answered:  # one that was tried again has an answer, and errors before it
                self.retried += len(several) - len(answered)
                several.clear()
                several.extend(answered)


def read_results(names: Sequence[str], charset: str = "utf-8") -> Results:
    """The results in files. Raises TokcostError for a name that cannot be read, and where there is no result at all."""
    reader = Reader(charset=charset)
    shapes = reader.shapes = _ResultShapes()
    entries: dict[str, list[Entry]] = {}
    problems: list[Problem] = []
    for read in reader.read(names):
        if isinstance(read, Problem):  # of fields that a log may be told to have, a result is told to have none
            problems.append(read._replace(why=_UNREAD) if "--map" in read.why else read)
        else:
            line = shapes.lines.get(read.where)
            batched = read.mode == STANDARD and line is not None and line.is_batch
            entries.setdefault(read.where, []).append(read._replace(mode=BATCH) if batched else read)
    told = entries.keys() | {each.where for each in problems}
    problems += [Problem(where, _UNREAD) for where in shapes.lines if where not in told]
    source = some_of([quote(name) for name in names])
    if not entries:
        reasons = [f"{each.where}: {each.why}" for each in problems] or left_out_lines(reader.left_out)
        raise TokcostError(f"{source}: no result of a batch is in it: {next(iter(reasons), 'it is empty')}")
    found = (RequestResult(at, shapes.lines.get(at, ResultLine()), tuple(each)) for at, each in entries.items())
    return Results(found, problems, [*left_out_lines(reader.left_out), *shapes.told.sentences()], source)


class _ResultShapes(Shapes):
    """Reads values as logs are read, and keeps by place what each says of its request."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, ResultLine] = {}
        self._inside = False

    def read(self, where: str, value: Any) -> Iterator[Read]:
        """The entries of one value, of which some may come later."""
        if self._inside:
            yield from super().read(where, value)
        elif isinstance(value, list):
            for number, each in enumerate(value, 1):
                yield from self._line(f"{where}[{number}]", each)
        elif isinstance(value, dict) and (listed := inlined(value)) is not None:
            for number, each in enumerate(listed, 1):
                of_batch = {"key": "", **each} if isinstance(each, dict) else each
                yield from self._line(f"{where}[{number}]", of_batch)
        elif isinstance(value, dict) and (listed := _listed(value)):
            yield from self.read(where, listed)
        else:
            yield from self._line(where, value)

    def _line(self, where: str, value: Any) -> Iterator[Read]:
        if isinstance(value, dict):
            line = self.lines[where] = result_line(value)
            if not line.name and isinstance(value.get("response"), dict) and "body" in value["response"]:
                value = {**value, "custom_id": ""}  # one of OpenAI's, whose name was lost
        self._inside = True
        try:
            yield from super().read(where, value)
        finally:
            self._inside = False


def _listed(document: dict[str, Any]) -> list[Any]:
    """The list of results in a document, as what downloads them may keep them; an empty one where there is none."""
    return [] if result_line(document).name or has_usage(document) else parts_of(document)
