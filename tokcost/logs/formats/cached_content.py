"""Context caches of Gemini as its API tells of them: so many tokens are kept for so long, at a fee."""

from __future__ import annotations

from collections.abc import Mapping

from tokcost.inputs.json import google_field
from tokcost.logs.entry import BadLine, Calls, Entry, whole
from tokcost.logs.fields import model_name
from tokcost.logs.format import Format, Json, each
from tokcost.logs.times import moment

_HOUR = 3600
_UNTIL_THEN = "the storage of a cache is charged up to its expireTime: one that is deleted before costs less"


def _owns(value: Json) -> bool:
    return "cachedContents/" in str(value.get("name", "")) and google_field(value, "expireTime") is not None


def _read(where: str, value: Json) -> Entry | None:
    """Token hours from its creation to its end; its content is billed as the input of requests."""
    usage = google_field(value, "usageMetadata")
    if not isinstance(usage, Mapping):
        return None
    tokens = whole(google_field(usage, "totalTokenCount"), "totalTokenCount")
    start = moment(google_field(value, "createTime"), "createTime")
    end = moment(google_field(value, "expireTime"), "expireTime")
    if start is None or end is None or end < start:
        raise BadLine("a cache without the times of its creation and its end: how long it is stored is not known")
    seconds = (end - start).days * 24 * _HOUR + (end - start).seconds
    return Entry(
        where,
        model=model_name(str(value.get("model") or "").split("models/")[-1]),
        provider="google",
        when=start,
        calls=(Calls("cache_storage", (tokens * seconds + _HOUR // 2) // _HOUR),),
        identity=str(value["name"]),
        remarks=(_UNTIL_THEN,),
    )


FORMAT = Format(
    "Gemini context caches",
    "cachedContents of Google's API",
    "tokens kept, by the hour",
    frozenset({"expireTime", "expire_time"}),
    _owns,
    each(_read),
)
