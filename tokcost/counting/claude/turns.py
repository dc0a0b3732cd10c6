"""The prompt of the newer models: every turn is a text of its own between two tokens."""

from __future__ import annotations

from tokcost.counting.claude.attached import Attachments
from tokcost.counting.claude.conversation import Turn, around_pictures
from tokcost.counting.claude.hidden import constant
from tokcost.counting.claude.wording import invokes
from tokcost.counting.tally import Tally, TokensOf
from tokcost.requests.model import Image, Part, Text

_FRAME = 2  # of a turn, of the conversation before the first, and of the answer's turn
_END = "\n\n"


def add_turns(
    tally: Tally,
    system: tuple[Part, ...],
    turns: list[Turn],
    tokens_of: TokensOf,
    attachments: Attachments,
    strips: bool,
) -> None:
    """Adds the system text and the turns.

    ``strips``: what the user says loses the blanks and line ends behind it.
    """
    if system:
        words = "".join(part.text for part in system if isinstance(part, Text))
        tally.add("system", tokens_of(words + _END))
    for turn in turns:
        for result in turn.results:
            if any(isinstance(part, Image) for part in result.parts):
                tally.doubt("pictures that a tool gave back were recorded once for this model")
            tally.add(turn.label, _FRAME + _text(turn.label, result.parts, tokens_of, attachments))
        if turn.parts or turn.calls or not turn.results:
            parts = _stripped(turn.parts) if strips and turn.role == "user" else turn.parts
            tally.add(turn.label, _FRAME + _text(turn.label, parts, tokens_of, attachments))
        if turn.calls:
            tally.add(turn.label, constant("calls_turns") + tokens_of(invokes(turn.calls)))


def frame_of(turns: list[Turn]) -> int:
    """The tokens of the conversation before its first turn, and of the turn of the answer if it has not begun."""
    answered = bool(turns) and turns[-1].role == "assistant" and not turns[-1].calls
    return _FRAME if answered else 2 * _FRAME


def _stripped(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Without the blanks and line ends in ASCII that the last words end in."""
    last = parts[-1] if parts else None
    return (*parts[:-1], Text(last.text.rstrip(" \t\n\r\v\f"))) if isinstance(last, Text) else parts


def _text(label: str, parts: tuple[Part, ...], tokens_of: TokensOf, attachments: Attachments) -> int:
    """The tokens of the words of a turn; what is not text separates them, and is added by itself."""
    tokens = 0
    words = ""
    for part in parts:
        if isinstance(part, Text):
            words += part.text
            continue
        tokens += tokens_of(words) if words else 0
        words = ""
        attachments.add(label, part)
    return tokens + around_pictures(parts) + (tokens_of(words + _END) - 1 if words else 0)
