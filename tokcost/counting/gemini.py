"""What a Gemini request is billed, by the ways of ``gemini_rules``."""

from __future__ import annotations

import json

from tokcost.counting import gemini_rules as rules
from tokcost.counting.count import ASSUMED, ESTIMATE, EXACT, PICTURES, Count
from tokcost.counting.gemini_markup import Markup, call, declaration, joined, response
from tokcost.counting.gemini_schema import inlined, leaves_of_schema, leaves_of_value, lines_of_parameters, plain
from tokcost.counting.media import Ends, add_document, add_media
from tokcost.counting.pictures import USUAL, gemini_2_0_image, gemini_3_image
from tokcost.counting.tally import Tally, TokensOf, shown_name
from tokcost.encodings.counter import counter
from tokcost.errors import TokcostError
from tokcost.requests.model import (
    Call,
    Document,
    Image,
    Media,
    Other,
    Part,
    Request,
    Result,
    Text,
    Thinking,
    Tool,
)
from tokcost.requests.shape import as_json
from tokcost.rules import Crops, Flat, GeminiFrame, ModelRules, Mosaic

# The most that a picture is cut into, with the whole of it.
_CROPS = 17


def count_request(
    request: Request, rules_of_model: ModelRules, encoding: str = "gemma3", tokens_of: TokensOf | None = None,
    at_vertex: bool = False,
) -> Count:  # fmt: skip
    """Input tokens of the request with their standing and, as ``parts``, where they are.

    ``tokens_of`` counts a text with ``encoding``. Where neither the body nor the seller (``at_vertex``) tells whether
    it goes to the Gemini API or to Vertex, the range holds what both bill.
    """
    count = tokens_of or counter(encoding).count
    frame = rules_of_model.frame
    if not isinstance(frame, GeminiFrame):
        raise TokcostError(f"the framing '{rules_of_model.framing}' is not one of Gemini: name another in a price file")
    known = bool((request.options or {}).get("api_known"))
    at_vertex = request.api == "vertex" if known else at_vertex
    ways = [rules.LEAVES if at_vertex or request.api == "vertex" else frame.prompt]
    if not known and not at_vertex:
        ways.append(frame.prompt if request.api == "vertex" else rules.LEAVES)
    try:
        found = [_GeminiCounting(way, frame, rules_of_model, count).count(request) for way in ways]
    except RecursionError:
        raise TokcostError("body: nested too deeply to be counted: check the request's shape") from None
    first, other = found[0], found[-1]
    if first.tokens == other.tokens:
        return first
    return Count(
        first.tokens,
        min(first.low, max(1, other.low)),
        max(first.high, other.high),
        ESTIMATE,
        "; ".join(
            filter(None, (first.note, "the Gemini API and Vertex bill this differently: name the one it goes to"))
        ),
        first.parts,
        first.apart,
    )


