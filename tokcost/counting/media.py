"""Tokens of sound, film and the pages of documents; what was not looked into has a range over all that it may be."""

from __future__ import annotations

import math
from typing import NamedTuple

from tokcost.counting.count import SOUND
from tokcost.counting.tally import Tally, TokensOf
from tokcost.requests.model import Document, Media
from tokcost.rules import MediaRule

# Seconds of what is not in the request: likely, and the most that any provider takes (9.5 hours, 3 hours).
_USUAL_SECONDS = 60
_MOST_SECONDS = {"audio": 34_200, "video": 10_800}
# Bytes of a page of a file that cannot be read: likely, at most (a scan), at least (packed text).
_PAGE_BYTES = (60_000, 400_000, 300)
_MOST_PAGES = 1_000  # more than any provider reads
# Text that is taken out of a PDF differs from reader to reader by so much.
TEXT_OFF = 0.15


class Ends(NamedTuple):
    """A number with its ends."""

    likely: float
    least: float
    most: float

    def times(self, other: Ends) -> Ends:
        """Each by each."""
        return Ends(self.likely * other.likely, self.least * other.least, self.most * other.most)


# The text of a page that was not read: likely, at least, a full one.
PAGE_TEXT = Ends(500, 0, 3000)


def add_media(
    tally: Tally, label: str, media: Media, rule: MediaRule, level: str = "", heard_apart: bool = True
) -> None:  # fmt: skip
    """Sound by its seconds, film by the pictures taken of it, at a ``level`` of resolution, and its sound.

    ``heard_apart``: whether the sound of a film has the rate of sound, as it has by itself.
    """
    seconds = _seconds(tally, media)
    sound = seconds.times(Ends(float(rule.sound), float(rule.sound_least), float(rule.sound_most)))
    if media.kind == "video":
        shown = Ends(*(math.ceil(end * (media.fps or 1)) for end in seconds))
        shown = shown._replace(most=shown.most + 1)  # the last picture
        tally.add(label, *shown.times(Ends(*rule.scene_at(level))))
        if media.sound is not True:
            sound = sound._replace(least=0)
        tally.doubt("film is billed by its pictures and its sound: documented, not measured")
    else:
        tally.doubt("sound is billed by its length: documented, not measured")
    kind = SOUND if heard_apart or media.kind == "audio" else ""
    tally.add(label, *sound._replace(most=sound.most + float(rule.sound_most)), kind=kind)


def _seconds(tally: Tally, media: Media) -> Ends:
    if media.seconds is None:
        tally.note(f"{media.kind} that is elsewhere was not looked into: 'batch --seconds N' says how long it is")
        return Ends(_USUAL_SECONDS, 0, _MOST_SECONDS.get(media.kind, 10_800))
    if not media.told:
        where = "its head does not tell its length" if media.bytes else "it is elsewhere"
        tally.note(f"the length of {media.kind} can only be guessed, {where}: 'batch --seconds N' says how long it is")
    least = media.seconds if media.least is None else media.least
    most = media.seconds if media.most is None else media.most
    return Ends(media.seconds, min(least, media.seconds), max(most, media.seconds))


def pages_of(tally: Tally, document: Document) -> Ends:
    """How many pages a document has, between what they may be."""
    if document.pages:
        return Ends(*(document.pages,) * 3)
    if document.bytes is None:
        tally.note("a document that is elsewhere was not looked into: 'batch --pages N' says how many it has")
        return Ends(1, 1, _MOST_PAGES)
    found = document.unread
    why = "needs a password to be opened" if found is not None and found.locked else "could not be read"
    tally.note(f"a PDF {why}: 'batch --pages N' says how many pages it has")
    pages, low, high = (min(_MOST_PAGES, max(1, round(document.bytes / size))) for size in _PAGE_BYTES)
    if found is not None:
        pages, high = min(_MOST_PAGES, found.pages or pages), min(_MOST_PAGES, found.most)
    return Ends(pages, min(low, pages), max(high, pages))


def add_document(
    tally: Tally, label: str, document: Document, picture: Ends, reads: bool, note: str, count: TokensOf,
    film: MediaRule | None = None,
) -> None:  # fmt: skip
    """The pictures of its pages and, where the provider ``reads`` them, its words; ``note``: what is not sure of it.

    ``film`` is the rule by which it may be a film, where nothing says that it is a document.
    """
    if document.kind == "text":
        tally.doubt("a file of text was never measured", 0, 40)
        tally.add(label, count(document.words))
        return
    if document.kind == "file" and document.bytes is not None:
        tally.doubt("a file that is neither a PDF nor text cannot be read")
        tally.add(label, document.bytes // 20 + 1, 0, document.bytes + 100)
        return
    tally.doubt(note)
    pages = pages_of(tally, document)
    tally.add(label, *pages.times(picture))
    if film is not None and not document.said:
        tally.note("nothing says what a file that is elsewhere is: with a mimeType it is no film")
        pictures = pages.times(picture)
        other = Tally()
        add_media(other, label, Media("video"), film)
        heard, counted = sum(each.high for each in other.count().apart), other.count().high
        tally.add(label, 0, -pictures.least, max(0, counted - heard - pictures.most))
        tally.add(label, 0, 0, heard, kind=SOUND)
    if not reads:
        return
    words = count(document.words) if document.pages else 0
    if words or document.silent:
        tally.add(label, words, words * (1 - TEXT_OFF), words * (1 + TEXT_OFF) + 20 * pages.most)
    else:
        tally.add(label, *pages.times(PAGE_TEXT))
