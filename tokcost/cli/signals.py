"""SIGTERM and SIGHUP end a command as Ctrl-C does: what it began is removed, its children end, one line is said."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tokcost.errors import INTERRUPTED

_BASE = 128  # a shell's exit code of what a signal ended is this and the number of the signal


class HeardSignal:
    """What interrupted the command: '' for Ctrl-C or nothing, else the name of a signal."""

    by = ""
    exit_code = INTERRUPTED

    @property
    def sentence(self) -> str:
        """The one line that is said of it."""
        return f"interrupted by {self.by}" if self.by else "interrupted"


@contextmanager
def heard_signals() -> Iterator[HeardSignal]:
    """While this lasts, the first of the signals interrupts what is running; those after it change nothing.

    The exit code is then 143 for SIGTERM, 129 for SIGHUP. What is ignored stays ignored (nohup).
    """
    heard = HeardSignal()
    own = os.getpid()

    def interrupt(number: int, frame: object) -> None:
        if os.getpid() != own:  # a worker that has just been forked
            os._exit(_BASE + number)
        if not heard.by:
            heard.by, heard.exit_code = signal.Signals(number).name, _BASE + number
            raise KeyboardInterrupt

    before = {}
    if threading.current_thread() is threading.main_thread():  # another one may set no handlers
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                before[number] = signal.signal(number, interrupt)
    try:
        yield heard
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
