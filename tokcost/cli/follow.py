"""``tokcost usage --follow``: a growing log, live on a terminal, line by line in a pipe."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Protocol

from tokcost.cli.options import today
from tokcost.cli.output_old import say
from tokcost.errors import ANSWERED, INTERRUPTED, RULE_BROKEN
from tokcost.logs.read import Reader
from tokcost.logs.tail import Grown, Tail
from tokcost.metering.ceilings import Ceilings, overruns
from tokcost.metering.following import Following
from tokcost.metering.ledger import Ledger
from tokcost.render_old.follow import alarm, live_view, plain_line


class Show(Protocol):
    """Shows the sums; ``new``: there is something new, ``end``: nothing more will come."""

    def __call__(self, new: bool, end: bool = False) -> None: ...


def follow_log(
    arguments: list[str],
    reader: Reader,
    make: Callable[[], Ledger],
    ceilings: Ceilings,
    exit_zero: bool,
    every: float,
) -> int:
    """Read on until interrupted, or until stdin ends. The exit code: 1 once a ceiling was passed."""
    found = Following(reader, make, ceilings, today)
    looks = _stdin() if arguments == ["-"] else _files(arguments, every)
    interrupted = False
    try:
        with _shown(found, every) as show:
            for grown in looks:
                for each in grown:
                    found.take(each)
                if not grown:
                    found.rest()
                show(bool(grown))
                _sound(found)
            found.rest()
            show(True, True)
            _sound(found)
    except KeyboardInterrupt:
        interrupted = True
    for line in _problems(found):
        say([line])
    if found.alarms:
        return ANSWERED if exit_zero else RULE_BROKEN
    if (ceilings.total is not None or ceilings.per) and not interrupted:
        # raises: a limit under which something could not be priced or read was not kept
        overruns(found.today, ceilings, found.complete)
    return INTERRUPTED if interrupted else ANSWERED


def _files(arguments: list[str], every: float) -> Iterator[list[Grown]]:
    tail = Tail(arguments)
    try:
        while True:
            yield list(tail.look())
            time.sleep(every)
    finally:
        tail.close()


def _stdin() -> Iterator[list[Grown]]:
    for number, line in enumerate(sys.stdin.buffer):
        yield [Grown("stdin", number, [line.rstrip(b"\n")])]


@contextmanager
def _shown(found: Following, every: float) -> Iterator[Show]:
    """What shows the sums: a view that redraws itself, or a line when something is new, not too often."""
    if not sys.stdout.isatty():
        yield _Lines(found, every).show
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    with Live(console=Console(), auto_refresh=False, vertical_overflow="crop") as live:

        def show(new: bool, end: bool = False) -> None:
            view = live_view(found, found.per_minute(time.monotonic()), _clock())
            live.update(Text.from_ansi(view), refresh=True)

        yield show


class _Lines:
    """Prints the sums when they have changed, and at the end what was left unsaid."""

    def __init__(self, found: Following, every: float) -> None:
        self._found = found
        self._every = every
        self._last = -every
        self._unsaid = False

    def show(self, new: bool, end: bool = False) -> None:
        """Print a line if there is something to say and it is time."""
        self._unsaid |= new
        now = time.monotonic()
        if self._unsaid and (end or now - self._last >= self._every):
            self._last, self._unsaid = now, False
            print(plain_line(self._found, self._found.per_minute(now), _clock()), flush=True)


def _clock() -> str:
    return datetime.now(UTC).strftime("%H:%M:%SZ")


def _sound(found: Following) -> None:
    """Say every new alarm once, with the bell of the terminal."""
    for each in found.new_alarms():
        bell = "\a" if sys.stderr.isatty() else ""
        say([f"{bell}tokcost: ALARM: {alarm(each, found.all.exchange.currency)}"])


def _problems(found: Following) -> list[str]:
    from tokcost.cli.usage import told_faults

    return told_faults(found.faults)
