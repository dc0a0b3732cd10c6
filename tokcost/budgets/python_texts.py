"""Constant texts of a Python file, read from its syntax tree: no code is run."""

from __future__ import annotations

import ast
import textwrap
import warnings
from typing import NamedTuple

from tokcost.errors import TokcostError


class KeyedText(NamedTuple):
    """A text found under a key, and the line (from 1) where it begins, None where that is not known."""

    text: str
    line: int | None = None


def python_texts(name: str, source: str) -> dict[str, KeyedText]:
    """The module-level (and class-level) names that are given a constant text, by their dotted name.

    Raises TokcostError for what is not valid Python.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape in somebody's prompt is not ours to report
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError) as error:
        raise TokcostError(f"{name}: not valid Python: {error}") from error
    found: dict[str, KeyedText] = {}
    _assigned(tree.body, "", found)
    return found


def _assigned(body: list[ast.stmt], lead: str, found: dict[str, KeyedText]) -> None:
    for node in body:
        if isinstance(node, ast.ClassDef):
            _assigned(node.body, f"{lead}{node.name}.", found)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            text = _constant(node.value, found, lead)
            for target in targets:
                if isinstance(target, ast.Name):
                    found.pop(lead + target.id, None)  # the last assignment is the one that holds
                    if text is not None and node.value is not None:
                        found[lead + target.id] = KeyedText(text, node.value.lineno)


def _constant(node: ast.expr | None, found: dict[str, KeyedText], lead: str) -> str | None:
    """A text, texts side by side or joined by +, an earlier constant, or a call that only trims or dedents."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Name):
        known = found.get(lead + node.id) or found.get(node.id)
        return known.text if known else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _constant(node.left, found, lead), _constant(node.right, found, lead)
        return left + right if left is not None and right is not None else None
    if isinstance(node, ast.Call) and not node.keywords:
        return _called(node, found, lead)
    return None


def _called(node: ast.Call, found: dict[str, KeyedText], lead: str) -> str | None:
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name == "dedent" and len(node.args) == 1:
        text = _constant(node.args[0], found, lead)
        return None if text is None else textwrap.dedent(text)
    if isinstance(function, ast.Attribute) and name in ("strip", "lstrip", "rstrip") and not node.args:
        text = _constant(function.value, found, lead)
        return None if text is None else str(getattr(text, name)())
    return None
