"""A text inside a file: ``agents.yaml#support.system``, ``prompts.py#SYSTEM``. No code is run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from tokcost.errors import NoSuchKey, TokcostError
from tokcost.phrases import join_or, quote

if TYPE_CHECKING:
    from tokcost.budgets.python_texts import KeyedText
    from tokcost.budgets.yaml_texts import YamlFile

KINDS = (".yaml", ".yml", ".toml", ".json", ".py")


class _Parsed(NamedTuple):
    """The plain values of a file, and what knows their lines: YAML's nodes, or the texts of Python."""

    values: Any
    yaml: YamlFile | None = None
    python: Mapping[str, KeyedText] | None = None


def text_at(name: str, data: bytes, key: str) -> tuple[str, int | None]:
    """The text under a key path of a YAML, TOML, JSON or Python file, and the line where it begins (None: unknown).

    Raises TokcostError for a file of another kind, one that does not parse, a key that is not
    there (with those that are), and a key that holds no text.
    """
    parsed = _parsed(name, data)
    here: Any = parsed.values
    steps: list[str | int] = []
    rest = key
    while rest:
        step, rest = _step(here, rest)
        if step is None:
            there = _keys(here)
            listed = f"it has {join_or(there[:8])}" if there else "there are no keys below"
            where = f"under {quote('.'.join(map(str, steps)))}" if steps else "there"
            raise NoSuchKey(f"{name}: no key {quote(rest)} {where}: {listed}")
        steps.append(step)
        here = here[step]
    if not isinstance(here, str):
        kind = "a table" if isinstance(here, dict) else "a list" if isinstance(here, list) else "no text"
        below = _keys(here)
        more = f", for example {quote(f'{name}#{key}.{below[0]}')}" if below else ""
        raise TokcostError(f"{name}: {quote(key)} holds {kind}: name a text in there{more}")
    return str(here), _line(parsed, data, key, steps)


def keys_in(name: str, data: bytes) -> list[str]:
    """The key paths of the texts in the file; what YAML repeats by anchors is there once."""
    try:
        return list(_texts(_parsed(name, data).values, "", set()))
    except RecursionError as error:
        raise _too_deep(name) from error


def _texts(value: Any, path: str, seen: set[int]) -> Iterator[str]:
    if isinstance(value, dict | list):
        if id(value) in seen:
            return
        seen.add(id(value))
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in items:
        at = f"{path}.{key}" if path else str(key)
        if isinstance(below, str):
            yield at
        else:
            yield from _texts(below, at, seen)


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


def _parsed(name: str, data: bytes) -> _Parsed:
    try:
        text = data.decode("utf-8-sig")
        return _by_ending(name, text)
    except UnicodeDecodeError as error:
        raise TokcostError(f"{name}: not UTF-8 text at byte {error.start}: save it as UTF-8") from error
    except RecursionError as error:
        raise _too_deep(name) from error


def _too_deep(name: str) -> TokcostError:
    return TokcostError(f"{name}: nested too deeply to be read: keep the prompt in a file of its own")


def _by_ending(name: str, text: str) -> _Parsed:
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if ending in (".yaml", ".yml"):
        from tokcost.budgets.yaml_texts import parse_yaml

        file = parse_yaml(name, text)
        return _Parsed(file.values, yaml=file)
    if ending == ".toml":
        from tokcost.catalog.toml_text import parse_toml

        return _Parsed(parse_toml(name, text))
    if ending == ".json":
        import json

        try:
            return _Parsed(json.loads(text))
        except ValueError as error:
            raise TokcostError(f"{name}: not valid JSON: {error}") from error
    if ending == ".py":
        from tokcost.budgets.python_texts import python_texts

        texts = python_texts(name, text)
        return _Parsed({each: found.text for each, found in texts.items()}, python=texts)
    raise TokcostError(f"{name}: a key after # needs a {', '.join(KINDS[:-1])} or {KINDS[-1]} file")


def _line(parsed: _Parsed, data: bytes, key: str, steps: list[str | int]) -> int | None:
    """Where the text begins in the file: known for YAML and Python, else the line of the key's last part."""
    if parsed.python is not None:
        return parsed.python[key].line
    if parsed.yaml is not None:
        from tokcost.budgets.yaml_texts import line_of_text

        return line_of_text(parsed.yaml.root, steps)
    source = data.decode("utf-8-sig")
    at = 0
    for step in steps:
        if isinstance(step, int):
            continue
        match = re.compile(rf"""["']?{re.escape(step)}["']?\s*[\]:=.]""").search(source, at)
        if match is None:
            return None
        at = match.start()
    number = source.count("\n", 0, at)
    # a TOML string of several lines begins on the line after its quotes
    return number + (2 if re.search(r"(?:\"{3}|'{3})$", source.split("\n")[number]) else 1)
