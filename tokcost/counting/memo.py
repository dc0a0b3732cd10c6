"""Remembers the counts of texts, since system prompts and tools repeat over the lines of a batch."""

from __future__ import annotations

from hashlib import blake2b

from tokcost.counting.tally import TokensOf
from tokcost.encodings.counter import counter

# Texts up to this long are kept as they are, longer ones by their hash: bounded memory either way.
_SHORT = 64
_MOST = 200_000


def remembering(encoding: str) -> TokensOf:
    """A function that counts a text with the encoding and knows it again."""
    count = counter(encoding).count
    known: dict[str | bytes, int] = {}

    def tokens_of(text: str) -> int:
        key = text if len(text) <= _SHORT else blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        found = known.get(key)
        if found is None:
            if len(known) >= _MOST:
                known.clear()
            found = known[key] = count(text)
        return found

    return tokens_of
