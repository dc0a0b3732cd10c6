"""What of a Python file may set a name that a plain line has set: from a function, by an attribute, by its name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tokcost.budgets.key_source import Unknown

_OWN_SCOPE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_NAMESPACES = ("globals", "vars", "locals")
_READS = ("get", "items", "keys", "values", "copy")


def bound_names(statement: ast.stmt, walrus: bool = False) -> Iterator[tuple[str, int]]:
    """The names that a statement sets or deletes in its own scope, wherever in it; with ``walrus`` by := alone."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.NamedExpr):
            yield node.target.id, node.lineno
        elif not walrus:
            for name in _names_set(node):
                yield name, getattr(node, "lineno", statement.lineno)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            waiting += [*node.decorator_list, *_evaluated_above(node)]
        elif not isinstance(node, ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def _evaluated_above(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> list[ast.expr]:
    """The expressions of a definition that run where it stands."""
    if isinstance(node, ast.ClassDef):
        return [*node.bases, *(each.value for each in node.keywords)]
    return [*node.args.defaults, *(each for each in node.args.kw_defaults if each is not None)]


def _names_set(node: ast.AST) -> list[str]:
    """The names that a node itself sets or deletes."""
    if isinstance(node, ast.Name):
        return [] if isinstance(node.ctx, ast.Load) else [node.id]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [each.asname or each.name.partition(".")[0] for each in node.names]
    names = (node.name,) if isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) else ()
    names = (node.rest,) if isinstance(node, ast.MatchMapping) else names
    return [name for name in names if name]


class Changes:
    """Lines of a file that may set names from elsewhere than the scope that the names are in."""

    def __init__(self, tree: ast.Module, module: str) -> None:
        self._module = module
        self._any: Unknown | None = None
        self._globals: dict[str, Unknown] = {}
        self._attributes: dict[str, list[tuple[str, Unknown]]] = {}
        above = {id(child): node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Global):
                for name in node.names:
                    self._globals[name] = Unknown(f"is declared global on line {node.lineno}", node.lineno)
            elif isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
                self._set_on(node.value, node.attr, node.lineno)
            elif isinstance(node, ast.Call):
                self._called(node, above)

    def of(self, lead: str, name: str) -> Unknown | None:
        """What may change a name of the module (no ``lead``) or of a class; None where nothing may."""
        if self._any is not None or (not lead and name in self._globals):
            return self._any or self._globals[name]
        own = {"cls", "type(self)", "self.__class__", *lead.split(".")} - {""}
        for base, change in self._attributes.get(name, ()):
            if lead or self._is_module(base):
                return change
        for base, change in self._attributes.get("", ()):
            if base in own if lead else self._is_module(base):
                return change
        return None

    def _is_module(self, base: str) -> bool:
        return base == self._module or "sys.modules" in base or "import" in base

    def _set_on(self, base: ast.expr, name: str, line: int) -> None:
        """An attribute of something is set, "" for any of them."""
        shown = ast.unparse(base) if not isinstance(base, ast.Name) else base.id
        change = Unknown(f"may be set as an attribute of {shown[:40]} on line {line}", line)
        self._attributes.setdefault(name, []).append((shown, change))

    def _called(self, node: ast.Call, above: dict[int, ast.AST]) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in ("exec", "eval"):
            self._any = Unknown(f"may be set by {name}() on line {node.lineno}", node.lineno)
        elif name in ("setattr", "delattr") and len(node.args) > 1:
            key = node.args[1]
            known = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""
            self._set_on(node.args[0], known, node.lineno)
        elif name in _NAMESPACES and not node.args and not self._only_read(node, above, name == "globals"):
            self._any = Unknown(f"may be set by way of {name}() on line {node.lineno}", node.lineno)

    def _only_read(self, node: ast.Call, above: dict[int, ast.AST], anywhere: bool) -> bool:
        """Whether the names that a call hands out are looked at and no more; those of a function are its own."""
        parent = above.get(id(node))
        if isinstance(parent, ast.Subscript):
            return isinstance(parent.ctx, ast.Load)
        if isinstance(parent, ast.Attribute):
            return parent.attr in _READS
        if isinstance(parent, ast.keyword):
            return parent.arg is None
        if isinstance(parent, ast.Compare | ast.comprehension | ast.For):
            return True
        here: ast.AST | None = node
        while here is not None and not anywhere:
            here = above.get(id(here))
            if isinstance(here, _OWN_SCOPE) and not isinstance(here, ast.ClassDef):
                return True
        return False
