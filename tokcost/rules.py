"""Rules of billing as data: how a picture and the frame of a request are counted, and what is charged beside rates.

The numbers stand in price files; a row of a model names the rules that it follows. How each way
counts is in ``tokcost.counting``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple


class Tiles(NamedTuple):
    """``base`` tokens for the picture and ``tile`` for each tile of ``side`` pixels.

    First it is shrunk into a square of ``fit`` pixels, then until its shorter side has ``short``.
    """

    base: int
    tile: int
    side: int
    fit: int
    short: int


class Patches(NamedTuple):
    """``times`` tokens for every patch of ``side`` pixels; a picture of more patches than ``cap`` is shrunk.

    ``cap_low`` and ``cap_high`` hold for those details (0: as ``cap``); ``extra`` tokens are billed beyond the product.
    """

    times: Decimal
    side: int
    cap: int
    cap_low: int = 0
    cap_high: int = 0
    extra: int = 0


class Cells(NamedTuple):
    """A token for every cell of ``side`` pixels, after a shrink to the long ``edge`` (pixels) and ``cap`` cells.

    ``even``: the cells of a row and of a column are rounded up to an even number.
    """

    side: int
    edge: int
    cap: int
    even: bool = False


class Flat(NamedTuple):
    """So many ``tokens`` whatever the size."""

    tokens: int


class Crops(NamedTuple):
    """``tokens`` up to ``small`` pixels a side, else so many for every crop and once more.

    The side of a crop is two thirds of the shorter side, between ``least`` and ``most`` pixels.
    """

    tokens: int
    small: int
    least: int
    most: int


class Mosaic(NamedTuple):
    """Patches in the picture's proportions, at most so many by the media resolution that was asked for."""

    low: int
    medium: int
    high: int
    ultra_high: int


Pictures = Tiles | Patches | Cells | Flat | Crops | Mosaic


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

    @property
    def reasons(self) -> bool:
        """Whether the model reasons before it answers."""
        return self.style == "reasoning"


class TemplateFrame(NamedTuple):
    """Tokens around a single message (``first``) and each further one (``each``), as a chat template adds them.

    ``known``: false where they are a guess. ``tools_as``: tools are written as "json" or "typescript".
    """

    first: int
    each: int
    known: bool = True
    tools_as: str = "json"


class GeminiFrame(NamedTuple):
    """How the Gemini API bills a request: "leaves", "lines" or "markup" (``tokcost.counting.gemini_rules``).

    ``vague``: the share by which the vocabulary may count too much. ``assumes``: what a count rests on, empty
    where it was measured.
    """

    prompt: str
    vague: Decimal = Decimal(0)
    assumes: str = ""


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

    @property
    def by_turns(self) -> bool:
        """Whether every turn is a text of its own, as in the newer models."""
        return self.frame == "turns"

    def prompt_on(self, day: date | None) -> HiddenPrompt:
        """The newest prompt that began by the day (None: the newest of all); the first where none had."""
        begun = [prompt for prompt in self.tools if day is None or prompt.start <= day]
        return begun[-1] if begun else self.tools[0]


Frame = OpenAIFrame | TemplateFrame | GeminiFrame | ClaudeFrame


class Charge(NamedTuple):
    """A dated row of what is charged beside rates: money for a call, or a factor on the rates.

    ``reasoning``: the amount for models that reason, None where it is the same. ``released_from``: a factor holds
    for models released from that day on alone.
    """

    start: date
    amount: Decimal
    reasoning: Decimal | None = None
    released_from: date | None = None
    source: str = ""
    checked: date | None = None
    confidence: str = ""
    note: str = ""

    def holds(self, released: date | None) -> bool:
        """Whether it holds for a model released on a day, None where that is not known."""
        return self.released_from is None or (released is not None and released >= self.released_from)


class Hint(NamedTuple):
    """What a charge of so many ``times`` the computed cost suggests, for a bill of sums and for one request."""

    times: Decimal
    bill: str = ""
    request: str = ""


class BatchLimits(NamedTuple):
    """What a provider takes in one batch file, None where it sets no limit.

    ``embedded``: inputs of all embedding requests together. ``name``: characters of a request's name.
    """

    requests: int | None = None
    bytes: int | None = None
    embedded: int | None = None
    name: int | None = None


class ModelRules(NamedTuple):
    """The rules that hold for one model, its own and those that it inherits.

    ``framing`` and ``image`` are the names of ``frame`` and ``pictures``; the two ``..._measured`` are false where
    a rule is that of a relative, taken over. ``cache_min``: the fewest tokens that are cached, in steps of
    ``cache_step``. ``as_text``: what has the rate of text where a row has none of its own. ``batch_share``: the
    share of its rates that a modality costs in a batch where text has the same share, None: none known.
    ``search_tokens``: input tokens that a search is billed as. ``hidden_prompt``: tokens billed with every request.
    """

    framing: str
    frame: Frame
    framing_measured: bool
    image: str
    pictures: Pictures | None
    image_measured: bool
    cache_min: int
    cache_step: int
    as_text: tuple[str, ...] = ()
    batch_share: Decimal | None = None
    search_tokens: int = 0
    hidden_prompt: int = 0
