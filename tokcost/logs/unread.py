"""Numbers that look like counts of tokens in a value that no format knows: they are told, never passed over."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tokcost.inputs.json import decoded
from tokcost.masking import scrub

# What has tokens in its name and is no use of them: limits, sizes, prices, ids; and what people and tools say.
_NO_COUNT = re.compile(
    r"(?:^|[^a-z])"
    r"(?:max|limit|budget|thresh|remain|window|per(?![a-z])|price|cost|size|before|rate|speed|avail|quota|ttft"
    r"|time_to|latency|ms$|ids?$)"
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_COUNT = re.compile(r"token|tok(?:s|_|$)|(?:^|_)tok")
_WORDS = frozenset(
    {
        "content", "text", "arguments", "messages", "tools", "params", "prompt", "parts", "choices", "candidates",
        "instructions", "system", "schema", "parameters", "env", "config", "settings", "args",
    }
)  # fmt: skip
# What was asked and answered may lie here, and the counts of it: only a name that says which tokens is one of these.
_BODIES = frozenset({"input", "output", "request"})
_NAMED = re.compile(
    r"(?:in|input|out|output|prompt|completion|cached?|cache_?read|cache_?write|reasoning|thoughts?|total|generation)"
    r"_?tok(?:en)?s?(?:_?count)?$|(?:^|_)eval_count$"
)
_DEEPEST = 6
_NAMED_AT_MOST = 3
# What marks an answer of a model: such a value used tokens, whether it says so or not.
WITHOUT_USAGE = "an answer without its usage: what it cost is not known"
_ANSWERS = ("choices", "candidates", "completion")


def is_count(name: str) -> bool:
    """Whether a name, or a path of names with dots, speaks of how many tokens were used."""
    words = _words(name)
    return _COUNT.search(words) is not None and not _NO_COUNT.search(words)


def _words(name: str) -> str:
    """A name in small letters, its words apart: "generated_tokens" has no rate in it."""
    return _HUMP.sub("_", name).lower()


def not_read(counts: str, why: str = "") -> str:
    """What is to be said of a number that ``counts_in`` found, and why nothing read it."""
    return f"'{scrub(counts)}' looks like a count of tokens, and was not read{': ' if why else ''}{why}"


def not_known(numbers: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    """What is to be said of numbers of tokens by names that no format knows; nothing of none."""
    if not numbers:
        return ()
    names = " and ".join(f"'{name}' ({number:,})" for name, number in numbers[:_NAMED_AT_MOST])
    more = f" and {len(numbers) - _NAMED_AT_MOST:,} more" if len(numbers) > _NAMED_AT_MOST else ""
    return (f"{names}{more}: not known here, so these tokens were not counted",)


def token_fields(row: Mapping[str, Any]) -> dict[str, int]:
    """The numbers that stand flat in a row under names of tokens, known or not: all of them are to be read or told."""
    return {name: held for name, held in row.items() if type(held) is int and is_count(name)}


def counts_beside(row: Mapping[str, Any], known: re.Pattern[str]) -> tuple[str, ...]:
    """What is to be said of numbers of tokens in a row of an export whose names are not known; those of 0 are fine."""
    found: list[tuple[str, int]] = []
    for name, value in row.items():
        inner = (
            {f"{name}.{each}": held for each, held in value.items()} if isinstance(value, Mapping) else {name: value}
        )
        for path, held in inner.items():
            digits = str(held).strip().replace(",", "").removesuffix(".0")
            if is_count(path) and not known.fullmatch(path.lower()) and digits.isdecimal() and int(digits):
                found.append((path, int(digits)))
    return not_known(found)


def counts_in(value: Any, inside: bool = False, named: bool = False, depth: int = 0) -> str:
    """The path of the first number that looks like a count of tokens; "" for none.

    ``inside`` an object whose name speaks of tokens every number is one; where it has to be ``named``, no other is.
    """
    if depth > _DEEPEST:
        return ""
    if isinstance(value, str):
        value = _opened(value)
    if isinstance(value, list):
        return next((found for each in value if (found := counts_in(each, inside, named, depth + 1))), "")
    if not isinstance(value, Mapping):
        return ""
    for name, held in value.items():
        words = _words(str(name))
        says = _NAMED.search(words) or (not named and (inside or _COUNT.search(words)))
        speaks = bool(says) and not _NO_COUNT.search(words)
        if isinstance(held, int | float) and not isinstance(held, bool):
            if speaks and held > 0:
                return str(name)
        elif words not in _WORDS and (found := counts_in(held, speaks, named or words in _BODIES, depth + 1)):
            return f"{name}.{found}"
    return ""


def _opened(text: str) -> Any:
    """The object that is kept as text, where it speaks of tokens."""
    if text.lstrip()[:1] != "{" or "token" not in text.lower():
        return None
    try:
        return decoded(text.strip().encode())
    except ValueError:
        return None


def is_answer(value: Mapping[str, Any]) -> bool:
    """Whether it is an answer of a model that should have told its usage."""
    if any(isinstance(value.get(name), list) for name in _ANSWERS) and not value.get("error"):
        return not str(value.get("object", "")).endswith(".chunk")
    return value.get("object") == "response" or (value.get("type") == "message" and value.get("role") == "assistant")
