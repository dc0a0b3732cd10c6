"""Logs of coding agents as files of a folder, metered; what comes out is compared in one line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.conftest import Run

Files = Mapping[str, Any]
NAMES = ("requests", "input_tokens", "cached_tokens", "cache_write_tokens", "output_tokens", "cost")


def put(folder: Path, files: Files) -> Path:
    """Write files below a folder: text as it is, a list as lines of JSON, anything else as one pretty document."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, list):
            content = "".join(json.dumps(line) + "\n" for line in content)
        path.write_text(content if isinstance(content, str) else json.dumps(content, indent=2))
    return folder


def meter(run: Run, folder: Path, *args: object, code: int = 0) -> dict[str, Any]:
    """The totals of all logs of a folder, none where nothing was read; ``said`` is what stands on stderr."""
    result = run("usage", "-f", "json", *args, folder)
    assert result.code == code, (result.code, result.err, result.out[:2000])
    found: dict[str, Any] = json.loads(result.out)["totals"] if result.out else {}
    return {**found, "said": result.err}


def sums(found: Mapping[str, Any]) -> tuple[Any, ...]:
    """Requests, input, cached, written, output, cost."""
    return tuple(found[name] for name in NAMES)
