"""What a provider refuses of a batch file, before it is sent.

How many requests and bytes it takes stands in the price book, [rules.batch]; what else, here, by the
providers' SDK types and batch guides (2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from tokcost.catalog.rule_book import RuleBook
from tokcost.requests.envelopes import ANTHROPIC, GEMINI, OPENAI, VERTEX, Item
from tokcost.requests.shape import Object, text_of

_SELLER = {OPENAI: "openai", ANTHROPIC: "anthropic", GEMINI: "google", VERTEX: "vertex"}
_NAME = {OPENAI: "custom_id", ANTHROPIC: "custom_id", GEMINI: "key"}


class Checker:
    """Looks at the items of one file in order; knows what it has seen."""

    def __init__(self, rules: RuleBook) -> None:
        self._rules = {form: rules.batch(seller) for form, seller in _SELLER.items()}
        self._names: dict[str, int] = {}
        self._first: dict[str, tuple[str, int]] = {}
        self._bytes = 0
        self._requests = 0
        self._inputs = 0
        self._told: set[str] = set()

    def problems(self, item: Item, model: str, inputs: int, platform: str) -> Iterator[str]:
        """Why the provider would refuse this request, or the file from it on; ``inputs`` are those to embed."""
        self._requests += 1
        self._bytes += len(item.raw)
        self._inputs += inputs
        yield from self._of_name(item)
        yield from self._of_size(item)
        body = item.body if isinstance(item.body, dict) else {}
        if item.form in (OPENAI, ANTHROPIC) and body.get("stream") is True:
            yield "stream: true: a batch cannot stream, take it out"
        yield from _of_body(body)
        if item.form == OPENAI and platform in ("openai", "azure", "groq"):
            yield from self._of_openai(item)
            yield from self._same("model", model, item)
        if item.form == ANTHROPIC and not isinstance(body.get("max_tokens"), int):
            yield "max_tokens is missing: Anthropic requires it"

    def _of_name(self, item: Item) -> Iterator[str]:
        key = _NAME.get(item.form)
        if key is None:
            return
        name = text_of(item.whole.get(key))
        if not name:
            yield f"no {key}: its answer could not be matched to it"
            return
        longest = self._rules[item.form].name
        if longest is not None and len(name) > longest:
            yield f"a {key} of {len(name)} characters: {item.form.split()[0]} takes {longest} at most"
        if name in self._names:
            yield f"the {key} '{name}' was used on line {self._names[name]} already"
        self._names.setdefault(name, item.line)

    def _of_size(self, item: Item) -> Iterator[str]:
        if item.form not in self._rules:
            return
        most, size, embedded, _ = self._rules[item.form]
        if most is not None and self._requests > most:
            yield from self._once(f"more than {most:,} requests in a file: --split-lines {most} makes parts")
        if embedded is not None and self._inputs > embedded:
            yield from self._once(f"more than {embedded:,} embedding inputs in a file: split it")
        if size is not None and self._bytes > size:
            yield from self._once(f"more than {size // 10**6:,} MB in a file: --split-mb {size // 10**6} makes parts")

    def _of_openai(self, item: Item) -> Iterator[str]:
        method = item.whole.get("method")
        if method != "POST":
            yield f"method is {method!r}: it must be 'POST'" if method is not None else "no method: it must be 'POST'"
        url = text_of(item.whole.get("url"))
        if url:
            yield from self._same("url", url, item)
        else:
            yield "no url: it names the endpoint, as /v1/chat/completions"

    def _same(self, key: str, value: str, item: Item) -> Iterator[str]:
        if not value:
            return
        first, line = self._first.setdefault(key, (value, item.line))
        if first != value:
            yield f"{key} {value}, but {first} on line {line}: OpenAI takes one {key} per file"

    def _once(self, problem: str) -> Iterator[str]:
        if problem not in self._told:
            self._told.add(problem)
            yield problem


def _of_body(body: Object) -> Iterator[str]:
    """What no provider takes: a conversation without a message."""
    for key in ("messages", "contents"):
        if body.get(key) == []:
            yield f"{key} is empty: there is nothing to answer"
