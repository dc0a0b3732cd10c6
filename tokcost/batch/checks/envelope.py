"""The lines of a batch file: names, methods, sizes, and what all of them must have in common.

How many requests and bytes a file takes stands in the price book, [rules.batch]; what else, here, by the providers'
batch guides and SDK types (openai 3.57, anthropic 2.14, mistralai 3.7, groq 1.7, together 3.1, fireworks-ai 1.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tokcost.batch.checks.endpoints import is_endpoint
from tokcost.catalog.rule_book import RuleBook
from tokcost.phrases import quote
from tokcost.requests.envelopes import ANTHROPIC, BARE, NAME_KEYS, OPENAI, Item
from tokcost.requests.model import Request
from tokcost.requests.shape import kind_of, object_of, text_of
from tokcost.rules import BatchLimits

_NAME = {"anthropic": "Anthropic", "azure": "Azure", "google": "Gemini", "groq": "Groq", "openai": "OpenAI"}
# Where every request is to be named, and no name used twice: its answer is found by it.
_NAMED = frozenset(("openai", "azure", "anthropic", "google", "groq", "together", "fireworks"))
# What a custom_id is made of, where the provider is particular.
_CHARACTERS = {"anthropic": re.compile(r"[a-zA-Z0-9_-]+")}
# Whose lines say where they go.
_ROUTED = frozenset(("openai", "azure", "groq"))
# Who takes one of a kind per file.
_ONE_MODEL = frozenset(("openai", "azure"))
_ONE_URL = frozenset(("openai",))


class Envelopes:
    """The lines of one file in order; knows what it has seen."""

    def __init__(self, rules: RuleBook) -> None:
        self._rules = rules
        self._limits: dict[str, BatchLimits] = {}
        self._names: dict[str, str] = {}
        self._first: dict[str, tuple[str, str]] = {}
        self._bytes = 0
        self._requests = 0
        self._inputs = 0
        self._told: set[str] = set()

    def problems(self, item: Item, request: Request | None, platform: str, known: bool) -> Iterator[str]:
        """Why the provider would refuse this line, or the file from it on; ``known`` is whether its model is."""
        if item.form == BARE:
            return
        if platform not in self._limits:
            self._limits[platform] = self._rules.batch(platform)
        self._requests += 1
        self._bytes += len(item.raw)
        if request is not None and request.api == "openai-embeddings":
            self._inputs += len(request.messages)
        yield from self._of_name(item, platform)
        yield from self._of_size(self._limits[platform])
        if item.form in (OPENAI, ANTHROPIC) and object_of(item.body).get("stream") is True:
            yield "stream: true: a batch cannot stream, take it out"
        if item.form == OPENAI:
            yield from self._of_route(item, platform, request is not None)
            others = list(self._of_seller(item, platform)) if known else []
            yield from others
            if known and not others and (platform in _ONE_MODEL or "model" in self._first):
                seller = platform or self._first["seller"][0]
                yield from self._same("model", text_of(object_of(item.body).get("model")), item, seller)

    def _of_seller(self, item: Item, platform: str) -> Iterator[str]:
        if platform and "seller" not in self._first:
            self._first["seller"] = (platform, self._place(item))
        first, place = self._first["seller"] if platform else ("", "")
        if {first, platform} == {"azure", "openai"}:  # what tells them apart is how a path begins
            url = quote(text_of(item.whole.get("url")))
            yield f"url {url} is of {_NAME[platform]}, that on {place} of {_NAME[first]}: a file goes to one of them"
        elif first != platform:
            yield f"its model is sold by {platform}, that of {place} by {first}: a file goes to one of them"

    def _of_name(self, item: Item, platform: str) -> Iterator[str]:
        key = NAME_KEYS.get(item.form)
        if key is None or platform not in _NAMED:
            return
        given = item.whole.get(key)
        name = text_of(given)
        if given is not None and not isinstance(given, str):
            yield f"{key} is {kind_of(given)}: it must be a string"
            return
        if not name:
            yield f"no {key}: its answer could not be matched to it"
            return
        seller = _NAME.get(platform, platform.title())
        longest, made_of = self._limits[platform].name, _CHARACTERS.get(platform)
        if longest is not None and len(name) > longest:
            yield f"a {key} of {len(name)} characters: {seller} takes {longest} at most"
        if made_of is not None and not made_of.fullmatch(name):
            yield f"{key} {quote(name)}: {seller} takes letters (a-z), digits, - and _ in it"
        if name in self._names:
            yield f"the {key} {quote(name)} was used on {self._names[name]} already"
        else:
            self._names[name] = self._place(item)

    def _of_size(self, limits: BatchLimits) -> Iterator[str]:
        most, size, embedded = limits.requests, limits.bytes, limits.embedded
        if most is not None and self._requests > most:
            yield from self._once(f"more than {most:,} requests in a file: --split-lines {most} makes parts")
        if embedded is not None and self._inputs > embedded:
            yield from self._once(f"more than {embedded:,} embedding inputs in a file: split it")
        if size is not None and self._bytes > size:
            yield from self._once(f"more than {size // 10**6:,} MB in a file: --split-mb {size // 10**6} makes parts")

    def _of_route(self, item: Item, platform: str, fits: bool) -> Iterator[str]:
        """Where it goes; ``fits`` is whether its body is one for there: else it is no measure for the others."""
        method, url = item.whole.get("method"), text_of(item.whole.get("url"))
        if platform in _ROUTED and method is None:
            yield "no method: it must be 'POST'"
        elif method is not None and method != "POST":
            yield f"method is {quote(str(method))}: it must be 'POST'"
        if platform in _ROUTED and not url:
            yield "no url: it names the endpoint, as /v1/chat/completions"
        if fits and platform in _ONE_URL and is_endpoint(url, platform):
            yield from self._same("url", url, item, platform)

    def _same(self, key: str, value: str, item: Item, platform: str) -> Iterator[str]:
        if not value:
            return
        if key not in self._first:
            self._first[key] = (value, self._place(item))
        first, place = self._first[key]
        if first != value:
            seller = _NAME.get(platform, platform.title())
            yield f"{key} {value}, but {first} on {place}: {seller} takes one {key} per file"

    def _place(self, item: Item) -> str:
        """Where a request stands: many may be on a line of one JSON document."""
        return f"line {item.line}" if item.raw else f"request {self._requests}"

    def _once(self, problem: str) -> Iterator[str]:
        if problem not in self._told:
            self._told.add(problem)
            yield problem
