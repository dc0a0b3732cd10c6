"""From the arguments of ``count`` to its report: inputs read once, counted for every model asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import IO, BinaryIO, NamedTuple

from tokcost.catalog import Model, PriceBook
from tokcost.cli.progress import Progress
from tokcost.counting.count import Count
from tokcost.counting.text import Method, method_of
from tokcost.encodings.engines import AUTO
from tokcost.encodings.names import ENCODINGS
from tokcost.errors import NotText, TokcostError
from tokcost.inputs.files import STDIN, LeftOut, left_out_lines
from tokcost.inputs.find import Search, find
from tokcost.inputs.stdin import Readable, names_or_stdin, stdin_bytes
from tokcost.inputs.text import Reading, TextSource
from tokcost.parallel.many import Plan, counts_of, size_of_all
from tokcost.pricing import Terms, notes_on, price_count
from tokcost.report import Finding, Report, Row

_IN_MEMORY = 8 << 20


class Wanted(NamedTuple):
    """What to count with: encodings, or models with the terms to price them under."""

    encodings: tuple[str, ...]
    models: tuple[str, ...]
    terms: Terms
    output_tokens: int = 0
    cached_tokens: int = 0
    engine: str = AUTO
    jobs: int = 0


class Inputs(NamedTuple):
    """The texts in the order they were named; ``kept`` holds stdin when it is to be passed on."""

    items: list[TextSource | LeftOut]
    kept: IO[bytes] | None = None

    def copy_stdin(self, out: BinaryIO) -> None:
        """Write stdin on, byte for byte."""
        import shutil

        assert self.kept is not None
        self.kept.seek(0)
        shutil.copyfileobj(self.kept, out)
        out.flush()

    def __enter__(self) -> Inputs:
        return self

    def __exit__(self, *_: object) -> None:
        if self.kept is not None:
            self.kept.close()


class Gathered(NamedTuple):
    """The report, and what the gate needs to judge it."""

    report: Report
    wanted: Wanted
    book: PriceBook | None
    models: dict[str, Model]


def read_inputs(paths: Sequence[str], texts: Sequence[str], ignore: bool, keep: bool) -> Inputs:
    """The sources behind the arguments; stdin when nothing is named and it is no terminal."""
    named = list(paths)
    if not texts:
        named = names_or_stdin(paths, "nothing to count: name files or directories, give --text, or pipe something in")
    if keep and named != [STDIN]:
        raise TokcostError("--pass copies stdin to stdout: leave out the files and --text, and pipe something in")
    items: list[TextSource | LeftOut] = [
        TextSource("text" if len(texts) == 1 else f"text {number}", text=text) for number, text in enumerate(texts, 1)
    ]
    kept: IO[bytes] | None = None
    for file in find(named, Search(ignore)):
        if isinstance(file, LeftOut):
            items.append(file)
        elif file.location != STDIN:
            items.append(TextSource(file.name, file=file))
        else:
            stream: Readable = stdin_bytes()
            if keep:
                import tempfile

                kept = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - lives as long as the inputs
                stream = _Tee(stream, kept)
            items.append(TextSource(file.name, stream=stream))
    return Inputs(items, kept)


class _Tee:
    """Keeps what is read."""

    def __init__(self, stream: Readable, kept: IO[bytes]) -> None:
        self._stream = stream
        self._kept = kept

    def read(self, size: int) -> bytes:
        block = self._stream.read(size)
        self._kept.write(block)
        return block


def gather(inputs: Inputs, wanted: Wanted, book: PriceBook | None, reading: Reading) -> Gathered:
    """Count every input with every model or encoding asked for."""
    report = Report("count")
    gathered = Gathered(report, wanted, book, {})
    methods: dict[str, Method] = {}
    if book is None:
        methods = {name: Method(_known(name)) for name in wanted.encodings}
    else:
        for name in wanted.models:
            model = book.find(name)
            gathered.models[model.full_id] = model
            methods[model.full_id] = method_of(model)
            report.warnings += notes_on(model, wanted.terms.day)
        report.currency = currency_of(gathered.models.values(), wanted.terms)
    sources = [item for item in inputs.items if isinstance(item, TextSource)]
    left_out = [item for item in inputs.items if isinstance(item, LeftOut)]
    with Progress(size_of_all(sources), "") as progress:
        counted = counts_of(sources, Plan(tuple(methods.values()), reading, wanted.engine, wanted.jobs), progress.seen)
        for source, counts in zip(sources, counted, strict=True):
            if isinstance(counts, NotText) and not source.named:
                left_out.append(LeftOut(source.name, counts.problem, detail=f"at byte {counts.offset}"))
            else:
                _count_one(source, counts, methods, gathered)
    report.warnings += left_out_lines(left_out)
    report.complete &= not any(each.failed for each in left_out)
    if not report.rows:
        raise TokcostError("nothing was counted: " + (report.warnings[-1] if report.warnings else "no text was found"))
    report.warnings += dict.fromkeys(
        f"{row.model}: {row.input.standing}: {row.input.note}" for row in report.rows if row.model and row.input.note
    )
    return gathered


def _count_one(
    source: TextSource, counts: dict[Method, Count] | TokcostError, methods: dict[str, Method], gathered: Gathered
) -> None:
    report, wanted = gathered.report, gathered.wanted
    if isinstance(counts, TokcostError):
        if source.named:
            raise counts
        report.warnings.append(str(counts))
        report.complete = False
        return
    for name, method in methods.items():
        number = counts[method]
        model = gathered.models.get(name)
        if model is None:
            report.rows.append(Row(source.name, number, encoding=name))
            continue
        if wanted.cached_tokens > number.high:
            raise TokcostError(
                f"{source.name}: --cached {wanted.cached_tokens} is more than its {number.high} input tokens"
            )
        cost = price_count(number, model, wanted.terms, wanted.cached_tokens, wanted.output_tokens)
        report.rows.append(
            Row(
                source.name,
                number,
                provider=model.provider,
                model=model.id,
                encoding=method.encoding,
                output_tokens=wanted.output_tokens,
                cached_tokens=wanted.cached_tokens,
                cost=cost,
            )
        )


def _known(encoding: str) -> str:
    if encoding not in ENCODINGS:
        from tokcost.encodings.counter import counter

        counter(encoding)  # raises with the nearest names
    return encoding


def currency_of(models: Iterable[Model], terms: Terms) -> str:
    """The one currency that the models are priced in. Raises TokcostError when there are two."""
    found: dict[str, str] = {}
    for model in models:
        price = model.price_on(terms.day)
        if price is not None:
            found.setdefault(price.currency, model.id)
    if len(found) > 1:
        (one, first), (other, second) = list(found.items())[:2]
        raise TokcostError(
            f"{first} is priced in {one} and {second} in {other}: one report has one currency, count them apart"
        )
    return next(iter(found), "USD")


def check_windows(gathered: Gathered, fit: bool) -> None:
    """Say of every row whether it fits its model: a finding when that is asked for, else a warning."""
    report = gathered.report
    for row in report.rows:
        model = gathered.models.get(f"{row.provider}/{row.model}")
        if fit and model is not None and model.context_window is None:
            raise TokcostError(f"--fit cannot be checked: the context window of {model.id} is not known")
        message = _too_large(row, model)
        if message and fit:
            remedy = "shorten the input, or take a model with a larger window"
            report.findings.append(Finding("fit", message, remedy, row.name, row.model or ""))
        elif message:
            report.warnings.append(message)


def _too_large(row: Row, model: Model | None) -> str:
    """What does not fit the model, '' when all does."""
    if model is None:
        return ""
    if model.max_output is not None and row.output_tokens > model.max_output:
        return f"{row.name}: {row.output_tokens:,} output tokens, {model.id} writes at most {model.max_output:,}"
    size = row.input.high + row.output_tokens
    if model.context_window is None or size <= model.context_window:
        return ""
    return (
        f"{row.name}: {size:,} tokens of input and output do not fit the context window of {model.id}, "
        f"{model.context_window:,}"
    )
