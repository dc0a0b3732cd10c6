"""``prices import``: models of a price list of others as a price file, and all that could not be carried there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tokcost.catalog import PriceBook
from tokcost.catalog.price_file import Key, ParsedFile
from tokcost.errors import TokcostError
from tokcost.imports.compare import rates_of
from tokcost.imports.importing import ImportedModel, ImportRules, Refusal, chosen, imported
from tokcost.imports.source import PriceSource
from tokcost.imports.toml_rows import price_file_text
from tokcost.inspection.price_diff import ROUNDED_COLUMNS, rounded_sentence, source_record, unread_sentence
from tokcost.phrases import plural, printable, quote
from tokcost.report import Column, Kind, Report, Table
from tokcost.report.report import Provenance

_NAMED = 3


class Selection(NamedTuple):
    """Which models to take: those of some names, of one provider, those that the book lacks; all where none is said."""

    models: Sequence[str] = ()
    provider: str | None = None
    missing: bool = False


IMPORTED_COLUMNS: tuple[Column, ...] = (
    Column("name", lambda each: "/".join(each.entry.key), "model", shrinks=True),
    Column("source_name", lambda each: each.source_name, "in the source", shrinks=True),
    Column("from", lambda each: each.entry.rows[0].start, "from"),
    Column("rates", lambda each: sum(len(rates_of(row)) for row in each.entry.rows), "rates", Kind.NUMBER),
    Column("counted_as", lambda each: each.counted, "counted as"),
    Column("dropped", lambda each: list(each.dropped)),
)
LEFT_COLUMNS: tuple[Column, ...] = (
    Column("name", lambda each: each.model, "model", shrinks=True),
    Column("what", lambda each: each.what, "key"),
    Column("amount", lambda each: each.amount, "amount"),
)


def import_models(book: PriceBook, source: PriceSource, wanted: Selection, rules: ImportRules) -> tuple[str, Report]:
    """The text of the price file, '' where no model goes into it, and the report on it.

    Raises TokcostError for a provider that the source does not have.
    """
    provider = wanted.provider.casefold() if wanted.provider else None
    if provider is not None and all(offer.seller != provider for offer in source.models):
        raise TokcostError(f"{quote(source.path)} has no model of provider {quote(wanted.provider or '')}")
    offers, unknown = chosen(book, source, wanted.models, provider, wanted.missing)
    source = source.of(offers)
    results = [imported(book, source, offer, rules) for offer in offers]
    taken = _once([each for each in results if isinstance(each, ImportedModel)])
    report = Report("prices import", Table(IMPORTED_COLUMNS).extend(taken))
    report.provenance = Provenance(book, rules.day)
    report.scope = f"{plural(len(taken), 'model')} of {source.label}"
    for name in unknown:
        report.fail(quote(name), f"{source.label} has no such model")
    asked = bool(wanted.models)
    refused = [each for each in results if isinstance(each, Refusal)]
    for each in refused:
        if asked or each.moved:
            report.fail(quote(each.source_name), each.reason)
    report.warn(_told(source, taken, [each for each in refused if not asked and not each.moved]))
    report.totals = {"rows": len(taken), "refused": len(refused)}
    report.details = {
        "source": source_record(source),
        "left": Table(LEFT_COLUMNS, shown=False).extend(source.left),
        "rounded": Table(ROUNDED_COLUMNS, shown=False).extend(source.rounded),
    }
    head = printable(f"Prices of {source.label}, read from {source.path} on {rules.day}: one source, not compared.")
    text = price_file_text(head, [each.entry for each in taken]) if taken else ""
    if text:  # a name that two models claim would show only when the file is used
        PriceBook(book.builtin, [*book.overlays, ParsedFile("the price file of it", text)])
    return text, report


def _once(models: Iterable[ImportedModel]) -> list[ImportedModel]:
    """Each model of a price file once: of several names in the source, the one that is its id comes first."""
    found: dict[Key, ImportedModel] = {}
    for each in models:
        folded = (each.entry.key[0].casefold(), each.entry.key[1].casefold())
        before = found.get(folded)
        if before is None or (_is_its_id(each) and not _is_its_id(before)):
            found[folded] = each
    return sorted(found.values(), key=lambda each: (each.entry.key[0], each.entry.key[1].casefold()))


def _is_its_id(each: ImportedModel) -> bool:
    return each.source_name.casefold().endswith(each.entry.key[1].casefold())


def _told(source: PriceSource, taken: Sequence[ImportedModel], refused: Sequence[Refusal]) -> Iterator[str]:
    """A sentence for each kind of amount that was not carried, and for what was dropped, left out or rounded."""
    by_key: dict[str, list[str]] = {}
    for each in source.left:
        by_key.setdefault(each.what.partition(".")[0], []).append(f"{each.model} {each.amount}")
    for key, amounts in sorted(by_key.items()):
        yield f"not carried: {key}: {_some(amounts)}"
    if source.unread:
        yield unread_sentence(source)
    by_what: dict[str, list[str]] = {}
    for model in taken:
        for what in model.dropped:
            by_what.setdefault(what, []).append(model.source_name)
    for what, names in sorted(by_what.items()):
        yield f"not carried: {what}: {_some(names)}"
    by_reason: dict[str, list[str]] = {}
    for refusal in refused:
        by_reason.setdefault(refusal.reason, []).append(refusal.source_name)
    for reason, names in sorted(by_reason.items()):
        yield f"left out: {reason}: {_some(names)}"
    if source.rounded:
        yield rounded_sentence(source)


def _some(names: Sequence[str]) -> str:
    shown = list(dict.fromkeys(names))
    more = f" and {len(shown) - _NAMED:,} more" if len(shown) > _NAMED else ""
    return ", ".join(shown[:_NAMED]) + more
