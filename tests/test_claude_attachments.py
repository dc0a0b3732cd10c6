"""Requests to Claude with pictures, documents, tools of the provider, and keys that no rule knows.

A message of the one word "red" is 8 tokens in the older frame (Opus 4.7: 12) and 7 in the newer. In the
older frame words behind a picture or a document keep their blank, a token. Columns are Haiku 3.5, Sonnet 4.5,
Sonnet 4.6, Opus 4.7, and Opus 4.8, Sonnet 5, Opus 5.
"""

from __future__ import annotations

import pytest

from tests.bodies import png
from tests.claude_bodies import MODELS, NEW, OLD, TIDE, Block, ask, asked, assistant, body, every, result, text, user
from tests.claude_bodies import call as called
from tests.conftest import Run
from tests.files_made import base64_of
from tests.files_made import pdf as made_pdf


def picture(width: int, height: int) -> Block:
    """A picture of that size."""
    return {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": png(width, height)}}


def document(source: Block, **more: object) -> Block:
    """A document block."""
    return {"type": "document", "source": source, **more}


def written(words: str, **more: object) -> Block:
    """A document of text."""
    return document({"type": "text", "media_type": "text/plain", "data": words}, **more)


def pdf(*pages: str) -> Block:
    """A PDF of pages with a line each."""
    return of_bytes(made_pdf(*pages))


def of_bytes(data: bytes) -> Block:
    """What says that it is a PDF."""
    return document({"type": "base64", "media_type": "application/pdf", "data": base64_of(data)})


# Pictures ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "tokens"),
    [
        # 60 x 30 is 3 x 2 cells of 28 x 28 and 3 tokens more; of 4 x 2 in Haiku 3.5
        ([text("red"), picture(60, 30)], [19, 17, 17, 21, 16, 16, 16]),
        ([picture(60, 30), text("red")], [20, 18, 18, 22, 16, 16, 16]),
        # "blue" behind it, with its blank (1 + 1; 2 + 1), or by itself and 1 more (2 + 1)
        ([text("red"), picture(60, 30), text("blue")], [21, 19, 19, 24, 19, 19, 19]),
        # no word, 1 less: 7 + 9 (11) + 1 - 1; 11 + 9 + 1 - 1; 6 + 9 - 1
        ([picture(60, 30)], [18, 16, 16, 20, 14, 14, 14]),
        # 28 x 28 is one cell (2 x 2 in Haiku 3.5), 29 x 28 two
        ([text("red"), picture(28, 28), picture(29, 28)], [8 + 14, 8 + 9, 8 + 9, 12 + 9, 7 + 9, 7 + 9, 7 + 9]),
        # 1800 x 1200 shrinks to 48 x 32 cells = 1,536 at most 1,568; from Opus 4.7 on it stays: 65 x 43 = 2,795
        ([text("red"), picture(1800, 1200)], [1547, 1547, 1547, 2810, 2805, 2805, 2805]),
        # the long side is 1,568 (56 cells) or 2,576 (92) at most, and one cell (Haiku: 2) high
        ([text("red"), picture(20_000, 20)], [8 + 115, 8 + 59, 8 + 59, 12 + 95, 7 + 95, 7 + 95, 7 + 95]),
    ],
)
def test_pictures_are_cells(run: Run, content: list[Block], tokens: list[int]) -> None:
    """Cells of 28 x 28 pixels after shrinking, and what a picture changes in the words around it."""
    assert every(run, user(content)) == tokens


def test_no_picture_is_beyond_the_cap(run: Run) -> None:
    """A square as large as one can be: 39 x 39 = 1,521 cells (38 x 38 where both are even), 69 x 69 = 4,761."""
    tokens = every(run, user([text("red"), picture(9000, 9000)]))
    assert tokens == [8 + 1447, 8 + 1524, 8 + 1524, 12 + 4764, 7 + 4764, 7 + 4764, 7 + 4764]


def test_a_picture_whose_size_is_not_told(run: Run) -> None:
    """One cell to the cap; with --image-size it is that."""
    far = {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}}
    for model, most in (("claude-sonnet-4-5", 8 + 1571 + 4), ("claude-sonnet-5", 7 + 4787 + 4)):
        row = ask(run, user([text("red"), far]), model=model)
        words = 8 if model == "claude-sonnet-4-5" else 7
        # 1024 x 768 as a rule: 37 x 28 cells
        assert (row.standing, row.range) == ("estimate", (words + 4 - 3, words + 1036 + 3, most))
        assert row.parts["image 1 (size unknown)"] == 1039
        assert "size is not in the request" in row.note


