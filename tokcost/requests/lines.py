"""A file of requests, one by one: batch lines of every provider, create bodies, bare bodies, JSON or JSONL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from tokcost.inputs.json import CUT_OFF, decoded_strictly
from tokcost.inputs.lines import LONGEST_LINE
from tokcost.requests import anthropic, gemini, openai
from tokcost.requests.envelopes import (
    ANTHROPIC,
    BARE,
    BEDROCK,
    GEMINI,
    INLINE,
    OPENAI,
    VERTEX,
    Item,
    deployment_of,
    is_of_another_file,
    item_of,
)
from tokcost.requests.files import DATA_ALONE, FileReader
from tokcost.requests.jobs import as_sent, names_a_file, opened
from tokcost.requests.model import Request
from tokcost.requests.shape import text_of
from tokcost.requests.shapes import is_gemini, shape_of, stray

_BOM = b"\xef\xbb\xbf"
_LONGEST_DOCUMENT = 256 << 20
_MARKED = "a byte order mark: providers refuse it, save as UTF-8 without BOM"


def items(stream: BinaryIO) -> Iterator[Item]:
    """Every request of a file, in order; a line that is not a request is an Item with a problem."""
    first: Item | None = None
    for item in _items(stream):
        if first is None and not item.problem:
            first = item
        if first is not None and not item.problem and is_of_another_file(item, first):
            why = f"{item.form} among {first.form} lines: nobody takes both, make it a file of its own"
            yield item._replace(refused=why)
        else:
            yield item


def _items(stream: BinaryIO) -> Iterator[Item]:
    begun, marked = False, ""
    number, longest = 0, _LONGEST_DOCUMENT  # which may be a single line
    while raw := stream.readline(longest + 1):
        number += 1
        if len(raw) > longest:  # there need not be an end to what a packed file holds
            problem = f"a line of more than {longest >> 20} MB: no provider takes it; what follows was not read"
            yield Item(f"line {number}", number, b"", problem=problem)
            return
        longest = LONGEST_LINE
        text = raw.strip()
        if number == 1 and text.startswith(_BOM):
            text, marked = text.removeprefix(_BOM), _MARKED
        if not text:
            continue
        value, problem = decoded_strictly(text)
        if problem == CUT_OFF and not begun:
            rest = stream.read(_LONGEST_DOCUMENT + 1)
            if len(rest) > _LONGEST_DOCUMENT:
                problem = f"one JSON document of more than {_LONGEST_DOCUMENT >> 20} MB: write one request per line"
                yield Item(f"line {number}", number, b"", problem=problem)
                return
            yield from _refused(_document(text + b"\n" + rest, number), marked)
            return
        first, begun = not begun, True
        if problem:
            yield Item(f"line {number}", number, raw, problem="; ".join(filter(None, (marked, problem))))
        else:
            found = _requests(value, number, raw, first)
            yield from _refused(found, marked) if marked else found
        marked = ""


def _document(data: bytes, number: int) -> Iterator[Item]:
    """A file that is one JSON value over many lines."""
    value, problem = decoded_strictly(data)
    if problem:
        problem = f"neither one JSON document nor one request per line: {problem}"
        yield Item(f"line {number}", number, b"", problem=problem)
        return
    yield from _requests(value, number, b"", True)


def _refused(found: Iterator[Item], why: str) -> Iterator[Item]:
    """The requests, the first of them with a reason for which the file is refused."""
    for item in found:
        yield item._replace(refused="; ".join(filter(None, (why, item.refused)))) if why else item
        why = ""


def _requests(value: Any, number: int, raw: bytes, alone: bool) -> Iterator[Item]:
    """The requests that a JSON value holds: an array, a body that makes a batch, or a request itself."""
    if isinstance(value, list) and alone:
        yield from _listed(value, number)
    elif (job := opened(value)) is not None:
        yield from _listed(job.requests, number, job.model, job.inline)
    elif names_a_file(value):
        yield Item(f"line {number}", number, raw, problem="it makes a batch of a file: give that file")
    else:
        yield item_of(value, number, raw)


def _listed(values: list[Any], number: int, model: str = "", inline: bool = False) -> Iterator[Item]:
    first = True
    for at, value in enumerate(values, 1):
        item = item_of(value, number, b"", f"request {at}", model)
        if inline and item.form == VERTEX:
            item = item._replace(form=INLINE)
        elif inline and item.form == BARE and isinstance(item.body, dict):  # as Google's SDK has them
            item = item._replace(body={key: held for key, held in item.body.items() if key != "metadata"})
        if first and item.form != BARE:
            first, item = False, item._replace(listed=True)
        yield item


def request_of(
    item: Item, provider: str = "", reader: FileReader = DATA_ALONE, vertex: bool | None = None
) -> Request:  # fmt: skip
    """The neutral request of an item. ``provider`` is that of the model given for requests that name none;
    ``vertex`` says whether a bare Gemini body goes to Vertex, None when that is not known.

    ``reader`` looks into its files. Raises RequestError with the JSON path of what is wrong.
    """
    request = reader.read(_parsed(item, provider, vertex))
    if request.model:
        return request
    named = item.model or deployment_of(item)
    return replace(request, model=named) if named else request


def _parsed(item: Item, provider: str, vertex: bool | None) -> Request:
    """By the shape of the body, where the envelope does not say whose it is."""
    body, form = item.body, item.form
    shape = shape_of(body, provider) if isinstance(body, dict) else ""
    if stray(item) and shape != "anthropic":
        return gemini.parse(body, vertex=vertex) if is_gemini(body) else openai.parse(body)
    if form == BEDROCK or (form in (BARE, OPENAI) and shape == "bedrock"):
        from tokcost.requests import bedrock

        return bedrock.parse(body, claude=provider == "anthropic")
    if form in (GEMINI, INLINE) or (form == VERTEX and shape != "anthropic"):
        return gemini.parse(as_sent(body), vertex=form == VERTEX)
    if form == ANTHROPIC and shape != "openai":
        return anthropic.parse(body)
    if form == BARE and shape == "gemini":
        return gemini.parse(body, vertex=vertex)
    api = openai.api_of_path(text_of(item.whole.get("url"))) if form == OPENAI else None
    if shape == "anthropic" and api is None:
        return anthropic.parse(body)
    return openai.parse(body, api=api)
