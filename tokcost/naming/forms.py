"""What a name says by its form alone, with no data: who sells, which model, where it is served.

Whether there is such a model is for the book to say, and where there is none the name stays unknown: one
seller's name never leads to the row of another.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from tokcost.naming.addresses import unwrapped
from tokcost.naming.seller_forms import BEDROCK_ID, VARIANTS, NameReading, at_seller
from tokcost.naming.sellers import ORGS, PASSED_ON, RESELLERS, seller_of

_WINDOW = re.compile(r"\s*\[\d+[km]\]$")
_TOLD = re.compile(r"\s*\((?:latest|new)\)$")
_TOLD_DAY = re.compile(r"\s*\((?:version:\s*)?(20\d\d-\d\d-\d\d)\)$")
_PREVIEW = " (preview)"
# How hard a model is to think, as editors and rankings write it: its own rates hold.
_EFFORT = re.compile(r"(?:(?<=-)|(?<=/)|^)((?:gpt-[5-9]|o\d).*|claude-.*)-(minimal|low|medium|high|xhigh|thinking)$")
_ROUTED = ("fastest", "cheapest", "preferred")
_FINE_TUNE = "a fine-tune has rates of its own"
# So many prefixes are read before one name; what goes on is no name.
_DEEPEST = 4


def readings(name: str, providers: Collection[str] = ()) -> list[NameReading]:
    """What the name may mean, the likeliest first; empty where it is a name that only an account knows.

    ``providers`` are those of the book, by which a name may begin too.

    >>> readings("models/gemini-2.5-pro")[0][:3]
    ('google', ('gemini-2.5-pro',), 'gemini-2.5-pro')
    >>> [(each.seller, each.ids, each.place) for each in readings("bedrock/converse/eu.anthropic.claude-opus-5")]
    [('bedrock', ('eu.anthropic.claude-opus-5',), ''), ('bedrock', ('anthropic.claude-opus-5',), 'regional')]
    """
    text = unwrapped(" ".join(name.split()).casefold())
    why: tuple[str, ...] = ()
    if found := _WINDOW.search(text):
        text, why = text[: found.start()], (f"'{found[0].strip()}' asks for the long window, at the same rates",)
    text = _TOLD_DAY.sub(r"-\1", _TOLD.sub("", text))
    if text.endswith(" (free)"):
        text = f"{text.removesuffix(' (free)')}:free"
    read = [each._replace(why=(*each.why, *why)) for each in _read(text.replace(_PREVIEW, "-preview"), providers)]
    if text.endswith(_PREVIEW):
        read += _read(text.removesuffix(_PREVIEW), providers)
    if effort := _EFFORT.search(text):
        told = f"'-{effort[2]}' is how hard it thinks, at the same rates"
        read += [each._replace(why=(*each.why, told)) for each in _read(text[: effort.end(1)], providers)]
    return read


def _read(text: str, providers: Collection[str], deeper: int = _DEEPEST) -> list[NameReading]:
    if not text or not deeper:
        return []
    path = _path(text)
    if path is not None:
        return path
    for separator in "/:":
        prefix, found, rest = text.partition(separator)
        if not found or not rest or (separator == ":" and "/" in prefix):
            continue
        prefix, rest = prefix.strip().removeprefix("@"), rest.strip()
        if prefix.replace("_", "-") in PASSED_ON:
            return _read(rest, providers, deeper - 1)
        seller = seller_of(prefix) or (prefix if prefix in providers else None)
        if seller is not None:
            return list(_sold_by(seller, prefix, rest))
    prefix, spaced, rest = text.partition(" ")  # as consoles show them: "OpenAI GPT-4o"
    named = seller_of(prefix) if spaced else None
    return [*(_sold_by(named, prefix, rest) if named else ()), *_bare(text)]


def _path(text: str) -> list[NameReading] | None:
    """The forms that begin with a word of their seller's; None for any other."""
    if text.startswith("arn:"):
        return at_seller("bedrock", text)
    if text.startswith(("publishers/", "projects/")) or re.match("//[a-z0-9-]*aiplatform", text):
        return at_seller("vertex", text)
    if text.startswith("models/"):
        found = at_seller("google", text.removeprefix("models/"))
        return [each._replace(why=("'models/': a path of the Gemini API",)) for each in found]
    if text.startswith("accounts/"):
        return at_seller("fireworks", text)
    if text.startswith(("@cf/", "@hf/")):
        return at_seller("cloudflare", text)
    if text.startswith(("tunedmodels/", "endpoints/", "ft-")):
        return []
    if text.startswith("ft:"):
        return list(_fine_tune("", text))
    model, _, router = text.rpartition(":")
    if model.partition("/")[0] in ORGS and "/" in model and (router in _ROUTED or seller_of(router) in RESELLERS):
        return at_seller("huggingface", text)
    return None


