"""What is refused of pictures, documents, sound and film in a request.

By the types of anthropic 2.14, openai 3.57 and google-genai 3.6, Anthropic's guide to PDFs and the errors of its api
('The PDF specified is password protected', 'A maximum of 100 PDF pages may be provided'), as of 2026-11.
"""

from __future__ import annotations

from collections.abc import Iterator

from tokcost.batch.checks.asked import Asked
from tokcost.inputs.json import google_field
from tokcost.phrases import join_or, quote
from tokcost.requests.model import Document, Request, Result
from tokcost.requests.shape import Object, listed, object_of, text_of

# The most pages of PDFs in a request: to a model with a window of so many tokens, to one with more.
_SMALL_WINDOW, _MOST_PAGES = 200_000, (100, 600)
# What Anthropic takes as base64, by the type of the block.
_MEDIA = {
    "image": ("image/jpeg", "image/png", "image/gif", "image/webp"),
    "document": ("application/pdf",),
}
_SOUND = ("wav", "mp3")
_MOST_FPS = 24


def anthropic_files(asked: Asked) -> Iterator[str]:
    """Data that is missing or of a kind that is not taken, PDFs that need a password, too many pages of all of them."""
    for at, message in enumerate(listed(asked.body.get("messages"))):
        for number, block in enumerate(listed(object_of(message).get("content"))):
            if problem := _of_source(object_of(block), f"messages[{at}].content[{number}]"):
                yield problem
                break
    pages = 0
    for document in _documents(asked.request):
        pages += document.pages or 0
        if document.unread is not None and document.unread.locked:
            yield "a PDF that needs a password to be opened: Anthropic takes none, send it unlocked"
    window = asked.model.context_window if asked.model is not None else None
    most = _MOST_PAGES[window is None or window > _SMALL_WINDOW]
    if pages > most:
        yield f"PDFs of {pages:,} pages: {most} are the most in a request to this model, send them in parts"


def _of_source(block: Object, where: str) -> str:
    kind, source = text_of(block.get("type")), object_of(block.get("source"))
    if kind not in _MEDIA or source.get("type") != "base64":
        return ""
    if not text_of(source.get("data")):
        return f"{where}.source.data is missing or empty: write the file as base64"
    if text_of(source.get("data"))[:5].lower() == "data:":
        return f"{where}.source.data is a data URL: write its base64 alone"
    media = source.get("media_type")
    if media in _MEDIA[kind]:
        return ""
    told = "is missing" if media is None else f"is {quote(str(media))}"
    return f"{where}.source.media_type {told}: it must be {join_or(_MEDIA[kind])}"


def openai_files(asked: Asked) -> Iterator[str]:
    """The first part of a chat that holds no file, and the first sound of another kind."""
    for at, message in enumerate(listed(asked.body.get("messages"))):
        for number, part in enumerate(listed(object_of(message).get("content"))):
            if problem := _of_part(object_of(part), f"messages[{at}].content[{number}]"):
                yield problem
                return


def _of_part(part: Object, where: str) -> str:
    kind = text_of(part.get("type"))
    if kind == "file":
        file = object_of(part.get("file"))
        if not file.get("file_id") and not file.get("file_data"):
            return f"{where}.file has neither file_id nor file_data: write one of them"
    elif kind == "input_audio":
        sound = object_of(part.get("input_audio"))
        if not sound.get("data"):
            return f"{where}.input_audio.data is missing or empty: write the sound as base64"
        if sound.get("format") not in _SOUND:
            told = "is missing" if sound.get("format") is None else f"is {quote(str(sound['format']))}"
            return f"{where}.input_audio.format {told}: it must be {join_or(_SOUND)}"
    return ""


def google_files(contents: object) -> Iterator[str]:
    """More pictures of a second of film than are taken, or less than none."""
    for at, content in enumerate(listed(contents)):
        for number, part in enumerate(listed(object_of(content).get("parts"))):
            fps = object_of(google_field(object_of(part), "videoMetadata")).get("fps")
            if isinstance(fps, int | float) and not isinstance(fps, bool) and not 0 <= fps <= _MOST_FPS:
                yield f"contents[{at}].parts[{number}].videoMetadata.fps is {fps}: it must be 0 to {_MOST_FPS}"
                return


def _documents(request: Request) -> Iterator[Document]:
    for message in request.messages:
        for part in message.parts:
            for each in part.parts if isinstance(part, Result) else (part,):
                if isinstance(each, Document):
                    yield each
