"""Claude Code sessions (238 MB in 300 sessions): ``tokcost usage`` beside the native ccusage, seconds and memory.

    npm install ccusage@20.0.24 @ccusage/ccusage-linux-x64@20.0.24
    python tests/bench/session_log.py [--ccusage FILE] [--runs 9] [megabytes] [folder]

FILE is the program in ``@ccusage/ccusage-linux-x64/bin``; without one tokcost is measured alone. The tree of
``session_tree.py`` is made where there is none. Runs stand side by side, so that a busy machine slows all alike; the
memory is that of all processes of a command together, sampled in a run of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.session_tree import make

_MB = 1024


class Command(NamedTuple):
    """What is measured, by a name."""

    name: str
    arguments: list[str]

    def start(self, environment: dict[str, str], out: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        """A process of it."""
        return subprocess.Popen(self.arguments, stdout=out, stderr=subprocess.DEVNULL, env=environment)


def seconds(command: Command, environment: dict[str, str]) -> float:
    """From start to end. Raises RuntimeError when it fails."""
    began = time.perf_counter()
    if command.start(environment).wait():
        raise RuntimeError(f"{command.name} failed: {' '.join(command.arguments)}")
    return time.perf_counter() - began


def memory(command: Command, environment: dict[str, str]) -> tuple[float, float]:
    """The peak MB of all processes: their resident sets added up, and with what they share counted once."""
    process = command.start(environment)
    resident = proportional = 0
    while process.poll() is None:
        sizes = [_sizes(each) for each in (process.pid, *_children(process.pid))]
        resident = max(resident, sum(each[0] for each in sizes))
        proportional = max(proportional, sum(each[1] for each in sizes))
    return resident / _MB, proportional / _MB


def _children(process: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:  # it has ended
        return []


def _sizes(process: int) -> tuple[int, int]:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0, 0
    found = {name: held.split()[0] for name, _, held in (line.partition(":") for line in lines) if held.endswith("kB")}
    return int(found.get("Rss", 0)), int(found.get("Pss", 0))


def totals(command: Command, environment: dict[str, str]) -> dict[str, Any]:
    """What a command that answers in JSON comes to."""
    out, _ = command.start(environment, subprocess.PIPE).communicate()
    found: dict[str, Any] = json.loads(out)["totals"]
    if "totalCost" in found:
        given, read = found["inputTokens"], found["cacheReadTokens"]
        written, output = found["cacheCreationTokens"], found["outputTokens"]
        cost = found["totalCost"]
    else:
        read, written = found["cached_tokens"], found["cache_write_tokens"] + found["cache_write_long_tokens"]
        given, output = found["input_tokens"] - read - written, found["output_tokens"]
        cost = float(found["cost"])
    return {"input": given, "read": read, "written": written, "output": output, "cost": f"{cost:.6f}"}


def commands(folder: Path, ccusage: str | None) -> list[Command]:
    """tokcost with several options, and two reports of ccusage, which has no network to ask for prices."""
    own = [sys.executable, "-m", "tokcost", "usage", str(folder), "--format", "json"]
    found = [Command("tokcost usage", own)]
    found += [
        Command(f"tokcost usage {' '.join(more)}", own + more) for more in (["--unique"], ["--by", "project,hour"])
    ]
    if ccusage:
        found += [
            Command(f"ccusage {what}", [ccusage, "claude", what, "--json", "--offline"])
            for what in ("session", "daily")
        ]
    return found


def main() -> None:
    """Make, measure, print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("megabytes", nargs="?", type=int, default=238)
    asked.add_argument("folder", nargs="?", type=Path)
    asked.add_argument("--ccusage")
    asked.add_argument("--runs", type=int, default=9)
    given = asked.parse_args()
    folder = given.folder or Path(tempfile.gettempdir()) / f"session-tree-{given.megabytes}"
    if not folder.exists():
        make(folder, given.megabytes)
    environment = {**os.environ, "CLAUDE_CONFIG_DIR": str(folder), "TZ": "UTC"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package is compiled
    listed = commands(folder, given.ccusage)
    for command in listed:  # once for the disk and the compiled modules
        seconds(command, environment)
    took: dict[str, list[float]] = {command.name: [] for command in listed}
    for _ in range(given.runs):
        for command in listed:
            took[command.name].append(seconds(command, environment))
    for command in listed:
        resident, proportional = memory(command, environment)
        middle, best = statistics.median(took[command.name]), min(took[command.name])
        print(f"{command.name:<36} {middle:6.2f} s (at best {best:.2f})  {resident:5.0f} MB ({proportional:.0f} PSS)")
    for command in (listed[0], *listed[3:]):
        print(f"{command.name:<36} {totals(command, environment)}")


if __name__ == "__main__":
    main()
