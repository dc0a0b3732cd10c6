"""genai-prices' data: providers with their models, dollars per million tokens, with days, hours and tiers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any, NamedTuple

from tokcost.imports.amounts import AmountReader, day_of, tokens_of
from tokcost.imports.sellers import seller_named
from tokcost.imports.source import SourceModel
from tokcost.rates import STANDARD, Modes, Price, Rates, Tier, Window

_KINDS = {
    "input_mtok": "input",
    "cache_read_mtok": "cached",
    "cache_write_mtok": "cache_write",
    "cache_write_5m_mtok": "cache_write",
    "cache_write_1h_mtok": "cache_write_long",
    "output_mtok": "output",
}
# Key -> (unit of a row, for how many of it the price is).
_UNITS = {
    "input_audio_mtok": ("audio_input", 1),
    "cache_audio_read_mtok": ("audio_cached", 1),
    "output_audio_mtok": ("audio_output", 1),
    "input_image_mtok": ("image_input", 1),
    "cache_image_read_mtok": ("image_cached", 1),
    "output_image_mtok": ("image_output", 1),
    "audio_hours": ("per_minute", 60),
    "input_audio_hours": ("per_minute", 60),
    "input_mchars": ("per_million_characters", 1),
    "input_document_kpages": ("per_page", 1000),
    "rerank_searches_kcount": ("per_query", 1000),
}
_MODES = {
    ("processing", "batch"): "batch",
    ("service_tier", "flex"): "flex",
    ("service_tier", "priority"): "priority",
    ("service_tier", "fast"): "priority",
    ("speed", "fast"): "fast",
}
_GOOGLE, _VERTEX, _OTHERS = "google", "vertex", "claude"
_EVERY_DAY = frozenset(range(7))


class _Offer(NamedTuple):
    """Prices under a condition, as the source has them: from a day on, or in some hours of each day."""

    prices: Mapping[str, Any]
    start: date = date.min
    hours: tuple[time, time] | None = None
    mode: str = STANDARD


def is_genai_prices(data: object) -> bool:
    """Whether it is a list of providers with models of which one has ``prices``, bare or beside their units."""
    return any(
        isinstance(model, Mapping) and "prices" in model
        for provider in _providers(data)
        for model in _listed(provider.get("models"))
    )


def genai_prices_models(data: object, reader: AmountReader) -> Iterator[SourceModel]:
    """Every model of every provider."""
    for provider in _providers(data):
        word = str(provider.get("id"))
        seller = seller_named(word)
        for entry in _listed(provider.get("models")):
            if not isinstance(entry, Mapping) or not isinstance(entry.get("id"), str):
                continue
            name = f"{word}/{entry['id']}"
            # Google sells the models of others on Vertex AI alone
            sold_by = _VERTEX if seller == _GOOGLE and entry["id"].startswith(_OTHERS) else seller
            same = [each for each in _exact_names(entry.get("match")) if each != entry["id"]]
            yield SourceModel(
                name,
                sold_by,
                entry["id"],
                tuple(dict.fromkeys(same)),
                prices=_prices(name, entry, reader),
                context_window=tokens_of(entry.get("context_window")),
            )


def _providers(data: object) -> list[Mapping[str, Any]]:
    found = data.get("providers") if isinstance(data, Mapping) else data
    return [each for each in _listed(found) if isinstance(each, Mapping)]


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _exact_names(match: object) -> Iterator[str]:
    """The ids that a clause names as they are."""
    if not isinstance(match, Mapping):
        return
    if isinstance(match.get("equals"), str):
        yield match["equals"]
    for each in _listed(match.get("or")):
        yield from _exact_names(each)


def _prices(name: str, entry: Mapping[str, Any], reader: AmountReader) -> tuple[Price, ...]:
    """A row from each day on which a price begins."""
    offers = list(_offers(name, entry.get("prices"), reader))
    variants = list(_variants(name, entry.get("price_variants"), reader))
    if not offers:
        return ()
    if all(offer.hours is None and offer.start > date.min for offer in offers):
        offers[0] = offers[0]._replace(start=date.min)  # before the first day its own rule takes the first
    rows = _Rows(name, reader)
    starts = sorted({offer.start for offer in (*offers, *variants)} | {date.min})
    found = [(start, rows.on(start, offers, variants)) for start in starts]
    ends = [*starts[1:], None]
    return tuple(
        price._replace(start=start, end=end)
        for (start, price), end in zip(found, ends, strict=True)
        if price is not None
    )


def _offers(name: str, prices: object, reader: AmountReader) -> Iterator[_Offer]:
    if isinstance(prices, Mapping):
        yield _Offer(prices)
    for each in _listed(prices):
        if not isinstance(each, Mapping) or not isinstance(each.get("prices"), Mapping):
            continue
        offer = _conditioned(each)
        if offer is None:
            reader.leave(name, "prices under a condition", each["prices"])
        else:
            yield offer


def _variants(name: str, variants: object, reader: AmountReader) -> Iterator[_Offer]:
    for each in _listed(variants):
        if not isinstance(each, Mapping) or not isinstance(each.get("prices"), Mapping) or not each["prices"]:
            continue
        when = each.get("when")
        named = list(when.items()) if isinstance(when, Mapping) else []
        mode = _MODES.get(named[0]) if len(named) == 1 else None
        offer = _conditioned(each)
        if mode is None or offer is None or offer.hours:
            what = ", ".join(f"{key}={value}" for key, value in named) or "a condition"
            reader.leave(name, f"prices with {what}", each["prices"])
        else:
            yield offer._replace(mode=mode)


def _conditioned(each: Mapping[str, Any]) -> _Offer | None:
    """The prices with their condition; None for one that is not known here."""
    condition = each.get("constraint")
    if condition is None:
        return _Offer(each["prices"])
    if not isinstance(condition, Mapping):
        return None
    start = day_of(condition.get("start_date"))
    hours = (_clock(condition.get("start_time")), _clock(condition.get("end_time")))
    if start is not None:
        return _Offer(each["prices"], start)
    return _Offer(each["prices"], hours=hours) if hours[0] is not None and hours[1] is not None else None  # type: ignore[arg-type]  # both are known


def _clock(value: object) -> time | None:
    """A time of the day in UTC, to the minute; None for anything else."""
    try:
        clock = value if isinstance(value, time) else time.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if clock is None or clock.second or (clock.tzinfo is not None and clock.utcoffset()):
        return None
    return clock.replace(tzinfo=None)


class _Rows:
    """Makes the rows of one model; what is rounded or left is kept once, however many rows have it."""

    def __init__(self, name: str, reader: AmountReader) -> None:
        self._name = name
        self._reader = reader
        self._told: set[int] = set()

    def on(self, day: date, offers: Sequence[_Offer], variants: Sequence[_Offer]) -> Price | None:
        """The row that begins on a day: the last price that holds, the first variant of each mode."""
        begun = [at for at, offer in enumerate(offers) if offer.hours is None and offer.start <= day]
        if not begun:
            return None
        base = offers[begun[-1]]
        modes, tiers, other = self._rates(base)
        above = {tier.threshold: dict(tier.modes) for tier in tiers}
        for offer in variants:
            if offer.start > day or offer.mode in modes:
                continue
            served, past, _ = self._rates(offer)
            modes |= {offer.mode: served[STANDARD]} if served else {}
            for tier in past:
                above.setdefault(tier.threshold, {})[offer.mode] = tier.modes[STANDARD]
        windows = tuple(
            Window(*offer.hours, _EVERY_DAY, self._rates(offer)[0])
            for offer in offers[begun[-1] + 1 :]
            if offer.hours is not None
        )
        if not modes and not other:
            return None
        tiers = tuple(Tier(size, False, above[size]) for size in sorted(above))
        return Price(date.min, None, modes, tiers, tuple(each for each in windows if each.modes), other=other)

    def _rates(self, offer: _Offer) -> tuple[Modes, tuple[Tier, ...], dict[str, Decimal]]:
        """Rates, cliffs and units of an offer."""
        first = id(offer.prices) not in self._told
        self._told.add(id(offer.prices))
        reader = self._reader if first else AmountReader()
        base: dict[str, Decimal] = {}
        past: dict[int, dict[str, Decimal]] = {}
        other: dict[str, Decimal] = {}
        for key, value in offer.prices.items():
            plainly = value.get("base") if isinstance(value, Mapping) else value
            if key in _KINDS:
                rate = reader.amount(self._name, key, plainly)
                if rate is not None:
                    base[_KINDS[key]] = rate
                for each in _listed(value.get("tiers")) if isinstance(value, Mapping) else ():
                    size = tokens_of(each.get("start")) if isinstance(each, Mapping) else None
                    above = reader.amount(self._name, key, each["price"]) if size and "price" in each else None
                    if size and above is not None:
                        past.setdefault(size, {})[_KINDS[key]] = above
            elif key in _UNITS and not isinstance(value, Mapping):
                unit, number = _UNITS[key]
                if rate := reader.amount(self._name, key, value, of=number):
                    other[unit] = rate
            elif not (key == "output_reasoning_mtok" and value == offer.prices.get("output_mtok")):
                reader.leave(self._name, key, value)
        tiers = [Tier(size, False, {STANDARD: Rates(**{**base, **_up_to(size, past)})}) for size in sorted(past)]
        return ({STANDARD: Rates(**base)} if base else {}), tuple(tiers), other


def _up_to(size: int, past: Mapping[int, Mapping[str, Decimal]]) -> dict[str, Decimal]:
    """The rates past all cliffs up to one: each kind may have cliffs of its own."""
    found: dict[str, Decimal] = {}
    for each in sorted(past):
        found |= past[each] if each <= size else {}
    return found
