"""How much output is expected, as options say it: a number, a ratio of the input, or results to learn it of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, NamedTuple

from tokcost.cli.parsers import within
from tokcost.errors import TokcostError
from tokcost.phrases import quote_value

if TYPE_CHECKING:
    from tokcost.batch.comparison import BillComparison
    from tokcost.batch.outputs import Expected
    from tokcost.batch.results import Results
    from tokcost.catalog import PriceBook
    from tokcost.documents.models import Pricing


class RatioSource(NamedTuple):
    """A ratio, or the file that it is to be learnt of."""

    ratio: Decimal | None
    file: str = ""


def ratio_source(option: str) -> Callable[[str], RatioSource]:
    """A parser of a number of 0 or more, or of the name of a file. Raises TokcostError for neither."""

    def parse(text: str) -> RatioSource:
        import os

        try:
            ratio = Decimal(text.strip())
        except InvalidOperation:
            if not text or not (text == "-" or "://" in text or os.path.exists(text)):
                raise TokcostError(
                    f"{option} {quote_value(text)}: neither a number, as 0.4, nor a file of results that is there"
                ) from None
            return RatioSource(None, text)
        if not ratio.is_finite() or ratio < 0:
            raise TokcostError(f"{option} {quote_value(text)}: an amount is 0 or more")
        return RatioSource(within(option, ratio))

    return parse


def expected_output(
    tokens: int | None, source: RatioSource | None, book: PriceBook, day: date, charset: str
) -> Expected:  # fmt: skip
    """What is said of the output, read where it is to be learnt. Raises TokcostError."""
    from tokcost.batch.outputs import Expected

    if source is None or not source.file:
        return Expected(tokens, source.ratio if source else None)
    from tokcost.batch.teaching import learn

    return Expected(learnt=learn(source.file, book, day, charset))


def results_of(names: Sequence[str] | None, charset: str) -> Results | None:
    """The results in files; None where none are named. Raises TokcostError where none are in them."""
    if not names:
        return None
    from tokcost.batch.results import read_results

    return read_results(names, charset)


def compared(results: Results, pricing: Pricing) -> BillComparison:
    """What holds the forecast against the results, at the rates of the same day."""
    from tokcost.batch.comparison import BillComparison
    from tokcost.metering.meter import Meter

    return BillComparison(results, Meter(pricing.book, pricing.terms.day), pricing.exchange)
