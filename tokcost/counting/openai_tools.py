"""What functions, the choice among them and the schema of the answer add to an OpenAI prompt."""

from __future__ import annotations

import json
from typing import Any

from tokcost.counting.openai_models import REASONING, Scene
from tokcost.counting.openai_unseen import add_builtin
from tokcost.counting.tally import Tally
from tokcost.counting.typescript import functions_text
from tokcost.requests.model import Request, Tool

# Tokens around the functions' TypeScript, besides the message that holds it (3 and its role): their
# headings and, where chat completions reason, the lines on which channel calls go to.
_AROUND = {(True, False): 9, (True, True): 91, (False, False): 3, (False, True): 9}  # (chat, reasons)
_AROUND_O_SERIES = 6  # responses of o3 and o4-mini
# Chat puts the functions into the first instructions, after a line break, which saves a message.
_SAVED, _SAVED_REASONING = 4, 1
# tool_choice, by models that do not reason
_NONE = 1
_FORCED, _FORCED_LEGACY = 7, 4

_INSTRUCTIONS = ("system", "developer")


def functions_of(request: Request) -> list[Tool]:
    """The tools that are functions."""
    return [tool for tool in request.tools if not tool.builtin]


def is_legacy(tools: list[Tool]) -> bool:
    """Whether they came as ``functions``, which have no type."""
    return bool(tools) and "type" not in (tools[0].raw or {"type": ""})


def leading_rest(scene: Scene, request: Request) -> str:
    """What is appended to the instructions where functions follow them in one message."""
    return "\n" if functions_of(request) and _hosted(scene, request) else ""


def _hosted(scene: Scene, request: Request) -> bool:
    if scene.generation.reasons:
        return scene.chat and bool(request.messages) and request.messages[0].role in _INSTRUCTIONS
    return any(message.role in _INSTRUCTIONS for message in request.messages)


def add_tools(tally: Tally, scene: Scene, request: Request) -> None:
    """Every function with its tokens, then the frame around them and the choice."""
    for tool in request.tools:
        if tool.builtin:
            add_builtin(tally, scene, tool)
    tools = functions_of(request)
    if not tools:
        return
    legacy = is_legacy(tools) and scene.generation.name == "gpt-4"
    text = functions_text([(tool.name, tool.description, tool.schema) for tool in tools], legacy)
    whole = scene.tokens_of(text)
    counted = 0
    for tool in tools:
        alone = scene.tokens_of(functions_text([(tool.name, tool.description, tool.schema)], legacy))
        tokens = max(0, alone - scene.tokens_of(functions_text([], legacy)))
        tokens = min(tokens, whole - counted)
        tally.add(f"tool {tool.name}", tokens)
        counted += tokens
    tally.add("tools", whole - counted + _around(scene, request) + _choice(scene, request, tools))
    if scene.generation.reasons:
        for tool in tools:
            if not tool.description and not (tool.schema or {}).get("properties"):
                tally.add("tools", -1)
            if isinstance((tool.schema or {}).get("description"), str):
                tally.add("tools", 1)


def _around(scene: Scene, request: Request) -> int:
    reasons = scene.generation.reasons
    tokens = _AROUND[scene.chat, reasons]
    if not scene.chat and scene.generation.name == REASONING and scene.model_id.startswith("o"):
        tokens = _AROUND_O_SERIES
    if scene.chat and _hosted(scene, request):
        tokens -= _SAVED_REASONING if reasons else _SAVED
    return tokens


def _choice(scene: Scene, request: Request, tools: list[Tool]) -> int:
    if scene.generation.reasons:
        return 0
    if request.choice_forced:
        return scene.tokens_of(request.choice) + (_FORCED_LEGACY if is_legacy(tools) else _FORCED)
    return _NONE if scene.chat and request.choice == "none" else 0


def bare_schema(value: Any) -> Any:
    """A JSON schema without the keys that the provider leaves out of the prompt."""
    if isinstance(value, dict):
        return {key: bare_schema(one) for key, one in value.items() if key not in ("additionalProperties", "required")}
    return [bare_schema(one) for one in value] if isinstance(value, list) else value


def add_answer(tally: Tally, scene: Scene, request: Request) -> None:
    """The schema of a structured answer, as compact JSON under a heading with its name."""
    answer = request.answer
    if answer is None or answer.schema is None:
        return
    n = scene.tokens_of
    tokens = n(json.dumps(bare_schema(answer.schema), separators=(",", ":"), ensure_ascii=False)) + n(answer.name)
    if answer.description:
        tokens += n(answer.description) + 2  # a comment: "// ", the line break
    if not scene.chat:
        tokens += 6 if scene.generation.reasons else 7
    elif scene.generation.reasons:
        tokens += 10
    else:
        hosted = any(message.role in _INSTRUCTIONS for message in request.messages)
        # Chat says the name twice.
        tokens += (6 if functions_of(request) else 8 if hosted else 12) + n(answer.name)
    tally.add("response schema", tokens)
    tally.doubt("OpenAI's heading of a response schema is not published", 3, 3)