class _GeminiCounting:
    """One way of counting; subject to the model's images and standing."""

    def __init__(self, way: str, frame: GeminiFrame, known: ModelRules, tokens_of: TokensOf) -> None:
        self.way = way
        self.frame = frame
        self.pictures = known.pictures
        self.media = known.media
        self.tokens_of = tokens_of
        self.tally = Tally()
        self.words = 0

    def count(self, request: Request) -> Count:
        for tool in request.tools:
            self._tool(tool)
        if request.answer and self.way == rules.LEAVES and (request.options or {}).get("typed_answer"):
            self._leaves("answer schema", leaves_of_schema(request.answer.schema, self._words))
        images = number = 0
        for message in request.messages:
            number += message.role != "system"
            label = "system" if message.role == "system" else f"message {number} ({message.role})"
            self._framing(label, message.role == "system", number, bool(request.tools))
            for part in message.parts:
                images = self._part(label, part, images, str((request.options or {}).get("media_resolution", "")))
        if self.way == rules.LEAVES and any(isinstance(part, Call) for one in request.messages for part in one.parts):
            self.tally.widen(1, 0)
        if self.frame.vague:
            self.tally.note("Gemini's vocabulary of that time is a near relative of Gemma 3's")
            off = max(1.0, float(self.frame.vague) * self.words) if self.words > 10 else 0.0
            self.tally.widen(off, off / 2)
        if self.frame.assumes:
            self.tally.note(f"assumed {self.frame.assumes}")
        return self.tally.count(ASSUMED if self.frame.assumes or self.frame.vague else EXACT)

    def _framing(self, label: str, system: bool, number: int, with_tools: bool) -> None:
        """A token a content with 2.5; with 3 one for the first, and no more is recorded for certain.

        Without tools 3 of some 25 recorded requests of 2.5 were billed none; with tools, all were billed it.
        """
        if self.way == rules.LINES:
            self.tally.add(label, 1, 1 if with_tools else 0, 1)
            if not with_tools:
                self.tally.note("a token for each content is billed, but in a few recordings was not")
        elif self.way == rules.MARKUP:
            self.tally.add(label, 1, 0 if system or number > 1 else 1, 1)

    def _words(self, text: str) -> int:
        tokens = self.tokens_of(text) if text else 0
        self.words += tokens
        return tokens

    def _vague(self, label: str, tokens: float, share: float) -> None:
        self.tally.add(label, tokens, tokens - max(1, share * tokens), tokens + max(1, share * tokens))

    def _part(self, label: str, part: Part, images: int, resolution: str) -> int:
        """Adds the part; gives the number of images so far."""
        match part:
            case Text(text) | Thinking(text):
                self.tally.add(label, self._words(text))
            case Image():
                images += 1
                self._image(images, part, resolution)
            case Call(name, arguments):
                self._call(label, name, arguments)
            case Result(parts, name):
                for inner in parts:
                    if isinstance(inner, Text):
                        self._result(label, name, inner.text)
                    else:
                        images = self._part(label, inner, images, resolution)
            case Document():
                self._document(label, part, resolution)
            case Media():
                add_media(self.tally, label, part, self.media, _level(part.detail or resolution))
            case Other(kind, size):
                self.tally.doubt(f"{kind} content cannot be counted from the request")
                likely, least, most = rules.OTHER_PART
                self.tally.add(label, likely, least, max(most, size or 0))
        return images

    def _call(self, label: str, name: str, arguments: str) -> None:
        if self.way == rules.LINES:
            self.tally.add(label, rules.CALL + self._words(name) + self._words(arguments))
        elif self.way == rules.MARKUP:
            self._vague(label, self._markup(call(name, _json(arguments))), 0.1)
        else:
            self.tally.add(label, self._words(name))
            self._leaves(label, leaves_of_value(_json(arguments), self._words))

    def _result(self, label: str, name: str, answer: str) -> None:
        if self.way == rules.LINES:
            self._vague(label, rules.RESPONSE + self._words(name) + self._words(answer), 0.01)
        elif self.way == rules.MARKUP:
            self._vague(label, self._markup(response(name, _json(answer))), 0.1)
        else:
            self.tally.add(label, self._words(name))
            self._leaves(label, leaves_of_value(_json(answer), self._words))

    def _leaves(self, label: str, leaves: tuple[int, int]) -> None:
        """Types and numbers are billed in most recorded requests, but not in all."""
        tokens, marks = leaves
        self.tally.add(label, tokens + marks, tokens, tokens + marks)

    def _markup(self, markup: Markup) -> int:
        texts, marks = joined(markup)
        return marks + sum(self._words(text) for text in texts)

    def _tool(self, tool: Tool) -> None:
        label = f"tool {tool.name or tool.builtin}"
        if tool.builtin:
            self.tally.add(label, *rules.SERVER_TOOL)
            self.tally.note(f"what {tool.builtin} adds to a prompt is not public")
        elif self.way == rules.MARKUP:
            self._declared(label, tool)
        elif self.way == rules.LINES:
            self.tally.add(label, rules.FUNCTION + self._words(tool.name) + self._words(tool.description))
            self.tally.add(label, *lines_of_parameters(f"tool {shown_name(tool.name)}", tool.schema, self._words))
        else:
            self.tally.add(label, self._words(tool.name) + self._words(tool.description))
            if "parameters" in (tool.raw or {}):
                self._leaves(label, leaves_of_schema(tool.schema, self._words))

    def _declared(self, label: str, tool: Tool) -> None:
        """A function in markup, of which other keywords than the plain ones may be shown in a way not recorded."""
        if plain(tool.schema):
            self.tally.add(label, self._markup(declaration(tool.name, tool.description, tool.schema)))
            return
        schema = inlined(f"tool {shown_name(tool.name)}", tool.schema)
        shown = schema if isinstance(schema, dict) else None
        tokens = self._markup(declaration(tool.name, tool.description, shown))
        whole = self._words(as_json(schema))
        self.tally.note("how a nested schema is written for this model is hardly recorded")
        self.tally.add(
            label, tokens, tokens - max(1, 0.2 * tokens), tokens + max(1, 0.2 * tokens, 1.2 * whole - tokens)
        )

    def _image(self, number: int, image: Image, resolution: str) -> None:
        known = image.width is not None and image.height is not None
        width, height = (image.width or 1, image.height or 1) if known else USUAL
        label = f"image {number} ({width}x{height})" if known else f"image {number} (size unknown)"
        rule = self.pictures
        if isinstance(rule, Mosaic):
            level = _level(resolution if image.detail == "auto" else image.detail)
            patches = getattr(rule, level) if level in Mosaic._fields else rule.high
            tokens = gemini_3_image(width, height, patches)
            least, most = (tokens, tokens) if known else (patches * 0.5, patches)
            self.tally.add(label, tokens, least, most, kind=PICTURES)
        elif isinstance(rule, Crops):
            tokens = gemini_2_0_image(width, height, rule)
            least, most = (tokens, tokens) if known else (rule.tokens, rule.tokens * _CROPS)
            self.tally.add(label, tokens, least, most, kind=PICTURES)
        elif isinstance(rule, Flat):
            self.tally.add(label, rule.tokens, kind=PICTURES)
        else:
            raise TokcostError("an image rule that is not one of Gemini: name another as 'image' in a price file")
        if not known and not isinstance(rule, Flat):
            self.tally.note("an image's size is not in the request: 'batch --image-size' says it")

    def _document(self, label: str, document: Document, resolution: str) -> None:
        page = self.media.page_at(_level(document.detail or resolution))
        note = f"a page of a PDF is billed as {page} tokens: documented, and measured by others"
        pages, rule = Ends(page, page, page + 2), self.media
        add_document(self.tally, label, document, pages, rule.reads, note, self._words, rule)


def _level(resolution: str) -> str:
    """The level that a media resolution names."""
    return resolution.lower().removeprefix("media_resolution_")


def _json(text: str) -> object:
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return found
