"""The command line: flags to typed values, the rooms called left to right, an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0 answered, 1 a rule is broken, 2 no answer, 130 interrupted."""
    try:
        from tokcost.cli.running import run

        return run(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:  # while the modules are still being loaded
        return 130


def entry() -> None:
    """The console script."""
    sys.exit(main())
