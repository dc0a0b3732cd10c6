"""A prompt that is renamed and grown is the old one, however its text is dressed up."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from tests.conftest import Run, document
from tests.repos import Repo

SAID = "\n".join(
    f"Rule {at}: answer question number {at * 7} of the customer in {at * 3} short words." for at in range(40)
)
MORE = "\n".join(f"Never promise {at * 11} deliveries before day {at * 13} of this month." for at in range(40))


def in_words(change: Callable[[str], str]) -> Callable[[str], str]:
    """Each word of a text changed."""
    return lambda text: " ".join(map(change, text.split(" ")))


@pytest.mark.parametrize(
    "dress",
    [
        in_words(lambda word: f"{word[:2]}\u200b{word[2:]}"),
        in_words(lambda word: f"{word[:2]}\u00ad{word[2:]}"),
        in_words(lambda word: f"_{word}_"),
        lambda text: text.replace(" ", "_"),
        lambda text: text.replace("e", "&#101;"),
        lambda text: text.replace("e", "e\u0301"),
        lambda text: "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text),
        lambda text: text.replace(" ", "\u00a0").upper(),
    ],
    ids=["joiners", "hyphens", "underscores", "joined", "entities", "accents", "wide", "upper"],
)
def test_no_dress_makes_a_text_another(run: Run, repo: Repo, dress: Callable[[str], str]) -> None:
    """Signs that are not seen, other forms of letters, entities: the text is as it is read."""
    config = (repo.path / "tokcost.toml").read_text()
    repo.write("tokcost.toml", config.replace("max-input-tokens = 1000", "max-input-tokens = 90000"))
    repo.write("prompts/a.md", SAID)
    repo.commit()
    (repo.path / "prompts/a.md").unlink()
    repo.write("prompts/z.md", dress(f"{SAID}\n{MORE}"))
    result = run("check", "--base", "HEAD")
    assert (result.code, "prompts/z.md (at the base prompts/a.md): grew from" in result.out) == (1, True), result


def test_escapes_of_a_request_are_read(run: Run, repo: Repo) -> None:
    """A Korean prompt becomes a request, written in ASCII alone."""
    said = (
        "고객에게 친절하게 답하세요. 주문 번호를 확인하고 환불 정책을 설명합니다. 배송이 늦으면 담당자와 연결합니다.\n"
    )
    repo.write("tokcost.toml", (repo.path / "tokcost.toml").read_text().replace("*.md", "*.*"))
    repo.write("prompts/a.md", said)
    repo.commit()
    (repo.path / "prompts/a.md").unlink()
    body = {
        "model": "gpt-4o",
        "messages": [{"role": "system", "content": f"{said}가격과 할인은 매장마다 다릅니다.\n" * 2}],
    }
    repo.write("prompts/z.json", json.dumps(body))
    result = run("check", "--base", "HEAD")
    assert (result.code, "prompts/z.json (at the base prompts/a.md): grew from" in result.out) == (1, True), result


@pytest.mark.parametrize("charset", ["UTF-16", "UTF-16LE", "IBM037"])
def test_an_attribute_of_the_branch_hides_no_text_of_the_base(run: Run, repo: Repo, charset: str) -> None:
    """A file that is gone is given a charset that it never had."""
    repo.write("prompts/a.md", SAID)
    repo.commit()
    (repo.path / "prompts/a.md").unlink()
    repo.write(".gitattributes", f"prompts/a.md working-tree-encoding={charset}\n")
    repo.write("prompts/z.md", f"{SAID}\n{MORE[:900]}")
    result = run("check", "--base", "HEAD")
    assert (result.code, "prompts/z.md (at the base prompts/a.md): grew from" in result.out) == (1, True), result


def test_lines_that_repeat_are_compared_at_once(run: Run, repo: Repo) -> None:
    """Two lines in turn, thousands of times: where the text grew is told, and not sought for a minute."""
    config = (repo.path / "tokcost.toml").read_text()
    repo.write("tokcost.toml", config.replace("max-input-tokens = 1000\n", ""))
    repo.write("prompts/a.md", "a\nb\n" * 1900)
    repo.commit()
    repo.write("prompts/a.md", "b\na\nc\n" * 1300 + "what is new\n" * 400)
    started = time.monotonic()
    found = document(run("check", "--base", "HEAD", "-f", "json"))["findings"]
    assert [each["line"] for each in found] == [3900]
    assert time.monotonic() - started < 5
