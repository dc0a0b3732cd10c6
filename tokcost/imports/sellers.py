"""What price lists of others call a seller, and what price books call it."""

from __future__ import annotations

import re

from tokcost.naming.sellers import seller_of as known_seller

# They sell apart from the seller of that name, at prices of their own: in China, or by another interface.
_APART = frozenset(("bedrock_mantle", "codestral", "text-completion-codestral"))
_CHINESE = "-cn"
# Words that stand for other sellers elsewhere, and those that begin a longer one.
_OWN_WORDS = {"llama": "meta", "meta_llama": "meta"}
_BEGIN = ("vertex_ai-", "fireworks_ai-")


def seller_named(word: str) -> str:
    """The seller as price books name it; one that they do not know goes by a plain form of its own word."""
    if word not in _APART and not word.endswith(_CHINESE):
        begun = next((each[:-1] for each in _BEGIN if word.startswith(each)), word)
        if found := _OWN_WORDS.get(word) or known_seller(begun):
            return found
    return re.sub("[^a-z0-9_-]+", "-", word.casefold()).strip("-") or "unnamed"
