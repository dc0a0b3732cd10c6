"""What the lines of a cloud's bill are called: model, kind of token and mode, out of the words of a SKU or a meter.

The spellings are those of AWS usage types, Azure meters and SKUs of Google Cloud.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from tokcost.logs.items import fee_of
from tokcost.rates import STANDARD, mode_of_tier

# USE1-, USW2-MP:USW2_: where an AWS usage type was used.
_PLACE = re.compile(r"^(?:(?:US|EU|AP|CA|SA|ME|AF|IL|MX|UG|CN)[A-Z]{0,2}\d?[-_](?:MP:)?)+")
# "$0.00072 per 1K input tokens for Llama 3.3 70B in US East (N. Virginia)": what, and of which model.
_PER = re.compile(
    r"\bper (?:1K|1M|million|thousand)? ?(?P<what>.+?) for (?P<model>.+?)(?: in [A-Z].*)?$", re.IGNORECASE
)
_EDITION = re.compile(r"(.+?) \(Amazon Bedrock Edition\)")
_APART = re.compile(
    r"(?<=[a-z0-9])(?=(?:Input|Output|Token|Count|Cache|Read|Write|Units)\b|(?:Input|Output|Token|Cache|Read|Write)[A-Z])"
    r"|(?<=\d)(?=[A-Z][a-z])|(?<=[A-Za-z]{3})(?=\d)"
    r"|(?<=[a-z])(?=(?:Lite|Pro|Micro|Nano|Mini|Small|Medium|Large|Premier|Instruct)\b)"
)
_WORD = re.compile(r"[a-z0-9.+]+")
_OUTPUT_COUNTED = re.compile(r"\boutput token count\b")
_INPUT = frozenset({"input", "inp", "inpt", "prompt"})
_OUTPUT = frozenset({"output", "outp", "outpt", "out", "opt", "completion", "completions"})
_CACHED = frozenset({"cached", "cachd", "cchd", "ccchd", "cd", "caching", "cache"})
_WRITTEN = frozenset({"write", "writes", "wr", "creation"})
_NOT_TEXT = frozenset({"image", "img", "audio", "aud", "video"})
_TOKENS = frozenset({"token", "tokens", "tkn"})
_MODES = {"batch": "batch", "flex": "flex", "priority": "priority", "pp": "priority"}
# What says where, how and in which unit, and is no part of the name of a model.
_ELSE = """
    generate content generatecontent embedcontent count text txt short long shortco longco for of ga non on off
    prediction predictions online glbl gl global regnl rg regional data zone dz dzone std standard cross region mantle
    read units unit 1k 1m million thousand hours hour searches search queries calls with google grounding
"""
_AROUND = _INPUT | _OUTPUT | _CACHED | _WRITTEN | _NOT_TEXT | _TOKENS | frozenset(_MODES) | frozenset(_ELSE.split())


class Sku(NamedTuple):
    """``kind`` is a kind of token, a fee or storage; "" where it is not told. ``tokens``: whether it speaks of them."""

    model: str
    kind: str
    mode: str
    tokens: bool


@lru_cache(maxsize=4096)
def sku_of(name: str, family: str = "") -> Sku:
    """What a SKU, a usage type or a meter says; ``family`` is of which models its maker says that it is.

    >>> sku_of("USE1-Llama3-3-70B-cache-read-input-token-count")[:3]
    ('llama-3-3-70b', 'cached', 'standard')
    >>> sku_of("5.4 mini Opt Gl 1M Tokens", "gpt")[:2]
    ('gpt-5.4-mini', 'output')
    """
    text = _PLACE.sub("", name.strip().rpartition("|")[2])
    if edition := edition_of(text):
        text = edition
    elif described := _PER.search(text):
        text = f"{described['what']} {described['model']}"
    text = _APART.sub(" ", re.sub(r"\([^()]*\)|\$[\d.,]+|_", " ", text)).lower()
    text = text.replace("text-embedding", "textembedding").replace("text embedding", "textembedding")
    words = _WORD.findall(text)
    counted = bool(_TOKENS & set(words))
    if "storage" in words:
        return Sku("", "cache_storage" if _CACHED & set(words) else "storage", STANDARD, counted)
    if not counted and (fee := fee_of("_".join(words))):
        return Sku("", fee, STANDARD, counted)
    mode = next((_MODES[word] for word in words if word in _MODES), STANDARD)
    return Sku(_model(words, family), _kind(words), mode_of_tier(mode), counted)


def edition_of(name: str) -> str:
    """The model of a product of AWS Marketplace, which has a product of its own for each; "" for another product."""
    found = _EDITION.fullmatch(name.strip())
    return found[1] if found else ""


def _kind(words: list[str]) -> str:
    held = set(words)
    if held & _NOT_TEXT:
        return ""
    if _OUTPUT_COUNTED.search(" ".join(words)):  # what follows is of which prompts
        return "output"
    if held & _CACHED and held & _WRITTEN:
        return "cache_write_long" if "1h" in held else "cache_write"
    if held & _CACHED:
        return "cached"
    return next(("input" if word in _INPUT else "output" for word in words if word in _INPUT | _OUTPUT), "")


def _model(words: list[str], family: str) -> str:
    rest = []
    for at, word in enumerate(words):
        thinks = word == "thinking" and {*words[max(0, at - 1) : at], *words[at + 1 : at + 2]} & {"text", "non", "on"}
        if word not in _AROUND and not thinks:
            rest.append(word.replace("textembedding", "text-embedding"))
    if rest and family and family not in rest and re.fullmatch(r"[a-z]?\d[\d.]*", rest[0]):
        rest.insert(0, family)  # of a meter that names the version alone
    return "-".join(rest)
