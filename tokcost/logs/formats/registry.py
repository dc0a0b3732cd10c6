"""Every format of JSON that is known, in the order in which a value is held against them: the special come first."""

from __future__ import annotations

from tokcost.logs import claude_code, codex, otel
from tokcost.logs.fields import TIMES
from tokcost.logs.format import Format, Json
from tokcost.logs.formats import bill_rows, chunks, organization

FORMATS: tuple[Format, ...] = (
    codex.FORMAT,
    claude_code.FORMAT,
    otel.FORMAT,
    organization.FORMAT,
    bill_rows.FORMAT,
    chunks.FORMAT,
)

# The places in FORMATS of those that have a key at the top of their values.
_BY_KEY: dict[str, list[int]] = {}
_ALWAYS = [at for at, known in enumerate(FORMATS) if not known.keys]
for _at, _known in enumerate(FORMATS):
    for _key in _known.keys:
        _BY_KEY.setdefault(_key, []).append(_at)
MARKS = frozenset(key for key in _BY_KEY if not key.lower().endswith(("id", "model", "name"))) - {*TIMES}
"""Fields that may tell formats apart; those that name a line (ids, models, times) are told apart by being there."""


def format_of(value: Json) -> Format | None:
    """The first format that owns a value; None for one that none knows."""
    tried = set(_ALWAYS)
    for key in value:
        tried.update(_BY_KEY.get(key, ()))
    return next((FORMATS[at] for at in sorted(tried) if FORMATS[at].owns(value)), None)
