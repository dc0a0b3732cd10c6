"""Constant texts of a Python file, read from its syntax tree as its lines would run: no code is run.

A name holds a text when one plain line gives it one (and others may add to it), and nothing else in the file
may change it: what stands in a branch, is set twice, or from a function, is not known before the file is run.
"""

from __future__ import annotations

import ast
import warnings
from typing import Any

from tokcost.budgets.key_source import Unknown
from tokcost.budgets.python_changes import Changes, bound_names
from tokcost.budgets.python_values import PythonModule, value_of
from tokcost.errors import TokcostError
from tokcost.phrases import quote

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Scope:
    """The names of a module or a class, in the order in which its lines run, and the lines of their texts."""

    def __init__(self, lead: str = "", above: Scope | None = None) -> None:
        self.lead = lead
        self.module: Scope = above.module if above else self
        self.values: dict[str, Any] = {}
        self.lines: dict[str, int] = {}

    def look_up(self, name: str) -> Any:
        """What a name holds for a line of this scope; None where it is not text."""
        return self.values[name] if name in self.values else self.module.values.get(name)


class PythonFile:
    """The module-level and class-level names of a file: their texts, Unknown, or None for what is no text."""

    def __init__(self, name: str, source: str) -> None:
        self._name = name
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # an odd escape in somebody's prompt is not ours to report
                tree = ast.parse(source)
        except (SyntaxError, ValueError) as error:
            raise TokcostError(f"{name}: not valid Python: {error}") from error
        module = name.rpartition("/")[2].removesuffix(".py")
        self._changes = Changes(tree, module)
        self.values: dict[str, Any] = {}
        self._lines: dict[str, int] = {}
        top = Scope()
        self._run(tree.body, top)
        self._collect(top)

    def refuse(self, steps: tuple[object, ...]) -> None:
        """Raise TokcostError for a name that is not known before the file is run, with the line that says so."""
        value = self.values[str(steps[0])]
        if isinstance(value, Unknown):
            raise TokcostError(
                f"{self._name}:{value.line}: {quote(str(steps[0]))} {value.why}: "
                "a budget holds what stands in the file: keep it in a name that is set once"
            )

    def line(self, steps: tuple[object, ...]) -> int | None:
        """The line where the text begins."""
        return self._lines.get(str(steps[0]))

    def _collect(self, scope: Scope) -> None:
        for name, value in scope.values.items():
            if isinstance(value, Scope):
                self._collect(value)
            else:
                self.values[scope.lead + name] = None if isinstance(value, PythonModule) else value
                self._lines[scope.lead + name] = scope.lines.get(name, 1)

    def _run(self, body: list[ast.stmt], scope: Scope) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef):
                self._class(node, scope)
            elif isinstance(node, ast.Assign) and all(isinstance(target, ast.Name) for target in node.targets):
                value = value_of(node.value, scope.look_up)
                for target in node.targets:
                    assert isinstance(target, ast.Name)
                    self._bind(scope, target.id, value, node.value.lineno)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                if node.value is not None:
                    self._bind(scope, node.target.id, value_of(node.value, scope.look_up), node.value.lineno)
            elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                self._add(node, node.target.id, scope)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                self._import(node, scope)
            elif isinstance(node, _Function):
                self._bind(scope, node.name, None, node.lineno)
            else:
                for name, line in bound_names(node):
                    self._lose(scope, name, "may be set by this line when the file is run", line)
            for name, line in bound_names(node, walrus=True):
                self._lose(scope, name, "is set by := in the middle of a line", line)

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        inner = Scope(f"{scope.lead}{node.name}.", scope)
        self._run(node.body, inner)
        self._bind(scope, node.name, inner, node.lineno)

    def _bind(self, scope: Scope, name: str, value: Any, line: int) -> None:
        """One plain line gives a name its value."""
        change = self._changes.of(scope.lead, name)
        if name in scope.values:
            first = scope.lines.get(name, 1)
            self._lose(scope, name, f"is set on line {first} and again on line {line}", line)
        elif change is not None and value is not None and not isinstance(value, PythonModule):
            self._lose(scope, name, change.why, change.line)
        else:
            scope.values[name] = value
            scope.lines[name] = line

    def _add(self, node: ast.AugAssign, name: str, scope: Scope) -> None:
        """``+=`` on a text, with another: the text is both."""
        before, after = scope.values.get(name), value_of(node.value, scope.look_up)
        if isinstance(before, Unknown):
            return
        if isinstance(before, str) and isinstance(after, str) and isinstance(node.op, ast.Add):
            scope.values[name] = value_of(
                ast.BinOp(ast.Constant(before), ast.Add(), ast.Constant(after)), scope.look_up
            )
            return
        if isinstance(after, Unknown):
            self._lose(scope, name, f"is added to, and what is added {after.why}", node.lineno)
        else:
            self._lose(scope, name, "is changed by this line in a way that is not followed", node.lineno)

    def _import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        for each in node.names:
            if each.name == "*":
                for name in list(scope.values):
                    self._lose(scope, name, f"may be set again by import * on line {node.lineno}", node.lineno)
                continue
            name = each.asname or each.name.partition(".")[0]
            whole = f"{node.module}.{each.name}" if isinstance(node, ast.ImportFrom) else each.name
            if isinstance(scope.values.get(name), PythonModule) and isinstance(node, ast.Import):
                continue  # import a.b after import a
            self._bind(scope, name, PythonModule(whole if not getattr(node, "level", 0) else "."), node.lineno)

    def _lose(self, scope: Scope, name: str, why: str, line: int) -> None:
        """From here on it is not known what a name holds, nor what is in it."""
        was = scope.values.get(name)
        scope.values[name] = Unknown(why, line)
        scope.lines.setdefault(name, line)
        if isinstance(was, Scope):
            for inner in was.values:
                self.values[f"{was.lead}{inner}"] = Unknown(f"is in a class that {why}", line)
