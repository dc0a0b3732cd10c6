"""Requests of some kilobytes that ask for gigabytes or for ever: each is counted, or refused at once in one line."""

from __future__ import annotations

import base64
import json
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest

from tests.bodies import Body, counted, png, refused
from tests.conftest import Run

Schema = dict[str, Any]


def openai(**more: object) -> Body:
    """A chat request of two letters."""
    return {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], **more}


def with_picture(url: str) -> Body:
    """A chat request with a picture."""
    return openai(messages=[{"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]}])


def with_schema(schema: Schema) -> Body:
    """A chat request with a function."""
    return openai(tools=[{"type": "function", "function": {"name": "f", "parameters": schema}}])


def gemini(schema: Schema) -> Body:
    """A request to Gemini with a function."""
    declared = [{"name": "f", "parametersJsonSchema": schema}]
    return {
        "model": "gemini-2.5-flash",
        "contents": [{"parts": [{"text": "hi"}]}],
        "tools": [{"functionDeclarations": declared}],
    }


# Pictures ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/dev/zero", "file:///dev/zero", "/dev/stdin", "pipe", ".", "gone.png", "a\0b"])
def test_only_a_regular_file_is_looked_into(run: Run, path: str) -> None:
    """A device, a pipe that nobody writes into, a folder: a picture of unknown size, at once, in batch and in check."""
    os.mkfifo("pipe")
    row = counted(run, with_picture(path))
    assert (row.standing, row.range) == ("estimate", (262, 772, 1452))
    Path("request.json").write_text(json.dumps(with_picture(path)))
    limit = '[[budget]]\npaths = ["request.json"]\nmodels = ["gpt-4o"]\nmax-input-tokens = 2000\n'
    Path("tokcost.toml").write_text(limit)
    assert run("check", "-f", "json").code == 0


@pytest.mark.parametrize(
    "head", [base64.b64decode(png(640, 480)), b"II*\0\xff\xff\xff\x7f", b"\0\0\0\x18ftypheic", b"\xff\xd8"]
)
def test_of_a_picture_only_the_head_is_read(run: Run, head: bytes) -> None:
    """One of 8 GB costs no more than a small one, whatever its format promises behind."""
    with open("picture", "wb") as file:
        file.write(head)
        file.truncate(8 << 30)
    row = counted(run, with_picture("picture"))
    size = head.startswith(b"\x89PNG")
    assert (row.tokens, row.standing) == ((432, "exact") if size else (772, "estimate"))


def test_a_size_far_inside_a_photograph_is_found(run: Run) -> None:
    """Metadata of 3 MB before it, in segments of 64 KB, in a file and in base64 text."""
    segment = b"\xff\xe2" + struct.pack(">H", 65_000) + bytes(64_998)
    size = b"\xff\xc0" + struct.pack(">HBHH", 17, 8, 480, 640) + b"\3" + bytes(9)
    data = b"\xff\xd8" + segment * 48 + size + b"\xff\xd9"
    Path("photo.jpg").write_bytes(data)
    for url in ("photo.jpg", "data:image/jpeg;base64," + base64.b64encode(data).decode()):
        assert counted(run, with_picture(url)).tokens == 432


# PDFs -------------------------------------------------------------------------------------------


def with_pdf(page: bytes, pages: int) -> Body:
    """A request with a PDF of so many pages that are all the same stream."""
    packed, font = zlib.compress(page, 9), b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(b"%d 0 R" % (4 + at) for at in range(pages)), pages),
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed),
        *[b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 3 0 R/Resources<</Font<</F1 %s>>>>>>" % font] * pages,
    ]
    data, places = b"%PDF-1.4\n", b""
    for number, each in enumerate(objects, 1):
        places += b"%010d 00000 n \n" % len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    data += table % (len(objects) + 1, places, len(objects) + 1, len(data))
    source = {"type": "base64", "media_type": "application/pdf", "data": base64.b64encode(data).decode()}
    said = [{"role": "user", "content": [{"type": "document", "source": source}]}]
    return {"model": "claude-haiku-4-5", "max_tokens": 9, "messages": said}


def test_a_pdf_that_unpacks_to_more_than_is_read_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """40 MB of blanks in one part, and a text that thirty pages show: neither is left out of the count in silence."""
    at = "messages[0].content[0].source.data: a PDF"
    remedy = "no model reads so much: split it, or take it out"
    unpacked = refused(run, with_pdf(b" " * 40_000_000, 1))
    assert unpacked == f"{at} of which a part unpacks to more than 16 MB: {remedy}"
    monkeypatch.setattr("tokcost.requests.pdf._MOST_TEXT", 80_000)
    words = b"BT /F1 9 Tf (" + b"word " * 1_000 + b") Tj ET"
    assert refused(run, with_pdf(words, 30)) == f"{at} with more than 80,000 characters: {remedy}"


# Schemas ----------------------------------------------------------------------------------------


def doubling(levels: int, references: int) -> Schema:
    """A schema of so many levels, each of which refers to the next so many times."""
    names = [f"p{at}" for at in range(references)]
    known: Schema = {
        f"L{level}": {"type": "object", "properties": {name: {"$ref": f"#/$defs/L{level + 1}"} for name in names}}
        for level in range(levels)
    }
    known[f"L{levels}"] = {"type": "string"}
    return {"type": "object", "properties": {"a": {"$ref": "#/$defs/L0"}}, "$defs": known}


def shared(value: Schema, times: int = 20_000) -> Schema:
    """A schema in which so many properties refer to one value."""
    properties = {f"p{at}": {"$ref": "#/$defs/D"} for at in range(times)}
    return {"type": "object", "properties": properties, "$defs": {"D": value}}


LIMIT = "with what it refers to, its schema comes to more than "
REMEDY = "no model reads so much: write out what is meant"
TREE: Schema = {"type": "object", "properties": {name: {"$ref": "#/$defs/D"} for name in ("left", "right", "up")}}


@pytest.mark.parametrize(
    "schema",
    [
        doubling(9, 8),
        shared({"type": "string", "description": "word " * 10_000}),
        shared({"enum": ["word"] * 10_000}),
        shared({"$ref": "#/" + "x/" * 20_000}),
        shared(dict.fromkeys((f"key {at}" for at in range(50_000)), 1), 1_000),
        {"type": "object", "properties": {"a": {"type": ["array"] * 300, "items": {"type": ["array"] * 40_000}}}},
    ],
    ids=["doubling", "description", "enum", "path", "keys", "types"],
)
def test_a_schema_that_grows_by_its_references_is_refused(run: Run, schema: Schema) -> None:
    """However it is made to grow, the line says which tool and how much is too much."""
    assert refused(run, with_schema(schema)) == f"tool f: {LIMIT}8,000,000 characters: {REMEDY}"


@pytest.mark.parametrize("model", ["gemini-2.5-flash", "gemini-3-flash-preview"])
def test_gemini_is_not_said_to_read_a_thousand_million_tokens(run: Run, model: str) -> None:
    """What references multiply beyond any window is refused, not priced; a tree of itself is a wide estimate."""
    for schema in (doubling(9, 8), shared({"type": "string", "description": "word " * 10_000})):
        assert refused(run, {**gemini(schema), "model": model}).startswith(f"tool f: {LIMIT}")
    row = counted(run, {**gemini(shared(TREE, 1)), "model": model})
    assert (row.standing, row.low <= row.tokens < 200, row.high > 3 * row.tokens) == ("estimate", True, True)


def test_claude_reads_a_schema_as_it_is_written(run: Run) -> None:
    """Its references are not followed: the schema that OpenAI's form of it would never end costs what its JSON does."""
    tool = {"name": "f", "input_schema": doubling(9, 8)}
    row = counted(run, {**openai(tools=[tool]), "model": "claude-sonnet-4-5", "max_tokens": 9})
    assert 1000 < row.tokens < 3000


def test_a_schema_of_itself_is_never_exact(run: Run) -> None:
    """How many times a list that links to itself is shown is not known, so the range begins where it is shown once."""
    node: Schema = {"type": "object", "properties": {"v": {"type": "string"}, "next": {"$ref": "#/$defs/D"}}}
    row = counted(run, with_schema(shared(node, 1)))
    once = counted(run, with_schema({"type": "object", "properties": {"p0": {"type": "string"}}}))
    assert row.standing == "estimate"
    assert row.low < once.tokens < row.tokens < row.high
    assert "one that refers to itself" in row.note


@pytest.mark.parametrize(
    "inner", [shared(TREE, 1), {"type": "object", "properties": {n: {"$ref": "#"} for n in "abc"}}]
)
def test_a_tree_of_itself_ends_where_it_begins_again(run: Run, inner: Schema) -> None:
    """What OpenAI takes is counted, however many branches lead back: it is shown once at least, perhaps more often."""
    row = counted(run, with_schema(inner))
    assert (row.standing, row.low < row.tokens < 200, row.high > 3 * row.tokens) == ("estimate", True, True)


def test_references_that_stay_small_are_exact(run: Run) -> None:
    """Two levels of two references each are written out, as ever."""
    assert counted(run, with_schema(doubling(2, 2))).standing == "exact"
