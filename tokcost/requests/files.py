"""Looks into the files of a request: pages of documents, length of sound and film, from data and local paths."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

from tokcost.requests.images import Size, image_size
from tokcost.requests.model import (
    Attachment,
    Document,
    Image,
    Media,
    Message,
    Other,
    Part,
    Request,
    Result,
    Text,
    Unread,
)
from tokcost.requests.sources import Base64Stream, is_remote, mime_of, opened

_PDF = "application/pdf"
# The media types of files by the ends of their names, where nothing else says what they are.
_BY_NAME = {
    "pdf": _PDF, "txt": "text/plain", "md": "text/markdown", "csv": "text/csv", "html": "text/html",
    "json": "application/json", "xml": "text/xml",
    **dict.fromkeys(("wav", "mp3", "ogg", "opus", "flac", "m4a", "aac", "aiff", "wma"), "audio/"),
    **dict.fromkeys(("mp4", "mov", "webm", "mkv", "avi", "mpeg", "mpg", "wmv", "3gp", "flv", "m4v"), "video/"),
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "webp"), "image/"),
}  # fmt: skip
_AS_TEXT = ("text/", "application/json", "application/xml", "application/javascript", "application/x-yaml")
# What the first bytes of files say that nothing else tells of.
_BY_HEAD = {
    **dict.fromkeys((b"ID3", b"OggS", b"fLaC", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"), "audio/"),
    **dict.fromkeys((b"\x89PNG", b"\xff\xd8\xff", b"GIF8"), "image/"),
    b"\x1a\x45\xdf\xa3": "video/",
}
_BY_FORM = {b"WAVE": "audio/", b"WEBP": "image/", b"AVI ": "video/", b"M4A ": "audio/", b"M4B ": "audio/"}
_HOLDING = (Attachment, Result)
_KNOWN = ("audio/", "video/", _PDF, *_AS_TEXT)
_MOST_TEXT = 8_000_000  # more than any model reads; of a longer one the bytes are told


class FileReader(NamedTuple):
    """How files are looked into. Paths are opened from ``folder`` alone, None opens none.

    ``size``, ``pages`` and ``seconds`` are what the user says of those that cannot be read or are elsewhere.
    """

    folder: Path | None = None
    size: Size | None = None
    pages: int | None = None
    seconds: float | None = None

    def picture(self, source: str) -> Size | None:
        """Width and height of a picture, None where it cannot be read."""
        return image_size(source, self.folder)

    def read(self, request: Request) -> Request:
        """The request with every attachment as what it is. Raises RequestError for what is too much to read."""
        for message in request.messages:
            for part in message.parts:
                if type(part) in _HOLDING:
                    return replace(request, messages=tuple(map(self._message, request.messages)))
        return request

    def _message(self, message: Message) -> Message:
        return replace(message, parts=tuple(map(self._part, message.parts)))

    def _part(self, part: Part) -> Part:
        if isinstance(part, Attachment):
            return self._attached(part)
        if isinstance(part, Result) and any(isinstance(inner, Attachment) for inner in part.parts):
            return replace(
                part, parts=tuple(self._attached(each) if isinstance(each, Attachment) else each for each in part.parts)
            )
        return part

    def _attached(self, file: Attachment) -> Text | Image | Document | Media | Other:
        mime, stream = _mime(file), None
        if file.place != "file" and not mime.startswith("image/") and not is_remote(file.source):
            stream = opened(file.source, self.folder, address=file.place == "url")
            if stream is not None and not mime.startswith(_KNOWN):
                mime = _shown(stream) or mime
        if mime.startswith("image/"):
            if stream is not None:
                stream.close()
            size = (self.picture(file.source) if file.source else None) or file.size or self.size
            width, height = size or (None, None)
            return Image(width, height, file.detail or "auto", hash(file.source))
        if mime.startswith(("audio/", "video/")):
            return self._media(file, mime, stream)
        return self._document(file, mime, stream)

    def _media(self, file: Attachment, mime: str, stream: BinaryIO | None) -> Media:
        from tokcost.requests.media import media_of  # late, as below: most requests hold no file

        kind = mime.partition("/")[0]
        found = Media(kind)
        if stream is not None:
            with stream:
                found = media_of(kind, stream, file.mime or mime)
        if not found.told and self.seconds is not None:
            found = replace(found, seconds=self.seconds, least=self.seconds, most=self.seconds, told=True)
        return replace(_cut(found, file.start, file.end), fps=file.fps, detail=file.detail, sent=hash(file.source))

    def _document(self, file: Attachment, mime: str, stream: BinaryIO | None) -> Document:
        from tokcost.requests.pdf import read_pdf

        made = partial(
            Document, title=file.title, context=file.context, cited=file.cited, detail=file.detail,
            sent=hash(file.source),
        )  # fmt: skip
        if stream is None:
            kind = "file" if file.place == "file" else "url"
            return made("pdf", pages=self.pages) if self.pages is not None else made(kind, said=bool(mime))
        with stream:
            size = stream.seek(0, 2)
            stream.seek(0)
            if mime.startswith(_AS_TEXT) and size <= _MOST_TEXT:
                return made("text", stream.read().decode("utf-8", "replace"), bytes=size)
            if mime and mime != _PDF and stream.read(5) != b"%PDF-":
                return made("file", bytes=size)
            stream.seek(0)
            pdf = read_pdf(stream.text if isinstance(stream, Base64Stream) else stream)
        if pdf is None or isinstance(pdf, Unread):
            return made("pdf", pages=self.pages, bytes=size, unread=pdf)
        return made("pdf", pages=pdf.pages, bytes=size, pdf=partial(pdf.text, file.where))


def _mime(file: Attachment) -> str:
    """What a file is: as it says of itself, as the body says, by its name; "" is not known."""
    told = file.mime.partition(";")[0].strip().lower() or mime_of(file.source)
    if told and told != "application/octet-stream":
        return told
    named = (file.name or (file.source if len(file.source) < 4096 else "")).partition("?")[0]
    return _BY_NAME.get(named.rpartition(".")[2].lower(), "") if "." in named else ""


def _shown(stream: BinaryIO) -> str:
    """What a file is by its first bytes, "" for one that they do not tell."""
    head = stream.read(12)
    stream.seek(0)
    if head[4:8] == b"ftyp" or head[:4] == b"RIFF":
        return _BY_FORM.get(head[8:12], "video/" if head[:4] != b"RIFF" else "")
    return next((kind for start, kind in _BY_HEAD.items() if head.startswith(start)), "")


def _cut(media: Media, start: float, end: float | None) -> Media:
    """What is left between two times."""
    if not start and end is None:
        return media

    def left(seconds: float) -> float:
        return max(0.0, (seconds if end is None else min(seconds, end)) - start)

    if media.seconds is None:
        return media if end is None else replace(media, seconds=left(end), least=0, most=left(end))
    least, most = media.least or 0, media.seconds if media.most is None else media.most
    return replace(media, seconds=left(media.seconds), least=left(least), most=left(most))


DATA_ALONE = FileReader()
"""Reads what a request itself holds, and no file."""
