"""Claude Code sessions (100 MB in 40 files): the seconds of ``tokcost usage`` over them, and its peak memory.

    python tests/bench/session_log.py [megabytes] [folder]

Makes the folder where there is none. Lines are those of a session in kind and size: tool results of
some kilobytes, messages that stand once per block, subagents, resumed sessions that copy their parent.
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
from typing import Any

MODELS = ("claude-opus-5-5", "claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5")
_TEXT = '    def total(self) -> int:\n        return sum(each.size for each in self.parts)  # "all" of them, 3 µs\n'


def message(rng: random.Random, base: dict[str, Any], number: int) -> list[dict[str, Any]]:
    """The lines of one message: one per block, the output growing."""
    usage: dict[str, Any] = {
        "input_tokens": rng.randint(1, 20),
        "cache_creation_input_tokens": (written := rng.randint(0, 9000)),
        "cache_read_input_tokens": rng.randint(0, 150_000),
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": written},
        "output_tokens": 1,
        "service_tier": "standard",
        "inference_geo": "not_available",
        "server_tool_use": {"web_search_requests": 0, "web_fetch_requests": 0},
    }
    body = {"id": f"msg_{number:024x}", "type": "message", "role": "assistant", "model": rng.choice(MODELS)}
    content = [
        {"type": "thinking", "thinking": "", "signature": "s" * 400},
        {"type": "text", "text": _TEXT * rng.randint(1, 5)},
        {"type": "tool_use", "id": f"toolu_{number:x}", "name": "Edit", "input": {"new_string": _TEXT * 6}},
    ][: rng.randint(1, 3)]
    return [
        {
            **base,
            "type": "assistant",
            "uuid": f"a-{number}-{at}",
            "requestId": f"req_{number:024x}",
            "message": {
                **body,
                "content": [block],
                "stop_reason": None,
                "usage": {**usage, "output_tokens": 3 if at < len(content) - 1 else rng.randint(4, 3000)},
            },
        }
        for at, block in enumerate(content)
    ]


def make(folder: Path, megabytes: int, files: int = 40) -> None:
    """A tree of projects. Every eighth file is a subagent's, every tenth begins with the lines of the one before."""
    rng, number = random.Random(7), 0
    before: list[str] = []
    for at in range(files):
        lines: list[str] = [*before] if at % 10 == 9 else []
        base = {"parentUuid": None, "isSidechain": at % 8 == 7, "userType": "external", "cwd": f"/home/u/app{at % 5}"}
        base |= {"sessionId": f"session-{at}", "version": "2.1.310", "gitBranch": "main"}
        size = sum(map(len, lines)) // 2
        while size < megabytes * 1_000_000 // files:
            number += 1
            clock = f"2026-11-{1 + number // 2000 % 23:02}T{number // 60 % 24:02}:{number % 60:02}:07.123Z"
            base["timestamp"] = clock
            result = {"type": "tool_result", "tool_use_id": f"toolu_{number:x}", "content": _TEXT * rng.randint(1, 60)}
            made = message(rng, base, number)
            told = {"role": "user", "content": [result]}
            made.append({**base, "type": "user", "uuid": f"u-{number}", "message": told, "toolUseResult": result})
            made.append({**base, "type": "system", "uuid": f"s-{number}", "subtype": "turn_duration", "durationMs": 81})
            new = [json.dumps(line, separators=(",", ":"), ensure_ascii=False) + "\n" for line in made]
            size += sum(map(len, new))
            lines += new
        project = folder / "projects" / f"-home-u-app{at % 5}"
        path = project / (f"session-{at - 1}/subagents/agent-{at}.jsonl" if at % 8 == 7 else f"session-{at}.jsonl")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines))
        before = lines


def main() -> None:
    """Make, measure, print."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    folder = Path(sys.argv[2] if len(sys.argv) > 2 else Path(tempfile.gettempdir()) / f"sessions-{megabytes}")
    if not folder.exists():
        make(folder, megabytes)
    for options in ([], ["--unique"], ["--by", "project,hour"]):
        began = time.perf_counter()
        command = [sys.executable, "-m", "tokcost", "usage", str(folder), "--format", "json", *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        took = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"tokcost usage {' '.join(options):<22} {took:6.2f} s  {peak:5.0f} MB")


if __name__ == "__main__":
    main()
