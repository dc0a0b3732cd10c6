"""Lines of a bill that charge one kind of token, or one fee, each: what the kinds are called, and their usage."""

from __future__ import annotations

import re

from tokcost.logs.entry import Entry
from tokcost.usage import Usage

# As OpenAI's costs, Anthropic's reports and CSVs, and DeepSeek's CSV name them.
_KINDS = {
    "input_tokens": "input",
    "input": "input",
    "uncached_input_tokens": "input",
    "input_no_cache": "input",
    "prompt_cache_miss_tokens": "input",
    "input_cache_miss": "input",
    "input_tokens_cache_miss": "input",
    "cached_input_tokens": "cached",
    "cached_input": "cached",
    "input_cached_tokens": "cached",
    "input_cache_read": "cached",
    "cache_read_input_tokens": "cached",
    "prompt_cache_hit_tokens": "cached",
    "input_cache_hit": "cached",
    "input_tokens_cache_hit": "cached",
    "cache_write_tokens": "cache_write",
    "input_cache_write_tokens": "cache_write",
    "input_cache_write_30m_tokens": "cache_write",
    "input_cache_write_5m": "cache_write",
    "cache_creation.ephemeral_5m_input_tokens": "cache_write",
    "input_cache_write_12h_tokens": "cache_write_long",
    "input_cache_write_1h": "cache_write_long",
    "cache_creation.ephemeral_1h_input_tokens": "cache_write_long",
    "output_tokens": "output",
    "output": "output",
    "completion_tokens": "output",
}

# Words of a line that charges calls of a tool -> the name of their fee, whatever its variant. Storage is no call.
_FEES = (
    (re.compile(r"web_?search"), "web_search"),
    (re.compile(r"file_?search(?!.*storage)"), "file_search"),
    (re.compile(r"code_?interpreter"), "code_interpreter"),
    (re.compile(r"code_?execution"), "code_execution"),
    (re.compile(r"ground(?:ing|ed).*maps"), "grounding_maps"),
    (re.compile(r"ground(?:ing|ed)"), "grounding_search"),
)
_FEE_NAMES = frozenset(name for _, name in _FEES)


def item_of(name: str) -> str:
    """The kind of token, or the fee, that a line of a bill charges; the name itself where the kind is unknown."""
    folded = name.strip().lower().replace(" ", "_").replace("(", "").replace(")", "").replace("-", "_")
    return _KINDS.get(folded) or fee_of(folded) or _by_words(folded) or folded


def fee_of(name: str) -> str:
    """The fee for calls of a tool that a name speaks of, those of all its variants under one name; "" for none."""
    return next((fee for pattern, fee in _FEES if pattern.search(name)), "")


def is_fee(kind: str) -> bool:
    """Whether a kind is a fee for calls of a tool."""
    return kind in _FEE_NAMES


def _by_words(name: str) -> str:
    """The kind by the words in a name that is not listed; audio, images and calls have rates of their own."""
    if ("token" not in name and "cache" not in name) or any(word in name for word in ("audio", "image", "search")):
        return ""
    if "write" in name or "creation" in name:
        return "cache_write_long" if "1h" in name or "12h" in name else "cache_write"
    if "miss" in name or "uncached" in name:
        return "input"
    if "hit" in name or "cached" in name or "cache_read" in name:
        return "cached"
    if "output" in name or "completion" in name:
        return "output"
    return "input" if "input" in name or "prompt" in name else ""


def by_item(entry: Entry, kind: str, tokens: int | None) -> Entry:
    """The entry with tokens of one kind, or, where there are none, with its charge alone."""
    entry = entry._replace(item=kind)
    usage = usage_of_kind(kind, tokens) if tokens is not None else None
    return entry._replace(usage=usage) if usage is not None else entry._replace(tokens_known=False)


def usage_of_kind(kind: str, tokens: int) -> Usage | None:
    """So many tokens of one kind; None when the kind is not a kind of token."""
    if kind == "input":
        return Usage(tokens)
    if kind == "cached":
        return Usage(tokens, cached_tokens=tokens)
    if kind == "cache_write":
        return Usage(tokens, cache_write_tokens=tokens)
    if kind == "cache_write_long":
        return Usage(tokens, cache_write_long_tokens=tokens)
    if kind == "output":
        return Usage(output_tokens=tokens)
    return None
