"""Requests of which every tenth has a picture (3,000 lines, 24 MB) against counting their texts, whole processes.

    python tests/bench/picture_speed.py [--lines 3000] [--runs 5]

The texts lie in files of their own, and are counted in one process (``tokcost count FOLDER -j 1``). A picture is a
PNG of 51 KB of noise as a data URL. Prints the median of wall time and of processor time, and the ratio of both.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import random
import resource
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.batch_speed import texts

NOISE = random.Random(5)


def main() -> int:
    """Make the files, run both in turn, print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=3000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        requests = write(folder, options.lines)
        tool = [sys.executable, "-m", "tokcost"]
        commands = {
            "tokcost count, the texts": [*tool, "count", str(folder / "texts"), "-m", "gpt-4o", "-j", "1"],
            "tokcost batch": [*tool, "batch", str(requests)],
        }
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(options.runs):
            for name, command in commands.items():
                taken[name].append(run_timed(command))
        print(f"{options.lines:,} requests, {requests.stat().st_size / 1e6:.0f} MB\n")
        print("| | wall | processor |\n|---|---:|---:|")
        medians = {name: [statistics.median(each) for each in zip(*runs, strict=True)] for name, runs in taken.items()}
        for name, (wall, processor) in medians.items():
            print(f"| {name} | {wall:.2f} s | {processor:.2f} s |")
        counted, priced = medians.values()
        print(f"| ratio | {priced[0] / counted[0]:.2f} | {priced[1] / counted[1]:.2f} |")
    return 0


def run_timed(command: list[str]) -> tuple[float, float]:
    """Seconds of the clock, and of processors."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=os.environ)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def write(folder: Path, lines: int) -> Path:
    """The file of requests, and each of its texts in a file of a folder."""
    (folder / "texts").mkdir()
    requests = folder / "requests.jsonl"
    with requests.open("w", encoding="utf-8") as file:
        for number, text in enumerate(islice(texts(1200), lines)):
            (folder / "texts" / f"{number}.txt").write_text(text, encoding="utf-8")
            content: object = text
            if number % 10 == 0:
                content = [{"type": "text", "text": text}, {"type": "image_url", "image_url": {"url": picture()}}]
            body = {"model": "gpt-4o", "messages": [{"role": "user", "content": content}]}
            line = {"custom_id": f"r{number}", "method": "POST", "url": "/v1/chat/completions", "body": body}
            file.write(json.dumps(line) + "\n")
    return requests


def picture() -> str:
    """A PNG of some size as a data URL; what stands behind its head is noise."""
    size = struct.pack(">IIBBBBB", NOISE.randrange(300, 1500), NOISE.randrange(300, 1500), 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", NOISE.randbytes(51_000)) + chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(data).decode()


def chunk(kind: bytes, data: bytes) -> bytes:
    """A part of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


if __name__ == "__main__":
    sys.exit(main())
