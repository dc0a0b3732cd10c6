"""What Claude models add to the words of a request: constants fitted on recorded requests, as data.

Every number is tokens of the model's own vocabulary. They were fitted on 245 Messages requests that
were recorded with their usage (2023-12 to 2026-08); ``spread`` is what single requests deviate.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hidden:
    """The prompt that the provider puts before tools: with the choice left to the model, and forced."""

    free: int
    forced: int
    spread: int = 4


@dataclass(frozen=True, slots=True)
class Generation:
    """Rules that models of one age share. ``known``: whether requests of it were recorded with tools."""

    scale: str
    hidden: Hidden
    image_edge: int
    image_tokens: int
    thinking: int
    known: bool = True


# Cap of images: long edge in pixels, and tokens (vision guide; 28-px patches).
_SMALL = (1568, 1568)
_LARGE = (2576, 4784)

# Budgeted thinking adds an instruction: + 28 in 12 of 12 recorded requests (3.7 to 4.5); adaptive thinking adds none.
_THINKING = 28

_CLAUDE_3_OPUS = Generation("claude-old", Hidden(518, 518, 12), *_SMALL, _THINKING)
_CLAUDE_3_HAIKU = Generation("claude-old", Hidden(266, 342, 12), *_SMALL, _THINKING)
_SONNET_3_5_JUNE = Generation("claude-old", Hidden(292, 321, 8), *_SMALL, _THINKING)
_HAIKU_3_5 = Generation("claude-old", Hidden(266, 351), *_SMALL, _THINKING)
_CLAUDE_4 = Generation("claude-old", Hidden(315, 321), *_SMALL, _THINKING)
_CLAUDE_4_5 = Generation("claude-old", Hidden(498, 589), *_SMALL, _THINKING)
# One recorded request each; Opus 4.7 and 4.8 were never recorded with tools.
_SONNET_5 = Generation("claude-new", Hidden(336, 420, 50), *_LARGE, 0, known=False)
_OPUS_5 = Generation("claude-new", Hidden(275, 360, 60), *_LARGE, 0, known=False)
_FABLE_5 = Generation("claude-new", Hidden(350, 440, 75), *_LARGE, 0, known=False)
_NEWEST = Generation("claude-new", Hidden(320, 420, 110), *_LARGE, 0, known=False)

# The first pattern that an id holds decides; what none does is newer than this table.
_BY_ID = (
    (re.compile(r"3-opus|claude-2|claude-instant"), _CLAUDE_3_OPUS),
    (re.compile(r"3-haiku|3-sonnet"), _CLAUDE_3_HAIKU),
    (re.compile(r"3-5-sonnet-20240620"), _SONNET_3_5_JUNE),
    (re.compile(r"3-5-haiku"), _HAIKU_3_5),
    (re.compile(r"3-5-sonnet|3-7-sonnet|(opus|sonnet)-4(-[01])?([@-]2\d{7}|$|[@:-]v|-latest)"), _CLAUDE_4),
    (re.compile(r"(opus|sonnet|haiku)-4-[2-6]"), _CLAUDE_4_5),
    (re.compile(r"sonnet-5"), _SONNET_5),
    (re.compile(r"opus-5"), _OPUS_5),
    (re.compile(r"fable|mythos"), _FABLE_5),
)


def generation_of(model_id: str) -> Generation:
    """The rules of a model; an id that is not known counts as the newest generation."""
    name = model_id.lower().replace(".", "-").replace("_", "-")
    return next((rules for pattern, rules in _BY_ID if pattern.search(name)), _NEWEST)


# Framing of messages: a first user message comes to 7 (facts of five languages and 60 recorded requests).
FIRST = 4.2
PER_USER = 2.8
PER_ASSISTANT = 2.3
# A conversation that the assistant opens has a user message put before it (3 of 3 recorded).
OPENED_BY_ASSISTANT = 10

# A tool: its JSON {"description", "name", "parameters"} with spaces, in o200k_base tokens, times this, and a wrapper
# (55 first turns: half within 0.2 %).
TOOL_WRAPPER = 4.8
TOOL_JSON = {"claude-old": (1.06, 1.00, 1.13), "claude-new": (1.33, 1.15, 1.50)}

# A tool call and its result: what the marks around them come to (83 recorded histories, half within 0.4 %).
CALL = (26, 23, 30)
PER_ARGUMENT = (10.5, 8, 13)
RESULT = (19, 16, 22)
CALL_WORDS = {"claude-old": (1.2, 0.95, 1.4), "claude-new": (1.5, 1.1, 1.9)}

# An answer's schema: a hidden instruction and 1.7 tokens for one of o200k_base (11 recorded requests).
ANSWER = (88, 80, 100)
ANSWER_SCHEMA = {"claude-old": (1.7, 1.55, 1.9), "claude-new": (1.9, 1.5, 2.4)}

# Tools of the provider, tokens each beside the hidden prompt: documented, or guessed within a wide range
# (what a search finds is billed as input, too).
SERVER_TOOLS = (
    (re.compile(r"^bash"), (245, 230, 330)),
    (re.compile(r"^text_editor"), (700, 600, 800)),
    (re.compile(r"^computer"), (1200, 700, 4500)),
    (re.compile(r"^web_search"), (3000, 400, 20_000)),
    (re.compile(r"^web_fetch"), (1300, 300, 3000)),
    (re.compile(r"^code_execution"), (1600, 400, 4000)),
    (re.compile(r"^memory"), (1000, 400, 2000)),
)
OTHER_SERVER_TOOL = (800, 50, 4000)

# A page of a PDF is its text, 1,500 to 3,000 tokens, and its picture; pages are guessed from the file's size.
PDF_PAGE = (2800, 1500, 4500)
PDF_BYTES_A_PAGE = (60_000, 400_000, 10_000)
# Other content by its type; a found page is encrypted, so that only its usual length can be given.
OTHER_PARTS = {
    "tool_reference": (60, 5, 300),
    "web_search_result": (1200, 100, 4000),
    "container_upload": (30, 0, 200),
    "compaction": (1000, 0, 5000),
}
OTHER_PART = (500, 0, 20_000)
