"""A Python file that is nothing but data, read as such: its calls become tables, and none of it is run."""

from __future__ import annotations

import ast
import warnings
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any


def value_named(text: str, name: str) -> Any:
    """The value that is assigned to a name at the top of a file.

    ``Kind(key=value)`` is a table of its keys (a low line at the end of one is dropped), ``Decimal("1")``, dates and
    times are themselves. Raises ValueError for a file that is no Python, has no such name or more than data there.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of an escape in somebody else's text
            tree = ast.parse(text)
        for statement in tree.body:
            targets = statement.targets if isinstance(statement, ast.Assign) else []
            targets = [statement.target] if isinstance(statement, ast.AnnAssign) else targets
            if any(isinstance(each, ast.Name) and each.id == name for each in targets):
                assert isinstance(statement, ast.Assign | ast.AnnAssign)
                return _value(statement.value)
    except (SyntaxError, RecursionError, MemoryError):
        raise ValueError("not a Python file that can be read") from None
    raise ValueError(f"no '{name}' in it")


def _value(node: ast.expr | None) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.List | ast.Tuple):
        return [_value(each) for each in node.elts]
    if isinstance(node, ast.Dict):
        return {_value(key): _value(value) for key, value in zip(node.keys, node.values, strict=True)}
    if isinstance(node, ast.Call):
        return _made(node)
    if isinstance(node, ast.Attribute) and node.attr == "UTC":
        return None
    raise ValueError(f"more than data in line {getattr(node, 'lineno', 0)}")


def _made(node: ast.Call) -> Any:
    kind = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    given = [_value(each) for each in node.args]
    try:
        if kind == "Decimal" and len(given) == 1 and isinstance(given[0], str | int):
            return Decimal(given[0])
        if kind == "date":
            return date(*given)
        if kind == "time":
            return time(*given)
    except (TypeError, ValueError, InvalidOperation):
        pass
    if given or any(each.arg is None for each in node.keywords) or kind in ("Decimal", "date", "time"):
        raise ValueError(f"more than data in line {node.lineno}")
    return {str(each.arg).removesuffix("_"): _value(each.value) for each in node.keywords}
