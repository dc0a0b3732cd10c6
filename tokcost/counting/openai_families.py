"""Requests in OpenAI's shape that other vendors' models answer, and inputs without any frame."""

from __future__ import annotations

import json

from tokcost.counting.count import Count
from tokcost.counting.tally import Tally, TokensOf
from tokcost.counting.typescript import functions_text
from tokcost.requests.model import Call, Image, Request, Result, Text, Thinking, Tokens
from tokcost.rules import TemplateFrame

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


def count_family(request: Request, vendor: str, frame: TemplateFrame, tokens_of: TokensOf) -> Count:
    """Input tokens for a model of another family, whose own frame is known for one message at most."""
    tally = Tally()
    first, each = frame.first, frame.each
    for at, message in enumerate(request.messages):
        tally.add(f"message {at + 1} ({message.role})", each if at else 0)
        for part in message.parts:
            tokens, doubt = _part_tokens(part, tokens_of)
            tally.add(f"message {at + 1} ({message.role})", tokens)
            if doubt:
                tally.doubt("parts other than text are not measured for this family", tokens, doubt)
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


def _part_tokens(part: object, tokens_of: TokensOf) -> tuple[int, int]:
    """(tokens, how many more they may be); nothing more for text."""
    if isinstance(part, Text):
        return tokens_of(part.text), 0
    if isinstance(part, Call):
        return tokens_of(part.name) + tokens_of(part.arguments) + 8, 12
    if isinstance(part, Result):
        inner = [_part_tokens(one, tokens_of) for one in part.parts]
        return sum(tokens for tokens, _ in inner), sum(doubt for _, doubt in inner)
    if isinstance(part, Thinking):
        return 0, tokens_of(part.text) + 1
    if isinstance(part, Image):
        return 1000, 3000
    return 300, 6000


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
