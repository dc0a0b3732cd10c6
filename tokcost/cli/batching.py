"""From the arguments of ``batch`` to its summary: files read once, gates, parts, the report."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from tokcost.amounts import money, money_in_full, percent, tokens
from tokcost.batch.run import Asked, BatchRow, Runner
from tokcost.batch.split import SplitLimits, split
from tokcost.batch.summary import Summary, row_dict
from tokcost.catalog import PriceBook
from tokcost.cli.output_old import draws, put, say
from tokcost.cli.progress import Progress
from tokcost.errors import NotPriced, TokcostError
from tokcost.inputs.files import InputFile, LeftOut, is_url, left_out_lines
from tokcost.inputs.find import Search, find
from tokcost.inputs.open import is_packed, open_input, size_of
from tokcost.inputs.stdin import names_or_stdin
from tokcost.inputs.text import Reading, in_utf8
from tokcost.pricing import notes_on
from tokcost.render_old.batches import prefix_lines, problem_lines, saving_line, summary_grid
from tokcost.render_old.formats import rendered
from tokcost.render_old.grid import Column, Grid
from tokcost.report import Finding
from tokcost.report_old import SCHEMA_VERSION

REQUEST_FILES = Search(ignore=False, suffixes=(".jsonl", ".json", ".ndjson"), kind="request file")


class Batch:
    """One call of the command: what is asked, what is found."""

    def __init__(self, book: PriceBook, asked: Asked, charset: str = "utf-8") -> None:
        self.book = book
        self.asked = asked
        self.runner = Runner(book, asked)
        self.summary = Summary()
        self.rows: list[BatchRow] = []
        self.records: list[dict[str, object]] = []
        self.parts: dict[str, tuple[int, int]] = {}
        self.costs: dict[str, dict[int, Decimal]] = {}
        self.findings: list[Finding] = []
        self.reading = Reading(charset)
        self.files: list[InputFile] = []
        self.left_out: list[str] = []

    @property
    def currency(self) -> str | None:
        """The one currency of all models. Raises TokcostError when there are several."""
        found = {each.model.full_id: self.runner.quoter(each.model).currency for each in self._sums() if each.model}
        currencies = {currency: model for model, currency in found.items() if currency}
        if len(currencies) > 1:
            listed = " and ".join(f"{model} in {currency}" for currency, model in currencies.items())
            raise TokcostError(f"one report has one currency, and these differ: {listed}: price them apart")
        return next(iter(currencies), "USD")

    def _sums(self) -> list[Any]:
        return list(self.summary.by_model.values())

    def take(self, row: BatchRow, keep: bool, why: bool) -> None:
        """One more request."""
        self.summary.take(row)
        if keep:
            self.records.append(row_dict(row))
        if row.quote is not None and row.quote.held is not None:
            self.costs.setdefault(row.file, {})[row.line] = row.quote.held
        if why and row.input is not None:
            for label, number in row.input.parts:
                before, times = self.parts.get(label, (0, 0))
                self.parts[label] = (before + number, times + 1)


def read_all(found: Batch, paths: Sequence[str], keep_rows: bool, why: bool) -> Batch:
    """Count and price every request of every file."""
    left_out: list[LeftOut] = []
    names = names_or_stdin(paths, "nothing to price: name request files, or pipe them in")
    for file in find(names, REQUEST_FILES):
        if isinstance(file, LeftOut):
            left_out.append(file)
            continue
        found.files.append(file)
        with open_input(file) as stream, Progress(size_of(file) or None, file.name) as progress:
            lines = in_utf8(stream, file.name, found.reading)
            for row in found.runner.rows(file.name, lines, progress.seen):
                found.take(row, keep_rows, why)
    found.left_out = left_out_lines(left_out)
    if not found.summary.by_model and not found.summary.problems:
        why_not = f": {found.left_out[0]}" if found.left_out else ""
        raise TokcostError(f"nothing was priced: there is no request in it{why_not}")
    _ = found.currency  # several currencies are told before anything is printed
    return found


def verdict(found: Batch, max_cost: Decimal | None, max_tokens: int | None) -> None:
    """Hold the totals against the limits; a gate that cannot check never passes."""
    total, currency = found.summary.total, found.currency
    uncounted = [row for row in found.summary.problems if row.input is None]
    if uncounted and (max_cost is not None or max_tokens is not None):
        say(problem_lines(found.summary))
        raise NotPriced(
            f"the limit cannot be checked: {len(uncounted):,} requests could not be counted, "
            f"the first is {uncounted[0].file}:{uncounted[0].line}"
        )
    if max_tokens is not None and total.input.high > max_tokens:
        over = total.input.high - max_tokens
        message = (
            f"{tokens(total.input.high)} input tokens are over the limit of {tokens(max_tokens)} by {tokens(over)}"
        )
        found.findings.append(Finding("max-tokens", message, "split the batch, or shorten what repeats"))
    if max_cost is None:
        return
    held = total.quote.held
    if held is None:
        raise NotPriced("--max-cost cannot be checked: a request has no price or no limit of output: say --output")
    if held > max_cost:
        show = money if money(held, currency) != money(max_cost, currency) else money_in_full
        at = "with the expected output" if _expects(found.asked) else "at the limits of output"
        message = f"a cost of {show(held, currency)} {at} is over the limit of {show(max_cost, currency)}"
        message += f" by {money(held - max_cost, currency)}"
        found.findings.append(Finding("max-cost", message, _remedy(found, max_cost)))


def _remedy(found: Batch, max_cost: Decimal) -> str:
    quote = found.summary.total.quote
    if (
        found.asked.terms.mode != "batch"
        and quote.other is not None
        and quote.other <= max_cost
        and _expects(found.asked)
    ):
        return f"--mode batch costs {money(quote.other, found.currency)}"
    dearest = max((cost for lines in found.costs.values() for cost in lines.values()), default=max_cost)
    if dearest > max_cost:
        return f"one request alone may cost {money(dearest, found.currency)}: lower its limit of output, or raise yours"
    return f"--split-at {max_cost:f} makes parts within it"


def _expects(asked: Asked) -> bool:
    return asked.output is not None or asked.ratio is not None


def write_parts(found: Batch, paths: Sequence[str], limits: SplitLimits, force: bool, keep_going: bool) -> None:
    """Split the files, when all of their lines could be priced."""
    if not paths or "-" in paths:
        raise TokcostError("only a file can be split: name it instead of piping it in")
    summary = found.summary
    if limits.cost is not None and summary.total.quote.held is None:
        raise NotPriced("--split-at cannot be held: a request has no price or no limit of output: say --output")
    if summary.problems and not keep_going:
        say(problem_lines(summary))
        raise TokcostError("not split: mend these lines, or say --keep-going to split all the same")
    for file in found.files:
        path = Path(file.location)
        if is_url(file.location) or is_packed(file):
            raise TokcostError(f"{file.name}: only a plain file can be split: unpack it on this machine first")
        _refuse_document(path)
        for part in split(path, limits, found.costs.get(file.name, {}), force):
            cost = f", {money(part.cost, found.currency)}" if limits.cost is not None else ""
            say([f"{part.path}: {part.lines:,} lines, {part.size:,} bytes{cost}"])


def _refuse_document(path: Path) -> None:
    """One JSON document over several lines, or holding several requests, has no lines to split at."""
    with path.open("rb") as file:
        first = file.readline().strip()
    if first in (b"{", b"[") or first.startswith((b"[", b'{"requests"', b'{ "requests"')):
        raise TokcostError(f"{path}: one JSON document cannot be split by lines: write a request a line (JSONL) first")


def report(found: Batch, form: str, file: Path | None, why: bool) -> None:
    """Print what was found in the format asked for."""
    summary, currency = found.summary, found.currency
    notes = [*found.left_out, *summary.notes]
    for one in summary.by_model.values():
        if one.model:
            notes += notes_on(one.model, found.asked.terms.day)
            if one.model.reasoning:
                notes.append(f"{one.model.id} reasons before it answers: reasoning counts as output")
    say(problem_lines(summary))
    say(f"note: {line}" for line in dict.fromkeys(notes))
    if form == "jsonl":
        import json

        put("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in found.records), file)
        return
    if not summary.by_model and form in ("table", "markdown"):
        return
    expected = _expects(found.asked)
    grid = summary_grid(summary, currency, expected)
    document = _document(found, notes) if form == "json" else None
    shown = rendered(form, grid, found.records, document, draws(file, sys.stdout.isatty()))
    if form in ("table", "markdown"):
        shown += "".join(f"{line}\n" for line in _words(found))
        if why:
            shown += "\n" + rendered(form, _why_grid(found), [], None, draws(file, sys.stdout.isatty()))
    put(shown, file)


def _words(found: Batch) -> list[str]:
    """What a table cannot say."""
    mode, currency = found.asked.terms.mode, found.currency
    lines = [saving_line(found.summary, mode, currency)]
    for prefixes in found.runner.prefixes.values():
        if prefixes.cacheable:
            price = found.runner.quoter(prefixes.model).price
            lines += prefix_lines([prefixes], price.modes if price else None, mode, currency)
    return [line for line in lines if line]


def _why_grid(found: Batch) -> Grid:
    total = sum(number for number, _ in found.parts.values()) or 1
    several = found.summary.total.requests > 1
    labels = sorted(found.parts, key=lambda label: -found.parts[label][0]) if several else list(found.parts)
    columns = [Column("part", "part", shrinks=True), Column("times", "times", numeric=True),
               Column("tokens", "tokens", numeric=True), Column("share", "share", numeric=True)]  # fmt: skip
    rows = [
        [
            label,
            tokens(found.parts[label][1]) if several else "",
            tokens(found.parts[label][0]),
            percent(found.parts[label][0], total),
        ]
        for label in labels
    ]
    return Grid(columns, rows).without_empty()


def _document(found: Batch, notes: list[str]) -> dict[str, Any]:
    summary, mode = found.summary, found.asked.terms.mode
    totals = summary.total.to_dict() | {"complete": summary.complete}
    totals["by_model"] = [one.to_dict() for one in summary.by_model.values()]
    quote = summary.total.quote
    batch, single = (quote.likely, quote.other) if mode == "batch" else (quote.other, quote.likely)
    totals["batch_saving"] = format(single - batch, "f") if batch is not None and single is not None else None
    document = {
        "schema_version": SCHEMA_VERSION,
        "command": "batch",
        "currency": found.currency,
        "pricing": {**found.book.stamp(), "day": found.asked.terms.day.isoformat(), "mode": mode},
        "mode": mode,
        "rows": found.records,
        "totals": totals,
        "warnings": [*problem_lines(summary), *dict.fromkeys(notes)],
        "findings": [each.to_dict() for each in found.findings],
    }
    if found.parts:
        document["parts"] = [
            {"part": label, "times": times, "tokens": number} for label, (number, times) in found.parts.items()
        ]
    return document
