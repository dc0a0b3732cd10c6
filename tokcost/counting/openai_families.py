"""Requests in OpenAI's shape that other vendors' models answer, and inputs without any frame."""

from __future__ import annotations

import json
import math

from tokcost.counting.count import PICTURES, Count
from tokcost.counting.media import Ends, add_document, add_media
from tokcost.counting.tally import Tally, TokensOf
from tokcost.counting.typescript import functions_text
from tokcost.requests.model import Call, Document, Image, Media, Part, Request, Result, Text, Thinking, Tokens
from tokcost.rules import MediaRule, TemplateFrame

_LEAST_OF_PICTURE, _MOST_OF_PICTURE = 60, 16_500
_MEASURED_NOTE = "the framing of one user message, as measured for its family"


def count_bare(request: Request, tokens_of: TokensOf) -> Count:
    """Embeddings and completions: every input as it stands, nothing around it."""
    tally = Tally()
    for at, message in enumerate(request.messages):
        for part in message.parts:
            if isinstance(part, Tokens):
                tally.add(f"input {at + 1}", part.number)
            elif isinstance(part, Text):
                tally.add(f"input {at + 1}", tokens_of(part.text))
    return tally.count()


def count_family(
    request: Request, vendor: str, frame: TemplateFrame, media: MediaRule, tokens_of: TokensOf
) -> Count:  # fmt: skip
    """Input tokens for a model of another family, whose own frame is known for one message at most."""
    tally = Tally()
    first, each = frame.first, frame.each
    for at, message in enumerate(request.messages):
        label = f"message {at + 1} ({message.role})"
        tally.add(label, each if at else 0)
        for part in message.parts:
            _add_part(tally, label, part, media, tokens_of)
    tally.add("framing", first)
    if frame.known:
        tally.assume(_MEASURED_NOTE)
    else:
        tally.doubt(f"the framing of {vendor} is not known", first, 2 * first)
    if frame.more:
        tally.doubt("some servers write the dates of the chat template too", 0, frame.more)
    if len(request.messages) != 1:
        further = max(1, len(request.messages) - 1)
        tally.doubt(
            "the framing of further messages is taken from the chat template", each * further, 2 * each * further
        )
    _add_tools(tally, request, frame, tokens_of)
    return tally.count()


def _add_part(tally: Tally, label: str, part: Part, media: MediaRule, tokens_of: TokensOf) -> None:
    if isinstance(part, Text):
        tally.add(label, tokens_of(part.text))
        return
    if isinstance(part, Result):
        for inner in part.parts:
            _add_part(tally, label, inner, media, tokens_of)
        return
    tally.doubt("parts other than text are not measured for this family")
    if isinstance(part, Call):
        tokens = tokens_of(part.name) + tokens_of(part.arguments) + 8
        tally.add(label, tokens, 0, tokens + 12)
    elif isinstance(part, Thinking):
        tally.add(label, 0, 0, tokens_of(part.text) + 1)
    elif isinstance(part, Image):
        tally.add(label, *_picture(part), kind=PICTURES)
    elif isinstance(part, Media):
        add_media(tally, label, part, media, heard_apart=False)
    elif isinstance(part, Document):
        note = "how a page is billed is not known for this family"
        add_document(tally, label, part, Ends(0, 0, _MOST_OF_PICTURE), True, note, tokens_of)
    else:
        tally.add(label, 300, 0, 6300)


def _picture(image: Image) -> Ends:
    """Cells of 28 pixels and no more than 4,096 of them, the way of most open models; others have tiles of their own.

    The least is a picture that is shrunk to one tile, the most one in cells of 14 pixels or four tiles of 1,601.
    """
    if image.width is None or image.height is None:
        return Ends(1000, _LEAST_OF_PICTURE, _MOST_OF_PICTURE)
    cells = min(4096, math.ceil(image.width / 28) * math.ceil(image.height / 28))
    fine = math.ceil(image.width / 14) * math.ceil(image.height / 14) * 11 // 10
    likely = max(_LEAST_OF_PICTURE, cells)
    return Ends(likely, min(_LEAST_OF_PICTURE, likely), max(6500, min(fine, _MOST_OF_PICTURE)))


def _add_tools(tally: Tally, request: Request, frame: TemplateFrame, tokens_of: TokensOf) -> None:
    if not request.tools and request.answer is None:
        return
    if frame.tools_as == "typescript":
        text = functions_text([(tool.name, tool.description, tool.schema) for tool in request.tools])
    else:
        text = "\n".join(json.dumps(dict(tool.raw or {}), ensure_ascii=False) for tool in request.tools)
    if request.answer is not None:
        text += json.dumps(dict(request.answer.schema or {}))
    tokens = tokens_of(text) + 40
    tally.add("tools", tokens)
    tally.doubt("tools are written as each family's chat template does", tokens * 2 // 5, tokens // 2 + 200)
