"""What a Messages request is billed: an estimate, for Claude's vocabulary is private.

Words are o200k_base tokens scaled per kind of text; the framing around them is fitted on recorded
requests (``claude_rules``). Cache marks and the tools that are loaded later cost nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable

from tokcost.counting import claude_rules as rules
from tokcost.counting.count import ESTIMATE, Count
from tokcost.counting.pictures import USUAL, claude_image
from tokcost.counting.scales import Scale, Span, scale_named, span_of
from tokcost.counting.scripts import profile_of
from tokcost.counting.tally import Tally, TokensOf
from tokcost.encodings.counter import counter
from tokcost.errors import TokcostError
from tokcost.requests.model import Call, Image, Message, Other, Part, Request, Result, Text, Thinking, Tool
from tokcost.requests.shape import as_json


def count_request(
    request: Request, model_id: str, encoding: str = "o200k_base", scale: str = "", tokens_of: TokensOf | None = None
) -> Count:
    """Input tokens of the request with their range and, as ``parts``, where they are.

    ``tokens_of`` counts a text with ``encoding``, which must be o200k_base or as good: the scales are
    relative to it. An empty ``scale`` is the one of the model's generation. Raises UnknownName.
    """
    generation = rules.generation_of(model_id)
    name = scale or generation.scale
    counting = _Counting(generation, scale_named(name), tokens_of or counter(encoding).count)
    try:
        return counting.count(request)
    except RecursionError:
        raise TokcostError("body: nested too deeply to be counted: check the request's shape") from None


class _Counting:
    def __init__(self, generation: rules.Generation, scale: Scale, tokens_of: TokensOf) -> None:
        self.generation = generation
        self.scale = scale
        self.tokens_of = tokens_of
        self.tally = Tally()
        self.words = 0  # o200k_base tokens that were scaled, which the noise of short texts grows with
        self.era = scale.name if scale.name in rules.TOOL_JSON else generation.scale

    def count(self, request: Request) -> Count:
        tools = [tool for tool in request.tools if not (tool.raw or {}).get("defer_loading")]
        self.tally.note(self.scale.note)
        if tools:
            self._tools(tools, forced=request.choice_forced or request.choice == "required")
        if request.answer:
            self._answer(request.answer.schema)
        if _budgeted(request):
            self.tally.add("thinking instruction", self.generation.thinking, self.generation.thinking - 1)
        self._messages(request.messages)
        noise = self.scale.noise * math.sqrt(self.words)
        self.tally.widen(noise, noise)
        return self.tally.count(ESTIMATE)

    def _messages(self, messages: tuple[Message, ...]) -> None:
        spoken = [message for message in messages if message.role != "system"]
        if messages:
            first = rules.FIRST + (rules.OPENED_BY_ASSISTANT if spoken and spoken[0].role == "assistant" else 0)
            self.tally.add("framing", first)
        number = images = 0
        for message in messages:
            if message.role == "system":
                label = "system"
            else:
                number += 1
                label = f"message {number} ({message.role})"
                self.tally.add(label, rules.PER_ASSISTANT if message.role == "assistant" else rules.PER_USER)
            for part in message.parts:
                images = self._part(label, part, images)

    def _part(self, label: str, part: Part, images: int) -> int:
        """Adds the part; gives the number of images so far."""
        match part:
            case Text(text):
                self._text(label, text)
            case Thinking(text):
                # Reasoning of earlier turns is dropped before billing; that of a running tool loop is not.
                span = self._scaled(text)
                self.tally.add(label, 0.0, 0.0, span.high)
            case Image():
                images += 1
                self._image(images, part)
            case Call(name, arguments):
                self._call(label, name, arguments)
            case Result(parts):
                self.tally.add(label, *rules.RESULT)
                for inner in parts:
                    images = self._part(label, inner, images)
            case Other():
                self._other(label, part)
        return images

    def _scaled(self, text: str) -> Span:
        tokens = self.tokens_of(text)
        self.words += tokens
        return span_of(tokens, profile_of(text).shares(), self.scale)

    def _text(self, label: str, text: str) -> None:
        if text:
            self.tally.add(label, *self._scaled(text))

    def _times(self, tokens: int, factor: tuple[float, float, float]) -> tuple[float, float, float]:
        likely, low, high = factor
        return tokens * likely, tokens * low, tokens * high

    def _call(self, label: str, name: str, arguments: str) -> None:
        """Name and arguments stand as marked-up words, not as JSON."""
        words = list(_leaves(arguments))
        tokens = self.tokens_of(name) + sum(self.tokens_of(word) for word in words)
        self.tally.add(label, *rules.CALL)
        self.tally.add(label, *self._times(tokens, rules.CALL_WORDS[self.era]))
        self.tally.add(label, *self._times(len(words) // 2, rules.PER_ARGUMENT))

    def _tools(self, tools: list[Tool], forced: bool) -> None:
        hidden = self.generation.hidden
        tokens = hidden.forced if forced else hidden.free
        self.tally.add("hidden tool prompt", tokens, tokens - hidden.spread, tokens + hidden.spread)
        if not self.generation.known:
            self.tally.note("the hidden tool prompt of this model is hardly measured")
        for tool in tools:
            label = f"tool {tool.name or tool.builtin}"
            if tool.builtin:
                self.tally.add(label, *_server_tool(tool.builtin))
                self.tally.note(f"the cost of {tool.builtin} is not public")
                continue
            shown = {"description": tool.description, "name": tool.name, "parameters": tool.schema or {}}
            self.tally.add(label, rules.TOOL_WRAPPER)
            text = as_json(shown)
            factors = self.scale.factors[kind] if (kind := _foreign(text)) else rules.TOOL_JSON[self.era]
            self.tally.add(label, *self._times(self.tokens_of(text), factors))

    def _answer(self, schema: object) -> None:
        self.tally.add("answer schema", *rules.ANSWER)
        factor = rules.ANSWER_SCHEMA[self.era]
        self.tally.add("answer schema", *self._times(self.tokens_of(as_json(schema)), factor))

    def _image(self, number: int, image: Image) -> None:
        edge, most = self.generation.image_edge, self.generation.image_tokens
        if image.width and image.height:
            tokens = claude_image(image.width, image.height, edge, most)
            self.tally.add(f"image {number} ({image.width}x{image.height})", tokens, tokens * 0.99, tokens * 1.01 + 4)
            return
        self.tally.note("an image's size is not in the request: any size is possible")
        self.tally.add(f"image {number} (size unknown)", claude_image(*USUAL, edge, most), 1, most)

    def _other(self, label: str, part: Other) -> None:
        if part.kind == "redacted_thinking":
            return
        self.tally.note(f"{part.kind} content cannot be counted from the request")
        if part.kind == "pdf" and part.bytes:
            pages = [max(1, round(part.bytes / size)) for size in rules.PDF_BYTES_A_PAGE]
            likely, low, high = (page * tokens for page, tokens in zip(pages, rules.PDF_PAGE, strict=True))
            self.tally.add(label, likely, min(low, likely), max(high, likely))
            return
        self.tally.add(label, *rules.OTHER_PARTS.get(part.kind, rules.OTHER_PART))


def _budgeted(request: Request) -> bool:
    thinking = (request.options or {}).get("thinking")
    return isinstance(thinking, dict) and thinking.get("type") == "enabled"


def _server_tool(kind: str) -> tuple[int, int, int]:
    return next((cost for pattern, cost in rules.SERVER_TOOLS if pattern.match(kind)), rules.OTHER_SERVER_TOOL)


def _foreign(text: str) -> str:
    """The main kind of a tool's JSON where it is not what tools are measured on, else empty."""
    shares = profile_of(text).shares()
    kind = max(shares, key=shares.__getitem__)
    return "" if kind in ("english", "european", "code", "json") else kind


def _leaves(arguments: str) -> Iterable[str]:
    """Names and values of the arguments in turn; a value that is no text as JSON."""
    try:
        known = json.loads(arguments)
    except (ValueError, RecursionError):
        known = None
    if not isinstance(known, dict):
        yield arguments
        return
    for name, value in known.items():
        yield name
        yield value if isinstance(value, str) else as_json(value)
