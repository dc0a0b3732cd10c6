"""Subagents of Claude Code: their messages stand in logs of their own, and the answer to the tool tells the last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tokcost.logs.told import Told
from tokcost.phrases import plural

Json = Mapping[str, Any]


class SessionAgents:
    """Finds the subagents whose logs are not among those that are read."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._answered: dict[str, str] = {}  # where it answered, by its id
        self._copied: set[str] = set()

    def answer(self, where: str, line: Json) -> None:
        """A line of the user's: it may be what a subagent answered, with the tokens that it used."""
        result = line.get("toolUseResult")
        if isinstance(result, Mapping) and result.get("agentId") and (result.get("usage") or result.get("totalTokens")):
            self._answered.setdefault(str(result["agentId"]), where)

    def copied(self, line: Json) -> None:
        """A line of progress that copies a message."""
        data = line.get("data")
        if isinstance(data, Mapping) and data.get("agentId"):
            self._copied.add(str(data["agentId"]))

    def tell_missing(self) -> None:
        """Once all logs are read: of whom nothing was counted."""
        names = self._told.session_names()
        missing = {
            agent: where
            for agent, where in self._answered.items()
            if f"agent-{agent}" not in names and agent not in self._copied
        }
        if missing:
            number = plural(len(missing), "subagent")
            text = f"{number} answered whose logs are not among these: what they used is not counted"
            self._told.remark(text, next(iter(missing.values())))
        self._answered.clear()
