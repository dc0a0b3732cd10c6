"""The text that an expression of Python gives, where it can be told without running it."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any, NamedTuple

from tokcost.budgets.key_source import Unknown

# A text that a line builds out of others may double with each line.
_LARGEST = 16 << 20
_TRIMS: dict[str, Callable[[str], str]] = {"textwrap.dedent": textwrap.dedent, "inspect.cleandoc": inspect.cleandoc}
_COMPUTED = "is computed by code, which is not run"
_NO_TEXT = (ast.Constant, ast.Lambda, ast.Compare, ast.UnaryOp)


class PythonModule(NamedTuple):
    """In place of the value of a name that is imported: its whole name."""

    name: str


def value_of(node: ast.expr, look_up: Callable[[str], Any]) -> Any:
    """A text, None for what is none, or Unknown: for texts side by side or joined by +, names of known texts, and
    what only trims or dedents. ``look_up`` says what a name holds.
    """
    parts: list[Any] = []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Add):
            waiting += [one.left, one.right][::-1]
        else:
            parts.append(_single(one, look_up))
    if len(parts) == 1:
        return parts[0]
    odd = next((part for part in parts if not isinstance(part, str)), None)
    if isinstance(odd, Unknown):
        return odd
    if not all(isinstance(part, str) for part in parts):
        return Unknown(_COMPUTED, getattr(node, "lineno", 1))
    if sum(map(len, parts)) > _LARGEST:
        return Unknown(f"is a text of more than {_LARGEST >> 20} MB", getattr(node, "lineno", 1))
    return "".join(parts)


def _single(node: ast.expr, look_up: Callable[[str], Any]) -> Any:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, _NO_TEXT):
        return None
    line = getattr(node, "lineno", 1)
    if isinstance(node, ast.Name):
        value = look_up(node.id)
        if isinstance(value, Unknown):
            return Unknown(f"is made of {node.id}, which {value.why}", value.line)
        return value if isinstance(value, str) else Unknown(_COMPUTED, line)
    if isinstance(node, ast.JoinedStr):
        return _joined(node, look_up)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return Unknown("is filled in by % when it is run", line)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.startswith("format"):
        return Unknown("is filled in by .format() when it is run", line)
    if isinstance(node, ast.Call) and not node.keywords:
        return _called(node, look_up)
    return Unknown(_COMPUTED, line)


def _joined(node: ast.JoinedStr, look_up: Callable[[str], Any]) -> Any:
    """An f-string that holds nothing but known texts."""
    found = []
    for part in node.values:
        plain = isinstance(part, ast.FormattedValue) and part.format_spec is None and part.conversion in (-1, ord("s"))
        inner = part.value if isinstance(part, ast.FormattedValue) and plain else part
        value = value_of(inner, look_up) if plain or isinstance(part, ast.Constant) else None
        if not isinstance(value, str):
            return Unknown("is an f-string, which is filled in when it is run", node.lineno)
        found.append(value)
    return "".join(found)


def _called(node: ast.Call, look_up: Callable[[str], Any]) -> Any:
    function, unknown = node.func, Unknown(_COMPUTED, node.lineno)
    trim = _TRIMS.get(_whole_name(function, look_up))
    if trim is not None and len(node.args) == 1:
        value = value_of(node.args[0], look_up)
        return trim(value) if isinstance(value, str) else value or unknown
    if isinstance(function, ast.Attribute) and function.attr in ("strip", "lstrip", "rstrip") and not node.args:
        value = value_of(function.value, look_up)
        return str(getattr(value, function.attr)()) if isinstance(value, str) else value or unknown
    return unknown


def _whole_name(node: ast.expr, look_up: Callable[[str], Any]) -> str:
    """The name of a function of a module, as ``textwrap.dedent``; '' for any other."""
    if isinstance(node, ast.Name):
        value = look_up(node.id)
        return value.name if isinstance(value, PythonModule) else ""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        value = look_up(node.value.id)
        return f"{value.name}.{node.attr}" if isinstance(value, PythonModule) else ""
    return ""
