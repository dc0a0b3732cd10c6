"""The fast path through logs of similar lines: what is needed of each is decoded, the rest is skipped.

A plan is learned from a line that the full parser has read. It takes only lines of the same fields; whatever is new
in a line (a field, a type, a value where there was none) makes the decoder refuse it, and the full parser reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import Raw

from tokcost.logs.fields import CHARGES, CLIENTS, HEADERS, KEY_NAMES, PROJECTS, TIMES
from tokcost.logs.formats.registry import MARKS, is_plain
from tokcost.logs.line_fields import LineFields
from tokcost.logs.plain_counts import Counts
from tokcost.logs.responses import INSIDE
from tokcost.logs.usage_structs import kind_of
from tokcost.masking import KEY_FIELDS

Json = Mapping[str, Any]
Get = Callable[[Any], Any]
_USAGES = ("usage", "usageMetadata")
# How an answer tells of calls that are charged, in fields that are skipped unread.
_CALLS, _GROUNDING = (b"_search_call", b"_interpreter_call", b"_generation_call"), (b"grounding",)
# Without it an answer of Gemini is a chunk, which may be followed by more.
_ENDED = b'"finishReason"'
# Beside flat counts an answer may stand, which holds: as an object, or as text with its usage in it.
_NO_OBJECT = str | int | bool | list[Raw] | None
_AN_ANSWER = (rb"\"usage",)
# What a value is that says something: neither empty nor 0.
_SAYS = {str: msgspec.Meta(min_length=1), int: msgspec.Meta(ge=1)}
# A line with one of these is of a format that the fast path does not know.
_OTHERS = frozenset(
    {
        "custom_id", "usage_metadata", "payload", "attributes", "resourceSpans", "resource_spans",
        "scopeSpans", "spans", "results", "processed_time", "sessionId", "uuid", "leafUuid", "key",
    }
)  # fmt: skip


class LinePlan(NamedTuple):
    """How lines of one set of fields are read.

    What ``decode`` makes has ``usage``, ``model`` and ``tier``: itself, or (``nested`` 1) its ``body``, or (2) the
    ``body`` of its ``middle``. When ``flat``, the counts are there too, without a ``usage``. Of ``nested`` 2 the
    outermost has a ``batch_identity``. ``when`` gets a datetime or whole seconds. A line with one of
    ``skip_if_contains`` may tell more, one without ``must_contain`` is a part of an answer: both are left out.
    """

    decode: Callable[[bytes], Any]
    nested: int
    flat: bool
    counts: Callable[[Any], Counts | None]
    when: Get | None
    client: Get | None
    key: Get | None
    project: Get | None
    skip_if_contains: tuple[bytes, ...]
    must_contain: bytes


def learn(line: Any) -> LinePlan | None:
    """A plan for lines like this one, None when they need the full parser. It may yet refuse even this line."""
    if not isinstance(line, Mapping) or not is_plain(line):
        return None
    if "custom_id" in line:
        return _batch_plan(line)
    if _place(line) is not None:
        return _plan([LineFields(line)], [""], 0)
    for name in INSIDE:
        inner = line.get(name)
        if isinstance(inner, Mapping) and any(isinstance(inner.get(each), Mapping) for each in _USAGES):
            if "service_tier" in line or not is_plain(inner):
                return None
            levels = [LineFields(line), LineFields(inner)]
            levels[0].hold("body", name, levels[1])
            return _plan(levels, ["", "body."], 1)
    return None


def _place(body: Json) -> tuple[str, str] | None:
    """The fields of the usage and of the model; the usage has none where its counts are on the model's level."""
    if isinstance(body.get("usageMetadata"), Mapping):
        return None if "usage" in body else ("usageMetadata", "modelVersion")
    if isinstance(body.get("usage"), Mapping):
        return "usage", "model"
    return ("", "model") if "prompt_tokens" in body or "input_tokens" in body else None