def test_a_picture_in_a_result(run: Run) -> None:
    """The text of the result ends where the picture begins."""
    shown = user([result([picture(60, 30)])])
    row = ask(run, user(), assistant([called()]), shown, model="claude-sonnet-5", tools=[TIDE])
    # 439, a call of 2 + 4 + 47, and a turn of 2 with a picture of 9, less 1 without words
    assert (row.standing, row.range) == ("estimate", (498, 502, 507))
    assert row.parts["image 1 (60x30)"] == 9


# Documents --------------------------------------------------------------------------------------


def test_documents_of_text(run: Run) -> None:
    """36 and its words (38), with a title 10 and its words more."""
    # 8 + 1 + 36 + 2; 7 + 38 + 2
    tokens = every(run, user([written("old map"), text("red")]), standing="estimate")
    assert tokens == [47, 47, 47, 51, 47, 47, 47]
    tokens = every(run, user([written("old map", title="river name"), text("red")]), standing="estimate")
    assert tokens == [59, 59, 59, 63, 59, 59, 59]
    row = ask(run, user([written("old map", context="river name"), text("red")]))
    # 2 words of context and 0 to 40 more, likely 10
    assert (row.standing, row.range) == ("estimate", (49 - 3, 59, 47 + 42 + 4))


@pytest.mark.parametrize(
    ("model", "tokens", "cited"),
    [("claude-sonnet-4-5", 47, 513), ("claude-sonnet-4-6", 47, 515), ("claude-sonnet-5", 47, 756)],
)
def test_citations(run: Run, model: str, tokens: int, cited: int) -> None:
    """Once for all documents, 5 % either way; sentences are numbered: more where there are more."""
    block = written("old map", citations={"enabled": True})
    row = ask(run, user([block, text("red")]), model=model)
    assert (row.standing, row.tokens) == ("estimate", tokens + cited)
    assert row.low == int(tokens + cited * 0.95) - 3
    assert row.high > tokens + cited * 1.05 + 4
    more = ask(run, user([block, block, text("red")]), model=model)
    assert more.tokens == row.tokens + 36 + 2 + (2 if model == "claude-sonnet-5" else 0)
    uncited = user([written("old map", citations={"enabled": False}), text("red")])
    assert every(run, uncited, models=(model,), standing="estimate") == [47]


