"""A request as the checks look at it: what was sent, what was read of it, and whose rules hold."""

from __future__ import annotations

from typing import NamedTuple

from tokcost.catalog import Model
from tokcost.requests.converse import is_converse
from tokcost.requests.envelopes import BARE, BEDROCK, OPENAI, Item
from tokcost.requests.model import Request
from tokcost.requests.openai import api_of_path
from tokcost.requests.shape import Object, text_of

# Who holds a body of OpenAI's shape to OpenAI's rules, and a Messages body to Anthropic's.
HELD_TO_OPENAI = frozenset(("openai", "azure"))
HELD_TO_MESSAGES = frozenset(("anthropic", "bedrock", "vertex", "azure"))


class Asked(NamedTuple):
    """``body`` is the decoded one, ``platform`` whose rules hold, "" where that is not known; ``api`` which api the
    body is for, as it was read and by where it goes."""

    item: Item
    body: Object
    request: Request
    model: Model | None
    platform: str
    api: str

    @property
    def is_converse(self) -> bool:
        """Whether it is one of Converse, which says in other words what was read of it as Messages."""
        return self.api == "anthropic" and self.item.form in (BARE, BEDROCK) and is_converse(self.body)

    @property
    def unread_endpoint(self) -> bool:
        """Whether it goes to an endpoint whose bodies are not read here: images, videos, moderations."""
        url = text_of(self.item.whole.get("url"))
        return self.item.form == OPENAI and url.count("/") > 1 and api_of_path(url) is None
