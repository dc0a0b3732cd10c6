"""The prompt of the older models: one text, in which tools, system text and speakers follow each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tokcost.counting.claude.conversation import Turn
from tokcost.counting.claude.wording import call_block, result_block
from tokcost.requests.model import Part, Text

HUMAN, ASSISTANT = "Human", "Assistant"


class Piece(NamedTuple):
    """A stretch of the prompt that is counted apart. ``word`` is its first word, which belongs to the one before."""

    label: str
    text: str
    word: str = ""


class Script:
    """Puts the prompt together, cut behind the names of speakers, where a cut changes no count.

    ``attach`` takes what is no text: it stands by itself, and the text around it is counted apart.
    """

    def __init__(self, opening: str, attach: Callable[[str, Part], None]) -> None:
        self.pieces: list[Piece] = []
        self._label, self._text, self._word = "framing", opening, ""
        self._attach = attach
        self._after_results = False
        self._speaker = ""

    def play(self, turns: list[Turn], silent: bool) -> None:
        """All turns and what stands at the end. ``silent``: nothing follows results."""
        if turns and turns[0].role == "assistant":
            self._speak(HUMAN, "framing")
            self._text += " ."
        for turn in turns:
            self._user(turn) if turn.role == "user" else self._assistant(turn)
        last = turns[-1] if turns else None
        if self._after_results:
            self._text += "" if silent else "\n\n"
        elif last is None or last.role == "user":
            self._speak(ASSISTANT, "framing")
        self._close("framing", "")

    def _user(self, turn: Turn) -> None:
        if turn.results:
            self._label = turn.label
            heads, tail = result_block([(result.name, "") for result in turn.results])
            self._text += "\n\n"
            for head, result in zip(heads, turn.results, strict=True):
                self._text += head
                self._parts(turn.label, result.parts)
            self._text += tail
            self._after_results = True
        if turn.parts or not turn.results:
            self._speak(HUMAN, turn.label)
            self._text += _blank_before(turn)
            self._parts(turn.label, turn.parts)

    def _assistant(self, turn: Turn) -> None:
        if not self._after_results:
            self._speak(ASSISTANT, turn.label)
            if turn.parts:
                self._text += _blank_before(turn)
        elif turn.parts:
            self._text += "\n\n"
        self._label = turn.label
        self._after_results = False
        self._parts(turn.label, turn.parts)
        if turn.calls:
            self._text += "\n\n" + call_block(turn.calls)

    def _parts(self, label: str, parts: tuple[Part, ...]) -> None:
        for part in parts:
            if isinstance(part, Text):
                self._text += part.text
            else:
                self._close(label, "")
                self._attach(label, part)

    def _speak(self, role: str, label: str) -> None:
        self._text += "\n\n" + role
        self._close(label, role)
        self._text = role + ":"
        self._after_results = False

    def _close(self, label: str, word: str) -> None:
        if self._text:
            self.pieces.append(Piece(self._label, self._text, self._word))
        self._label, self._text, self._word = label, "", word


def _blank_before(turn: Turn) -> str:
    """What stands between a speaker's name and the words; a blank that these begin with takes its place."""
    first = turn.parts[0] if turn.parts else None
    return "" if isinstance(first, Text) and first.text.startswith(" ") else " "
