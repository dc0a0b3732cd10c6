"""Files of a folder that look like prompts, and a configuration that budgets for them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from tokcost.budgets.keys import KINDS, keys_in
from tokcost.budgets.measure import count_bytes
from tokcost.budgets.prompt import REQUESTS
from tokcost.catalog import Model
from tokcost.errors import TokcostError
from tokcost.phrases import plural

_TEXTS = (".md", ".txt", ".prompt", ".jinja", ".jinja2", ".j2", ".mustache", ".tmpl", ".xml", ".mdx")
_FOLDER = re.compile(r"(?:^|[-_.])prompts?$", re.IGNORECASE)
_FILE = re.compile(r"prompt|^system[-_.]|^(?:AGENTS|CLAUDE)\.md$", re.IGNORECASE)
_KEY = re.compile(r"(?:^|[._-])(?:prompt|system|instructions?)s?(?:$|[._-])|prompt", re.IGNORECASE)
# A key holds a prompt rather than a name of one from so many characters on.
_LEAST_CHARS = 80
# Files larger than this are data.
_MOST_BYTES = 400_000


class Proposal(NamedTuple):
    """The text of a tokcost.toml, how much it covers, and what the user should know."""

    text: str
    budgets: int
    prompts: int
    notes: list[str]


def propose(folder: str, model: Model) -> Proposal:
    """A configuration for the prompts under ``folder``. Raises TokcostError when none is found."""
    notes: list[str] = []
    places: dict[str, list[tuple[str, int]]] = {}
    for name in _files(folder):
        for pattern, address, tokens in _prompts(folder, name, model, notes):
            places.setdefault(pattern, []).append((address, tokens))
    if not places:
        raise TokcostError(
            f"no prompts were found under {folder}: name them in a tokcost.toml, as [[budget]] with "
            'paths = ["where/they/are/*.md"] and max-input-tokens = 4000 on lines of their own'
        )
    parts = [f'# Budgets for the prompts found here. Limits are what is there now and a tenth.\nmodel = "{model.id}"\n']
    for pattern, found in places.items():
        largest = max(tokens for _, tokens in found)
        many = f"{len(found)} prompts, the largest" if len(found) > 1 else "one prompt,"
        parts.append(
            f"[[budget]]  # {many} {plural(largest, 'token')}\n"
            f"paths = [{_quoted(pattern)}]\n"
            f"max-input-tokens = {_above(largest)}\n"
            "# max-increase = \"10%\"  # against --base origin/main, or what 'tokcost lock' wrote\n"
        )
    return Proposal("\n".join(parts), len(places), sum(map(len, places.values())), notes)


def _prompts(folder: str, name: str, model: Model, notes: list[str]) -> Iterator[tuple[str, str, int]]:
    """(pattern, address, tokens) of the prompts that a file is or holds."""
    try:
        with open(os.path.join(folder, name), "rb") as file:
            data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES or not data.strip():
            return
        inside, _, base = name.rpartition("/")
        ending = os.path.splitext(base)[1].lower()
        in_folder = any(_FOLDER.search(part) for part in inside.split("/"))
        if ending in _TEXTS and (in_folder or _FILE.search(base)):
            pattern = f"{_escaped(inside)}/*{ending}" if in_folder else _escaped(name)
            yield pattern, name, count_bytes(name, data, model).high
        elif ending in REQUESTS and in_folder:
            yield f"{_escaped(inside)}/*{ending}", name, count_bytes(name, data, model).high
        elif ending in KINDS:
            yield from _inside(name, data, model)
    except (OSError, TokcostError) as error:
        notes.append(f"{name}: left out: {error}")


def _inside(name: str, data: bytes, model: Model) -> Iterator[tuple[str, str, int]]:
    from tokcost.budgets.keys import text_at

    if not re.search(rb"prompt|system|instruction", data, re.IGNORECASE):
        return
    for key in keys_in(name, data):
        if "#" in key or not _KEY.search(key):
            continue
        text, _ = text_at(name, data, key)
        if len(text) >= _LEAST_CHARS:
            address = f"{name}#{key}"
            yield f"{_escaped(name)}#{key}", address, count_bytes(address, text.encode(), model).high


def _files(folder: str) -> Iterator[str]:
    """Names below the folder that git would track, with slashes, sorted."""
    from tokcost.inputs.files import LeftOut
    from tokcost.inputs.find import find

    for item in find([folder]):
        if not isinstance(item, LeftOut):
            name = os.path.relpath(item.location, folder).replace(os.sep, "/")
            parts = name.split("/")
            if "tests" not in parts and not any(part.startswith(".") for part in parts):
                yield name


def _above(tokens: int) -> int:
    """A tenth more, rounded up to two digits."""
    wanted = tokens + tokens // 10 + 1
    step: int = 10 ** max(0, len(str(wanted)) - 2)
    return -(-wanted // step) * step


def _escaped(name: str) -> str:
    """A name in which nothing is a wildcard."""
    return re.sub(r"([*?\[])", r"[\1]", name)


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)
