"""What a request switches on at the provider: thinking, its own tools, and what no rule knows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tokcost.counting.claude.conversation import Turn, foreign
from tokcost.counting.claude.hidden import constant, server_tool
from tokcost.counting.tally import Tally, TokensOf, shown_name
from tokcost.requests.model import Part, Request, Text
from tokcost.requests.shape import number_of
from tokcost.rules import ClaudeFrame

# Tools of the provider that were never recorded: likely, least, most.
_SERVER_TOOL = (800, 50, 4000)
# What a search or a fetch brings in at most before the answer is there, and how often where no limit is set.
_FOUND, _USES, _MOST_USES = 25_000, 3, 100
_MCP = (3000, 400, 20_000)
# The most keys unknown to the rules that are named by their paths.
_MOST_PATHS = 10
_THINKING = "<thinking>", "</thinking>"


class Provided:
    """Adds what is not in the words of a request."""

    def __init__(
        self, request: Request, frame: ClaudeFrame, tally: Tally, system: tuple[Part, ...], turns: list[Turn],
        tokens_of: TokensOf, day: date | None,
    ) -> None:  # fmt: skip
        self._request = request
        self._frame = frame
        self._prompt = frame.prompt_on(day)
        self._tally = tally
        self._system = system
        self._turns = turns
        self._tokens_of = tokens_of
        self._day = day
        self._options: Mapping[str, Any] = request.options or {}

    def add(self) -> None:
        """Everything, each with its doubt."""
        self._model()
        self._thinking()
        self._thoughts()
        self._one_call()
        self._server_tools()
        self._oddities()

    def _model(self) -> None:
        if not self._frame.recorded:
            self._tally.doubt("no request to this model was recorded: framed like its neighbours", 3, 3)
            if self._request.tools:
                self._tally.widen(80, 80)
        elif self._prompt.off and self._request.tools:
            self._tally.doubt("the prompt of this model with tools was hardly recorded", *self._prompt.off)

    @property
    def _kind(self) -> str:
        thinking = self._options.get("thinking")
        return str(thinking.get("type", "")) if isinstance(thinking, dict) else ""

    def _thinking(self) -> None:
        """The instruction to think; none in the newer frame."""
        if self._frame.by_turns:
            if self._kind == "enabled":
                self._tally.doubt("thinking with a budget was never recorded for this model", 0, 30)
            return
        instructed = bool(self._request.tools or self._request.answer or self._options.get("instructed"))
        if self._kind == "enabled":
            more = 1 if instructed and not self._frame.system else 0
            self._tally.add("thinking instruction", constant("thinking", self._day) + more)
        elif self._kind == "adaptive" and self._frame.adaptive and not instructed:
            self._tally.doubt("adaptive thinking without a system text was recorded once")
            self._tally.add("thinking instruction", self._frame.adaptive, 0, self._frame.adaptive)
        elif self._kind == "adaptive" and self._frame.thinks == "loop":
            self._tally.doubt("adaptive thinking was never recorded for this model", 0, 30)

    def _thoughts(self) -> None:
        """Thinking that was sent back: dropped, or counted, or billed in full although only a summary is shown."""
        for turn in self._turns:
            for text in turn.thoughts:
                if self._frame.thinks == "loop" and not turn.running:
                    continue
                tokens = self._tokens_of("\n\n" + text.join(_THINKING) + "\n\n") - 1 + self._frame.loop
                if self._frame.thinks == "loop":
                    self._tally.doubt("thinking within a tool loop that is running was recorded with one tool")
                    self._tally.add(turn.label, tokens)
                    continue
                self._tally.doubt("thinking that was sent back is billed in full, and only its summary is known")
                self._tally.add(turn.label, tokens, 0, tokens * 1.6 + 300)

    def _one_call(self) -> None:
        if not (self._options.get("one_call") and self._request.tools):
            return
        request = self._request
        kind = "named" if request.choice_forced else "any" if request.choice == "required" else "auto"
        known = self._prompt.alone.get(kind)
        if known is None:
            self._tally.doubt(f"disable_parallel_tool_use with a choice of {kind!r} was never recorded", 45, 5)
        else:
            self._tally.add("hidden tool prompt", known)

    def _server_tools(self) -> None:
        own = any(not tool.builtin for tool in self._request.tools)
        for tool in self._request.tools:
            if (tool.raw or {}).get("defer_loading"):
                if self._frame.by_turns:
                    self._tally.doubt("tools that are loaded later were recorded once for this model", 60, 60)
            elif tool.builtin:
                self._server_tool(tool.raw or {}, tool.builtin, own)
        if self._options.get("mcp_servers"):
            servers = self._options["mcp_servers"]
            number = len(servers) if isinstance(servers, list) else 1
            self._tally.doubt("the tools of an MCP server are not in the request")
            self._tally.add("MCP servers", *(number * tokens for tokens in _MCP))

    def _server_tool(self, raw: Mapping[str, Any], kind: str, own: bool) -> None:
        known = server_tool(kind)
        kind = shown_name(kind)
        tokens = None if known is None else known.turns if self._frame.by_turns else known.text
        if tokens is None:
            self._tally.doubt(f"{kind} was never recorded for this model")
            self._tally.add(f"tool {kind}", *_SERVER_TOOL)
        else:
            self._tally.doubt(
                f"{kind} {'beside own tools was never recorded' if own else 'was recorded a few times only'}"
            )
            self._tally.add(
                f"tool {kind}", tokens, tokens - 200 if own else tokens - 20, tokens + 200 if own else tokens + 20
            )
        if kind.startswith(("web_", "code_execution", "tool_search")):
            uses = min(number_of(raw.get("max_uses")) or _USES, _MOST_USES)
            self._tally.doubt(f"what {kind.rpartition('_')[0]} finds is billed as input, too", 0, uses * _FOUND)

    def _oddities(self) -> None:
        if foreign(self._request):
            self._tally.doubt("a body in another API's form: how it is rewritten for Claude was never recorded", 10, 20)
        for path in self._request.unread[:_MOST_PATHS]:
            self._tally.doubt(f"{shown_name(path)} was never recorded: what it adds is not known", 20)
        if (more := len(self._request.unread) - _MOST_PATHS) > 0:
            self._tally.doubt(f"{more:,} other keys were never recorded", 20)
        if self._request.unread:
            self._tally.widen(0, max(200 * min(len(self._request.unread), _MOST_PATHS), self._request.unread_bytes))
        if any(not isinstance(part, Text) for part in self._system):
            self._tally.doubt("system content that is not text was never recorded", 20, 200)
        for turn in self._turns:
            if turn.role not in ("user", "assistant", "system"):
                self._tally.doubt(f"a message of the role {turn.role[:20]!r} was never recorded", 10, 20)
            if turn.odd:
                self._tally.doubt("calls, results and text in an order that was never recorded", 10, 10)
            if turn.role == "system" and not self._frame.by_turns:
                self._tally.doubt("a system message inside a conversation was never recorded for this model", 10, 20)
            if self._frame.by_turns and len(turn.results) > 1:
                self._tally.doubt(
                    "several results at once were never recorded for this model", 10, 10 * len(turn.results)
                )
