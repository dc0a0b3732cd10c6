"""How tools, calls and results are worded in the prompt of Claude, in both of its frames."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tokcost.requests.model import Call, Tool

_PREFIX = "antml:"
TOOLS_END = "</functions>\n\n"


def tool_line(tool: Tool) -> str:
    """The line of one tool: JSON in ASCII with the keys of its schema sorted at every depth."""
    shown: dict[str, Any] = {"description": tool.description} if tool.description else {}
    shown |= {"name": tool.name, "parameters": tool.schema or {}}
    return f"<function>{json.dumps(shown, sort_keys=True)}</function>\n"


def invokes(calls: Sequence[Call]) -> str:
    """The lines of calls that were made at once."""
    return "".join(map(_invoke, calls))


def call_block(calls: Sequence[Call]) -> str:
    """Calls as they stand in the one text of the older models."""
    return f"<{_PREFIX}function_calls>\n{invokes(calls)}</{_PREFIX}function_calls>"


def result_block(names: Sequence[str]) -> tuple[list[str], str]:
    """What stands around the texts of results in the older models, given the names of their tools.

    One before each text, and one behind the last.
    """
    if len(names) == 1:
        return ["<function_results>"], "</function_results>"
    heads = [f"<result>\n<name>{name}</name>\n<output>" for name in names]
    between = "</output>\n</result>\n"
    return [f"<function_results>\n{heads[0]}", *(between + head for head in heads[1:])], f"{between}</function_results>"


def schema_text(schema: Mapping[str, Any] | None) -> str:
    """The schema of an answer."""
    return json.dumps(schema, indent=2, ensure_ascii=False)


def name_text(name: str) -> tuple[str, str]:
    """What a tool that must be called adds: the cost of the first less that of the second."""
    return f'name="{name}">', 'name="">'


def _invoke(call: Call) -> str:
    lines = "".join(f'<{_PREFIX}parameter name="{key}">{value}</{_PREFIX}parameter>\n' for key, value in _input(call))
    return f'<{_PREFIX}invoke name="{call.name}">\n{lines}</{_PREFIX}invoke>\n'


def _input(call: Call) -> list[tuple[str, str]]:
    """Names and values of the arguments; a value that is not text as JSON."""
    try:
        known = json.loads(call.arguments)
    except (ValueError, RecursionError):
        known = None
    if not isinstance(known, dict):
        return [("input", call.arguments)]
    return [
        (key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for key, value in known.items()
    ]
