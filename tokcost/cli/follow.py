"""``tokcost usage --follow``: a growing log, live on a terminal, line by line in a pipe, a report at its end."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, datetime
from itertools import chain
from typing import NoReturn

import typer

from tokcost.cli.output import OutputOptions, put, say, write
from tokcost.cli.values import today
from tokcost.cli.waiting import Waiting
from tokcost.errors import ANSWERED, INTERRUPTED, RULE_BROKEN, Problem
from tokcost.inputs.files import STDIN, STDIN_NAME
from tokcost.inputs.stdin import stdin_bytes
from tokcost.logs.growing import GrowingLines, Grown
from tokcost.logs.read import Reader
from tokcost.logs.tail import Tail
from tokcost.masking import scrub
from tokcost.metering.following import Following
from tokcost.metering.holding import hold
from tokcost.metering.ledger import Ledger
from tokcost.metering.report import UsageOptions, conclude, new_report, short
from tokcost.phrases import join_or
from tokcost.render.follow import live_view, plain_line

Show = Callable[[bool], None]
"""Shows the sums where there is something new; whether nothing more will come."""
Looks = Iterator[Iterable[Grown | Problem]]
# So many seconds at most what is held back for lines to come is kept from who looks on, while a log grows and grows.
_HELD = 5.0
_BLOCK = 1 << 20


def follow_log(
    names: Sequence[str], reader: Reader, ledger: Ledger, options: UsageOptions, every: float, how: OutputOptions
) -> NoReturn:
    """Read on until interrupted, or until stdin ends; then give the report. Exit 1 once a limit was exceeded."""
    report = new_report(options)
    found = Following(reader, ledger, options.limits, today, report)
    tail = None if list(names) == [STDIN] else Tail(names)
    waiting = Waiting(every, writes=how.file is None)
    with (
        closing(tail) if tail else nullcontext(),
        waiting.signals_heard_between_looks(),
        _shown(found, every, how) as show,
    ):
        interrupted = _look_on(found, _files(tail, waiting) if tail else _stdin(waiting), show)
    reader.left_out += tail.left_out if tail else ()
    conclude(report, found.all, reader, options)
    if found.all.is_empty:
        report.answered = False
        report.fail(join_or(map(scrub, names)), "no usage was found")
    hold(report, found.alarms, found.today.groups(), options.limits)
    report.findings_in = "table"  # each was said as an alarm already
    for table in report.tables():
        table.shown = not _lives_on_stdout(how)
    write(report, how, short(report))
    if found.alarms:
        raise typer.Exit(ANSWERED if how.exit_zero else RULE_BROKEN)
    if interrupted and (report.complete or not options.limits.given):
        raise typer.Exit(INTERRUPTED)
    raise typer.Exit(report.exit_code(how.keep_going, how.exit_zero))


def _look_on(found: Following, looks: Looks, show: Show) -> bool:
    """Take what is new with every look until they end, or are interrupted: whether they were."""
    interrupted, held_since = False, time.monotonic()
    try:
        for grown in looks:
            new = False
            for each in grown:
                found.take(each)
                new = True
            if not new or time.monotonic() - held_since > _HELD:
                found.quiet()
                held_since = time.monotonic()
            show(False)
            _sound(found)
    except KeyboardInterrupt:
        interrupted = True
    found.over()
    show(True)
    _sound(found)
    return interrupted


def _lives_on_stdout(how: OutputOptions) -> bool:
    """Whether the sums are shown on stdout as they grow, so that no table need follow."""
    return how.form == "table" and how.file is None and not how.quiet


def _files(tail: Tail, waiting: Waiting) -> Looks:
    """Looks until nobody reads on; at an interrupt one more, for what was written since the last."""
    while not waiting.abandoned:
        yield tail.look()
        try:
            waiting.wait()
        except KeyboardInterrupt:
            yield chain(tail.look(), tail.unfinished(over=False))
            raise
    yield tail.unfinished()


def _stdin(waiting: Waiting) -> Looks:
    """Looks at what there is until its end; at an interrupt a last one, for what is held back."""
    stream, lines = stdin_bytes(), GrowingLines(STDIN_NAME)
    read: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
    while not waiting.abandoned:
        try:
            ready = waiting.wait(stream)
        except KeyboardInterrupt:
            yield lines.unfinished(over=False)
            raise
        block = read(_BLOCK) if ready else b""
        if ready and not block:
            break
        yield lines.take(block) if block else ()
    yield lines.unfinished()


@contextmanager
def _shown(found: Following, every: float, how: OutputOptions) -> Iterator[Show]:
    """What shows the sums: a view that redraws itself, or a line when something is new, not too often."""
    if not _lives_on_stdout(how):
        yield lambda end: None
        return
    if not sys.stdout.isatty():
        yield _Lines(found, every).show
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    from tokcost.masking import scrub

    with Live(console=Console(), auto_refresh=False, vertical_overflow="crop") as live:

        def show(end: bool) -> None:
            view = live_view(found, found.per_minute(time.monotonic()), _clock())
            live.update(Text.from_ansi(scrub(view)), refresh=True)

        yield show


class _Lines:
    """Prints the sums when they have changed, and at the end what was left unsaid."""

    def __init__(self, found: Following, every: float) -> None:
        self._found = found
        self._every = every
        self._last = -every
        self._unsaid = False

    def show(self, end: bool) -> None:
        """Print a line if there is something to say and it is time."""
        self._unsaid |= self._found.news()
        now = time.monotonic()
        if self._unsaid and (end or now - self._last >= self._every):
            self._last, self._unsaid = now, False
            put(plain_line(self._found, self._found.per_minute(now), _clock()) + "\n", None, people=True)


def _clock() -> str:
    return datetime.now(UTC).strftime("%H:%M:%SZ")


def _sound(found: Following) -> None:
    """Say every new alarm once, with the bell of the terminal."""
    for each in found.new_alarms():
        if sys.stderr.isatty():
            put("\a", None, sys.stderr, people=True)
        say([f"tokcost: ALARM: {each.message}"])
