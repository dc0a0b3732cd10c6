"""Files of a folder that look like prompts, and a configuration that budgets for them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from tokcost.budgets.keys import KINDS
from tokcost.budgets.measure import Measure, content_of, count_bytes
from tokcost.budgets.paths import literal
from tokcost.budgets.prompt import REQUESTS, Address
from tokcost.catalog import Model
from tokcost.errors import TokcostError
from tokcost.inputs.content import TOOL_FOLDERS
from tokcost.inputs.files import LeftOut, left_out_lines
from tokcost.phrases import plural

_TEXTS = (
    ".md", ".txt", ".prompt", ".prompty", ".poml", ".xml", ".mdx",
    ".jinja", ".jinja2", ".j2", ".njk", ".mustache", ".hbs", ".handlebars", ".liquid", ".tmpl", ".tpl", ".erb", ".ejs",
)  # fmt: skip
_FOLDER = re.compile(r"(?:^|[-_.])prompts?$", re.IGNORECASE)
_FILE = re.compile(r"prompt|^system[-_.]|^(?:AGENTS|CLAUDE)\.md$", re.IGNORECASE)
_KEY = re.compile(r"(?:^|[._-])(?:prompt|system|instructions?)s?(?:$|[._-])|prompt", re.IGNORECASE)
# A key holds a prompt rather than a name of one from so many characters on.
_LEAST_CHARS = 80
# Files larger than this are data.
_MOST_BYTES = 400_000
_REQUEST = re.compile(rb'"(?:messages|contents|input|prompt)"\s*:')

# How the reason begins of a text that is filled in at run time.
_UNCOUNTABLE = "not countable: it"


class Proposal(NamedTuple):
    """The text of a tokcost.toml, how much it covers, and what the user should know."""

    text: str
    budgets: int
    prompts: int
    notes: list[str]


def propose(folder: str, model: Model, measure: Measure) -> Proposal:
    """A configuration for the prompts under ``folder``, and what has none. Raises TokcostError when none is found."""
    places: dict[str, list[tuple[str, int]]] = {}
    left_out: list[LeftOut] = []
    for name in _files(folder, left_out):
        for pattern, address, tokens in _prompts(folder, name, model, measure, left_out):
            places.setdefault(pattern, []).append((address, tokens))
    notes = left_out_lines(left_out)
    if not places:
        raise TokcostError(
            f"no prompts were found under {folder}: name them in a tokcost.toml, as [[budget]] with "
            'paths = ["where/they/are/*.md"] and max-input-tokens = 4000 on lines of their own'
        )
    parts = [
        f'# Budgets for the prompts found here. Limits are what is there now and a tenth.\nmodel = "{model.name}"\n'
    ]
    for pattern, found in places.items():
        largest = max(tokens for _, tokens in found)
        many = f"{len(found)} prompts, the largest" if len(found) > 1 else "one prompt,"
        parts.append(
            f"[[budget]]  # {many} {plural(largest, 'token')}\n"
            f"paths = [{_quoted(pattern)}]\n"
            f"max-input-tokens = {_above(largest)}\n"
            "# max-increase = \"10%\"  # against --base origin/main, or what 'tokcost lock' wrote\n"
        )
    unknown = [each for each in left_out if each.reason.startswith(_UNCOUNTABLE)]
    parts += [f"# {each.name} has no budget: {each.reason}\n" for each in unknown]
    return Proposal("\n".join(parts), len(places), sum(map(len, places.values())), notes)


def _prompts(
    folder: str, name: str, model: Model, measure: Measure, left_out: list[LeftOut]
) -> Iterator[tuple[str, str, int]]:
    """(pattern, address, tokens) of the prompts that a file is or holds."""
    try:
        with open(os.path.join(folder, name), "rb") as file:
            data = file.read(_MOST_BYTES + 1)
        inside = name.rpartition("/")[0]
        ending = os.path.splitext(name)[1].lower()
        looks = _looks_like_a_prompt(name)
        if len(data) > _MOST_BYTES or not data.strip():
            if looks:
                left_out.append(LeftOut(name, "empty" if len(data) <= _MOST_BYTES else "larger than a prompt is"))
        elif looks:
            pattern = f"{literal(inside)}/*{ending}" if _in_prompts(inside) else literal(name)
            yield pattern, name, count_bytes(name, data, model).high
        elif ending in REQUESTS and _REQUEST.search(data):
            counts = measure.counts(Address(name), content_of(data), model)
            yield literal(name), name, max(each.input.high for each in counts)
        elif ending in KINDS:
            yield from _inside(name, data, model, left_out)
    except (OSError, TokcostError) as error:
        left_out.append(LeftOut(name, str(error).removeprefix(f"{name}: ")))


def _in_prompts(inside: str) -> bool:
    return any(_FOLDER.search(part) for part in inside.split("/"))


def _looks_like_a_prompt(name: str) -> bool:
    inside, _, base = name.rpartition("/")
    text = os.path.splitext(base)[1].lower() in _TEXTS
    return text and (_in_prompts(inside) or _FILE.search(base) is not None)


def _inside(name: str, data: bytes, model: Model, left_out: list[LeftOut]) -> Iterator[tuple[str, str, int]]:
    from tokcost.budgets.work_tree import keyed_file

    if not re.search(rb"prompt|system|instruction", data, re.IGNORECASE):
        return
    file = keyed_file(name, data)
    for key in file.texts():
        if not _KEY.search(key):
            continue
        address = f"{name}#{key}"
        text, _ = file.text_at(key)
        if len(text) < _LEAST_CHARS:
            left_out.append(LeftOut(address, f"shorter than {_LEAST_CHARS} characters"))
            continue
        yield literal(name, key), address, count_bytes(address, text.encode(), model).high
    for key, why in file.unknown():
        if _KEY.search(key) and "computed by code" not in why:
            left_out.append(LeftOut(f"{name}#{key}", f"{_UNCOUNTABLE} {why}"))


def _files(folder: str, left_out: list[LeftOut]) -> Iterator[str]:
    """Names below the folder that git would track, with slashes, sorted."""
    from tokcost.inputs.find import find

    for item in find([folder]):
        location = item.name if isinstance(item, LeftOut) else item.location
        name = os.path.relpath(location, folder).replace(os.sep, "/")
        parts = name.split("/")
        if isinstance(item, LeftOut):
            if parts[-1] not in TOOL_FOLDERS:
                reason = item.reason.partition(" (--")[0]  # the option is one of other commands
                left_out.append(item._replace(name=name + "/" * location.endswith("/"), reason=reason))
        elif "tests" in parts or any(part.startswith(".") for part in parts):
            if _looks_like_a_prompt(name):
                left_out.append(LeftOut(name, "of tests, or hidden"))
        else:
            yield name


def _above(tokens: int) -> int:
    """A tenth more, rounded up to two digits."""
    wanted = tokens + tokens // 10 + 1
    step: int = 10 ** max(0, len(str(wanted)) - 2)
    return -(-wanted // step) * step


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)
