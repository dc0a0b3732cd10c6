"""Claude's encodings: which vocabulary, and the message that a text is counted in. Loads nothing.

The frames were distinguished on recorded counts: a text of the older families stands in one text with the
names of the speakers, one of the newer between two tokens of its own (``tokcost.counting.claude``).
"""

from __future__ import annotations

from typing import NamedTuple

from tokcost.encodings.cuts import MARKED, Cuts

_ORIGIN = "the public reconstruction ctok 1.3.0 by Sander Land (PyPI); not affiliated with Anthropic"
_SHA_V3 = "bc4df4489f4ff878c5d327a8769e8640bd9bc4e9dd28e1d45135f823763808e7"
_SHA_V4_7 = "e325a0e1e68b7ef66c95054ac1ca16787652812eb023a3a4609f91d6cd6674b0"


class ClaudeSpec(NamedTuple):
    """One encoding of Claude. A text is counted as ``head`` + text + ``tail`` less what these cost alone.

    ``caps``: the vocabulary has a mark for words in capitals, and reads curly quotes as straight ones.
    ``strips``: the model drops ASCII white space at the end of a text.
    """

    name: str
    pack: str
    size: int
    source_sha256: str
    used_by: str
    head: str
    tail: str
    head_tokens: int
    tail_tokens: int
    caps: bool = False
    strips: bool = False
    origin: str = _ORIGIN
    licence: str = "MIT"
    cuts: Cuts = MARKED

    @property
    def file(self) -> str:
        """The name of the packed file."""
        return f"{self.pack}.pieces"


_SPOKEN = ("\n\nHuman: ", "\n\nAssistant:")

CLAUDE_SPECS: dict[str, ClaudeSpec] = {
    spec.name: spec
    for spec in (
        ClaudeSpec(
            "claude_v3", "claude_v3", 48325, _SHA_V3, "Claude 3 to Opus 4.6, Sonnet 4.6, Haiku 4.5", *_SPOKEN, 3, 3,
            caps=True,
        ),
        ClaudeSpec("claude_v4.7", "claude_v4.7", 14815, _SHA_V4_7, "Claude Opus 4.7", *_SPOKEN, 4, 6),
        ClaudeSpec(
            "claude_v4.8", "claude_v4.7", 14815, _SHA_V4_7, "Claude Opus 4.8, Sonnet 5 and later", "", "\n\n", 0, 1
        ),
        ClaudeSpec(
            "claude_opus_5", "claude_v4.7", 14815, _SHA_V4_7, "Claude Opus 5", "", "\n\n", 0, 1, strips=True
        ),
    )
}  # fmt: skip
