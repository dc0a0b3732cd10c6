"""What a process in this one reads from."""

from __future__ import annotations

import io


class PipedStdin:
    """Standard input as a pipe has it."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)

    def isatty(self) -> bool:
        """It is none."""
        return False

    def close(self) -> None:
        """A process that multiprocessing has forked closes its stdin."""
