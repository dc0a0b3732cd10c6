"""A million lines of API responses (about 600 MB): metered, against parsing them alone.

    python tests/bench/usage_log.py [lines] [file]

Makes the log where there is none, and prints the seconds of both and the peak memory of the metering.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MODELS = ("gpt-5.6-terra", "gpt-5.4", "gpt-5.4-mini-2026-03-17")
_PARSE = """
import sys, time
import {library} as library
loads = {loads}
began = time.perf_counter()
with open(sys.argv[1], "rb") as log:
    for line in log:
        loads(line)
print(time.perf_counter() - began)
"""


def make(path: Path, lines: int) -> None:
    """Chat completions of three models over five days, about 600 bytes each."""
    rng = random.Random(7)
    with path.open("w") as log:
        for number in range(lines):
            given, output = rng.randint(200, 20_000), rng.randint(10, 900)
            usage = {
                "prompt_tokens": given,
                "completion_tokens": output,
                "total_tokens": given + output,
                "prompt_tokens_details": {"cached_tokens": rng.randint(0, given // 2), "audio_tokens": 0},
                "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
            }
            message: dict[str, object] = {"role": "assistant", "content": "lorem ipsum dolor " * 3}
            message |= {"refusal": None, "annotations": []}
            line = {
                "id": f"chatcmpl-{number:012x}",
                "object": "chat.completion",
                "created": 1_795_000_000 + number // 2,
                "model": rng.choice(MODELS),
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                "usage": usage,
                "service_tier": "default",
                "system_fingerprint": "fp_9a1b",
            }
            log.write(json.dumps(line, separators=(",", ":")) + "\n")


def metered(path: Path) -> tuple[float, float]:
    """Seconds and peak megabytes of ``tokcost usage`` as a process of its own."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "tokcost", "usage", str(path), "--format", "json"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    took = time.perf_counter() - began
    return took, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def parsed(path: Path, library: str, loads: str) -> float | None:
    """Seconds of one library over the lines; None where it is not installed."""
    program = _PARSE.format(library=library, loads=loads)
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False)
    return float(done.stdout) if done.returncode == 0 else None


def main() -> None:
    """Make, measure, print."""
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    path = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(tempfile.gettempdir()) / f"usage-{lines}.jsonl"
    if not path.exists():
        make(path, lines)
    print(f"{lines:,} lines, {path.stat().st_size / 1e6:,.0f} MB")
    took, peak = metered(path)
    print(f"tokcost usage  {took:6.2f} s  {peak:5.0f} MB")
    for library, loads in (("orjson", "library.loads"), ("msgspec", "library.json.Decoder().decode")):
        alone = parsed(path, library, loads)
        if alone is not None:
            print(f"{library:<13}  {alone:6.2f} s  x{took / alone:.2f}")


if __name__ == "__main__":
    main()
