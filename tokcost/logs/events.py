"""Server-sent events, logged as they came: which lines of them hold values of JSON, and which none."""

from __future__ import annotations

from collections.abc import Iterator

from tokcost.inputs.json import decoded

_DATA = b"data:"
_FIELDS = (b"event:", b"id:", b"retry:")
_OVER = b"[DONE]"
NumberedText = tuple[int, bytes]


def is_event_line(line: bytes) -> bool:
    """Whether a line opens a dump of events: data, the name of an event, or what stands before them."""
    return line.startswith((_DATA, b"event:"))


def may_open_events(line: bytes) -> bool:
    """Whether a line is one that stands before the first data of a dump: a comment, an id, a time to wait."""
    return line.startswith((b":", *_FIELDS))


class EventLines:
    """Takes the lines of one file in their order, and gives the texts of JSON in them with the number of their line.

    The data of an event may go over several lines, up to a blank one. Several streams may follow each other.
    """

    def __init__(self) -> None:
        self._parts: list[NumberedText] = []

    def take(self, number: int, bare: bytes) -> Iterator[NumberedText]:
        """The texts that are complete with this line; a line that is of no event is one itself."""
        if bare.startswith(_DATA):
            text = bare[len(_DATA) :].strip()
            if not self._parts and _is_whole(text):
                yield number, text
            elif text and text != _OVER:
                self._parts.append((number, text))
            return
        yield from self.end()
        if bare and bare != _OVER and not may_open_events(bare):
            yield number, bare

    def end(self) -> Iterator[NumberedText]:
        """What was begun, and is over: one text over several lines, else each of them by itself."""
        parts, self._parts = self._parts, []
        if len(parts) > 1 and _is_whole(joined := b"\n".join(text for _, text in parts)):
            yield parts[0][0], joined
        else:
            yield from parts


def _is_whole(text: bytes) -> bool:
    """Whether it is a whole value of JSON."""
    if text[:1] + text[-1:] not in (b"{}", b"[]"):
        return False
    try:
        decoded(text)
    except ValueError:
        return False
    return True
