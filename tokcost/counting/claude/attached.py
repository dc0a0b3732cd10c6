"""What is not text in a request to Claude: pictures, documents, and what the provider's own tools found."""

from __future__ import annotations

from tokcost.counting.claude.hidden import constant
from tokcost.counting.media import PAGE_TEXT, TEXT_OFF, pages_of
from tokcost.counting.pictures import USUAL, claude_image
from tokcost.counting.tally import Tally, TokensOf, shown_name
from tokcost.requests.model import Document, Image, Media, Other, Part, Tokens
from tokcost.rules import Cells, ClaudeFrame

# The text of a page of a PDF where it cannot be read: a line or two.
_PAGE_TEXT = 40
# What was recorded of pages (5 files of one page) lies within so much of their picture and their text.
_PICTURE_OFF = 0.03
_REDACTED = (300, 0, 5000)
# Other content by its type, tokens: likely, least, most.
_OTHER = {
    "redacted_thinking": _REDACTED,
    "tool_reference": (60, 5, 300),
    "container_upload": (30, 0, 200),
    "compaction": (1000, 0, 5000),
}
_UNKNOWN = (500, 0, 20_000)
# Tokens for a character of an encrypted page (24 recordings), and for a page of unknown length.
_ENCRYPTED = (0.36, 0.28, 0.43)
_FOUND_PAGE = (1200, 100, 4000)


class Attachments:
    """Adds what is not text to the tally of a request."""

    def __init__(self, tally: Tally, frame: ClaudeFrame, cells: Cells, tokens_of: TokensOf) -> None:
        self._tally = tally
        self._frame = frame
        self._cells = cells
        self._tokens_of = tokens_of
        self.images = 0
        self.cited = False

    def add(self, label: str, part: Part) -> None:
        """The tokens of a part, with their range where they are not sure."""
        match part:
            case Image():
                self._image(part)
            case Document():
                self._document(label, part)
            case Media(kind):
                self._tally.doubt(f"{shown_name(kind)} content cannot be counted from the request")
                self._tally.add(label, _UNKNOWN[0], 0, max(_UNKNOWN[2], part.bytes or 0))
            case Other():
                self._other(label, part)
            case Tokens(number):
                self._tally.doubt("tokens made by the sender are of a vocabulary that is not known")
                self._tally.add(label, number, number / 2, number * 3)

    def _image(self, image: Image) -> None:
        self.images += 1
        beside = constant("image")
        if image.width and image.height:
            cells = claude_image(image.width, image.height, self._cells)
            self._tally.add(f"image {self.images} ({image.width}x{image.height})", cells + beside)
            return
        self._tally.doubt("an image's size is not in the request: 'batch --image-size' says it")
        self._tally.add(
            f"image {self.images} (size unknown)",
            claude_image(*USUAL, self._cells) + beside,
            1 + beside,
            self._cells.cap + beside,
        )

    def _document(self, label: str, document: Document) -> None:
        count = self._tokens_of
        by_turns = self._frame.by_turns
        if document.title:
            self._tally.add(label, constant("document_title") + count(document.title))
        if document.context:
            words = count(document.context)
            self._tally.doubt("the context of a document was never recorded")
            self._tally.add(label, words + 10, words, words + 40)
        if document.kind in ("text", "content"):
            self._tally.doubt("documents of text differ by a token between the few recordings")
            self._tally.add(
                label, constant("text_document_turns" if by_turns else "text_document") + count(document.words)
            )
            if document.kind == "content":
                self._tally.doubt("documents of content blocks were never recorded", 40, 40)
        elif document.kind == "pdf":
            self._pdf(label, document)
        else:
            self._tally.doubt(f"a document behind a {shown_name(document.kind)} cannot be read from the request")
            page = self._frame.pdf_page
            most = pages_of(self._tally, document).most
            self._tally.add(label, page + 500, 50, most * (page + 3000))
        if document.cited:
            self._citations(label, document)

    def _pdf(self, label: str, document: Document) -> None:
        page = self._frame.pdf_page
        self._tally.doubt("a page of a PDF is billed as a picture and its text: recorded for single pages only")
        pages = pages_of(self._tally, document)
        pictures, words = pages.likely * page, document.words if document.pages else ""
        if words.strip() or document.silent:
            text = self._tokens_of(words) if words.strip() else 0
            off = pictures * _PICTURE_OFF + text * TEXT_OFF
            self._tally.add(label, pictures + text, pictures + text - off, pictures + text + off)
            return
        likely = PAGE_TEXT.likely
        if document.bytes is not None:  # of what was given up on, or cannot be read
            likely = 0 if document.pages else _PAGE_TEXT
        low = pages.least * (page * (1 - _PICTURE_OFF) + PAGE_TEXT.least)
        self._tally.add(label, pages.likely * (page + likely), low, pages.most * (page + PAGE_TEXT.most))

    def _citations(self, label: str, document: Document) -> None:
        self._tally.doubt("citations: the provider numbers the sentences of the document")
        # a chunk is a sentence or so, and its number some tokens
        chunks = len(document.words) / 60
        if not self.cited:
            self.cited = True
            tokens = self._frame.citations
            self._tally.add(label, tokens, tokens * 0.95, tokens * 1.05)
        self._tally.add(label, 0, 0, 8 * chunks)

    def _other(self, label: str, part: Other) -> None:
        if part.kind == "web_fetch_result" and part.text:
            tokens = constant("fetched") + self._tokens_of(part.text)
            self._tally.doubt("a fetched page was recorded a few times only")
            self._tally.add(label, tokens, tokens - 5, tokens * 1.05 + 5)
            return
        if part.text:
            words = self._tokens_of(part.text)
            self._tally.doubt(f"{part.kind} in the history was recorded a few times only")
            self._tally.add(label, words + 30, words, words + 90)
            return
        if part.kind == "web_search_result":
            self._tally.doubt("a page that a search found is encrypted")
            spans = (part.bytes * share for share in _ENCRYPTED) if part.bytes else _FOUND_PAGE
            self._tally.add(label, *spans)
            return
        self._tally.doubt(f"{shown_name(part.kind)} content cannot be counted from the request")
        likely, least, most = _OTHER.get(part.kind, _UNKNOWN)
        # No text has more tokens than bytes; encrypted content is longer than what it holds.
        self._tally.add(label, likely, least, max(most, part.bytes or 0))
