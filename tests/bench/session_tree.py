"""A tree of Claude Code sessions as they lie on a disk: kinds and sizes of lines are those of real ones, words are not.

    python tests/bench/session_tree.py FOLDER [megabytes] [sessions]

Most bytes are tool results, told twice in a line; messages stand once per block of their content, with
growing output; a session has subagents in a folder of its own, a resumed one begins with the lines of another.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MODELS = ("claude-opus-4-8", "claude-opus-4-8", "claude-sonnet-4-6", "claude-haiku-4-5-20251001")
_CODE = '    def total(self) -> int:\n        return sum(each.size for each in self.parts)  # "all" of them\n'
_LOG = (
    "\x1b[32m✓\x1b[39m src/parts/total.test.ts (12 tests) 34ms\n\tat Object.<anonymous> (/home/u/app/src/a.ts:10:5)\n"
)
Line = dict[str, Any]


class Session:
    """The lines of one file: a conversation, or that of a subagent of it."""

    def __init__(self, rng: random.Random, project: str, name: str, agent: str = "") -> None:
        self._rng = rng
        self._number = 0
        self._name = agent or name
        self._is_agent = bool(agent)
        self._begun = rng.randrange(12_000_000)
        self._model = rng.choice(MODELS)
        self._around: Line = {"userType": "external", "entrypoint": "cli", "cwd": f"/home/u/{project}"}
        self._around |= {"sessionId": name, "version": "2.1.177", "gitBranch": "main", "slug": "mapping-otter"}

    def lines(self, size: int) -> Iterator[str]:
        """Lines of about ``size`` bytes together."""
        if not self._is_agent:
            yield _text({"type": "permission-mode", "permissionMode": "default", "sessionId": self._name})
            yield _text(self._line("user", message={"role": "user", "content": "Add up the parts, and test it."}))
        made = 0
        while made < size:
            for line in self._turn():
                made += len(line)
                yield line
        if not self._is_agent:
            yield _text({"type": "summary", "summary": "Parts added up", "leafUuid": f"{self._name}-{self._number}"})

    def _turn(self) -> Iterator[str]:
        """A message of the model, what its tool gave, and now and then what else a client writes down."""
        self._number += 1
        rng = self._rng
        tool = f"toolu_{self._name}{self._number:06}"
        yield from map(_text, self._message(tool))
        if rng.random() < 0.25:
            data = {"type": "hook_progress", "hookEvent": "PreToolUse", "hookName": "PreToolUse:Edit", "command": "fmt"}
            yield _text(self._line("progress", data=data, toolUseID=tool, parentToolUseID=tool))
        words = rng.choice((_CODE, _CODE, _LOG)) * int(rng.paretovariate(1.1) * 8 % 150 + 1)
        result = [{"type": "tool_result", "tool_use_id": tool, "content": words, "is_error": False}]
        beside = {"stdout": words, "stderr": "", "interrupted": False, "isImage": False, "noOutputExpected": False}
        yield _text(self._line("user", message={"role": "user", "content": result}, toolUseResult=beside))
        if rng.random() < 0.1:
            files = {f"src/part{at}.py": {"backupFileName": f"{at:x}@v2", "version": 2} for at in range(9)}
            of = {"messageId": f"{self._name}-{self._number}"}
            snapshot = {**of, "trackedFileBackups": files, "timestamp": self._clock()}
            yield _text({"type": "file-history-snapshot", **of, "snapshot": snapshot, "isSnapshotUpdate": True})
        if rng.random() < 0.2:
            yield _text(self._line("system", subtype="turn_duration", durationMs=rng.randrange(90_000), isMeta=False))
        if rng.random() < 0.1:
            yield _text(self._line("attachment", attachment={"type": "todo_reminder", "content": [], "itemCount": 0}))

    def _message(self, tool: str) -> Iterator[Line]:
        """One line for each block of a message."""
        rng = self._rng
        short, long = rng.choice(((0, 0), (rng.randrange(9000), 0), (0, rng.randrange(9000)), (120, 4500)))
        usage: Line = {
            "input_tokens": rng.randint(1, 20),
            "cache_creation_input_tokens": short + long,
            "cache_read_input_tokens": rng.randrange(150_000),
            "cache_creation": {"ephemeral_5m_input_tokens": short, "ephemeral_1h_input_tokens": long},
            "output_tokens": 1,
            "service_tier": "standard",
            "inference_geo": "not_available",
            "server_tool_use": {"web_search_requests": 0, "web_fetch_requests": 0},
        }
        blocks: list[Line] = [
            {"type": "thinking", "thinking": "", "signature": "Ep" + "s" * 400},
            {"type": "text", "text": "Now the parts:\n" + _CODE * rng.randint(1, 5)},
            {"type": "tool_use", "id": tool, "name": "Edit", "input": {"new_string": _CODE * rng.randint(1, 12)}},
        ]
        blocks = blocks[3 - rng.randint(1, 3) :]
        output = rng.randint(40, 3000)
        body = {"model": self._model, "id": f"msg_{self._name}{self._number:06}", "type": "message"}
        for at, block in enumerate(blocks, 1):
            last = at == len(blocks)
            told = {**usage, "output_tokens": output if last else rng.randint(1, 8)}
            ended = {"stop_reason": "tool_use" if last else None, "stop_sequence": None, "usage": told}
            message = {**body, "role": "assistant", "content": [block], **ended}
            yield self._line("assistant", message=message, requestId=f"req_{self._name}{self._number:06}")

    def _line(self, kind: str, message: Line | None = None, **fields: Any) -> Line:
        """A line with its fields in the order of Claude Code."""
        uuid = f"{self._rng.getrandbits(128):032x}"
        line: Line = {"parentUuid": uuid[::-1], "isSidechain": self._is_agent}
        line |= {"agentId": self._name} if self._is_agent else {}
        line |= {} if message is None else {"message": message}
        line |= {"requestId": fields.pop("requestId")} if "requestId" in fields else {}
        return {**line, "type": kind, "uuid": uuid, "timestamp": self._clock(), **fields, **self._around}

    def _clock(self) -> str:
        day, left = divmod(self._begun + 20 * self._number, 86_400)
        clock = f"{left // 3600:02}:{left // 60 % 60:02}:{left % 60:02}.123Z"
        return f"2026-{6 + day // 28 % 5:02}-{1 + day % 28:02}T{clock}"


def make(folder: Path, megabytes: int = 238, sessions: int = 300) -> None:
    """The tree: every fourth session has subagents, every tenth resumes the one before it."""
    rng = random.Random(7)
    weights = [rng.paretovariate(1.2) % 40 for _ in range(sessions)]
    for_one = megabytes * 1_000_000 / sum(weights)
    before: list[str] = []
    for at, weight in enumerate(weights):
        project = f"app{at % 12}"
        name = f"{rng.getrandbits(128):032x}"
        size = for_one * weight * 0.99
        file = folder / "projects" / f"-home-u-{project}" / f"{name}.jsonl"
        lines: list[str] = []
        if at % 10 == 9:  # resumed: what was said before stands here once more
            lines = before[: len(before) // 2]
            size -= sum(len(line.encode()) for line in lines)
        agents = 3 if at % 4 == 2 else 0
        lines += Session(rng, project, name).lines(int(size * (0.7 if agents else 1)))
        _write(file, lines)
        for number in range(agents):
            agent = Session(rng, project, name, f"a{number}{name[:14]}").lines(int(size * 0.1))
            _write(file.with_suffix("") / "subagents" / f"agent-a{number}{name[:14]}.jsonl", agent)
            kind = {"agentType": "Explore", "description": "Look for parts"}
            _write(file.with_suffix("") / "subagents" / f"agent-a{number}{name[:14]}.meta.json", [json.dumps(kind)])
        before = lines


def _text(line: Line) -> str:
    return json.dumps(line, separators=(",", ":"), ensure_ascii=False) + "\n"


def _write(file: Path, lines: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as out:
        out.writelines(lines)


if __name__ == "__main__":
    make(Path(sys.argv[1]), *map(int, sys.argv[2:]))
