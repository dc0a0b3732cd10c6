"""How long documents are, drawn with characters and as an SVG picture written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from tokcost.amounts import tokens
from tokcost.phrases import plural, printable
from tokcost.render.bars import bar
from tokcost.report.distribution import Distribution

_COLOUR, _BEYOND, _INK, _FAINT = "#3b7dd8", "#d8603b", "#222222", "#d0d0d0"


def bars(name: str, found: Distribution) -> str:
    """Lines for a terminal or a pipe: a bar for every power of two, then quantiles and the window."""
    if not found.documents:
        return f"{printable(name)}: no documents\n"
    most = max(bucket.documents for bucket in found.buckets)
    spans = [f"{tokens(bucket.first)}-{tokens(bucket.last)}" for bucket in found.buckets]
    wide = max(map(len, spans))
    counts = max(len(tokens(bucket.documents)) for bucket in found.buckets)
    lines = [f"{printable(name)}: {plural(found.documents, 'document')} by tokens"]
    for span, bucket in zip(spans, found.buckets, strict=True):
        line = f"  {span:>{wide}}  {tokens(bucket.documents):>{counts}}  {bar(bucket.documents, most)}"
        lines.append(line.rstrip())
    lines.append("  " + ", ".join(f"{_quantile(each)} {tokens(number)}" for each, number in found.quantiles.items()))
    if found.window is not None:
        verdict = f"{tokens(found.too_long)} do not fit" if found.too_long else "all fit"
        lines.append(f"  context window {tokens(found.window)}: {verdict}")
    return "\n".join(lines) + "\n"


def histogram(named: Mapping[str, Distribution]) -> str:
    """The lengths for every model or encoding, to stand below a table."""
    return "".join("\n" + bars(name, found) for name, found in named.items())


def svg(named: Mapping[str, Distribution]) -> str:
    """A picture: one chart below the other, documents by tokens in powers of two, the window as a line."""
    high, wide = 260, 760
    charts = "".join(_chart(name, found, at * high, wide) for at, (name, found) in enumerate(named.items()))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high * len(named)}" width="{wide}" '
        f'height="{high * len(named)}" font-family="sans-serif" font-size="11">\n'
        f'<rect width="100%" height="100%" fill="white"/>\n{charts}</svg>\n'
    )


def _chart(name: str, found: Distribution, top: int, wide: int) -> str:
    left, right, base, tall = 60, wide - 20, top + 200, 150
    title = f"{printable(name)}: {plural(found.documents, 'document')}, {plural(found.tokens, 'token')}"
    out = [f'<text x="{left}" y="{top + 24}" font-size="14" fill="{_INK}">{escape(title)}</text>\n']
    if not found.buckets:
        return out[0]
    window = found.window or 0
    # one more place than there are buckets when the window lies beyond the longest document
    slots = max(len(found.buckets), window.bit_length() - found.buckets[0].last.bit_length() + 1)
    step = (right - left) / slots
    most = max(bucket.documents for bucket in found.buckets)
    for share in (0.5, 1.0):
        y = base - tall * share
        out.append(f'<line x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_FAINT}"/>\n')
        label = tokens(round(most * share))
        out.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end" fill="{_INK}">{label}</text>\n')
    for at, bucket in enumerate(found.buckets):
        size = tall * bucket.documents / most
        x = left + at * step
        colour = _BEYOND if found.window is not None and bucket.first > found.window else _COLOUR
        hover = f"{tokens(bucket.first)} to {tokens(bucket.last)} tokens: {plural(bucket.documents, 'document')}"
        out.append(
            f'<rect x="{x + 1:.1f}" y="{base - size:.1f}" width="{max(step - 2, 1):.1f}" height="{size:.1f}" '
            f'fill="{colour}"><title>{hover}</title></rect>\n'
        )
    for at in range(0, slots + 1, max(1, slots // 8)):
        edge = 1 << max(0, found.buckets[0].last.bit_length() - 1 + at)
        x = left + at * step
        out.append(f'<text x="{x:.1f}" y="{base + 16}" text-anchor="middle" fill="{_INK}">{_short(edge)}</text>\n')
    out.append(f'<line x1="{left}" x2="{right}" y1="{base}" y2="{base}" stroke="{_INK}"/>\n')
    if window:
        out.append(_window(found, window, left, step, base, tall))
    return "".join(out)


def _window(found: Distribution, window: int, left: int, step: float, base: int, tall: int) -> str:
    exponent = window.bit_length() - 1
    at = exponent - (found.buckets[0].last.bit_length() - 1) + (window / (1 << exponent) - 1)
    x = left + at * step
    label = f"window {tokens(window)}: {tokens(found.too_long)} too long"
    return (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{base - tall - 8}" y2="{base}" stroke="{_BEYOND}" '
        'stroke-dasharray="4 3"/>\n'
        f'<text x="{x - 4:.1f}" y="{base - tall - 12}" text-anchor="end" fill="{_BEYOND}">{label}</text>\n'
    )


def _quantile(percent: int) -> str:
    return {0: "shortest", 50: "median", 100: "longest"}.get(percent, f"{percent} %")


def _short(number: int) -> str:
    for limit, unit in ((1 << 20, "M"), (1 << 10, "K")):
        if number >= limit:
            return f"{number // limit}{unit}"
    return str(number)
