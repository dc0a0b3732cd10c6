"""The messages of a request as turns: what one side says before the other does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from tokcost.counting.claude.wording import invokes
from tokcost.requests.model import Call, Image, Message, Part, Request, Result, Text, Thinking

# What the roles of other APIs are here.
_ROLES = {"tool": "user", "function": "user", "developer": "system"}


class Named(NamedTuple):
    """A result with the name of the tool that gave it."""

    name: str
    parts: tuple[Part, ...]


@dataclass
class Turn:
    """``parts`` are what is said, in order; results come before them, calls after them.

    ``thoughts`` are texts of thinking that was sent back; ``running`` says whether the tool loop that they
    belong to still is. ``odd`` means that calls or results stand where they are not expected.
    """

    role: str
    label: str
    parts: tuple[Part, ...] = ()
    results: tuple[Named, ...] = ()
    calls: tuple[Call, ...] = ()
    thoughts: tuple[str, ...] = ()
    running: bool = False
    odd: bool = False


def turns_of(request: Request) -> tuple[tuple[Part, ...], list[Turn]]:
    """The system parts, and the turns; consecutive messages of one role are one turn, parted by a blank line."""
    messages = [replace(each, role=_ROLES.get(each.role, each.role)) for each in request.messages]
    system: tuple[Part, ...] = ()
    if messages and (request.options or {}).get("instructed"):
        system = messages.pop(0).parts
    while foreign(request) and messages and messages[0].role == "system":
        system += messages.pop(0).parts
    names: dict[str, str] = {}
    turns: list[Turn] = []
    for number, message in enumerate(messages, 1):
        turn = _turn(message, f"message {number} ({message.role})", names)
        if turns and turns[-1].role == turn.role:
            _join(turns[-1], turn)
        else:
            turns.append(turn)
    _mark_running(turns)
    return system, turns


def foreign(request: Request) -> bool:
    """Whether a body is in another API's form: by its shape, or as its system text is a message, the first."""
    if request.api != "anthropic":
        return True
    first = request.messages[0].role if request.messages else ""
    return _ROLES.get(first, first) == "system" and not (request.options or {}).get("instructed")


def _turn(message: Message, label: str, names: dict[str, str]) -> Turn:
    turn = Turn(message.role, label)
    for part in message.parts:
        match part:
            case Call(name, _, call_id):
                names[call_id] = name
                turn.calls += (part,)
            case Result(parts, name, call_id):
                turn.results += (Named(name or names.get(call_id, ""), parts),)
                turn.odd |= bool(turn.parts)
            case Thinking(text):
                turn.thoughts += (text,)
            case _:
                if isinstance(part, Text) and not part.text:
                    continue
                turn.odd |= bool(turn.calls)
                turn.parts += (part,)
    _take_as_said(turn)
    return turn


def _take_as_said(turn: Turn) -> None:
    """Calls of the user and results of the assistant, which no API takes, count as words of theirs."""
    if turn.calls and turn.role == "user":
        turn.parts, turn.calls, turn.odd = (*turn.parts, Text(invokes(turn.calls))), (), True
    if turn.results and turn.role != "user":
        found = tuple(part for result in turn.results for part in result.parts)
        turn.parts, turn.results, turn.odd = (*found, *turn.parts), (), True


def _join(turn: Turn, more: Turn) -> None:
    turn.odd |= more.odd or bool(turn.calls and more.parts) or bool(turn.parts and more.results)
    if turn.parts and more.parts:
        turn.parts += (Text("\n\n"),)
    turn.parts += more.parts
    turn.results += more.results
    turn.calls += more.calls
    turn.thoughts += more.thoughts


def around_pictures(parts: tuple[Part, ...]) -> int:
    """What pictures change in the words of a turn: a token more for each between words, one less without any."""
    words = [isinstance(part, Text) for part in parts]
    pictures = [at for at, part in enumerate(parts) if isinstance(part, Image)]
    if len(pictures) == len(parts):
        return -1 if parts else 0
    return sum(any(words[:at]) and any(words[at:]) for at in pictures)


def _mark_running(turns: list[Turn]) -> None:
    """A tool loop is running from the last turn on in which the user says anything."""
    for turn in reversed(turns):
        if turn.role == "user" and turn.parts:
            return
        turn.running = True
