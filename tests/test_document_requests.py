"""Documents in requests of every provider: pages and words as each bills them, from data and local paths."""

from __future__ import annotations

import json
import os
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.bodies import Body, counted, o200k, png
from tests.claude_bodies import Row
from tests.conftest import Run, document
from tests.files_made import base64_of, pdf


def blank(pages: int) -> bytes:
    """A PDF of so many empty pages."""
    from pypdf import PdfWriter

    writer, out = PdfWriter(), BytesIO()
    for _ in range(pages):
        writer.add_blank_page(612, 792)
    writer.write(out)
    return out.getvalue()


THREE = pdf("old map", "river", "tide")
URL = "https://example.org/a.pdf"


def data_url(data: bytes, mime: str = "application/pdf") -> str:
    """A data URL of a file."""
    return f"data:{mime};base64,{base64_of(data)}"


def gemini(file: Body, **config: object) -> Body:
    """A Gemini body of a file, in either spelling; alone it is a token of frame."""
    return {"contents": [{"parts": [file]}], "generationConfig": config}


def inline(data: bytes, mime: str = "application/pdf") -> Body:
    """A file in a Gemini body."""
    return {"inlineData": {"mimeType": mime, "data": base64_of(data)}}


def far(address: str) -> Body:
    """A PDF of a Gemini body that is elsewhere."""
    return {"file_data": {"mime_type": "application/pdf", "file_uri": address}}


def asked(run: Run, body: Body, *options: str, model: str = "gemini-3.5-flash") -> Row:
    """What ``batch`` says of a body to the Gemini API."""
    return counted(run, body, "-m", model, "--gemini-api", *options)


def chat(part: Body, model: str = "gpt-4o") -> Body:
    """A chat body of one part: 3 + 1 of the message and 3 of the frame."""
    return {"model": model, "messages": [{"role": "user", "content": [part]}], "max_tokens": 5}


def claude(source: Body, **more: object) -> Body:
    """A Messages body of one document."""
    content = [{"type": "document", "source": source, **more}, {"type": "text", "text": "red"}]
    return {"model": "claude-sonnet-4-5", "max_tokens": 5, "messages": [{"role": "user", "content": content}]}


