"""Chunks of a stream of chat completions: the usage stands on the last, or, so far, on every one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tokcost.errors import Problem
from tokcost.logs.entry import Read
from tokcost.logs.format import Format, FormatReader, Inner, Json
from tokcost.logs.formats.bedrock import METRICS
from tokcost.logs.held import HeldBack
from tokcost.logs.responses import response
from tokcost.logs.told import Told
from tokcost.logs.unread import WITHOUT_USAGE

NOT_TOLD = f"{WITHOUT_USAGE} (a stream tells it when asked: stream_options.include_usage)"
_OBJECTS = ("chat.completion.chunk", "text_completion")


def _owns(value: Json) -> bool:
    """A chunk by its name; by what only chunks have where they leave that out, as Azure's first and last do."""
    if value.get("object") in _OBJECTS:
        return True
    choices = value.get("choices")
    if value.get("object") or not isinstance(choices, list):
        return False
    return "prompt_filter_results" in value if not choices else isinstance(choices[0], dict) and _is_part(choices[0])


def _is_part(choice: Json) -> bool:
    return "delta" in choice or ("content_filter_offsets" in choice and "message" not in choice)


class _Chunks(FormatReader):
    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)
        self._held = HeldBack(told, "chunks of a stream")
        self._silent: dict[str, str] = {}

    @property
    def holding(self) -> bool:
        return bool(self._held) or bool(self._silent)

    def value(self, where: str, value: Json) -> Iterator[Read]:
        """Of one id the last usage holds. A whole text completion has the name of its chunks, and ends itself."""
        if not (usage := _usage(value)):
            if identity := value.get("id"):
                self._silent.setdefault(str(identity), where)
            return
        entry = response(where, {**value, "usage": usage})
        self._silent.pop(entry.identity or "", None)
        if entry.identity is None or (_is_whole(value) and self._held.get(entry.identity) is None):
            yield entry
        else:
            yield from self._held.put(entry.identity, entry)

    def quiet(self) -> Iterator[Read]:
        """What streams told so far; those without usage go on."""
        return self._held.release()

    def end_of_file(self) -> Iterator[Read]:
        yield from self._held.release()
        silent, self._silent = self._silent, {}
        for where in silent.values():
            yield Problem(where, NOT_TOLD)


def _usage(value: Json) -> Json | None:
    """The usage of a chunk: its own, where Groq puts it, or what Bedrock counted of the answer."""
    if usage := value.get("usage"):
        return usage  # type: ignore[no-any-return]  # whatever it is: the parser of responses says
    groq, metrics = value.get("x_groq"), value.get(METRICS)
    if isinstance(groq, Mapping) and isinstance(held := groq.get("usage"), Mapping):
        return held
    if isinstance(metrics, Mapping):
        return {"prompt_tokens": metrics.get("inputTokenCount"), "completion_tokens": metrics.get("outputTokenCount")}
    return None


def _has_ended(value: Json) -> bool:
    choices = value.get("choices")
    return isinstance(choices, list) and any(isinstance(each, dict) and each.get("finish_reason") for each in choices)


def _is_whole(value: Json) -> bool:
    return value.get("object") == "text_completion" and _has_ended(value)


FORMAT = Format(
    "chunks of chat completions",
    "streams of OpenAI's API and of those who answer like it, as server-sent events or JSON lines",
    "input includes what was cached; the last usage of an id holds",
    frozenset({"object", "choices"}),
    _owns,
    _Chunks,
)
