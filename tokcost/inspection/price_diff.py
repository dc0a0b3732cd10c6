"""``prices diff``: where a price list of others has another rate than the book; each that no note explains is a rule
broken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from tokcost.amounts import rate
from tokcost.catalog import PriceBook
from tokcost.errors import UnknownName
from tokcost.imports.compare import Comparison, RateDifference, compare
from tokcost.imports.source import PriceSource
from tokcost.phrases import join_or, nearest, plural, quote
from tokcost.rates import EXACT
from tokcost.report import Column, Finding, Kind, Report, Table
from tokcost.report.report import Provenance


def _ratio(each: RateDifference) -> Decimal | None:
    return None if each.ratio is None else each.ratio.quantize(Decimal("0.000001"), context=EXACT)


DIFFERENCE_COLUMNS: tuple[Column, ...] = (
    Column("name", lambda each: each.model, "model", shrinks=True),
    Column("place", lambda each: each.place or None, "place"),
    Column("source_name", lambda each: each.source_name),
    Column("what", lambda each: each.what, "rate"),
    Column("book_rate", lambda each: each.book, "book", Kind.RATE),
    Column("source_rate", lambda each: each.source, "source", Kind.RATE),
    Column("ratio", _ratio, "ratio", Kind.FACTOR),
    Column("mark", lambda each: each.mark or None, "mark"),
    Column("explained", lambda each: not each.breaks),
    Column("note", lambda each: each.note or None, "explained by", shrinks=True),
)
ONE_SIDED_COLUMNS: tuple[Column, ...] = (
    Column("name", lambda each: each.model, "model", shrinks=True),
    Column("what", lambda each: each.what, "rate"),
    Column("only_in", lambda each: each.by, "only in"),
    Column("rate", lambda each: each.rate, "amount", Kind.RATE),
)
NAME_COLUMNS: tuple[Column, ...] = (Column("name", lambda name: name, "model"),)
ROUNDED_COLUMNS: tuple[Column, ...] = (
    Column("name", lambda each: each.model, "model", shrinks=True),
    Column("what", lambda each: each.what, "key"),
    Column("read", lambda each: each.read, "read as", shrinks=True),
    Column("taken", lambda each: each.taken, "taken as"),
)


def diff_report(book: PriceBook, source: PriceSource, day: date, providers: Sequence[str], everything: bool) -> Report:
    """The rates that differ on a day. Raises UnknownName for a provider that neither has."""
    if providers:
        sellers = {_seller(book, source, provider) for provider in providers}
        source = source.of([offer for offer in source.models if offer.seller in sellers])
    found = compare(book, source, day)
    report = Report("prices diff", Table(DIFFERENCE_COLUMNS).extend(found.differences))
    report.provenance = Provenance(book, day)
    report.limited, report.findings_in = True, "table"
    report.scope = f"{plural(found.rates, 'rate')} of {plural(found.models, 'model')} compared with {source.label}"
    report.findings = [_finding(each, source) for each in found.differences if each.breaks]
    if not found.rates:
        report.fail(quote(source.path), "no rate could be compared: the book knows none of its models on that day")
    report.totals = {
        "rows": len(found.differences),
        "differences": len(report.findings),
        "explained": len(found.differences) - len(report.findings),
        "models": found.models,
        "rates": found.rates,
        "not_in_book": len(found.not_in_book),
        "not_in_source": len(found.not_in_source),
        "unpriced_models": len(found.unpriced),
    }
    report.details["source"] = source_record(source)
    rounded = Table(ROUNDED_COLUMNS, "rounded in the source", shown=everything)
    report.details["rounded"] = rounded.extend(source.rounded)
    if everything:
        _list_all(report, found)
    report.sentences = _sentences(report, found, source, everything)
    return report


def source_record(source: PriceSource) -> dict[str, object]:
    """What a report says of a source."""
    return {"kind": source.kind, "path": source.path, "version": source.version or None, "day": source.day}


def _seller(book: PriceBook, source: PriceSource, provider: str) -> str:
    ours = set(book.providers())
    theirs = {model.seller for model in source.models}
    if provider.casefold() not in ours | theirs:
        both = sorted(ours & theirs)
        raise UnknownName("provider", provider, nearest(provider, both), f"choose {join_or(both)}")
    return provider.casefold()


def _finding(each: RateDifference, source: PriceSource) -> Finding:
    model = f"{each.model} ({each.place})" if each.place else each.model
    message = f"{model}: {each.what} is {rate(each.book)} in the book and {rate(each.source)} in {source.label}"
    mark = f" ({each.mark})" if each.mark else ""
    return Finding("price-differs", f"{message}{mark}", name=each.model, model=each.model)


def _list_all(report: Report, found: Comparison) -> None:
    report.details |= {
        "one_sided": Table(ONE_SIDED_COLUMNS, "rates that only one of both has").extend(found.one_sided),
        "not_in_book": Table(NAME_COLUMNS, "not in the book").extend(found.not_in_book),
        "not_in_source": Table(NAME_COLUMNS, "not in the source").extend(found.not_in_source),
        "unpriced_models": Table(NAME_COLUMNS, "without a rate in one of both").extend(found.unpriced),
    }


def _sentences(report: Report, found: Comparison, source: PriceSource, everything: bool) -> list[str]:
    differ, told = report.totals["differences"], report.totals["explained"]
    of_day = f" of {source.day}" if source.version and source.day else ""
    lines = [f"{report.scope}{of_day}: {differ} differ, {told} more by rounding or as a note explains"]
    apart = [
        f"{plural(len(found.not_in_book), 'model')} not in the book",
        f"{plural(len(found.not_in_source), 'model')} not in the source",
        f"{plural(len(found.unpriced), 'model')} without a rate in one of both",
        f"{plural(len(found.one_sided), 'rate')} that only one of both has",
    ]
    lines.append(", ".join(apart) + ("" if everything else ": --all lists them"))
    if source.unread:
        lines.append(unread_sentence(source))
    if source.rounded:
        lines.append(rounded_sentence(source))
    return lines


def unread_sentence(source: PriceSource) -> str:
    """What stands in the source where a price should, and is none: it was neither compared nor taken."""
    first = source.unread[0]
    shown = f"{quote(first.model)} has {first.amount} as {first.what}"
    more = f", and {len(source.unread) - 1:,} more" if len(source.unread) > 1 else ""
    return f"no amount of 0 or more, and neither compared nor taken: {shown}{more}"


def rounded_sentence(source: PriceSource) -> str:
    """That amounts of the source were rounded, and how many."""
    return f"{plural(len(source.rounded), 'amount')} of the source rounded (float dust): --format json lists them"
