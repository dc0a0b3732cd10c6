"""The quick way through a log of many lines alike: what is needed of each is decoded, the rest skipped.

A plan is learned from a line that the whole recogniser has read. It takes only lines of the same
fields; whatever is new in a line (a field, a type, a value where there was none) makes the decoder
refuse it, and the whole recogniser reads it. So the quick way never has to know what is rare.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import Raw, Struct

from tokcost.logs.fields import CHARGES, CLIENTS, HEADERS, KEY_NAMES, PROJECTS, TIMES
from tokcost.logs.keys import KEY_FIELDS
from tokcost.logs.shapes import INSIDE

Json = Mapping[str, Any]
Counts = tuple[int, int, int, int, int, int, Any]
"""Input (inclusive), cached, written, written for long, output, reasoning; and how it was served."""

Get = Callable[[Any], Any]
# A line with one of these is of a format that the quick way does not know.
_OTHERS = frozenset(
    {
        "custom_id", "usageMetadata", "usage_metadata", "payload", "attributes", "resourceSpans", "resource_spans",
        "scopeSpans", "spans", "results", "processed_time", "sessionId", "uuid", "leafUuid", "prompt_tokens",
        "input_tokens", "key",
    }
)  # fmt: skip


class _Inside(Struct, gc=False, forbid_unknown_fields=True):
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    audio_tokens: int | None = None
    text_tokens: int | None = None


class _Outside(Struct, gc=False, forbid_unknown_fields=True):
    reasoning_tokens: int | None = None
    audio_tokens: int | None = None
    text_tokens: int | None = None
    accepted_prediction_tokens: int | None = None
    rejected_prediction_tokens: int | None = None


class _Chat(Struct, gc=False, forbid_unknown_fields=True):
    prompt_tokens: int
    completion_tokens: int | None = None
    total_tokens: int | None = None
    prompt_tokens_details: _Inside | None = None
    completion_tokens_details: _Outside | None = None


class _Responses(Struct, gc=False, forbid_unknown_fields=True):
    input_tokens: int
    input_tokens_details: _Inside
    output_tokens: int
    output_tokens_details: _Outside | None = None
    total_tokens: int | None = None


class _Creation(Struct, gc=False, forbid_unknown_fields=True):
    ephemeral_5m_input_tokens: int = 0
    ephemeral_1h_input_tokens: int = 0


class _Thinking(Struct, gc=False, forbid_unknown_fields=True):
    thinking_tokens: int = 0


class _Tools(Struct, gc=False, forbid_unknown_fields=True):
    web_search_requests: int = 0
    web_fetch_requests: int = 0


class _Anthropic(Struct, gc=False, forbid_unknown_fields=True):
    input_tokens: int
    output_tokens: int
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_creation: _Creation | None = None
    output_tokens_details: _Thinking | None = None
    server_tool_use: _Tools | None = None
    service_tier: str | None = None
    inference_geo: str | None = None
    speed: str | None = None


class _Empty(Struct, forbid_unknown_fields=True):
    pass


class Plan(NamedTuple):
    """How lines of one set of fields are read.

    What ``decode`` makes has ``usage``, ``model`` and ``tier``: itself, or (``nested`` 1) its ``body``, or
    (2) the ``body`` of its ``middle``.
    """

    decode: Callable[[bytes], Any]
    nested: int
    counts: Callable[[Any], Counts | None]
    when: Get | None
    client: Get | None
    key: Get | None
    project: Get | None
    shuns: bytes


def learn(line: Any) -> Plan | None:
    """A plan for lines like this one, None when they need the whole recogniser."""
    if not isinstance(line, Mapping):
        return None
    if "custom_id" in line:
        return _batch_plan(line)
    if isinstance(line.get("usage"), Mapping):
        return _plan([_Fields(line)], [""], 0)
    for name in INSIDE:
        inner = line.get(name)
        if isinstance(inner, Mapping) and isinstance(inner.get("usage"), Mapping):
            if "service_tier" in line:
                return None
            levels = [_Fields(line), _Fields(inner)]
            levels[0].hold("body", name, levels[1])
            return _plan(levels, ["", "body."], 1)
    return None


def _batch_plan(line: Json) -> Plan | None:
    """Results of a batch, OpenAI's or Anthropic's: the response is all that speaks."""
    for outside, inside, name, value in (
        ("response", "body", "status_code", 200),
        ("result", "message", "type", "succeeded"),
    ):
        holder = line.get(outside)
        body = holder.get(inside) if isinstance(holder, Mapping) else None
        if isinstance(body, Mapping) and isinstance(body.get("usage"), Mapping) and isinstance(holder, Mapping):
            outer, middle, within = _Fields(line, batch=True), _Fields(holder), _Fields(body)
            middle.take("", name, Literal[value])
            outer.must_be_null("error")
            outer.hold("middle", outside, middle)
            middle.hold("body", inside, within)
            return _plan([within], ["middle.body."], 2, outer)
    return None


def _plan(levels: list[_Fields], prefixes: list[str], nested: int, top: _Fields | None = None) -> Plan | None:
    body = levels[-1]
    top = top or levels[0]
    for fields in {id(each): each for each in (*levels, top)}.values():
        others = _OTHERS - {"custom_id"} if fields.batch else _OTHERS
        if others & set(fields.line) or any(name.startswith("gen_ai.") for name in fields.line):
            return None
    if ("data" in body.line and body.line.get("object") != "list") or not isinstance(body.line.get("model"), str):
        return None  # images; or a model that has to be looked for
    kind, counts = _kind_of(body.line["usage"])
    if kind is None:
        return None
    found = _words_around(list(zip(levels, prefixes, strict=True)))
    body.take("usage", "usage", kind)
    body.take("model", "model", str)
    body.take("tier", "service_tier", str | None)
    for fields in levels:
        for name in ("object", "type"):
            fields.must_stay(name)
    decoder = msgspec.json.Decoder(top.struct())
    try:
        decoder.decode(msgspec.json.encode(top.line))
    except (msgspec.DecodeError, TypeError):
        return None
    return Plan(
        decode=decoder.decode,
        nested=nested,
        counts=counts,
        when=found["when"],
        client=found["client"],
        key=found["key"],
        project=found["project"],
        shuns=b"_search_call" if kind is _Responses else b"",
    )


def _words_around(levels: list[tuple[_Fields, str]]) -> dict[str, Get | None]:
    """What gets the time, the client, the project and the key, as ``fields.around`` finds them."""
    found: dict[str, Get | None] = {}
    for what, names in (("when", TIMES), ("client", CLIENTS), ("project", PROJECTS)):
        found[what] = _chosen(what, names, levels)
    secret = tuple(name for fields, _ in levels for name in fields.line if name.lower() in KEY_FIELDS)
    found["key"] = _chosen("key", secret, levels) or _chosen("key", KEY_NAMES, levels)
    for fields, _ in levels:
        for name in (*CHARGES, *secret, *KEY_NAMES):
            fields.must_be_null(name)
        for name in (*HEADERS, "metadata", "request"):
            fields.must_be_empty(name)
    return found


class _Fields:
    """The fields of one object, each with the type that a line must have there to be taken."""

    def __init__(self, line: Json, batch: bool = False) -> None:
        self.line = line
        self.batch = batch
        self.types: dict[str, tuple[str, Any]] = {}
        self._held: tuple[str, str, _Fields] | None = None

    def hold(self, attribute: str, name: str, inner: _Fields) -> None:
        """One of the fields is an object that is decoded too."""
        self._held = (attribute, name, inner)

    def take(self, attribute: str, name: str, kind: Any) -> None:
        """Decode a field under a fixed name."""
        self.types[name] = (attribute, kind)

    def must_stay(self, name: str) -> None:
        """The field holds the same text in every line."""
        if isinstance(value := self.line.get(name), str):
            self.types[name] = ("", Literal[value])

    def must_be_null(self, name: str) -> None:
        if name in self.line and name not in self.types:
            self.types[name] = ("", None)

    def must_be_empty(self, name: str) -> None:
        if name in self.line and name not in self.types:
            self.types[name] = ("", _Empty | None)

    def struct(self) -> type[Struct]:
        """What decodes such an object. Fields that say nothing of use are skipped unread."""
        if self._held is not None:
            attribute, name, inner = self._held
            self.take(attribute, name, inner.struct())
        fields: list[tuple[str, Any, Any]] = []
        names: dict[str, str] = {}
        for number, name in enumerate(dict.fromkeys([*self.types, *self.line])):
            attribute, kind = self.types.get(name, ("", Raw))
            attribute = attribute or f"f{number}"
            default = Raw(b"") if kind is Raw else None
            names[attribute] = name
            fields.append((attribute, kind, default))
        made: type[Struct] = msgspec.defstruct("Line", fields, rename=names, forbid_unknown_fields=True, gc=False)
        return made


def _chosen(what: str, names: tuple[str, ...], levels: list[tuple[_Fields, str]]) -> Get | None:
    """The field that says something first, as the whole recogniser would take it; those before it must stay null."""
    for fields, prefix in levels:
        for name in names:
            value = fields.line.get(name)
            if isinstance(value, str | int) and not isinstance(value, bool) and value:
                fields.take(what, name, type(value))
                return attrgetter(prefix + what)
            fields.must_be_null(name)
    return None


def _kind_of(usage: Json) -> tuple[Any, Callable[[Any], Counts | None]]:
    if "prompt_tokens" in usage:
        return _Chat, _chat
    if "input_tokens_details" in usage:
        return _Responses, _responses
    if "cache_read_input_tokens" in usage or "cache_creation_input_tokens" in usage:
        return _Anthropic, _anthropic
    return None, _chat


def _chat(usage: _Chat) -> Counts | None:
    given, output = usage.prompt_tokens, usage.completion_tokens or 0
    cached = written = reasoning = 0
    if (inside := usage.prompt_tokens_details) is not None:
        if inside.audio_tokens:
            return None
        cached, written = inside.cached_tokens or 0, inside.cache_write_tokens or 0
    if (outside := usage.completion_tokens_details) is not None:
        reasoning = outside.reasoning_tokens or 0
        if outside.audio_tokens or (reasoning and usage.total_tokens == given + output + reasoning):
            return None
    return given, cached, written, 0, output, reasoning, None


def _responses(usage: _Responses) -> Counts | None:
    inside, outside = usage.input_tokens_details, usage.output_tokens_details
    if inside.audio_tokens or (outside is not None and outside.audio_tokens):
        return None
    reasoning = outside.reasoning_tokens or 0 if outside is not None else 0
    read, written = inside.cached_tokens or 0, inside.cache_write_tokens or 0
    return usage.input_tokens, read, written, 0, usage.output_tokens, reasoning, None


def _anthropic(usage: _Anthropic) -> Counts | None:
    if usage.server_tool_use is not None and usage.server_tool_use.web_search_requests:
        return None
    read, written, long = usage.cache_read_input_tokens or 0, usage.cache_creation_input_tokens or 0, 0
    if (parts := usage.cache_creation) is not None and (
        parts.ephemeral_5m_input_tokens or parts.ephemeral_1h_input_tokens
    ):
        if parts.ephemeral_5m_input_tokens + parts.ephemeral_1h_input_tokens != written:
            return None
        written, long = parts.ephemeral_5m_input_tokens, parts.ephemeral_1h_input_tokens
    thinking = usage.output_tokens_details.thinking_tokens if usage.output_tokens_details is not None else 0
    given = usage.input_tokens + read + written + long
    served = (usage.service_tier, usage.speed, usage.inference_geo)
    return given, read, written, long, usage.output_tokens, thinking, served
