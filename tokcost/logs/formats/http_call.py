"""One recorded HTTP call: where it went, what was asked, and the values in its answer.

Names: HAR 1.2, vcrpy, the VCR of Ruby, go-vcr.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from tokcost.inputs.json import decoded
from tokcost.logs.entry import BadLine
from tokcost.logs.events import EventLines, is_event_line
from tokcost.logs.fields import model_name
from tokcost.logs.formats.entries import first, inside

Json = Mapping[str, Any]
_LARGEST = 256 << 20
# Where models are called; what else is answered counts only where it tells usage.
_MODEL_CALL = re.compile(
    r"/chat/completions$|/v\d\w*/(?:messages|responses|completions|embeddings|rerank|ocr)$|:(?:stream)?generateContent$"
    r"|:embedContent$|:(?:stream)?rawPredict$|/(?:converse|invoke)(?:-\w+)*$|/api/(?:chat|generate|embed)$",
    re.IGNORECASE,
)
_MODEL_IN = re.compile(r"/(?:models?|deployments)/([^/:?]+)")
_BINARY = "an answer that is neither JSON nor a stream of events: its usage was not read"


class HttpCall(NamedTuple):
    """One call: where it went, what was asked, and the answer as it was recorded, None where it was not."""

    method: str
    url: str
    asked: Any
    status: int
    body: Any
    packed: str
    when: Any

    @property
    def is_of_a_model(self) -> bool:
        """Whether a model was called, by the address."""
        return self.method == "POST" and _MODEL_CALL.search(self.url.partition("?")[0]) is not None


def of_har(entry: Json) -> HttpCall:
    content = inside(entry, "response", "content")
    body = content.get("text")
    if content.get("encoding") == "base64" and isinstance(body, str):
        body = _from_base64(body)
    request = inside(entry, "request")
    return HttpCall(
        str(request.get("method") or "").upper(),
        str(request.get("url") or ""),
        inside(request, "postData").get("text"),
        _status(inside(entry, "response").get("status")),
        body,
        "",  # what was compressed on its way is not in the record
        entry.get("startedDateTime"),
    )


def of_cassette(interaction: Json) -> HttpCall:
    request, answer = inside(interaction, "request"), inside(interaction, "response")
    headers = {str(name).lower(): held for name, held in inside(answer, "headers").items()}
    body = first(answer.get("parsed_body"), answer.get("body"))
    if isinstance(body, Mapping) and any(name in body for name in ("string", "base64_string")):
        body = body["string"] if body.get("string") is not None else _from_base64(str(body.get("base64_string")))
    asked = first(request.get("parsed_body"), request.get("body"))
    return HttpCall(
        str(request.get("method") or "POST").upper(),
        str(first(request.get("uri"), request.get("url"), "")),
        asked.get("string") if isinstance(asked, Mapping) and "string" in asked else asked,
        _status(first(inside(answer, "status").get("code"), answer.get("status"), answer.get("code"))),
        body,
        str(_one(headers.get("content-encoding")) or "").lower(),
        first(interaction.get("recorded_at"), _one(headers.get("date"))),
    )


def _one(held: Any) -> Any:
    return held[0] if isinstance(held, list) and held else held


def _status(value: Any) -> int:
    text = str(value or 200).partition(" ")[0]
    return int(text) if text.isdecimal() and len(text) < 4 else 200


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError) as error:
        raise BadLine("an answer whose base64 is damaged") from error


def _as_text(call: HttpCall) -> str | None:
    """The body as text; None for one that is none."""
    body = call.body.encode("latin-1", "ignore") if _is_packed_text(call.body) else call.body
    if isinstance(body, str):
        return body
    if body[:2] == b"\x1f\x8b" or call.packed in ("gzip", "deflate"):
        unpack = zlib.decompressobj(zlib.MAX_WBITS | 32 if body[:1] in b"\x1f\x78" else -zlib.MAX_WBITS)
        try:
            unpacked = unpack.decompress(body, _LARGEST)
        except zlib.error:
            unpacked = body  # the header is kept by libraries that record what they have unpacked
        if unpack.unconsumed_tail:
            raise BadLine("an answer of more than 256 MB")
        body = unpacked
    try:
        text: str = body.decode()
    except UnicodeDecodeError:
        return None
    return text


def _is_packed_text(body: Any) -> bool:
    return isinstance(body, str) and body[:2] == "\x1f\x8b"


def values_of(call: HttpCall) -> Iterator[tuple[Any, bool]]:
    """The values of JSON in an answer, and whether they are events of a stream. Raises ValueError for broken ones."""
    if isinstance(call.body, Mapping | list):
        yield call.body, False
        return
    text = _as_text(call)
    if text is None:
        raise BadLine(_BINARY)
    raw = text.strip().encode("utf-8", "replace")
    lines = raw.splitlines()
    if lines and raw[:1] not in (b"{", b"[") and any(map(is_event_line, lines[:20])):
        events = EventLines()
        for number, line in enumerate(lines, 1):
            yield from ((decoded(each), True) for _, each in events.take(number, line.strip()))
        yield from ((decoded(each), True) for _, each in events.end())
    elif raw[:1] in (b"{", b"["):
        if len(lines) > 1 and all(line[:1] == b"{" and line.rstrip()[-1:] == b"}" for line in lines if line.strip()):
            yield from ((decoded(line), True) for line in lines if line.strip())
        else:
            yield decoded(raw), False
    elif raw:
        raise BadLine(_BINARY)


def model_asked(call: HttpCall) -> str | None:
    """The model that was asked for: where the answer names none."""
    asked = call.asked
    if isinstance(asked, bytes | str) and asked[:1] in ("{", b"{"):
        try:
            asked = decoded(asked if isinstance(asked, bytes) else asked.encode("utf-8", "replace"))
        except ValueError:
            asked = None
    named = asked.get("model") if isinstance(asked, Mapping) else None
    found = _MODEL_IN.search(call.url)
    return model_name(named or (unquote(found[1]) if found else None))
