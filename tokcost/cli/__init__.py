"""The command line: flags to typed values, the rooms called left to right, an exit code."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0 answered, 1 a rule is broken, 2 no answer, 130 interrupted."""
    try:
        # Loading modules makes no garbage to speak of, and looking for it costs a tenth of the start.
        gc.set_threshold(200_000, 20, 20)
        from tokcost.cli.running import run

        return run(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:  # while the modules are still being loaded
        return 130


def entry() -> None:
    """The console script. Leaves without taking the interpreter down: what was opened is closed by then."""
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # a closed pipe: ``main`` has given its verdict on that
            stream.flush()
    os._exit(code)
