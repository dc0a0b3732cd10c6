"""What OpenAI bills and a request does not show: tools of the provider, stored state, files, sound."""

from __future__ import annotations

from tokcost.counting.media import Ends, add_document, add_media
from tokcost.counting.openai_images import Rule, picture_tokens
from tokcost.counting.openai_models import Scene
from tokcost.counting.tally import Tally
from tokcost.requests.model import Document, Media, Other, Request, Thinking, Tool

# Hidden instructions of the provider's own tools: (tokens, at least, at most). OpenAI's guide shows 328
# input tokens for a one-line question with web search; the others are guesses from its order of size.
_BUILTINS = {"web_search": (310, 150, 1200), "file_search": (250, 80, 800), "code_interpreter": (250, 80, 800)}
_BUILTIN = (200, 50, 1000)
# A part of a kind that is not known: (tokens, at most).
_OTHER = (100, 2000)
# Pixels of the picture that is made of a page: likely (US Letter), and the most.
_PAGE, _LARGEST_PAGE = (1024, 1325), (2048, 2048)
# Fields that bring in tokens from elsewhere.
_STORED = {
    "previous_response_id": "the earlier turns of previous_response_id are billed too",
    "conversation": "the stored conversation is billed too",
    "prompt": "the stored prompt is billed too",
    "web_search_options": "what a web search finds is billed too",
}


def add_builtin(tally: Tally, scene: Scene, tool: Tool) -> None:
    """A tool that the provider runs: its hidden instructions."""
    if tool.builtin == "custom":
        text = f"{tool.name}\n{tool.description}"
        tally.add(f"tool {tool.name}", 10 + scene.tokens_of(text))
        tally.doubt("custom tools are not measured", 8, 20)
        return
    key = next((name for name in _BUILTINS if tool.builtin.startswith(name)), "")
    tokens, low, high = _BUILTINS.get(key, _BUILTIN)
    tally.add(f"tool {tool.builtin}", tokens)
    tally.doubt(f"{tool.builtin} has hidden instructions, and what it finds is billed too", tokens - low, high - tokens)


def add_other(tally: Tally, scene: Scene, part: Other | Thinking) -> None:
    """A part that is billed by what it holds, or earlier reasoning, which may be left out."""
    if isinstance(part, Thinking):
        tally.add("reasoning", 0)
        tally.doubt("reasoning sent back is billed only between tool calls", 0, scene.tokens_of(part.text) + 64)
        return
    usual, most = _OTHER
    if part.bytes is not None:
        usual, most = part.bytes // 20 + 1, part.bytes + 100
    tally.add(part.kind, usual)
    tally.doubt(f"{part.kind} cannot be counted from the request", usual, most)


def add_file(tally: Tally, scene: Scene, part: Document | Media) -> None:
    """A document by its words and the pictures of its pages, sound by its length."""
    if isinstance(part, Media):
        add_media(tally, part.kind, part, scene.rules.media)
        return
    rule, picture = scene.rules.pictures, Ends(0, 0, 0)
    if isinstance(rule, Rule):
        likely, most = (picture_tokens(rule, *size, "high") for size in (_PAGE, _LARGEST_PAGE))
        picture = Ends(likely, 0, most)  # one recorded file was billed its words alone
    note = "a page of a file is billed as its words and a picture of it: documented, hardly measured"
    add_document(tally, part.kind, part, picture, True, note, scene.tokens_of)


def add_unseen(tally: Tally, request: Request) -> None:
    """What the options of a request bring in."""
    options = request.options or {}
    for key, note in _STORED.items():
        if options.get(key):
            tally.doubt(note, 0, 1000)
