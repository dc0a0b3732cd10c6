"""Files that Claude Code keeps beside its sessions, which are no logs: what tools answered, and indexes."""

from __future__ import annotations

import re

NO_LOG = "kept beside sessions of Claude Code, and no log"
_BESIDE = re.compile(
    r"(?:^|[/\\])(?:tool-results[/\\].+\.(?:txt|json)|agent-[^/\\]+\.meta\.json|sessions-index\.json|stats-cache\.json)$"
)


def is_beside_sessions(path: str) -> bool:
    """Whether a file is one of these, by its name and folder. What a tool answered may look like a log."""
    return _BESIDE.search(path) is not None
