"""The entry of a usage that was counted, with what its line says around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tokcost.inputs.json import decoded
from tokcost.logs.counts import CountedUsage
from tokcost.logs.entry import Entry
from tokcost.logs.fields import LineContext, model_name

Json = Mapping[str, Any]
FROM_ITS_CACHE = "answered from the gateway's own cache"
"""What no provider was asked for, and nobody charged."""
SAID_OF_IT = f"{FROM_ITS_CACHE}: it cost nothing, and its tokens are not counted"
_TRUE = ("true", "1", "hit")


def plain(where: str, found: CountedUsage, known: LineContext, model: object, identity: object) -> Entry:
    """The entry of a request of text."""
    return Entry(
        where,
        found.usage,
        model=model_name(model),
        when=known.when,
        client=known.client,
        key=known.key,
        project=known.project,
        charged=known.charged,
        currency=known.currency,
        identity=str(identity) if identity else None,
        doubts=found.doubts,
        remarks=found.remarks,
    )


def object_in(value: object) -> Json | None:
    """An object, also one that is written as text; None for anything else."""
    if isinstance(value, str) and value[:1] == "{":
        try:
            value = decoded(value.encode())
        except ValueError:
            return None
    return value if isinstance(value, Mapping) else None


def is_true(value: object) -> bool:
    """Whether a field says yes, as a truth value or as the word that a database keeps for it."""
    return value is True or value == 1 or (isinstance(value, str) and value.strip().lower() in _TRUE)


def opened(value: object) -> Json:
    """An object, also one that is kept as text; an empty one for anything else."""
    return object_in(value) or {}