@pytest.mark.parametrize(
    ("model", "words", "page"),
    [
        ("claude-3-5-haiku-20241022", 9, 1607),
        ("claude-sonnet-4-5", 9, 1573),
        ("claude-sonnet-5", 7, 1578),
    ],
)
def test_pdfs(run: Run, model: str, words: int, page: int) -> None:
    """A page is a picture, 3 % either way, and its text, 15 %; pages of one file are joined by line ends."""
    one = ask(run, user([pdf("old map"), text("red")]), model=model)
    off = page * 0.03 + 2 * 0.15
    expected = words + page + 2
    assert (one.standing, one.tokens) == ("estimate", expected)
    assert (one.low, one.high) == (int(expected - off) - 3, -int(-(expected + off) // 1) + 4)
    two = ask(run, user([pdf("old map", "river"), text("red")]), model=model)
    assert two.tokens == words + 2 * page + 4
    assert "recorded for single pages only" in two.note


def test_pdfs_that_cannot_be_read(run: Run) -> None:
    """A damaged one is a page of a line or two, to a full one; a page without text is a picture."""
    damaged = ask(run, user([of_bytes(b"%PDF-1.4 and no more"), text("red")]))
    # 9 + 1573 + 40; at least 9 + 97 % of the picture, at most 3,000 tokens of text
    assert (damaged.tokens, damaged.low, damaged.high) == (1622, 1531, 9 + 1573 + 3000 + 4)
    assert "a PDF could not be read" in damaged.note
    scanned = ask(run, user([pdf(""), text("red")]))
    assert (scanned.tokens, scanned.high) == (9 + 1573, -int(-(9 + 1573 * 1.03) // 1) + 4)
    assert "could not be read" not in scanned.note
    for source in ({"type": "url", "url": "https://example.org/a.pdf"}, {"type": "file", "file_id": "file_1"}):
        row = ask(run, user([document(source), text("red")]))
        assert (row.standing, row.low) == ("estimate", 9 + 50 - 3)
        assert row.high > 400_000
        assert f"a document behind a {source['type']} cannot be read" in row.note


def test_a_pdf_made_to_take_for_ever_is_given_up_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many operations its words are left out: the pages count, and the range has room for words."""
    monkeypatch.setattr("tokcost.requests.pdf._MOST_STEPS", 100)  # a page takes 50 and its operations
    row = ask(run, user([pdf("one fish", "two fish"), text("red")]))
    # 9 and two pictures of 1,573; at most 3,000 tokens of text a page
    assert (row.standing, row.tokens, row.high) == ("estimate", 9 + 2 * 1573, 9 + 2 * (1573 + 3000) + 4)


# Tools of the provider --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "model", "tokens", "found"),
    [
        # 8 and 344 in place of own tools; what a search finds is billed, too: 25,000 tokens for each use
        ("web_search_20250305", "claude-sonnet-4-5", 352 + 1862, 50_000),
        ("web_search_20250305", "claude-sonnet-5", 7 + 134 + 2652, 50_000),
        ("web_fetch_20250910", "claude-sonnet-4-5", 352 + 677, 50_000),
        ("web_fetch_20250910", "claude-sonnet-5", 7 + 134 + 980, 50_000),
        ("bash_20250124", "claude-sonnet-4-5", 352 + 396, 0),
        ("text_editor_20250124", "claude-sonnet-4-5", 352 + 854, 0),
    ],
)
def test_tools_of_the_provider(run: Run, kind: str, model: str, tokens: int, found: int) -> None:
    """Within 20 tokens before they have found anything; never assumed."""
    row = ask(run, tools=[{"type": kind, "name": "it", "max_uses": 2}], model=model)
    assert (row.standing, row.range) == ("estimate", (tokens - 23, tokens, tokens + found + 24))
    assert kind.rpartition("_")[0] in row.note


def test_tools_of_the_provider_beside_own_ones(run: Run) -> None:
    """Never recorded: 200 either way; a tool that is new is 50 to 4,000 tokens."""
    row = ask(run, tools=[TIDE, {"type": "bash_20250124", "name": "bash"}])
    assert (row.standing, row.range) == ("estimate", (959 - 203, 563 + 396, 959 + 204))
    assert "bash_20250124 beside own tools was never recorded" in row.note
    new = ask(run, tools=[{"type": "memory_20990101", "name": "memory"}])
    assert (new.standing, new.range) == ("estimate", (352 + 50 - 3, 352 + 800, 352 + 4000 + 4))
    assert "memory_20990101 was never recorded for this model" in new.note


def test_what_the_provider_found(run: Run) -> None:
    """A page of a search by its encrypted length, 0.28 to 0.43 tokens a character; a fetched one by its text."""
    page = {"type": "web_search_result", "encrypted_content": "x" * 1000}
    search = {"type": "web_search_tool_result", "tool_use_id": "s", "content": [page]}
    row = ask(run, user(), assistant([search, text("blue")]), user("river"))
    # 16 and, as words behind what is no text, a blank; 360 of 280 to 430
    assert (row.standing, row.range) == ("estimate", (17 + 280 - 3, 17 + 360, 17 + 430 + 4))
    source = {"type": "text", "media_type": "text/plain", "data": "old map"}
    held = {"type": "web_fetch_result", "url": "https://example.org", "content": document(source)}
    fetch = {"type": "web_fetch_tool_result", "tool_use_id": "s", "content": held}
    row = ask(run, user(), assistant([fetch, text("blue")]), user("river"))
    assert (row.standing, row.tokens) == ("estimate", 17 + 139 + 2)


@pytest.mark.parametrize("model", ["claude-sonnet-4-5", "claude-sonnet-5"])
def test_mcp_servers_bring_tools_that_are_not_there(run: Run, model: str) -> None:
    """400 to 20,000 tokens."""
    row = ask(run, mcp_servers=[{"type": "url", "url": "https://example.org", "name": "x"}], model=model)
    words = 8 if model == "claude-sonnet-4-5" else 7
    assert (row.standing, row.range) == ("estimate", (words + 400 - 3, words + 3000, words + 20_004))
    assert row.parts["MCP servers"] == 3000


# What no rule knows -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"container": "c"}, "container"),
        ({"betas": ["new"]}, "betas"),
        ({"output_config": {"task_budget": 5}}, "output_config.task_budget"),
        ({"thinking": {"type": "disabled", "depth": 3}}, "thinking.depth"),
        ({"tools": [{**TIDE, "input_examples": [{"harbour": "old"}]}]}, "tools[].input_examples"),
        ({"tools": [TIDE], "tool_choice": {"type": "auto", "order": "up"}}, "tool_choice.order"),
        ({"messages": [{**user(), "mood": "x"}]}, "messages[].mood"),
        ({"messages": [user([text("red", tone="low")])]}, "messages[].content[] text.tone"),
        ({"system": [text("old map", tone="low")]}, "system[] text.tone"),
    ],
)
@pytest.mark.parametrize("model", [MODELS[1], NEW[1]])
def test_an_unknown_key_is_told_by_its_path(run: Run, more: Block, path: str, model: str) -> None:
    """20 tokens less or 200 more, never assumed: nothing is passed over in silence."""
    row = ask(run, **{"model": model, **more})
    assert row.standing == "estimate"
    assert f"{path} was never recorded: what it adds is not known" in row.note
    assert (row.low, row.high) == (max(1, row.tokens - 23), row.tokens + 204)


@pytest.mark.parametrize(("kind", "likely", "most"), [("redacted_thinking", 300, 5000), ("hologram", 500, 20_000)])
def test_content_that_cannot_be_counted(run: Run, kind: str, likely: int, most: int) -> None:
    """Its kind is told, its range is wide."""
    for model in (OLD[1], NEW[1]):
        row = ask(run, user(), assistant([{"type": kind, "data": "abc"}, text("blue")]), user("river"), model=model)
        plain = 17 if model == OLD[1] else 14
        assert (row.standing, row.range) == ("estimate", (plain - 3, plain + likely, plain + most + 4))
        assert f"{kind} content cannot be counted from the request" in row.note


@pytest.mark.parametrize("model", [OLD[1], NEW[1]])
@pytest.mark.parametrize(
    ("misplaced", "note"),
    [
        (assistant([result("a long tale of the old harbour")]), "in an order that was never recorded"),
        (user([text("red"), called()]), "in an order that was never recorded"),
        ({"role": "oracle", "content": "red sky at night"}, "a message of the role 'oracle' was never recorded"),
    ],
)
def test_what_stands_with_the_wrong_speaker_is_counted_and_told(
    run: Run, model: str, misplaced: Block, note: str
) -> None:
    """Results of the assistant, calls of the user, a role of nobody: an estimate that has their tokens in it."""
    plain = ask(run, user(), model=model)
    refused = misplaced["role"] == "oracle"
    (row,) = asked(run, body(user(), misplaced, user("river"), model=model), refused=refused)
    assert row.standing == "estimate" and note in row.note
    assert row.tokens > plain.tokens + 5


def test_system_content_that_is_not_text_is_told(run: Run) -> None:
    """A document among the system text is in the range, not in silence."""
    row = ask(run, system=[text("old map"), {"type": "document", "source": {"type": "text", "data": "red"}}])
    assert row.standing == "estimate" and "system content that is not text was never recorded" in row.note
    assert row.parts["system"] > 36 and (row.low, row.high) == (row.tokens - 23, row.tokens + 204)


def test_what_is_only_known_by_its_size_has_room_for_it(run: Run) -> None:
    """No more tokens than bytes: content of an unknown kind, keys that no rule knows, results inside results."""
    long = "red " * 10_000
    for more in (
        {"messages": [user([{"type": "hologram", "data": long}])]},
        {"container": long},
        {"messages": [user(), assistant([called()]), user([result([{"type": "thinking", "thinking": long}])])]},
    ):
        row = ask(run, **more)
        assert row.standing == "estimate" and row.high >= 40_000, row


def test_names_from_a_request_stay_on_their_line(run: Run) -> None:
    """Control characters of kinds and keys never reach the terminal, and few of many keys are told."""
    keys: Block = {"evil\n\x1b[2J": 1, **{f"k{at}": 1 for at in range(50)}}
    (row,) = asked(run, body(user([{"type": "x\n::error::\x1b[31m"}]), **keys), refused=True)
    assert "\n" not in row.note and "\x1b" not in row.note
    assert "k8 was never recorded" in row.note and "41 other keys were never recorded" in row.note


def test_absurd_numbers_are_no_end(run: Run) -> None:
    """A limit of searches or a stated size beyond all bounds."""
    search = {"type": "web_search_20250305", "name": "web_search", "max_uses": 10**400}
    cut = {"type": "base64", "media_type": "image/png", "data": "(cut)"}
    picture = {"type": "image", "source": {**cut, "width": 10**400, "height": 3}}
    assert ask(run, tools=[search]).high < 3_000_000
    assert ask(run, user([picture])).standing == "estimate"
    stated = {"type": "image", "source": {**cut, "width": 56, "height": 28}}
    assert ask(run, user([stated, text("red")])).tokens == 8 + 2 + 3 + 1
