"""Web searches of Claude Code's WebSearch tool: made outside of the session, and told by the answer to the tool.

Where the usage of the message that asked for it has a counter, both tell the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tokcost.errors import Problem
from tokcost.logs.entry import NOTHING, Calls, Entry, Read, whole
from tokcost.logs.told import Told

Json = Mapping[str, Any]
TOOL = "WebSearch"
_REPEATS = "web searches that their answers tell as well"
_NOT_COUNTED = "a web search of which the log does not tell how many were billed: none was charged"


class _Answer(NamedTuple):
    where: str
    searches: int


class SessionSearches:
    """Brings the answers of searches to the messages that asked for them, wherever in the logs they stand."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._asked: dict[str, Entry] = {}  # by the id of the tool's use
        self._counted: set[str] = set()  # messages whose usage has a counter
        self._answers: dict[str, _Answer] = {}
        self._known: set[str] = set()  # uses whose answers were read

    def message(self, body: Json, entry: Entry) -> None:
        """A message: whether it asks for searches, and whether its usage counts some."""
        if entry.identity and any(call.name == "web_search" for call in entry.calls):
            self._counted.add(entry.identity)
        content = body.get("content")
        for block in content if isinstance(content, list) else ():
            if isinstance(block, Mapping) and block.get("type") == "tool_use" and block.get("name") == TOOL:
                self._asked.setdefault(str(block.get("id")), entry)

    def answer(self, where: str, line: Json) -> None:
        """A line of the user's: it may be the answer to a search."""
        result, use = line.get("toolUseResult"), _use(line)
        if not isinstance(result, Mapping) or not ("searchCount" in result or {"query", "results"} <= set(result)):
            return
        searches = whole(result.get("searchCount"), "searchCount")
        if use in self._known:
            self._told.repeat(_REPEATS, searches)
            return
        self._known.add(use)
        if searches:
            self._answers[use] = _Answer(where, searches)
        elif result.get("searchCount") is None:
            self._told.remark(_NOT_COUNTED, where)

    def found(self) -> Iterator[Entry]:
        """The searches whose message is known: charged beside it."""
        for use in [use for use in self._answers if use in self._asked]:
            answer, entry = self._answers.pop(use), self._asked.pop(use)
            if entry.identity in self._counted:
                self._told.repeat(_REPEATS, answer.searches)
                continue
            yield Entry(
                where=answer.where,
                usage=NOTHING,
                model=entry.model,
                provider=entry.provider,
                when=entry.when,
                client=entry.client,
                project=entry.project,
                calls=(Calls("web_search", answer.searches),),
                requests=0,
            )

    def not_found(self) -> Iterator[Read]:
        """Once all logs are read: answers to messages that are in none of them."""
        for answer in self._answers.values():
            yield Problem(answer.where, f"{answer.searches} web searches, asked for by a message that is in no log")
        self._answers.clear()


def _use(line: Json) -> str:
    """The id of the tool's use that a line answers; the line's own where it does not say."""
    message = line.get("message")
    content = message.get("content") if isinstance(message, Mapping) else None
    for block in content if isinstance(content, list) else ():
        if isinstance(block, Mapping) and block.get("tool_use_id"):
            return str(block["tool_use_id"])
    return str(line.get("uuid"))