def encrypted(data: bytes, password: str) -> bytes:
    """A PDF that a password opens."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    held = BytesIO()
    writer.write(held)
    return held.getvalue()


@pytest.mark.parametrize(
    ("model", "level", "page"),
    [
        ("gemini-2.5-flash", "", 258),
        ("gemini-2.5-flash", "MEDIA_RESOLUTION_HIGH", 258),
        ("gemini-2.5-flash", "MEDIA_RESOLUTION_LOW", 66),
        ("gemini-2.0-flash", "", 258),
        ("gemini-3.5-flash", "", 560),
        ("gemini-3.5-flash", "MEDIA_RESOLUTION_UNSPECIFIED", 560),
        ("gemini-3.5-flash", "media_resolution_low", 280),
        ("gemini-3.8-flash", "MEDIA_RESOLUTION_MEDIUM", 560),
        ("gemini-3.8-flash", "MEDIA_RESOLUTION_HIGH", 1120),
    ],
)
@pytest.mark.parametrize("data", [THREE, pdf("", "", ""), encrypted(THREE, "")], ids=["words", "scan", "owner"])
def test_a_page_to_gemini_is_so_many_tokens(run: Run, model: str, level: str, page: int, data: bytes) -> None:
    """Whatever stands on it: the words are not billed; two more at most."""
    row = asked(run, gemini(inline(data), **({"mediaResolution": level} if level else {})), model=model)
    frame = 0 if model == "gemini-2.0-flash" else 1
    assert (row.tokens, row.high, row.standing) == (frame + 3 * page, frame + 3 * page + 6, "estimate")
    assert row.low in (3 * page, frame + 3 * page)
    assert f"a page of a PDF is billed as {page} tokens" in row.note


def test_the_resolution_of_a_part_comes_before_that_of_the_request(run: Run) -> None:
    """High for this one, where the request has low; and so for a picture: 33 x 33 patches are 1,089."""
    level = {"mediaResolution": {"level": "MEDIA_RESOLUTION_HIGH"}}
    row = asked(run, gemini({**inline(THREE), **level}, mediaResolution="MEDIA_RESOLUTION_LOW"))
    assert row.tokens == 1 + 3 * 1120
    shown = {"inlineData": {"mimeType": "image/png", "data": png(128, 128)}, **level}
    assert asked(run, gemini(shown, mediaResolution="MEDIA_RESOLUTION_LOW")).tokens == 1 + 1089


def responses(part: Body) -> Body:
    """A responses body of one part, framed as a chat body is."""
    return {"model": "gpt-4o", "input": [{"role": "user", "content": [part]}]}


@pytest.mark.parametrize(
    "body",
    [
        chat({"type": "file", "file": {"filename": "a.pdf", "file_data": data_url(THREE)}}),
        chat({"type": "file", "file": {"file_data": base64_of(THREE)}}),
        chat({"type": "file", "file": {"filename": "a.pdf", "file_data": data_url(THREE, "application/octet-stream")}}),
        responses({"type": "input_file", "filename": "a.pdf", "file_data": data_url(THREE)}),
    ],
)
def test_a_page_to_openai_is_its_words_and_a_picture(run: Run, body: Body) -> None:
    """A page of US Letter is 2 x 2 tiles, 765; the words alone are the least, 8 tiles (1,445) a page the most."""
    words = o200k("old map\nriver\ntide")
    row = counted(run, body)
    assert (row.tokens, row.low) == (7 + words + 3 * 765, int(7 + words * 0.85))
    assert 7 + words + 3 * 765 < row.high <= 7 + words * 1.15 + 3 * (1445 + 20) + 1


@pytest.mark.parametrize(
    "body",
    [
        gemini(far(URL)),
        gemini(far("gs://bucket/a.pdf")),
        gemini(far("missing.pdf")),
        gemini(far("")),
        chat({"type": "file", "file": {"file_id": "file-1"}}),
        responses({"type": "input_file", "file_url": URL}),
        responses({"type": "input_file", "file_data": URL}),
        claude({"type": "url", "url": URL}),
        claude({"type": "file", "file_id": "file_1"}),
    ],
)
def test_what_is_elsewhere_is_a_range_that_pages_close(run: Run, body: Body) -> None:
    """One page, or up to a thousand, which a gate holds; with --pages so many, and no word more of it."""
    options = () if "model" in body else ("-m", "gemini-3.5-flash", "--gemini-api")
    row = counted(run, body, *options)
    assert row.high > 500_000
    assert "a document that is elsewhere was not looked into: 'batch --pages N' says how many it has" in row.note
    told = counted(run, body, *options, "--pages", "2")
    assert 2 * 560 <= told.tokens <= 2 * (1573 + 500) + 9
    assert told.high <= 2 * (1573 + 3000) + 20
    assert "--pages" not in told.note


@pytest.mark.parametrize("data", [b"%PDF-1.7 stub", THREE[:400], pdf(), b"%PDF-1.7" + bytes(9_000)])
def test_a_pdf_that_cannot_be_read_has_room_for_its_pages(run: Run, data: bytes) -> None:
    """A page for 300 bytes at most; --pages says how many there are."""
    for body, options, page in (
        (gemini(inline(data)), ("-m", "gemini-3.5-flash", "--gemini-api"), 560),
        (claude({"type": "base64", "media_type": "application/pdf", "data": base64_of(data)}), (), 1573),
        (chat({"type": "file", "file": {"file_data": data_url(data)}}), (), 765),
    ):
        row = counted(run, body, *options)
        assert row.high > page * max(1, round(len(data) / 300))
        assert "a PDF could not be read: 'batch --pages N' says how many pages it has" in row.note
        told = counted(run, body, *options, "--pages", "3")
        assert told.low <= 3 * page + 9 <= told.high + 9
        assert "could not be read" not in told.note


@pytest.mark.parametrize(
    ("data", "high"),
    [
        (encrypted(THREE, "secret"), None),
        (encrypted(blank(30), "secret"), 30),  # smaller than any page with words
        (THREE.replace(b"/Count 3", b"/Count 9").replace(b"8 0 R", b"2 0 R")[:-40], None),
        (b"%PDF-1.5 /Type /ObjStm" + bytes(3_000), 151),  # a packed page may be 20 bytes
        (b"%PDF-1.5" + bytes(1_000_000), 1_000),  # more is not read by anybody
    ],
)
def test_the_bytes_of_a_pdf_that_cannot_be_read_show_its_pages(run: Run, data: bytes, high: int | None) -> None:
    """As likely as they are seen, and as many at most as there is room for."""
    seen = data.count(b"/Page\n") + data.count(b"/Page/")
    row = asked(run, gemini(inline(data)))
    assert row.high == 1 + 562 * (round(len(data) / 300) if high is None else high)
    assert not seen or row.tokens == 1 + 560 * seen


@pytest.mark.parametrize(
    "address",
    [
        "DATA:application/pdf;base64,{data}",
        "data:Application/PDF;name=a.pdf;BASE64, {data}",
        "data:application/pdf;base64,{quoted}",
        "data:;base64,{data}",
        "data:application/pdf,{bytes}",
    ],
)
def test_a_data_url_in_any_spelling_is_read(run: Run, address: str) -> None:
    """Its words are what they are: 7 of the frame, 3 pages of 4 tiles."""
    told = address.format(data=base64_of(THREE), quoted=quote(base64_of(THREE), safe=""), bytes=quote(THREE))
    assert counted(run, chat({"type": "file", "file": {"file_data": told}})).tokens == 7 + 7 + 3 * 765


def test_a_file_of_google_that_nothing_tells_of_may_be_a_film(run: Run) -> None:
    """3 hours of pictures and sound at most, by its mimeType or its name no more than pages; --pages says so, too."""
    unsaid = gemini({"fileData": {"fileUri": "https://generativelanguage.googleapis.com/v1beta/files/x"}})
    row = asked(run, unsaid, model="gemini-2.5-flash")
    assert (row.low, row.tokens) == (1, 1 + 258)
    assert row.high == 1 + 10_801 * 266 + 10_801 * 32
    assert float(row.costs[2] or 0) >= (10_801 * 266 * 0.3 + 10_801 * 32) / 10**6
    assert "nothing says what a file that is elsewhere is" in row.note
    for told in (far("https://generativelanguage.googleapis.com/v1beta/files/x"), far("https://a.org/x.pdf")):
        assert asked(run, gemini(told), model="gemini-2.5-flash").high == 1 + 260 * 1_000
    assert asked(run, unsaid, "--pages", "2", model="gemini-2.5-flash").high == 1 + 260 * 2


@pytest.mark.parametrize(
    ("data", "model", "says"),
    [
        (
            encrypted(THREE, "secret"),
            "claude-sonnet-4-5",
            "a PDF that needs a password to be opened",
        ),
        (encrypted(THREE, ""), "claude-sonnet-4-5", None),
        (blank(100), "claude-sonnet-4-5", None),
        (blank(101), "claude-sonnet-4-5", "PDFs of 101 pages: 100 are the most"),
        (blank(600), "claude-sonnet-4-6", None),
        (blank(601), "claude-sonnet-4-6", "PDFs of 601 pages: 600 are the most"),
    ],
)
def test_pdfs_that_anthropic_refuses(run: Run, data: bytes, model: str, says: str | None) -> None:
    """What nobody can open, and more pages than it takes, by the window of the model; counted all the same."""
    body = claude({"type": "base64", "media_type": "application/pdf", "data": base64_of(data)})
    Path("r.json").write_text(json.dumps({**body, "model": model}))
    (row,) = document(run("batch", "r.json", "--format", "json"))["rows"]
    assert row["input_tokens"] > 1573
    assert row["problem"] is None if says is None else says in row["problem"]


@pytest.mark.parametrize("path", ["a.pdf", "./a.pdf", "file://{here}/a.pdf"])
def test_a_document_on_this_machine_is_looked_into(run: Run, path: str) -> None:
    """As a picture is: from the folder that the command runs in."""
    Path("a.pdf").write_bytes(THREE)
    address = path.format(here=Path.cwd())
    assert asked(run, gemini(far(address))).tokens == 1 + 3 * 560
    assert counted(run, responses({"type": "input_file", "file_url": address})).tokens == 7 + 7 + 3 * 765
    assert counted(run, responses({"type": "input_file", "file_data": address})).tokens == 7 + 7 + 3 * 765


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes by name")
@pytest.mark.parametrize("path", ["pipe", "file:///dev/zero", "file:///dev/stdin", "folder", "a\0b", "x" * 5000])
def test_what_is_no_file_is_not_read(run: Run, path: str) -> None:
    """A pipe may never begin, a device never end: neither is opened."""
    os.mkfifo("pipe")
    Path("folder").mkdir()
    assert asked(run, gemini(far(path))).high == 1 + 1000 * 562


@pytest.mark.parametrize("mime", ["text/plain", "text/csv; charset=utf-8", "application/json"])
def test_a_file_of_text_is_its_words(run: Run, mime: str) -> None:
    """2 tokens, and 40 more at most."""
    row = asked(run, gemini(inline(b"old map", mime)))
    assert row.range == (1 + 2, 1 + 2, 1 + 2 + 40)
    row = counted(run, chat({"type": "file", "file": {"file_data": data_url(b"old map", mime)}}))
    assert row.range == (7 + 2, 7 + 2, 7 + 2 + 40)


def test_a_file_of_another_kind_is_not_more_than_its_bytes(run: Run) -> None:
    """Nothing is known of it but its size."""
    body = chat(
        {"type": "file", "file": {"filename": "a.docx", "file_data": data_url(b"PK" + bytes(998), "application/x")}}
    )
    row = counted(run, body)
    assert row.range == (7, 7 + 51, 7 + 1100)
    assert "a file that is neither a PDF nor text cannot be read" in row.note


def test_documents_of_converse(run: Run) -> None:
    """A PDF as Claude has it; one of text as a document of text."""

    def converse(form: str, data: bytes) -> Any:
        block = {"document": {"format": form, "name": "a", "source": {"bytes": base64_of(data)}}}
        said = [{"role": "user", "content": [block, {"text": "red"}]}]
        return {"modelId": "anthropic.claude-sonnet-4-5-20250929-v1:0", "messages": said}

    shown, text = (counted(run, converse(*each)) for each in (("pdf", pdf("old map")), ("txt", b"old map")))
    assert shown.tokens - text.tokens == 1573 - 36 - 2 + 2


def test_a_document_elsewhere_is_asked_about_before_the_prompt_is_shortened(run: Run) -> None:
    """It may have a thousand pages, far past any window: what helps is to say how many."""
    block = {"type": "document", "source": {"type": "url", "url": "https://example.com/a.pdf"}}
    said = [{"role": "user", "content": [block, {"type": "text", "text": "red"}]}]
    Path("r.json").write_text(json.dumps({"model": "claude-opus-4-1", "max_tokens": 9, "messages": said}))
    result = run("batch", "r.json")
    (exceeds,) = [line for line in result.err.splitlines() if "may exceed the context window" in line]
    assert result.code == 0
    assert exceeds.endswith(
        "200,000: say how long the files are that were not looked into (--pages, --seconds, --image-size)"
    )
    assert "may exceed" not in run("batch", "r.json", "--pages", "4").err
