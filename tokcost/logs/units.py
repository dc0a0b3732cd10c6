"""Answers that are billed by something else than tokens: seconds of audio, characters, pages, searches of a reranker.

Field names: usage of OpenAI's transcriptions, of Mistral's OCR, of Cohere's ``billed_units``.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tokcost.logs.counts import CountedUsage
from tokcost.logs.entry import NOTHING, BadLine, Calls, Entry, money, usage_of, whole
from tokcost.logs.fields import LineContext
from tokcost.logs.plain import plain

Json = Mapping[str, Any]
_EMPTY: Json = {}


def billed_by_unit(where: str, body: Json, known: LineContext) -> Entry | None:
    """The entry of such an answer; None for one that is billed by token."""
    usage = body.get("usage")
    if isinstance(usage, Mapping) and any(name.endswith("put_tokens") or name == "prompt_tokens" for name in usage):
        return None
    if isinstance(units := _billed_units(body), Mapping):
        return _cohere(where, body, units, known)
    if isinstance(pages := body.get("usage_info"), Mapping) and "pages_processed" in pages:
        return _ocr(where, body, whole(pages["pages_processed"], "pages_processed"), known)
    if not isinstance(usage, Mapping):
        spoken = "text" in body and ("segments" in body or body.get("task") in ("transcribe", "translate"))
        return _of_units(where, body, known, "seconds", body["duration"]) if spoken and "duration" in body else None
    for unit in ("seconds", "characters"):
        if usage.get(unit) is not None:
            return _of_units(where, body, known, unit, usage[unit])
    if isinstance(body.get("data"), list) and "total_tokens" in usage:  # Voyage: embeddings and rerankings
        tokens = whole(usage["total_tokens"], "total_tokens")
        return _entry(where, body, known)._replace(usage=usage_of(tokens, 0, 0, 0, 0, 0))
    return None


def is_billed_by_unit(body: Json) -> bool:
    """Whether an answer without tokens or a usage says by what it is billed."""
    pages = body.get("usage_info")
    return isinstance(_billed_units(body), Mapping) or (isinstance(pages, Mapping) and "pages_processed" in pages)


def quantity(value: object, field: str) -> Decimal:
    """So much of something, which may be a part of one: 0 or more."""
    number = money(value, field)
    if number is None or number < 0:
        raise BadLine(f"'{field}' is not a number of 0 or more: {str(value)[:40]!r}")
    return number


def _billed_units(body: Json) -> object:
    for name in ("usage", "meta"):
        if isinstance(held := body.get(name), Mapping) and "billed_units" in held:
            return held["billed_units"]
    return None


def _cohere(where: str, body: Json, units: Json, known: LineContext) -> Entry:
    """Searches of a reranker, or the tokens that are billed, which are fewer than those that were read.

    Searches of a chat are a fee beside its tokens. Other units that are billed are told.
    """
    entry = _entry(where, body, known)
    given, output = (whole(units.get(name), name) for name in ("input_tokens", "output_tokens"))
    others = [name for name in units if name not in ("input_tokens", "output_tokens", "search_units")]
    doubts = tuple(f"'billed_units.{name}' is billed, and has no rate here" for name in others if units[name])
    searched = units.get("search_units")
    if searched and not given + output:
        return entry._replace(units=(("queries", quantity(searched, "search_units")),), doubts=doubts)
    if not (doubts or any(name in units for name in ("input_tokens", "output_tokens"))):
        raise BadLine(f"'billed_units' has no tokens and no searches: {', '.join(units) or 'it is empty'}")
    calls = (Calls("search_units", whole(searched, "search_units")),) if searched else ()
    return entry._replace(usage=usage_of(given, 0, 0, 0, output, 0), calls=calls, doubts=doubts)


def _ocr(where: str, body: Json, pages: int, known: LineContext) -> Entry:
    """Pages that were read; those of which annotations were made have a fee of their own in place of the rate."""
    entry = _entry(where, body, known)
    if body.get("document_annotation"):
        return entry._replace(calls=(Calls("ocr_annotated", pages),))
    return entry._replace(units=(("pages", Decimal(pages)),))


def _of_units(where: str, body: Json, known: LineContext, unit: str, number: object) -> Entry:
    return _entry(where, body, known)._replace(units=((unit, quantity(number, unit)),))


def _entry(where: str, body: Json, known: LineContext) -> Entry:
    return plain(where, CountedUsage(NOTHING), known, body.get("model"), body.get("id"))
