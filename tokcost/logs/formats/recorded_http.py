"""HTTP traffic as browsers (HAR) and tests (cassettes of VCR) record it: each answer is read as if it were a log."""

from __future__ import annotations

import zlib
from binascii import a2b_base64
from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.errors import Problem
from tokcost.inputs.json import decoded
from tokcost.logs.entry import Read
from tokcost.logs.fields import TIMES
from tokcost.logs.format import Format, FormatReader, Json

_CASSETTES = ("interactions", "http_interactions")
# How addresses end to which models answer: an answer from there that was not kept is told.
_ENDPOINTS = (
    "/chat/completions", "/v1/completions", "/v1/messages", "/v1/responses", "generatecontent", "/v1/embeddings",
    "/converse", "/converse-stream", "/invoke", "/invoke-with-response-stream",
)  # fmt: skip
_GZIP, _LARGEST = b"\x1f\x8b", 64 << 20
_NOT_KEPT = "the answer was not saved with it: what it cost is not known"
_UNREADABLE = "the answer is neither JSON nor a stream of events: what it cost is not known"


class _Recording(FormatReader):
    def _answer(self, where: str, url: object, status: object, body: object, when: object) -> Iterator[Read]:
        """The entries of one answer; ``body`` is text, bytes, or JSON that is read already."""
        of_model = _is_endpoint(url) and str(status).startswith("2")
        if isinstance(body, bytes):
            body = _unpacked(body).decode("utf-8", "replace")
        if isinstance(body, Mapping | list):
            yield from self._value(where, body, when)
        elif not isinstance(body, str) or not body.strip():
            if of_model:
                yield Problem(where, _NOT_KEPT)
        elif (values := list(_values(body))) or not of_model:
            for value in values:
                yield from self._value(where, value, when)
        else:
            yield Problem(where, _UNREADABLE)

    def _value(self, where: str, value: Any, when: object) -> Iterator[Read]:
        """One value; the time of the recording is that of an answer which states none."""
        if when and isinstance(value, Mapping) and not any(map(value.get, (*TIMES, "error"))):
            value = {"timestamp": when, **{name: held for name, held in value.items() if name != "timestamp"}}
        yield from self.inner(where, value)


class _Har(_Recording):
    def value(self, where: str, value: Json) -> Iterator[Read]:
        """The entries of all answers that a browser kept."""
        for number, entry in enumerate(value["log"]["entries"], 1):
            answer = entry.get("response") or {}
            content = answer.get("content") or {}
            body = content.get("text")
            if body and content.get("encoding") == "base64":
                body = a2b_base64(body)
            url = (entry.get("request") or {}).get("url")
            here = f"{where}[{number}]"
            yield from self._answer(here, url, answer.get("status"), body, entry.get("startedDateTime"))


class _Cassette(_Recording):
    def value(self, where: str, value: Json) -> Iterator[Read]:
        """The entries of all answers that a test is played."""
        listed = next(value[name] for name in _CASSETTES if name in value)
        for number, interaction in enumerate(listed, 1):
            request, answer = interaction.get("request") or {}, interaction.get("response") or {}
            status = answer.get("status")
            code = status.get("code") if isinstance(status, Mapping) else status or answer.get("status_code")
            when = interaction.get("recorded_at") or _date_in(answer.get("headers"))
            url = request.get("uri") or request.get("url")
            yield from self._answer(f"{where}[{number}]", url, code, _body_of(answer), when)


def _body_of(answer: Json) -> object:
    body = answer.get("parsed_body")
    if body is None:
        body = answer.get("body", answer.get("content"))
    if isinstance(body, Mapping) and ("string" in body or "base64_string" in body):
        packed = body.get("base64_string")
        return a2b_base64(packed) if packed else body.get("string")
    return body


def _date_in(headers: object) -> object:
    """When the server answered, as it says in a header."""
    for name, value in headers.items() if isinstance(headers, Mapping) else ():
        if str(name).lower() == "date":
            return value[0] if isinstance(value, list) and value else value
    return None


def _is_endpoint(url: object) -> bool:
    return isinstance(url, str) and url.partition("?")[0].lower().endswith(_ENDPOINTS)


def _unpacked(body: bytes) -> bytes:
    """Bytes as they were before gzip, where they are; no more than so many."""
    if not body.startswith(_GZIP):
        return body
    try:
        return zlib.decompressobj(wbits=31).decompress(body, _LARGEST)
    except zlib.error:
        return b""


def _values(body: str) -> Iterator[Any]:
    """The JSON values of an answer: one, one a line, or one an event. What is no JSON has none."""
    text = body.lstrip("\ufeff \t\r\n")
    if text.startswith(("{", "[")):
        try:
            yield decoded(text.encode())
            return
        except ValueError:
            pass
    for line in text.splitlines():
        bare = line.strip().removeprefix("data:").lstrip()
        if bare.startswith(("{", "[{")):
            try:
                yield decoded(bare.encode("utf-8", "surrogatepass"))
            except ValueError:
                continue


def _is_har(value: Json) -> bool:
    log = value.get("log")
    return isinstance(log, Mapping) and isinstance(log.get("entries"), list)


def _is_cassette(value: Json) -> bool:
    listed = next((value[name] for name in _CASSETTES if name in value), None)
    return isinstance(listed, list) and any(isinstance(each, Mapping) and "response" in each for each in listed)


_COUNTS = "those of the answers in it"
FORMATS = (
    Format("HAR", "what a browser saves of its network traffic", _COUNTS, frozenset({"log"}), _is_har, _Har),
    Format(
        "cassette", "recorded HTTP of vcrpy, pytest-recording and VCR, as YAML or JSON", _COUNTS,
        frozenset(_CASSETTES), _is_cassette, _Cassette,
    ),
)  # fmt: skip
