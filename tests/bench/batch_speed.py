"""A chat batch of 50,000 lines (about 200 MB) against tiktoken alone on the same texts, whole processes.

    python tests/bench/batch_speed.py [--lines 50000] [--runs 3]

Two files are made of the installed standard library's source: one in which every text is new, one
in which system prompt and tools repeat. tiktoken encodes the texts of the first in one thread, taken
from a file of JSON strings so that it has no requests to read. Prints wall time, ratio, peak memory.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.measure import run_once

PLAIN = """\
import json, sys, tiktoken
from tokcost.encodings.counter import TextCounter
encoding = TextCounter("o200k_base")._whole
print(sum(len(encoding.encode_ordinary(json.loads(line))) for line in open(sys.argv[1], encoding="utf-8")))
"""


def main() -> int:
    """Make the files, run everybody in turn, print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write(folder, options.lines)
        tool = [sys.executable, "-m", "tokcost", "batch", "--output", "100", "--keep-going"]
        commands = {
            "tiktoken, the texts alone": [sys.executable, "-c", PLAIN, str(folder / "texts.jsonl")],
            "tokcost batch, every text new": [*tool, str(folder / "new.jsonl")],
            "tokcost batch, prompts repeat": [*tool, str(folder / "repeated.jsonl")],
        }
        figures: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(options.runs):
            for name, command in commands.items():
                ran = run_once(command, os.environ, 600)
                figures[name].append((ran.seconds, ran.megabytes))
        base = statistics.median(seconds for seconds, _ in figures["tiktoken, the texts alone"])
        size = (folder / "new.jsonl").stat().st_size / 1e6
        print(
            f"{options.lines:,} lines, {size:.0f} MB\n\n| | median | x tiktoken | peak memory |\n|---|---:|---:|---:|"
        )
        for name, ran_all in figures.items():
            seconds = statistics.median(one for one, _ in ran_all)
            print(f"| {name} | {seconds:.2f} s | {seconds / base:.2f} | {max(peak for _, peak in ran_all):.0f} MB |")
    return 0


def write(folder: Path, lines: int) -> None:
    """The two batch files, and the texts of the first by themselves."""
    source = texts(4000)
    prompt = next(source)
    parameters = {"type": "object", "properties": {"key": {"type": "string", "description": "What to find"}}}
    function = {"name": "look_up", "description": next(source)[:300], "parameters": parameters}
    tools = [{"type": "function", "function": function}]
    with (
        (folder / "new.jsonl").open("w", encoding="utf-8") as new,
        (folder / "repeated.jsonl").open("w", encoding="utf-8") as repeated,
        (folder / "texts.jsonl").open("w", encoding="utf-8") as plain,
    ):
        for number in range(lines):
            text = f"{number}\n{next(source)}"
            plain.write(json.dumps(text) + "\n")
            new.write(line(number, [{"role": "user", "content": text}], {}))
            short = [{"role": "system", "content": prompt}, {"role": "user", "content": text[:400]}]
            repeated.write(line(number, short, {"tools": tools}))


def line(number: int, messages: list[dict[str, str]], more: dict[str, object]) -> str:
    """One line of an OpenAI batch file."""
    body = {"model": "gpt-5.4-mini", "messages": messages, "max_completion_tokens": 200, **more}
    return json.dumps({"custom_id": f"r{number}", "method": "POST", "url": "/v1/chat/completions", "body": body}) + "\n"


def texts(size: int) -> Iterator[str]:
    """Pieces of source code, over and over."""
    while True:
        for path in sorted(Path(sysconfig.get_paths()["stdlib"]).rglob("*.py")):
            whole = path.read_text(encoding="utf-8", errors="replace")
            for at in range(0, len(whole) - size, size):
                yield whole[at : at + size]


if __name__ == "__main__":
    sys.exit(main())
