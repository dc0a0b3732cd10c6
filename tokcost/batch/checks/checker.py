"""All that a provider refuses of a request, from the line it stands in to the schemas of its tools."""

from __future__ import annotations

from collections.abc import Iterator

from tokcost.batch.checks import anthropic, google, openai
from tokcost.batch.checks.asked import HELD_TO_MESSAGES, Asked
from tokcost.batch.checks.caching import cache_problems
from tokcost.batch.checks.endpoints import endpoint_problems
from tokcost.batch.checks.envelope import Envelopes
from tokcost.batch.checks.names import name_problems
from tokcost.batch.checks.tools import tool_problems
from tokcost.catalog import Model
from tokcost.catalog.rule_book import RuleBook
from tokcost.requests.envelopes import ANTHROPIC, Item, platform_of
from tokcost.requests.model import Request
from tokcost.requests.shape import object_of

# Who reads the rest of a body, by the api of the request.
_READERS = {
    "anthropic": anthropic.body_problems,
    "gemini": google.body_problems,
    "vertex": google.body_problems,
}


class Checker:
    """Looks at the items of one file in order; knows what it has seen."""

    def __init__(self, rules: RuleBook) -> None:
        self._envelopes = Envelopes(rules)
        self._tools: tuple[object, ...] = ()
        self._of_last_tools: list[str] = []

    def problems(self, item: Item, request: Request | None, model: Model | None, seller: str) -> Iterator[str]:
        """Why the provider would refuse this request, or the file from it on.

        ``request`` is None where the body cannot be read, ``model`` where it is not known; ``seller`` is who sells it.
        """
        platform = platform_of(item, seller)
        yield from self._envelopes.problems(item, request, platform, model is not None)
        if request is None:
            return
        api = "anthropic" if item.form == ANTHROPIC else request.api
        asked = Asked(item, object_of(item.body), request, model, platform, api)
        yield from endpoint_problems(asked)
        if asked.is_converse and platform in HELD_TO_MESSAGES:
            yield from cache_problems(asked)
        if asked.unread_endpoint or asked.is_converse:
            return
        yield from name_problems(asked)
        yield from _READERS.get(api, openai.body_problems)(asked)
        yield from self._of_tools(asked)

    def _of_tools(self, asked: Asked) -> list[str]:
        """Tools and the schema of the answer, which are often the same in line after line."""
        body = asked.body
        key = (asked.api, asked.platform, body.get("tools"), body.get("response_format"), body.get("text"))
        if key != self._tools:
            self._tools, self._of_last_tools = key, list(tool_problems(asked))
        return self._of_last_tools
