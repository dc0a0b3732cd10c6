"""A progress bar on stderr: only on a terminal, only after a second."""

from __future__ import annotations

import sys
import time
from typing import Any

_SHOW_AFTER_S = 1.0
_EVERY = 0.1


class Progress:
    """Bytes of a file as they are worked off, with rate and remaining time. ``size`` is None when unknown."""

    def __init__(self, size: int | None, name: str) -> None:
        self._size = size
        self._name = name
        self._done = 0
        self._began = self._shown = time.monotonic()
        self._bar: Any = None
        self._on = sys.stderr.isatty()

    def seen(self, count: int, size: int | None = None) -> None:
        """So many bytes more are done, of ``size`` where that is known by now."""
        self._done += count
        self._size = size or self._size
        if not self._on:
            return
        now = time.monotonic()
        if now - self._began < _SHOW_AFTER_S or now - self._shown < _EVERY:
            return
        self._shown = now
        if self._bar is None:
            self._start()
        self._bar.update(self._task, completed=self._done)

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
        from rich.progress import Progress as Bar

        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        self._bar = Bar(*columns, TimeRemainingColumn(), console=Console(file=sys.stderr), transient=True)
        self._task = self._bar.add_task(self._name, total=self._size)
        self._bar.start()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
