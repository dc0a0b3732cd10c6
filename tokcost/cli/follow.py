"""``tokcost usage --follow``: a growing log, live on a terminal, line by line in a pipe, a report at its end."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NoReturn

import typer

from tokcost.cli.output import OutputOptions, put, say, write
from tokcost.cli.values import today
from tokcost.errors import ANSWERED, INTERRUPTED, RULE_BROKEN, Problem
from tokcost.inputs.files import STDIN_NAME
from tokcost.inputs.lines import line_blocks
from tokcost.inputs.stdin import stdin_bytes
from tokcost.logs.read import Reader
from tokcost.logs.tail import Grown, Tail
from tokcost.logs.text_lines import LONGEST
from tokcost.masking import scrub
from tokcost.metering.following import Following
from tokcost.metering.holding import hold
from tokcost.metering.ledger import Ledger
from tokcost.metering.report import UsageOptions, conclude, new_report, short
from tokcost.phrases import join_or
from tokcost.render.follow import live_view, plain_line

Show = Callable[[bool, bool], None]
"""Shows the sums: whether there is something new, and whether nothing more will come."""


def follow_log(
    names: Sequence[str], reader: Reader, ledger: Ledger, options: UsageOptions, every: float, how: OutputOptions
) -> NoReturn:
    """Read on until interrupted, or until stdin ends; then give the report. Exit 1 once a limit was exceeded."""
    report = new_report(options)
    found = Following(reader, ledger, options.limits, today, report)
    tail = None if list(names) == ["-"] else Tail(names)
    looks = _files(tail, every, reader) if tail else _stdin()
    interrupted = False
    with _shown(found, every, how) as show:
        try:
            for grown in looks:
                for each in grown:
                    found.take(each)
                if not grown:
                    found.flush()
                show(bool(grown), False)
                _sound(found)
        except KeyboardInterrupt:
            interrupted = True
        last = list(tail.unfinished()) if tail else []
        for each in last:
            found.take(each)
        found.flush()
        show(bool(last) or not interrupted, True)
        _sound(found)
    if tail:
        tail.close()
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
    raise typer.Exit(INTERRUPTED if interrupted else report.exit_code(how.keep_going, how.exit_zero))


def _lives_on_stdout(how: OutputOptions) -> bool:
    """Whether the sums are shown on stdout as they grow, so that no table need follow."""
    return how.form == "table" and how.file is None and not how.quiet


def _files(tail: Tail, every: float, reader: Reader) -> Iterator[list[Grown | Problem]]:
    reader.left_out += tail.left_out()
    while True:
        yield list(tail.look())
        time.sleep(every)


def _stdin() -> Iterator[list[Grown | Problem]]:
    for number, lines in line_blocks(stdin_bytes(), LONGEST):
        yield [Grown(STDIN_NAME, number, lines)]


@contextmanager
def _shown(found: Following, every: float, how: OutputOptions) -> Iterator[Show]:
    """What shows the sums: a view that redraws itself, or a line when something is new, not too often."""
    if not _lives_on_stdout(how):
        yield lambda new, end: None
        return
    if not sys.stdout.isatty():
        yield _Lines(found, every).show
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    from tokcost.masking import scrub

    with Live(console=Console(), auto_refresh=False, vertical_overflow="crop") as live:

        def show(new: bool, end: bool) -> None:
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

    def show(self, new: bool, end: bool) -> None:
        """Print a line if there is something to say and it is time."""
        self._unsaid |= new
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