def _sold_by(seller: str, prefix: str, rest: str) -> Iterator[NameReading]:
    """The rest of a name whose first part names a seller, or the publisher of the weights."""
    why = f"'{prefix}': {seller}" if prefix != seller else f"{seller} is named"
    if rest.startswith("ft:"):
        yield from _fine_tune(seller, rest)
        return
    if seller not in RESELLERS and rest.rpartition(":")[2] in VARIANTS:
        seller, rest = "openrouter", f"{prefix}/{rest}"
        why = "a variant, as OpenRouter writes it"
    if seller not in RESELLERS and rest.endswith("-maas"):
        seller, rest, why = "vertex", f"{prefix}/{rest}", "'-maas': as Vertex AI writes it"
    inner = rest
    while "/" in inner and seller_of(inner.partition("/")[0]) == seller and seller in RESELLERS:
        inner = inner.partition("/")[2]  # as when a library puts its prefix before a name that has one
    for text in dict.fromkeys((rest, inner)):
        for each in at_seller(seller, text):
            yield each._replace(why=(why, *each.why))
    if prefix in ORGS and f"{prefix}/" not in rest:
        yield NameReading(None, (f"{prefix}/{rest}",), rest, why=(f"'{prefix}/': who publishes it",))


def _fine_tune(seller: str, text: str) -> Iterator[NameReading]:
    """``ft:base:org:name:id``; the seller "" is the maker of the base."""
    base = text.split(":")[1].strip()
    ids = (text, f"ft:{base}") if base else (text,)
    yield NameReading(seller, ids, base, "", _FINE_TUNE, (f"a fine-tune of {base}",))


def _bare(text: str) -> Iterator[NameReading]:
    """A name without a prefix: some forms are those of one seller alone."""
    if BEDROCK_ID.fullmatch(text):
        for each in at_seller("bedrock", text):
            yield each._replace(why=("the form of Bedrock's ids", *each.why))
        return
    if "/" in text and text.rpartition(":")[2] in VARIANTS:
        for each in at_seller("openrouter", text):
            yield each._replace(why=("a variant, as OpenRouter writes it", *each.why))
        return
    only = _only_at(text)
    if only is not None:
        seller, why = only
        for each in at_seller(seller, text):
            yield each._replace(why=(why, *each.why))
        return
    if text.startswith("claude") and text.endswith("-fast"):
        yield from at_seller("anthropic", f"fast/{text.removesuffix('-fast')}")
        return
    why = "a publisher of weights stands first" if "/" in text else "no seller is named"
    yield NameReading(None, (text,), text, why=(why,))


def _only_at(text: str) -> tuple[str, str] | None:
    """The seller that alone writes an id in this way."""
    if "/" not in text and re.search(r"@(?:20\d{6}|\d{3}|default|latest)$", text):
        return "vertex", "'@': as Vertex AI writes a version"
    if text.endswith("-maas"):
        return "vertex", "'-maas': as Vertex AI writes it"
    if "/" not in text and re.search(r"-v\d:\d$", text):
        return "bedrock", "'-v1:0': as Bedrock writes a version"
    if text.startswith("gpt-35-"):
        return "azure", "'gpt-35': as Azure writes it"
    if text.startswith(("databricks-", "system.ai.")):
        return "databricks", "as Databricks writes it"
    return None
