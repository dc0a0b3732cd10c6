"""Model invocation logs of Amazon Bedrock: counts of its own, and the body of the answer, which tells them again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokcost.logs.batch import failed
from tokcost.logs.counts import counted
from tokcost.logs.entry import BadLine, Entry, Read
from tokcost.logs.fields import read_context, text
from tokcost.logs.format import Format, FormatReader, Inner, Json
from tokcost.logs.formats import bedrock, messages_stream
from tokcost.logs.plain import opened, plain
from tokcost.logs.responses import response
from tokcost.logs.told import Told

_OTHERS = "the counts of a log line and those of the body in it are not the same: the line's were taken"


def _owns(value: Json) -> bool:
    return value.get("schemaType") == "ModelInvocationLog"


class _InvocationLog(FormatReader):
    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)

    def value(self, where: str, value: Json) -> Iterator[Read]:
        """One entry an invocation: the counts of the line, with what only the body tells of them."""
        given, made = opened(value.get("input")), opened(value.get("output"))
        counts = {**_numbers(given), **_numbers(made)}
        body = self._body(where, made.get("outputBodyJson"))
        model = str(value.get("modelId") or "").rpartition("/")[2]
        if value.get("errorCode") and not any(counts.values()):
            yield failed(where, {"code": value["errorCode"]})._replace(model=text(model))
            return
        if body is None and not counts:
            raise BadLine("an invocation without its counts: neither the line nor a body in it has any")
        entry = body if body is not None and not counts else self._joined(where, counts, body)
        known = read_context(value)
        identity = opened(value.get("identity")).get("arn")
        yield entry._replace(
            model=text(model),
            provider=None,
            when=known.when,
            client=known.client or text(identity),
            key=known.key,
            project=known.project,
            identity=text(value.get("requestId")),
        )

    def _joined(self, where: str, counts: Json, body: Entry | None) -> Entry:
        found = counted({"outputTokens": 0, **counts}, bedrock.COUNTS)
        entry = plain(where, found, read_context({}), None, None)
        if body is None:
            return entry
        mine, its = entry.usage, body.usage
        fresh = not any("cache" in name for name in counts) and mine.input_tokens == its.uncached_tokens
        same = mine.input_tokens == its.input_tokens and mine.cached_tokens == its.cached_tokens
        if (same or fresh) and mine.output_tokens == its.output_tokens:  # it may say how long what was written lives
            return body
        return entry._replace(calls=body.calls, mode=body.mode, remarks=(*entry.remarks, _OTHERS))

    def _body(self, where: str, body: Any) -> Entry | None:
        """The entry of a body: an object, or the events of its stream. None for one that is not known."""
        quiet = Told()
        readers = [(known.owns, known.reader(quiet, self.inner)) for known in (messages_stream.FORMAT, bedrock.FORMAT)]
        found: list[Read] = []
        try:
            for each in body if isinstance(body, list) else [body]:
                if isinstance(each, Mapping):
                    reader = next((reader for owns, reader in readers if owns(each)), None)
                    found += [response(where, each)] if reader is None else reader.value(where, each)
            for _, reader in readers:
                found += reader.end_of_file()
        except (BadLine, AttributeError, TypeError):
            return None
        return found[0] if len(found) == 1 and isinstance(found[0], Entry) else None


def _numbers(holder: Json) -> dict[str, Any]:
    """The counts of a side of the line, which are null where it has none."""
    return {name: held for name, held in holder.items() if held is not None and name.endswith("TokenCount")}


FORMAT = Format(
    "Bedrock invocation logs",
    "model invocation logging of Amazon Bedrock, in S3 or CloudWatch",
    "input leaves out what was read from and written to the cache; the body repeats the counts",
    frozenset({"schemaType"}),
    _owns,
    _InvocationLog,
)