def _batch_plan(line: Json) -> LinePlan | None:
    """Results of a batch, OpenAI's or Anthropic's: the response is all that speaks."""
    for outside, inside, name, value in (
        ("response", "body", "status_code", 200),
        ("result", "message", "type", "succeeded"),
    ):
        holder = line.get(outside)
        body = holder.get(inside) if isinstance(holder, Mapping) else None
        if isinstance(body, Mapping) and isinstance(body.get("usage"), Mapping) and isinstance(holder, Mapping):
            outer, middle, within = LineFields(line, batch=True), LineFields(holder), LineFields(body)
            middle.take("", name, Literal[value])
            outer.must_be_null("error")
            outer.take("batch_identity", "custom_id", str | None)
            outer.must_be_there.add("custom_id")  # without it the line is of no batch
            outer.hold("middle", outside, middle)
            middle.hold("body", inside, within)
            return _plan([within], ["middle.body."], 2, outer)
    return None


def _may_be_a_field(name: str) -> bool:
    return name.isprintable() and not ("\\" in name or '"' in name or name.startswith("gen_ai."))


def _plan(levels: list[LineFields], prefixes: list[str], nested: int, top: LineFields | None = None) -> LinePlan | None:
    body = levels[-1]
    top = top or levels[0]
    for fields in {id(each): each for each in (*levels, top)}.values():
        others = _OTHERS - {"custom_id"} if fields.batch else _OTHERS
        if others & set(fields.line) or not all(map(_may_be_a_field, fields.line)):
            return None
    place = _place(body.line)
    if place is None or ("data" in body.line and body.line.get("object") != "list"):
        return None  # images
    if "server_side_tool_usage" in body.line or ("tool_usage" in body.line and "output" not in body.line):
        return None  # calls are told there alone
    usage_field, model_field = place
    kind = kind_of(body.line[usage_field]) if usage_field else kind_of(body.line, flat=True)
    if kind is None or not isinstance(body.line.get(model_field), str):
        return None
    found = _words_around(list(zip(levels, prefixes, strict=True)))
    if usage_field:
        body.take("usage", usage_field, kind[0])
    else:
        for field in msgspec.structs.fields(kind[0]):
            body.take(field.name, field.encode_name, field.type)
        for name in {*INSIDE, "usage"} & set(body.line):
            body.take("", name, _NO_OBJECT)
    body.take("model", model_field, str)
    body.take("tier", "service_tier", str | None)
    body.take("identity", "responseId" if model_field == "modelVersion" else "id", str | None)
    for fields in levels:
        for name in {"object", "type", *(set(fields.line) & MARKS)}:
            fields.must_stay(name)
    decoder = msgspec.json.Decoder(top.struct())
    return LinePlan(
        decode=decoder.decode,
        nested=nested,
        flat=not usage_field,
        counts=kind[1],
        when=found["when"],
        client=found["client"],
        key=found["key"],
        project=found["project"],
        must_contain=_ENDED if "candidates" in body.line else b"",
        skip_if_contains=(
            *(_CALLS if "output" in body.line else _GROUNDING if "candidates" in body.line else ()),
            *(() if usage_field else _AN_ANSWER),
        ),
    )


def _words_around(levels: list[tuple[LineFields, str]]) -> dict[str, Get | None]:
    """What gets the time, the client, the project and the key, as ``fields.read_context`` finds them."""
    found: dict[str, Get | None] = {}
    for what, names in (("when", TIMES), ("client", CLIENTS), ("project", PROJECTS)):
        found[what] = _chosen(what, names, levels)
    secret = tuple(name for fields, _ in levels for name in fields.line if name.lower() in KEY_FIELDS)
    found["key"] = _chosen("key", secret, levels) or _chosen("key", KEY_NAMES, levels)
    for fields, _ in levels:
        for name in (*CHARGES, *secret, *KEY_NAMES):
            fields.must_be_null(name)
        for name in (*HEADERS, "metadata", "request"):
            fields.must_be_silent(name)
    return found


def _chosen(what: str, names: tuple[str, ...], levels: list[tuple[LineFields, str]]) -> Get | None:
    """The field that says something first, as the full parser would take it; those before it must stay null.

    Where there are others after it, it must say something in every line: they would speak in its place.
    """
    listed = [(fields, prefix, name) for fields, prefix in levels for name in names]
    for at, (fields, prefix, name) in enumerate(listed, 1):
        value = fields.line.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and value:
            kind: Any = datetime if what == "when" and isinstance(value, str) else type(value)
            if any(other in after.line for after, _, other in listed[at:]):
                fields.must_be_there.add(name)
                kind = kind if kind is datetime else Annotated[kind, _SAYS[kind]]
            fields.take(what, name, kind)
            return attrgetter(prefix + what)
        fields.must_be_null(name)
    return None
