"""``import tokcost``: the functions, and the examples in their docstrings."""

from __future__ import annotations

import doctest
import importlib
from decimal import Decimal
from pathlib import Path

import pytest

import tokcost
from tokcost.errors import AmbiguousModel, NotPriced, UnknownName

PACKAGE = Path(tokcost.__file__).parent
SHOWN = [path for path in sorted(PACKAGE.rglob("*.py")) if "    >>> " in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_examples_in_docstrings_run(path: Path) -> None:
    """Every documented call gives the documented answer."""
    name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert (failed, tried > 0) == (0, True)


def test_count_tokens_takes_a_model_or_an_encoding() -> None:
    """One of the two, never both, never none."""
    assert tokcost.count_tokens("안녕하세요", model="gpt-4o").tokens == 2
    assert tokcost.count_tokens("안녕하세요", encoding="cl100k_base").tokens == 5
    for model, encoding in ((None, None), ("gpt-4o", "gpt2")):
        with pytest.raises(tokcost.TokcostError, match="give either"):
            tokcost.count_tokens("x", model=model, encoding=encoding)


def test_texts_for_claude_are_counted_one_by_one_or_together() -> None:
    """An assumption, and a range of 5 % where nothing of the model was recorded; the empty text is nothing."""
    texts = ["안녕하세요", "", "The harbour master wrote down every ship. " * 10]
    for model, margin in (("claude-opus-4-8", 0), ("claude-sonnet-5-5", 5)):
        together = tokcost.count_tokens_batch(texts, model=model)
        assert together == [tokcost.count_tokens(text, model=model) for text in texts]
        assert [count.tokens for count in together[:2]] == [6, 0]
        assert {count.standing for count in together} == {"assumed"}
        assert [count.high - count.tokens for count in together] == [
            -(-count.tokens * margin // 100) for count in together
        ]
        assert [count.tokens - count.low for count in together] == [count.high - count.tokens for count in together]


def test_an_estimate_has_money_and_its_bounds() -> None:
    """2 x $2.50 + 10 x $10 a million = $0.000105."""
    row = tokcost.estimate("hello world", model="gpt-4o", output_tokens=10, as_of="2026-11-24")
    assert row.cost == tokcost.Priced(Decimal("0.000105"), Decimal("0.000105"), Decimal("0.000105"), "USD")
    assert row.standing == "exact"


def test_errors_are_of_one_family() -> None:
    """Every failure that a caller can mend is a TokcostError."""
    with pytest.raises(UnknownName):
        tokcost.count_tokens("x", model="nope")
    with pytest.raises(AmbiguousModel):
        tokcost.count_tokens("x", model="gpt-oss-120b")
    with pytest.raises(NotPriced):
        tokcost.estimate("x", model="gpt-5", as_of="2025-07-16")
    assert issubclass(UnknownName, tokcost.TokcostError)


def test_what_is_not_there_is_an_attribute_error() -> None:
    """A misspelt name fails as in any module, and dir() lists what there is."""
    with pytest.raises(AttributeError, match="has no attribute 'count_token'"):
        tokcost.count_token  # noqa: B018 - asking for it is the test
    assert "count_tokens" in dir(tokcost)
