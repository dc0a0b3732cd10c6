"""The numbers of ``hidden.toml``: what all models of a frame add to a request on a day."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple


def constant(name: str, day: date | None = None) -> Any:
    """A number of the file that holds for all models of a frame; of dated rows the one of the day."""
    value = _tables()["constant"][name]
    return _row_of(value, day)["tokens"] if isinstance(value, list) else value


class Server(NamedTuple):
    """Tokens of a tool of the provider in the older frame and in the newer, None where not recorded."""

    text: int | None = None
    turns: int | None = None


def server_tool(kind: str) -> Server | None:
    """What a tool of the provider adds, None for one that was never recorded."""
    found = _tables()["server"].get(kind)
    return None if found is None else Server(**found)


def _row_of(rows: list[dict[str, Any]], day: date | None) -> dict[str, Any]:
    """The newest row that began by the day; the first where none had."""
    begun = [row for row in rows if day is None or row["from"] <= day]
    return begun[-1] if begun else rows[0]


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(files("tokcost.counting.claude").joinpath("hidden.toml").read_text(encoding="utf-8"))
