"""A whole request to its count: by the rules of the provider that bills it."""

from __future__ import annotations

from datetime import date

from tokcost.catalog.model import Model
from tokcost.counting import gemini, openai
from tokcost.counting.claude import request as claude
from tokcost.counting.count import ASSUMED, ESTIMATE, EXACT, Count, weaker
from tokcost.counting.scales import estimate
from tokcost.counting.scripts import Profile
from tokcost.counting.tally import TokensOf
from tokcost.counting.text import method_of
from tokcost.encodings.claude.specs import CLAUDE_SPECS
from tokcost.encodings.counter import counter
from tokcost.requests.model import Request, Result, Text
from tokcost.rules import GeminiFrame

# The most that a stored cache is taken to hold where the limit of the model is not known.
_MOST_STORED = 2**20


def count_request(
    request: Request, provider: str, model: Model, tokens_of: TokensOf | None = None, day: date | None = None
) -> Count:
    """Input tokens of a request to a model of a provider, with standing, range and parts.

    ``tokens_of`` counts a text with the model's encoding; give one that remembers where texts repeat.
    ``day`` is the one whose hidden prompts are taken, None for the newest that are known.
    """
    encoding, rules = method_of(model).encoding, model.rules
    if encoding in CLAUDE_SPECS:
        tokens_of = tokens_of or counter(encoding).bare
        spec = CLAUDE_SPECS[encoding]
        counted = claude.count_request(request, rules, tokens_of, spec, day, model.margin)
        return counted._replace(standing=weaker(counted.standing, model.standing))
    if isinstance(rules.frame, GeminiFrame):
        found = gemini.count_request(request, rules, encoding, tokens_of, at_vertex=provider == "vertex")
        return _with_stored(found, model) if (request.options or {}).get("cached_content") else found
    found = openai.count_request(request, model.id, encoding, rules, provider, tokens_of)
    if model.scale:
        return _scaled(found, request, model)
    if model.standing == ASSUMED and found.standing == EXACT:
        return Count(found.tokens, found.low, found.high, ASSUMED, model.assumes, found.parts, found.apart)
    return found


def api_of(provider: str, model: Model) -> str:
    """Whose form of body a request to the model has when it does not show it: Claude's own at clouds that sell it."""
    return "anthropic" if provider in ("bedrock", "vertex") and model.encoding in CLAUDE_SPECS else provider


def _with_stored(found: Count, model: Model) -> Count:
    """The same where a stored cache begins the prompt: it may hold as much as the model takes."""
    note = "cachedContent is billed too, at the rate of cached input, and what it holds is not known"
    most = max(found.high, model.input_limit or _MOST_STORED)
    return found._replace(high=most, standing=ESTIMATE, note=f"{note}; {found.note}" if found.note else note)


def _scaled(found: Count, request: Request, model: Model) -> Count:
    """From the encoding that counts to the private one that bills, by the kinds of text in the request."""
    profile = Profile()
    for message in request.messages:
        for part in message.parts:
            for inner in part.parts if isinstance(part, Result) else (part,):
                if isinstance(inner, Text):
                    profile.feed(inner.text)
    scaled = estimate(found.tokens, profile, model.scale)
    hidden = model.rules.hidden_prompt
    parts = found.parts
    for label, tokens in (("private vocabulary", scaled.tokens - found.tokens), ("hidden prompt", hidden)):
        parts += ((label, tokens),) if tokens else ()
    note = f"{scaled.note}; {found.note}" if found.note else scaled.note
    return Count(
        scaled.tokens + hidden,
        max(min(1, found.tokens), scaled.low - (found.tokens - found.low)) + hidden,
        scaled.high + (found.high - found.tokens) + hidden,
        ESTIMATE,
        note,
        parts,
        found.apart,
    )
