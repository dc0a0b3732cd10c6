"""What ``count`` says where it is pointed at requests: that ``batch`` counts what is billed of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from tokcost.cli.inputs import Inputs
from tokcost.cli.own_names import plain_names
from tokcost.documents.models import Pricing
from tokcost.inputs.files import STDIN_NAME
from tokcost.inputs.text import Reading, TextSource

if TYPE_CHECKING:
    from tokcost.batch.run import Runner

Opener = Callable[[], AbstractContextManager[BinaryIO]]


def words_on_requests(
    inputs: Inputs, pricing: Pricing | None, named: Sequence[str] | None, reading: Reading
) -> Iterator[str]:  # fmt: skip
    """A sentence where some of the texts are requests; nothing else is read, and nothing loaded, where none may be."""
    sources = list(inputs.may_hold_requests())
    if not sources or not reading.is_utf8:
        return
    from tokcost.batch.pointed import PointedAt, word_on_requests
    from tokcost.inputs.open import size_of

    pointed = []
    for each in sources:
        if isinstance(each, TextSource):
            assert each.file is not None
            pointed.append(PointedAt(each.name, _opener(each), size_of(each.file)))
        else:
            held = b"".join(each.blocks)
            pointed.append(PointedAt(STDIN_NAME, _held(held), len(held)))
    runner = _runner(pricing, plain_names(named)) if pricing else None
    if word := word_on_requests(pointed, runner):
        yield word


def _runner(pricing: Pricing, models: Sequence[str]) -> Runner:
    from tokcost.batch.files import file_reader
    from tokcost.batch.run import BatchOptions, Runner

    model = models[0] if len(models) == 1 else None
    options = BatchOptions(pricing.terms, pricing.exchange, model, reader=file_reader(None, None, None))
    return Runner(pricing.book, options)


def _opener(source: TextSource) -> Opener:
    from tokcost.inputs.open import open_input

    assert source.file is not None
    return partial(open_input, source.file)


def _held(data: bytes) -> Opener:
    from tokcost.inputs.open import open_stream

    return lambda: open_stream(BytesIO(data), STDIN_NAME)
