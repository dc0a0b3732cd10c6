"""What is worth knowing of a batch beside its numbers: sending it as a batch, prices, reasoning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from tokcost.amounts import money, percent, tokens
from tokcost.batch.quote import Quote
from tokcost.batch.summary import RequestSum
from tokcost.catalog import Model
from tokcost.phrases import plural, quote_value, some_of
from tokcost.pricing import Priced, Unpriced, notes_on
from tokcost.rates import EXACT
from tokcost.requests.effort import NO_REASONING


def batch_saving(quote: Quote | None, mode: str) -> Decimal | None:
    """How much less a batch costs than the requests sent one by one; None where one of them is not known."""
    if quote is None or not isinstance(quote.expected, Priced) or not isinstance(quote.other, Priced):
        return None
    batch, single = (quote.expected, quote.other) if mode == "batch" else (quote.other, quote.expected)
    return EXACT.subtract(single.likely, batch.likely)


def saving_sentence(quote: Quote | None, mode: str, currency: str | None) -> str:
    """What sending it as a batch saves, or that it is not offered; '' where there is no price."""
    saved = batch_saving(quote, mode)
    if quote is None or not isinstance(quote.expected, Priced):
        return ""
    if saved is None or not isinstance(quote.other, Priced):
        return "" if mode == "batch" else "as a batch: not offered for every model here"
    batch = quote.expected if mode == "batch" else quote.other
    single = EXACT.add(batch.likely, saved)
    share = f" ({percent(saved, single)})" if single else ""
    return f"as a batch: {money(batch.likely, currency)}, {money(saved, currency)} less than sent one by one{share}"


def model_notes(models: Sequence[Model], day: date) -> Iterator[str]:
    """What is to be known of the prices of models."""
    for model in models:
        yield from notes_on(model, day)


def reasoning_notes(sums: Sequence[RequestSum], output: int | None) -> Iterator[str]:
    """That reasoning counts as output, of models whose requests do not all do without; with the efforts asked for.

    ``output`` is what is expected of each answer as a plain number, None where it is not: that has to hold it.
    """
    plain = []
    for one in sums:
        efforts = {effort: number for effort, number in one.efforts.items() if effort not in NO_REASONING}
        if one.model is None or not efforts or not (one.model.reasoning or any(efforts)):
            continue
        asked = [f"{plural(number, 'request')} at effort {effort}" for effort, number in efforts.items() if effort]
        if not asked:
            plain.append(one.model.name)
            continue
        held = "" if output is None else f", and belongs in the {tokens(output)} of --output"
        yield f"{one.model.name} reasons in {some_of(asked)}: reasoning counts as output{held}"
    if plain:
        they = "reasons before it answers" if len(plain) == 1 else "reason before they answer"
        yield f"{some_of(plain)} {they}: reasoning counts as output"


def unlimited_note(sums: Sequence[RequestSum]) -> Iterator[str]:
    """Whose output has no limit that is known, so that there is no high cost; none where all have one."""
    quotes = [(one.model, one.quote) for one in sums if one.model is not None and one.quote is not None]
    names = [
        model.name for model, quote in quotes if isinstance(quote.input, Priced) and isinstance(quote.most, Unpriced)
    ]
    if names:
        remedy = "a limit in the requests, or max_output in a price file, says it"
        yield f"the limit of output of {some_of(names)} is not known, so the high cost is not: {remedy}"


def renamed_note(names: Sequence[str], model: Model) -> Iterator[str]:
    """That requests name other models than the one they are counted for; none where they do not."""
    if names:
        they = some_of([quote_value(name) for name in names])
        yield f"the requests name {they}: counted and priced as {model.name}, as -m says"
