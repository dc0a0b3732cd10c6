"""The prompt of the older models: one text, in which tools, system text and speakers follow each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tokcost.counting.claude.conversation import Turn
from tokcost.counting.claude.wording import call_block, result_block
from tokcost.counting.tally import TokensOf
from tokcost.requests.model import Part, Text

HUMAN, ASSISTANT = "Human", "Assistant"
FRAMING = "framing"


class Stretch(NamedTuple):
    """A stretch of the prompt that is counted apart: texts with what they belong to.

    ``word`` is the first word of the stretch, which belongs to the one before.
    """

    texts: tuple[tuple[str, str], ...]
    word: str = ""

    @property
    def text(self) -> str:
        """The whole stretch."""
        return "".join(text for _, text in self.texts)


class Script:
    """Puts the prompt together, cut behind the names of speakers, where a cut changes no count.

    ``attach`` takes what is not text: it stands by itself, and the text around it is counted apart.
    """

    def __init__(self, opening: list[tuple[str, str]], attach: Callable[[str, Part], None]) -> None:
        self.stretches: list[Stretch] = []
        self._texts = list(opening)
        self._word = ""
        self._label = FRAMING
        self._attach = attach
        self._after_results = False

    def play(self, turns: list[Turn], silent: bool) -> None:
        """All turns and what stands at the end. ``silent``: nothing follows results."""
        if turns and turns[0].role == "assistant":
            self._speak(HUMAN, FRAMING)
            self._write(" .")
        for turn in turns:
            self._user(turn) if turn.role == "user" else self._assistant(turn)
        last = turns[-1] if turns else None
        self._label = FRAMING
        if self._after_results:
            self._write("" if silent else "\n\n")
        elif last is None or last.role == "user":
            self._speak(ASSISTANT, FRAMING)
        self._close("")

    def _user(self, turn: Turn) -> None:
        self._label = turn.label
        if turn.results:
            heads, tail = result_block([result.name for result in turn.results])
            self._write("\n\n")
            for head, result in zip(heads, turn.results, strict=True):
                self._write(head)
                self._parts(result.parts)
            self._write(tail)
            self._after_results = True
        if turn.parts or not turn.results:
            self._speak(HUMAN, turn.label)
            self._write(_blank_before(turn))
            self._parts(turn.parts)

    def _assistant(self, turn: Turn) -> None:
        if not self._after_results:
            self._speak(ASSISTANT, turn.label)
            self._write(_blank_before(turn) if turn.parts else "")
        self._label = turn.label
        if self._after_results and turn.parts:
            self._write("\n\n")
        self._after_results = False
        self._parts(turn.parts)
        if turn.calls:
            self._write("\n\n" + call_block(turn.calls))

    def _parts(self, parts: tuple[Part, ...]) -> None:
        for part in parts:
            if isinstance(part, Text):
                self._write(part.text)
            else:
                self._close("")
                self._attach(self._label, part)

    def _write(self, text: str) -> None:
        if text:
            self._texts.append((self._label, text))

    def _speak(self, role: str, label: str) -> None:
        """A new speaker: his name ends the stretch before, and is counted with it."""
        self._texts.append((FRAMING, "\n\n" + role))
        self._close(role)
        self._label = label
        self._write(role + ":")
        self._after_results = False

    def _close(self, word: str) -> None:
        if self._texts:
            self.stretches.append(Stretch(tuple(self._texts), self._word))
        self._texts, self._word = [], word


def label_tokens(stretches: list[Stretch], tokens_of: TokensOf) -> dict[str, int]:
    """The tokens of all stretches by what they belong to.

    What texts come to together differs by a few tokens from their sum, where they meet: that is framing.
    """
    found = {FRAMING: 0}
    for stretch in stretches:
        texts: dict[str, str] = {}
        for label, text in stretch.texts:
            texts[label] = texts.get(label, "") + text
        whole = tokens_of(stretch.text)
        own = dict.fromkeys(texts, whole) if len(texts) == 1 else {label: tokens_of(texts[label]) for label in texts}
        for label, number in own.items():
            found[label] = found.get(label, 0) + number
        found[FRAMING] += whole - sum(own.values()) - (tokens_of(stretch.word) if stretch.word else 0)
    return found


def _blank_before(turn: Turn) -> str:
    """What stands between a speaker's name and the words; a blank that these begin with takes its place."""
    first = turn.parts[0] if turn.parts else None
    return "" if isinstance(first, Text) and first.text.startswith(" ") else " "
