"""The numbers of ``hidden.toml``: which generation a model is of, and what it adds on a day."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple


class Tools(NamedTuple):
    """The prompt that comes with tools, beside its preamble; ``any`` and ``alone`` are None where not recorded.

    ``recordings`` is how many requests it rests on, made from ``first`` to ``last`` where that is known; ``off``
    by how many tokens it may be too much or too little where that is hardly known.
    """

    auto: int
    any: int | None
    alone: Mapping[str, int]
    recordings: int
    first: date | None
    last: date | None
    off: tuple[int, ...]


class ClaudeGeneration(NamedTuple):
    """Models that are framed alike."""

    name: str
    frame: str
    thinks: str
    tools: Tools
    system: int = 0
    loop: int = 0
    image: str = ""
    strips: bool = False
    recorded: bool = True

    @property
    def silent(self) -> bool:
        """Whether nothing is put behind results for the answer to begin, as up to Claude 3.5."""
        return bool(re.match("claude-(3-opus|haiku-3|sonnet-3-5)", self.name))

    @property
    def by_turns(self) -> bool:
        """Whether every turn is a text of its own, as in the newer models."""
        return self.frame == "turns"


def generation_of(model_id: str, day: date | None, by_turns: bool) -> ClaudeGeneration:
    """The generation of a model, with the numbers that hold on the day (None: the newest).

    ``by_turns`` says in which of the two frames its vocabulary is used: a name never overrules that.
    """
    name = re.sub(r"[^a-z0-9]+", "-", model_id.lower())
    for key, table in _tables()["generation"].items():
        if (table["frame"] == "turns") == by_turns and re.search(table["models"], name):
            return _generation(key, table, day)
    raise AssertionError("the last generation of each frame takes every model")


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


def _generation(name: str, table: Mapping[str, Any], day: date | None) -> ClaudeGeneration:
    row = _row_of(table["tools"], day)
    tools = Tools(
        row["auto"],
        row.get("any"),
        row.get("alone", {}),
        row["recordings"],
        row.get("first"),
        row.get("last"),
        tuple(row.get("off", ())),
    )
    plain = {key: table[key] for key in ("system", "loop", "image", "strips", "recorded") if key in table}
    return ClaudeGeneration(name, table["frame"], table["thinks"], tools, **plain)


def _row_of(rows: list[dict[str, Any]], day: date | None) -> dict[str, Any]:
    """The newest row that began by the day; the first where none had."""
    begun = [row for row in rows if day is None or row["from"] <= day]
    return begun[-1] if begun else rows[0]


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(files("tokcost.counting.claude").joinpath("hidden.toml").read_text(encoding="utf-8"))
