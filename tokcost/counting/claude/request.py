"""A whole request to Claude: words by the vocabulary of the model, and what is put around them."""

from __future__ import annotations

from datetime import date

from tokcost.counting.claude.attached import Attachments
from tokcost.counting.claude.conversation import around_pictures, turns_of
from tokcost.counting.claude.hidden import constant
from tokcost.counting.claude.provided import Provided
from tokcost.counting.claude.spoken import FRAMING, Script, label_tokens
from tokcost.counting.claude.turns import add_turns, frame_of
from tokcost.counting.claude.wording import TOOLS_END, name_text, schema_text, tool_line
from tokcost.counting.count import ASSUMED, Count
from tokcost.counting.tally import Tally, TokensOf
from tokcost.encodings.claude.specs import ClaudeSpec
from tokcost.errors import TokcostError
from tokcost.requests.model import Request, Text
from tokcost.rules import Cells, ClaudeFrame, ModelRules

# What recorded requests deviate by that nothing is known to be wrong about (98 of 100 lie within).
_BELOW, _ABOVE = 3, 4
_ASSUMES = "the vocabulary and the hidden prompt of the last recordings still hold"


def count_request(
    request: Request, rules: ModelRules, tokens_of: TokensOf, spec: ClaudeSpec, day: date | None = None, margin: int = 0
) -> Count:
    """Input tokens of the request with standing, range and, as ``parts``, where they are.

    ``rules`` are the model's, ``tokens_of`` counts a bare text with its vocabulary, which ``spec`` names; ``day``
    is the one whose hidden prompts are taken, None for the newest; ``margin`` is the per cent by which the words
    may be off.
    """
    frame, cells = rules.frame, rules.pictures
    if not isinstance(frame, ClaudeFrame) or frame.by_turns is not (not spec.head):
        raise TokcostError(
            f"the framing '{rules.framing}' does not go with this vocabulary of Claude: name another one"
        )
    if not isinstance(cells, Cells):
        raise TokcostError(f"the image rule '{rules.image}' is not one of Claude: name one that counts cells")
    try:
        counted = _ClaudeCounting(request, frame, cells, tokens_of, day, spec.pack != "claude_v3").count()
    except RecursionError:
        raise TokcostError("body: nested too deeply to be counted: check the request's shape") from None
    off = -(-counted.tokens * margin // 100)
    low, high = counted.low - _BELOW - off, counted.high + _ABOVE + off
    note = counted.note or _ASSUMES
    return counted._replace(low=max(min(counted.tokens, 1), low), high=high, note=note)


class _ClaudeCounting:
    def __init__(
        self, request: Request, frame: ClaudeFrame, cells: Cells, tokens_of: TokensOf, day: date | None, new: bool
    ) -> None:
        self.request = request
        self.frame = frame
        self.tokens_of = tokens_of
        self.day = day
        self.new = new
        self.tally = Tally()
        self.attachments = Attachments(self.tally, frame, cells, tokens_of)
        self.system, self.turns = turns_of(request)
        self.opening: list[tuple[str, str]] = []
        self.framing = 0
        self.tools = [tool for tool in request.tools if not tool.builtin and not (tool.raw or {}).get("defer_loading")]

    def count(self) -> Count:
        provided = Provided(self.request, self.frame, self.tally, self.system, self.turns, self.tokens_of, self.day)
        self._tool_prompt()
        self._schema()
        if self.frame.by_turns:
            strips = self.frame.strips
            add_turns(self.tally, self.system, self.turns, self.tokens_of, self.attachments, strips)
            self.tally.add(FRAMING, self.framing + frame_of(self.turns))
        else:
            self._script()
        for part in self.system:
            if not isinstance(part, Text):
                self.attachments.add("system", part)
        provided.add()
        return self.tally.count(ASSUMED)

    @property
    def _has_system_part(self) -> bool:
        return bool(self.request.tools or self.request.answer or self.system)

    def _tool_prompt(self) -> None:
        """The prompt that comes with tools, and in the newer frame their lines."""
        if not self.request.tools:
            return
        hidden, request = self.frame.prompt_on(self.day), self.request
        tokens = hidden.auto
        if request.choice_forced or request.choice == "required":
            if hidden.any is None:
                self.tally.doubt("a forced choice was never recorded for this model", 5, 100)
            tokens = hidden.auto + 1 if hidden.any is None else hidden.any
            if request.choice_forced:
                named, bare = map(self.tokens_of, name_text(request.choice))
                tokens += 1 + named - bare + (1 if self.frame.by_turns else 0)
            if not self.frame.by_turns and self.turns and self.turns[-1].results and not self.turns[-1].parts:
                tokens -= 1
        if self.tools:
            tokens += constant("preamble_new" if self.new else "preamble")
        self.tally.add("hidden tool prompt", tokens)
        lines = [(f"tool {tool.name}", tool_line(tool)) for tool in self.tools]
        self.opening += [*lines, (FRAMING, TOOLS_END)] if lines else []
        if self.frame.by_turns:
            for label, text in self.opening:
                if label == FRAMING:
                    self.framing += self.tokens_of(text)
                else:
                    self.tally.add(label, self.tokens_of(text))

    def _schema(self) -> None:
        if self.request.answer is None:
            return
        text = schema_text(self.request.answer.schema)
        if self.frame.by_turns:
            self.tally.add("answer schema", self.tokens_of(text) + constant("schema_turns"))
        else:
            self.tally.add("answer schema", constant("schema_opus_4_7" if self.new else "schema"))
            self.opening.append(("answer schema", text + "\n"))

    def _script(self) -> None:
        """The one text of the older frame, with a token to begin it."""
        self.opening.append(("system", "".join(part.text for part in self.system if isinstance(part, Text))))
        script = Script(self.opening, self.attachments.add)
        script.play(self.turns, self.frame.silent)
        tokens = label_tokens(script.stretches, self.tokens_of)
        for turn in self.turns:
            tokens[turn.label] = tokens.get(turn.label, 0) + around_pictures(turn.parts)
        framing = tokens.pop(FRAMING) + 1 + (self.frame.system if self._has_system_part else 0)
        if self.turns and self.turns[0].role == "assistant":
            framing += constant("opened_by_assistant")
        for label, number in (*tokens.items(), (FRAMING, framing)):
            self.tally.add(label, number)
