"""A text inside a file: ``agents.yaml#support.system``, ``prompts.py#SYSTEM``. No code is run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from tokcost.errors import NoSuchKey, TokcostError
from tokcost.phrases import join_or, quote

KINDS = (".yaml", ".yml", ".toml", ".json", ".py")


class KeyedText(NamedTuple):
    """A text found under a key, and the line (from 1) where it begins, None where that is not known."""

    text: str
    line: int | None = None


def text_at(name: str, data: bytes, key: str) -> KeyedText:
    """The text under a key path of a YAML, TOML, JSON or Python file.

    Raises TokcostError for a file of another kind, one that does not parse, a key that is not
    there (with those that are), and a key that holds no text.
    """
    values = _parsed(name, data)
    here: Any = values
    seen = ""
    rest = key
    while rest:
        step, rest = _step(here, rest)
        if step is None:
            there = _keys(here)
            listed = f"it has {join_or(there[:8])}" if there else "there are no keys below"
            raise NoSuchKey(f"{name}: no key {quote(rest)} {'under ' + quote(seen) if seen else 'there'}: {listed}")
        seen = f"{seen}.{step}" if seen else str(step)
        here = here[step]
    if not isinstance(here, str):
        kind = "a table" if isinstance(here, dict) else "a list" if isinstance(here, list) else "no text"
        below = _keys(here)
        more = f", say {quote(f'{name}#{key}.{below[0]}')}" if below else ""
        raise TokcostError(f"{name}: {quote(key)} holds {kind}: name a text in there{more}")
    return KeyedText(str(here), _line(data, name, key, here))


def keys_in(name: str, data: bytes) -> list[str]:
    """The key paths of every text in the file."""
    values = _parsed(name, data)
    try:
        return list(_texts(values, ""))
    except RecursionError as error:
        raise _too_deep(name) from error


def _texts(value: Any, path: str) -> Iterator[str]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in items:
        at = f"{path}.{key}" if path else str(key)
        if isinstance(below, str):
            yield at
        else:
            yield from _texts(below, at)


def _step(here: Any, rest: str) -> tuple[Any, str]:
    """The longest key that the rest begins with (keys may hold dots), and what is left after it."""
    if isinstance(here, list):
        number, _, left = rest.partition(".")
        return (int(number), left) if number.isdecimal() and int(number) < len(here) else (None, rest)
    if not isinstance(here, dict):
        return None, rest
    for key in sorted(here, key=lambda each: len(str(each)), reverse=True):
        if rest == str(key) or rest.startswith(f"{key}."):
            return key, rest[len(str(key)) + 1 :]
    return None, rest


def _keys(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [str(key) for key in value]
    return [str(at) for at in range(len(value))] if isinstance(value, list) else []


def _parsed(name: str, data: bytes) -> Any:
    try:
        return _values(name, data)
    except RecursionError as error:
        raise _too_deep(name) from error


def _too_deep(name: str) -> TokcostError:
    return TokcostError(f"{name}: nested too deeply to be read: keep the prompt in a file of its own")


def _values(name: str, data: bytes) -> Any:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TokcostError(f"{name}: not UTF-8 text at byte {error.start}: save it as UTF-8") from error
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if ending in (".yaml", ".yml"):
        return _yaml(name, text)
    if ending == ".toml":
        from tokcost.catalog.price_file import parse_toml

        return parse_toml(name, text)
    if ending == ".json":
        import json

        try:
            return json.loads(text)
        except ValueError as error:
            raise TokcostError(f"{name}: not valid JSON: {error}") from error
    if ending == ".py":
        return {each: inside.text for each, inside in python_texts(name, text).items()}
    raise TokcostError(f"{name}: a key after # needs a {', '.join(KINDS[:-1])} or {KINDS[-1]} file")


def _yaml(name: str, text: str) -> Any:
    try:
        import yaml
    except ImportError as error:
        raise TokcostError(f"{name}: reading YAML needs PyYAML: pip install pyyaml") from error
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(text, loader)
    except yaml.YAMLError as error:
        raise TokcostError(f"{name}: not valid YAML: {' '.join(str(error).split())}") from error


def python_texts(name: str, source: str) -> dict[str, KeyedText]:
    """The module-level (and class-level) names that are given a constant text, by their dotted name."""
    import ast
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape in somebody's prompt is not ours to report
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError) as error:
        raise TokcostError(f"{name}: not valid Python: {error}") from error
    found: dict[str, KeyedText] = {}
    _assigned(tree.body, "", found)
    return found


def _assigned(body: list[Any], lead: str, found: dict[str, KeyedText]) -> None:
    import ast

    for node in body:
        if isinstance(node, ast.ClassDef):
            _assigned(node.body, f"{lead}{node.name}.", found)
            continue
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        value = getattr(node, "value", None)
        text = _constant(value, found, lead)
        for target in targets:
            if isinstance(target, ast.Name):
                found.pop(lead + target.id, None)  # the last assignment is the one that holds
                if text is not None:
                    found[lead + target.id] = KeyedText(text, value.lineno if value is not None else None)


def _constant(node: Any, found: dict[str, KeyedText], lead: str) -> str | None:
    """A text, texts side by side or joined by +, an earlier constant, or a call that only trims or dedents."""
    import ast

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


def _called(node: Any, found: dict[str, KeyedText], lead: str) -> str | None:
    import ast
    import textwrap

    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name == "dedent" and len(node.args) == 1:
        text = _constant(node.args[0], found, lead)
        return None if text is None else textwrap.dedent(text)
    if isinstance(function, ast.Attribute) and name in ("strip", "lstrip", "rstrip") and not node.args:
        text = _constant(function.value, found, lead)
        return None if text is None else str(getattr(text, name)())
    return None


def _line(data: bytes, name: str, key: str, text: str) -> int | None:
    """Where the text begins in the file: exact for Python, else the line of the key's last part."""
    import re

    source = data.decode("utf-8-sig")
    if name.endswith(".py"):
        found = python_texts(name, source).get(key)
        return found.line if found else None
    at = 0
    for part in key.split("."):
        if part.isdecimal():
            continue
        match = re.compile(rf"""["']?{re.escape(part)}["']?\s*[\]:=.]""").search(source, at)
        if match is None:
            return None
        at = match.start()
    number = source.count("\n", 0, at)
    # the text of a YAML block or of a TOML string of several lines begins on the line after
    below = re.search(r"""(?:[|>][+-]?\d*\s*(?:#.*)?|\"{3}|'{3})$""", source.split("\n")[number])
    return number + 2 if below else number + 1
