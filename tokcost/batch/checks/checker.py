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
from tokcost.requests.envelopes import ANTHROPIC, OPENAI, Item, platform_of
from tokcost.requests.model import Request
from tokcost.requests.shape import object_of

# Who reads the rest of a body, by the api of the request.
_READERS = {
    "anthropic": anthropic.body_problems,
    "gemini": google.body_problems,
    "vertex": google.body_problems,
}
# All of a body that its tools and its answer are asked for with.
_OF_TOOLS = ("tools", "functions", "tool_choice", "response_format", "text")
_CLOUDS = frozenset(("azure", "bedrock", "vertex"))


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
        asked = Asked(item, object_of(item.body), request, model, _held(platform, item, api, model), api)
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
        key = (asked.api, asked.platform, *map(body.get, _OF_TOOLS))
        if key != self._tools:
            self._tools, self._of_last_tools = key, list(tool_problems(asked))
        return self._of_last_tools


def _held(platform: str, item: Item, api: str, model: Model | None) -> str:
    """Whose rules hold for the body, "" where nobody's do.

    A line of OpenAI's form may go to many servers, and its model says to which. Where a cloud sells the models of
    many makers, only those of the api's own are held to its rules.
    """
    if model is None:
        return "" if item.form == OPENAI else platform
    maker = model.sells.partition("/")[0] or model.provider
    if platform in _CLOUDS and api == "anthropic":
        return platform if maker == "anthropic" else ""
    return "" if platform == "azure" and maker != "openai" else platform
