"""Recompute the numbers of ``vectors.json`` and ``languages.json`` with ``ctok``, a public reference.

The texts are our own and live in the two files; this script keeps them and writes the numbers anew.
A number is what the text adds to a request: the count of a message that holds it, less the frame
that every message has. Needs ``pip install --ignore-requires-python ctok==1.3.0``.

    python tests/claude/make_vectors.py            rewrite both files
    python tests/claude/make_vectors.py --check    exit 1 if a number or the layout differs
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from ctok import token_count

HERE = Path(__file__).parent
FRAMES = {"v3": ("3.0", 7), "v4.7": ("4.7", 11), "v4.8": ("4.8", 6)}
"""Of each family: the version to ask the reference for, and the tokens of an empty frame."""
FILES = {"vectors.json": True, "languages.json": False}
"""Of each file: whether characters beyond ASCII are escaped, as invisible ones are the point of it."""


def counted(row: dict[str, Any]) -> dict[str, Any]:
    """The row with the numbers that the reference gives."""
    numbers = {family: token_count(row["text"], version) - frame for family, (version, frame) in FRAMES.items()}
    return row | numbers


def written(rows: list[dict[str, Any]], escaped: bool) -> str:
    """The rows as JSON, one a line: a changed number is one changed line."""
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=escaped) for row in rows) + "\n]\n"


def main() -> int:
    """Rewrite the files, or say which of them differ."""
    stale = 0
    for name, escaped in FILES.items():
        path = HERE / name
        old = path.read_text("utf-8")
        new = written([counted(row) for row in json.loads(old)], escaped)
        if new == old:
            continue
        stale = 1
        print(f"{name}: differs from the reference" if "--check" in sys.argv[1:] else f"{name}: rewritten")
        if "--check" not in sys.argv[1:]:
            path.write_text(new, "utf-8", newline="\n")
    return stale if "--check" in sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
