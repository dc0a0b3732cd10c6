"""Models and their dated prices, drawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from tokcost.amounts import rate, tokens
from tokcost.catalog import Model
from tokcost.rates import KIND_NAMES, KINDS, STANDARD, Modes, Price
from tokcost.render_old.formats import rendered
from tokcost.render_old.grid import Column, Grid


def render_models(models: Sequence[Model], day: date, form: str, terminal: bool) -> str:
    """All models, a line each, with the rates in force on the day."""
    columns = [
        Column("provider", "provider", shrinks=True),
        Column("model", "model", shrinks=True),
        Column("encoding", "encoding", shrinks=True),
        Column("standing", "standing"),
        *(Column(head, head, numeric=True) for head in ("input", "cached", "output")),
        Column("", "currency"),
        Column("window", "context_window", numeric=True),
        Column("retires", "retires"),
    ]
    grid = Grid(columns, [_line(model, day) for model in models])
    records = [_record(model, day) for model in models]
    document = {"schema_version": 1, "command": "models list", "as_of": day.isoformat(), "rows": records}
    return rendered(form, grid, records, document, terminal)


def render_model(model: Model, day: date, form: str, terminal: bool) -> str:
    """One model with every dated row."""
    records = [_price_record(price) for price in model.prices]
    document = {"schema_version": 1, "command": "models show", **_record(model, day), "prices": records}
    if form == "json":
        return rendered(form, Grid([]), [], document, terminal)
    grid = Grid(
        [
            Column("from", "from"),
            Column("until", "to"),
            Column("mode", "mode"),
            *(
                Column(KIND_NAMES[kind].replace("long-lived cache writes", "long writes"), kind, numeric=True)
                for kind in KINDS
            ),
            Column("source", "source", shrinks=True),
            Column("checked", "checked"),
            Column("sure", "confidence"),
        ]
    )
    for price in model.prices:
        grid.rows += _price_lines(price)
    flat = [{key: value for key, value in record.items() if not isinstance(value, dict | list)} for record in records]
    body = rendered(form, grid.without_empty(), flat, document, terminal)
    if form == "csv":
        return body
    return "".join(f"{line}\n" for line in _head(model, day)) + "\n" + (body if model.prices else "unpriced\n")


def _line(model: Model, day: date) -> list[str]:
    price = model.price_on(day)
    standard = price.modes.get(STANDARD) if price else None
    cells = [rate(getattr(standard, kind)) if standard else "-" for kind in ("input", "cached", "output")]
    if standard is None:
        cells[0] = "other" if price else "unpriced"
    return [
        model.provider,
        model.id,
        model.encoding or "-",
        f"{model.standing}{f' +-{model.margin} %' if model.margin else ''}" if model.encoding else "-",
        *cells,
        price.currency if price else "",
        tokens(model.context_window),
        str(model.retires or ""),
    ]


def _record(model: Model, day: date) -> dict[str, Any]:
    price = model.price_on(day) if model.released is None or model.released <= day else None
    standard = price.modes.get(STANDARD) if price else None
    rates = {f"{kind}_rate": _text(getattr(standard, kind, None)) for kind in KINDS}
    return {
        "provider": model.provider,
        "model": model.id,
        "kind": model.kind,
        "encoding": model.encoding,
        "standing": model.standing if model.encoding else None,
        "assumes": model.assumes or None,
        "margin_percent": model.margin or None,
        "currency": price.currency if price else None,
        **rates,
        "context_window": model.context_window,
        "max_output": model.max_output,
        "reasoning": model.reasoning,
        "released": _text(model.released),
        "retires": _text(model.retires),
        "aliases": list(model.aliases),
        "note": model.note or None,
    }


def _head(model: Model, day: date) -> list[str]:
    lines = [f"{model.full_id}  ({model.kind}{', reasoning' if model.reasoning else ''})"]
    if model.aliases:
        lines.append(f"aliases: {', '.join(model.aliases)}")
    if model.encoding:
        how = f", {model.scale} scale" if model.scale else f" within {model.margin} %" if model.margin else ""
        lines.append(
            f"encoding: {model.encoding}, {model.standing}{how}{f' ({model.assumes})' if model.assumes else ''}"
        )
    lines.append(f"context window: {tokens(model.context_window)}, output at most {tokens(model.max_output)} tokens")
    if model.released or model.retires:
        lines.append(f"released: {model.released or 'unknown'}, retires: {model.retires or 'not announced'}")
    if model.note:
        lines.append(f"note: {model.note}")
    current = None if model.released and day < model.released else model.price_on(day)
    currency = current.currency if current else "USD"
    force = f"those from {current.start}" if current else "none"
    lines.append(f"rates: {currency} per 1,000,000 tokens; in force on {day}: {force}")
    return lines


def _price_lines(price: Price) -> list[list[str]]:
    until = str(price.end or (f"{price.guaranteed_until} guaranteed" if price.guaranteed_until else ""))
    lead = [str(price.start), until]
    tail = [price.source + (f" ({price.note})" if price.note else ""), str(price.checked or ""), price.confidence]
    lines = _mode_lines(price.modes, "", lead, tail)
    for tier in price.tiers:
        mark = f" {'>=' if tier.inclusive else '>'}{tokens(tier.threshold)}"
        lines += _mode_lines(tier.modes, mark, ["", ""], ["", "", ""])
    for window in price.windows:
        mark = f" {window.start:%H:%M}-{window.end:%H:%M} UTC"
        lines += _mode_lines(window.modes, mark, ["", ""], ["", "", ""])
    blank = ["-"] * len(KINDS)
    for name, amount in (*price.other.items(), *((f"image {size}", each) for size, each in price.per_image.items())):
        row = [*lead, f"{name}: {rate(amount)}", *blank, *tail]
        lines.append(row if not lines else ["", "", row[2], *blank, "", "", ""])
    return lines


def _mode_lines(modes: Modes, mark: str, lead: list[str], tail: list[str]) -> list[list[str]]:
    lines = []
    for mode, rates in modes.items():
        cells = [rate(getattr(rates, kind)) for kind in KINDS]
        lines.append([*lead, mode + mark, *cells, *tail])
        lead, tail = ["", ""], ["", "", ""]
    return lines


def _price_record(price: Price) -> dict[str, Any]:
    return {
        "from": price.start.isoformat(),
        "to": _text(price.end),
        "guaranteed_until": _text(price.guaranteed_until),
        "currency": price.currency,
        "modes": _modes_record(price.modes),
        "long": [
            {"prompt": f"{'>=' if tier.inclusive else '>'}{tier.threshold}", "modes": _modes_record(tier.modes)}
            for tier in price.tiers
        ],
        "windows": [
            {
                "utc": f"{window.start:%H:%M}-{window.end:%H:%M}",
                "weekdays": sorted(window.days),
                "modes": _modes_record(window.modes),
            }
            for window in price.windows
        ],
        "other": {name: _text(amount) for name, amount in price.other.items()},
        "per_image": {size: _text(amount) for size, amount in price.per_image.items()},
        "source": price.source,
        "checked": _text(price.checked),
        "confidence": price.confidence,
        "note": price.note or None,
    }


def _modes_record(modes: Modes) -> dict[str, dict[str, str | None]]:
    return {mode: {kind: _text(getattr(rates, kind)) for kind in KINDS} for mode, rates in modes.items()}


def _text(value: object) -> str | None:
    from decimal import Decimal

    if value is None:
        return None
    return format(value, "f") if isinstance(value, Decimal) else str(value)
