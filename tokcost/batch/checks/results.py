"""Results of tools without a call, and calls without a result, as OpenAI's apis refuse them."""

from __future__ import annotations

from collections.abc import Iterator

from tokcost.batch.checks.asked import Asked
from tokcost.phrases import quote, some_of
from tokcost.requests.openai import CHAT, RESPONSES
from tokcost.requests.shape import Object, listed, object_of, text_of

# What goes before the items of a responses request may hold the call.
_EARLIER = ("previous_response_id", "conversation", "prompt")


def result_problems(asked: Asked) -> Iterator[str]:
    """Why the history of calls is refused."""
    if asked.api == CHAT:
        yield from _of_chat(listed(asked.body.get("messages")))
    elif asked.api == RESPONSES and not any(asked.body.get(key) is not None for key in _EARLIER):
        yield from _of_responses(listed(asked.body.get("input")))


def _of_chat(messages: list[object]) -> Iterator[str]:
    """A message of a tool answers a call of the message before; every call is answered before the next turn."""
    waiting: dict[str, int] = {}  # the calls that are not answered yet, and in which message they stand
    called: set[str] = set()  # by the last message that is no result
    for at, message in enumerate(map(object_of, messages)):
        role = message.get("role")
        if role != "tool" and not called and "tool_calls" not in message:
            continue  # as most are
        if role == "tool":
            name = text_of(message.get("tool_call_id"))
            if not called:
                yield f"messages[{at}] has the role tool: it must follow a message with 'tool_calls'"
            elif not name:
                yield f"messages[{at}] has no tool_call_id: it must name the call"
            elif name not in called:
                yield f"messages[{at}] answers {quote(name)}: no call of the message before has that id"
            waiting.pop(name, None)
            continue
        if waiting:
            yield _unanswered(waiting)
        called = {text_of(object_of(call).get("id")) for call in _calls(message)}
        waiting = dict.fromkeys(called, at)
    if waiting:
        yield _unanswered(waiting)


def _calls(message: Object) -> list[object]:
    return listed(message.get("tool_calls")) if message.get("role") == "assistant" else []


def _unanswered(waiting: dict[str, int]) -> str:
    names = [quote(name) for name in sorted(waiting)]
    return f"messages[{min(waiting.values())}] calls {some_of(names)}: a message of the role tool must answer it"


def _of_responses(items: list[object]) -> Iterator[str]:
    """Every output has its call before it, and every call of a function its output."""
    calls: dict[str, int] = {}
    outputs: dict[str, int] = {}
    for at, item in enumerate(map(object_of, items)):
        kind = text_of(item.get("type"))
        if kind == "item_reference":
            return  # which may be the call
        if kind in ("function_call", "custom_tool_call"):
            calls.setdefault(text_of(item.get("call_id")), at)
        elif kind in ("function_call_output", "custom_tool_call_output"):
            outputs.setdefault(text_of(item.get("call_id")), at)
    for name, at in outputs.items():
        if name not in calls:
            yield f"input[{at}] is the output of {quote(name)}: no call before it has that call_id"
    for name, at in calls.items():
        if name not in outputs:
            yield f"input[{at}] calls {quote(name)}: its output is missing"
