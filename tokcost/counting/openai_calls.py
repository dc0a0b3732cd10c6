"""Tool calls in the history and what the tools gave back, as OpenAI models read them."""

from __future__ import annotations

import json
from typing import Any

from tokcost.counting.openai_models import EARLY, Scene
from tokcost.counting.tally import Tally
from tokcost.requests.model import Call, Message, Request, Result, Text

_RESULT = 4  # of the tokens of a round trip, those shown with the result
# A responses item that comes with its id was made by the model: it carries three tokens more of head.
_ITEM = 3
# Calls made at once are one call of multi_tool_use.parallel, answered by one list, by models that do not reason.
_PARALLEL = 20
# Reasoning models through chat completions: measured on one request with two calls only.
_PARALLEL_REASONING = 8


class Rounds:
    """Counts the calls and results of one request, which belong together by call id."""

    def __init__(self, scene: Scene, request: Request) -> None:
        self.scene = scene
        calls = [[part for part in message.parts if isinstance(part, Call)] for message in request.messages]
        results = [part for message in request.messages for part in message.parts if isinstance(part, Result)]
        self.names = {call.id: call.name for group in calls for call in group}
        self.texts = {result.call_id: _text(result) for result in results}
        self._judged = False
        # Calls that are written as one, with their results: so the results do not stand by themselves.
        joined = scene.chat and not scene.frame.reasons
        self.joined = {call.id for group in calls if joined and len(group) > 1 for call in group if call.id}

    def add_calls(self, tally: Tally, label: str, message: Message) -> None:
        """An assistant's message that holds calls, and perhaps text."""
        n = self.scene.tokens_of
        calls = [part for part in message.parts if isinstance(part, Call)]
        tally.add(label, n("".join(part.text for part in message.parts if isinstance(part, Text))))
        if calls[0].id in self.joined:
            uses = [
                {"recipient_name": f"functions.{call.name}", "parameters": _parsed(call.arguments)} for call in calls
            ]
            tally.add(label, _PARALLEL + n(_compact({"tool_uses": uses})))
            tally.add(label, n(json.dumps([self.texts.get(call.id, "") for call in calls])))
            self._judge(tally, 4, 10 + 6 * len(calls))
            return
        self._judge(tally, 4 * len(calls), 8 * len(calls))
        for call in calls:
            tally.add(label, self._round(call) - _RESULT + n("." + call.name) + n(_compact(_parsed(call.arguments))))
        if len(calls) > 1:
            tally.add(label, _PARALLEL_REASONING if self.scene.chat else 0)
            tally.doubt("parallel calls through this api were measured once", 8, 8)
        unsure = not self.scene.chat and (self.scene.frame.later or any(call.item_id for call in calls))
        if unsure and not self._judged:
            self._judged = True  # the recordings are off by so much for a request, however many calls it has
            tally.doubt("calls through responses differ by up to 3 tokens between recordings", 3, 3)

    def add_results(self, tally: Tally, label: str, message: Message) -> None:
        """A message that holds what tools gave back."""
        n = self.scene.tokens_of
        for result in message.parts:
            if not isinstance(result, Result) or result.call_id in self.joined:
                continue
            text = _text(result)
            self._judge(tally, 2, 4)
            if message.role == "function":
                if self.scene.frame.style != EARLY:
                    tally.doubt("results of functions in the form of 2023 were recorded for early models only", 2, 8)
                tally.add(label, 3 + n(result.name) + n(text))
                continue
            name = self.names.get(result.call_id, result.name)
            tally.add(label, _RESULT + n(text) + n(name if self.scene.chat else "." + name))

    def _judge(self, tally: Tally, less: int, more: int) -> None:
        """Says what is not sure of early models, which changed with their snapshots while tools were young."""
        if self.scene.frame.style == EARLY:
            tally.doubt("snapshots of this model differ in what they bill for earlier calls and results", less, more)

    def _round(self, call: Call) -> int:
        scene = self.scene
        if not scene.chat and scene.frame.later:
            return scene.frame.round_responses
        return (scene.frame.round if scene.chat else scene.frame.round_responses) + (_ITEM if call.item_id else 0)


def _text(result: Result) -> str:
    return "".join(part.text for part in result.parts if isinstance(part, Text))


def _parsed(arguments: str) -> Any:
    """The value of the arguments; the text itself where it is not JSON."""
    try:
        return json.loads(arguments)
    except (ValueError, RecursionError):
        return arguments


def _compact(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)
