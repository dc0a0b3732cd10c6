"""The long run, by hand: ``python tests/fuzz/run.py COMMAND --minutes 60``; ``--again FOLDER`` runs a saved case.

Without a command every one has its share of the time. What breaks a law is saved, once for each kind.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from tests.fuzz.cases import COMMANDS, Case, case_of
from tests.fuzz.laws import answer_of, broken_law

MAX_BYTES = 4 << 30


def quiet_home(top: Path) -> None:
    """Nothing of the user who runs it: no configuration, no cache, a fixed day."""
    for name in [each for each in os.environ if each.startswith(("TOKCOST_", "GITHUB_"))]:
        del os.environ[name]
    os.environ.update(
        TOKCOST_AS_OF="2026-11-24",
        XDG_CONFIG_HOME=str(top / "config"),
        TOKCOST_CACHE_DIR=str(top / "cache"),
        COLUMNS="100",
        GIT_CEILING_DIRECTORIES=str(top),
    )


def kind_of(broken: str) -> str:
    """A law and what broke it, without numbers and names: under it the first case is kept."""
    return re.sub(r"[^A-Za-z]+", "-", re.sub(r"'[^']*'|\"[^\"]*\"", "", broken))[:70].strip("-")


def hunt(command: str, seconds: float, seed: int, saved: Path, top: Path) -> Counter[str]:
    """Run cases until the time is over; ``runs`` and the number of each kind that broke a law."""
    counts: Counter[str] = Counter()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        number = seed + counts["runs"]
        counts["runs"] += 1
        case = case_of(command, Random(f"{command} {number}"))
        broken = broken_law(case, top / "work", twice=number % 4 == 0)
        if broken is None:
            continue
        kind = kind_of(broken)
        counts[kind] += 1
        if counts[kind] == 1:
            case.save(saved / command.replace(" ", "-") / f"{kind}-{number}", broken)
            print(f"{command} {number}: {broken}", flush=True)
    return counts


def main() -> int:
    """Hunt, then say how many runs there were and what fell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", nargs="*", help=f"{', '.join(COMMANDS)}; all of them when left out")
    parser.add_argument("--minutes", type=float, default=60, help="for each command")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--saved", type=Path, default=Path("fuzz-failures"))
    parser.add_argument("--again", type=Path, help="the folder of a saved case")
    given = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MAX_BYTES, MAX_BYTES))
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        quiet_home(top)
        if given.again:
            case = Case.load(given.again)
            print(*(ascii(word) for word in case.argv))
            print(broken_law(case, top / "work", twice=True) or "every law holds")
            os.environ["TOKCOST_DEBUG"] = "1"
            answer = answer_of(case, top / "work")
            print(f"exit {answer.code}", answer.out.decode(), answer.err.decode(), sep="\n")
            return 0
        fallen = 0
        for command in [" ".join(given.command)] if given.command else COMMANDS:
            counts = hunt(command, given.minutes * 60, given.seed, given.saved.resolve(), top)
            fallen += len(counts) - 1
            runs = counts.pop("runs")
            print(f"{command}: {runs:,} runs, {sum(counts.values()):,} broke a law", dict(counts), flush=True)
    return 1 if fallen else 0


if __name__ == "__main__":
    sys.exit(main())
