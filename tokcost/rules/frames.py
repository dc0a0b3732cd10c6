"""The tokens of the frame around the texts of a request, as data: one type for each way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple


class OpenAIFrame(NamedTuple):
    """Tokens around what a request to an OpenAI model holds; ``..._responses`` through the responses API.

    ``style``: whose rules hold, "early" (up to gpt-4-turbo), "plain" (gpt-4o, gpt-4.1) or "reasoning".
    ``opening``: before the answer. ``round``: a call and its result. ``functions``: around all functions,
    ``hosted`` less where they stand in the instructions. ``heading``: around the schema of an answer (chat
    completions of reasoning models, and responses).
    ``channel``: in an earlier answer. ``message``: more for each message. ``after_tools``: a picture beside calls.
    ``o_series``, ``retired``, ``later``: what is doubted. ``keeps_schema``: a schema beside functions is not sent.
    """

    style: str
    opening: int
    opening_responses: int
    round: int
    round_responses: int
    functions: int
    functions_responses: int
    hosted: int
    heading_responses: int
    heading: int = 0
    channel: int = 0
    message: int = 0
    after_tools: int = 0
    o_series: bool = False
    retired: bool = False
    later: bool = False
    keeps_schema: bool = False
    media: str = "openai"

    @property
    def reasons(self) -> bool:
        """Whether the model reasons before it answers."""
        return self.style == "reasoning"


class TemplateFrame(NamedTuple):
    """Tokens around a single message (``first``) and each further one (``each``), as a chat template adds them.

    ``known``: false where they are a guess. ``tools_as``: tools are written as "json" or "typescript".
    ``more``: what the template writes besides, and not every server keeps.
    """

    first: int
    each: int
    known: bool = True
    tools_as: str = "json"
    media: str = "unknown"
    more: int = 0


class GeminiFrame(NamedTuple):
    """How the Gemini API bills a request: "leaves", "lines" or "markup" (``tokcost.counting.gemini_rules``).

    ``vague``: the share by which the vocabulary may count too much. ``assumes``: what a count rests on, empty
    where it was measured. ``media``: the rule of [rules.media] for sound, film and pages, as of other frames.
    """

    prompt: str
    vague: Decimal = Decimal(0)
    assumes: str = ""
    media: str = "gemini"


class HiddenPrompt(NamedTuple):
    """Tokens of a prompt that comes with tools to Claude, from a day on.

    ``auto``, ``any``: the choice left to the model, or forced; ``any`` is None where not recorded.
    ``alone``: tokens more by choice for one call at a time. ``recordings``: how many requests it rests on, made
    from ``first`` to ``last``. ``off``: by how many tokens it may be too much and too little.
    """

    start: date
    auto: int
    recordings: int
    any: int | None = None
    alone: Mapping[str, int] = {}
    first: date | None = None
    last: date | None = None
    off: tuple[int, ...] = ()


class ClaudeFrame(NamedTuple):
    """What Claude models that are framed alike add to a request.

    ``frame``: "text" (all of the prompt is one text) or "turns" (every turn is a text of its own).
    ``thinks``: what becomes of thinking that is sent back, "loop" (that of earlier turns is dropped) or "kept".
    ``system``: tokens as soon as there is a system part; ``loop``: for every thinking block of a running tool loop;
    ``adaptive``: for adaptive thinking without a system text, 0 where not recorded; ``pdf_page``: for a page;
    ``citations``: of the instructions for them. ``silent``: nothing is put behind results for the answer to begin.
    ``strips``: blanks behind what the user says are not there. ``recorded``: false where all is taken over.
    """

    frame: str
    thinks: str
    pdf_page: int
    citations: int
    tools: tuple[HiddenPrompt, ...]
    system: int = 0
    loop: int = 0
    adaptive: int = 0
    silent: bool = False
    strips: bool = False
    recorded: bool = True
    media: str = "unknown"

    @property
    def by_turns(self) -> bool:
        """Whether every turn is a text of its own, as in the newer models."""
        return self.frame == "turns"

    def prompt_on(self, day: date | None) -> HiddenPrompt:
        """The newest prompt that began by the day (None: the newest of all); the first where none had."""
        begun = [prompt for prompt in self.tools if day is None or prompt.start <= day]
        return begun[-1] if begun else self.tools[0]


Frame = OpenAIFrame | TemplateFrame | GeminiFrame | ClaudeFrame
