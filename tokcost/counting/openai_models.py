"""Which rules of framing hold for an OpenAI model: decided here, from its id alone.

Ids are read as OpenAI writes them: dated snapshots (``gpt-4o-2024-08-06``) and fine-tuned models
(``ft:gpt-4o-mini-2024-07-18:org::id``) follow their model; an id of a later family than any
measured is taken for the newest reasoning generation, and said to be assumed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tokcost.counting.tally import TokensOf

GPT4, GPT4O, REASONING = "gpt-4", "gpt-4o", "reasoning"
_GENERATIONS = (
    (re.compile(r"gpt-3\.5|gpt-35|gpt-4(-|$)"), GPT4),
    (re.compile(r"gpt-4o|chatgpt-4o|gpt-4\.[15]|gpt-5(\.\d+)?-chat"), GPT4O),
    (re.compile(r"o[134](-|$)|gpt-5(\.[1-6])?(-|$)|codex|computer-use"), REASONING),
)
# Families of these generations that no recording covers: the same rules are the best guess.
_NOT_MEASURED = re.compile(
    r"gpt-4-(32k|vision)|chatgpt|^o1|gpt-5\.[13](-|$)|(o3|gpt-5\S*)-pro|codex|computer-use|audio|search"
)
# Retired, and billed by rules of their own.
_RETIRED = re.compile(r"gpt-(3\.5-turbo|4)-(16k-|32k-)?03\d\d|o1-(mini|preview)")


@dataclass(frozen=True, slots=True)
class Generation:
    """The rules a model follows; ``measured`` is False where they are carried over from others."""

    name: str
    measured: bool = True
    retired: bool = False

    @property
    def reasons(self) -> bool:
        """Whether the model reasons before it answers."""
        return self.name == REASONING


def plain_id(model_id: str) -> str:
    """The id without its vendor's prefix and without what fine-tuning adds, in lower case."""
    plain = model_id.strip().lower().rsplit("/", 1)[-1]
    return plain.split(":")[1] if plain.startswith("ft:") and ":" in plain[3:] + ":" else plain


def generation_of(model_id: str) -> Generation:
    """The generation of an OpenAI model."""
    plain = plain_id(model_id)
    for pattern, name in _GENERATIONS:
        if pattern.match(plain):
            return Generation(name, not _NOT_MEASURED.search(plain), bool(_RETIRED.match(plain)))
    return Generation(REASONING, measured=False)


@dataclass(frozen=True, slots=True)
class Scene:
    """What the rules of framing ask for: which model, which api, and how texts are counted."""

    generation: Generation
    model_id: str
    chat: bool  # chat completions, else responses
    tokens_of: TokensOf

    @property
    def is_o_series(self) -> bool:
        """Whether it is one of o1 to o4, which differ a little from gpt-5."""
        return self.generation.reasons and plain_id(self.model_id).startswith("o")

    @property
    def is_later(self) -> bool:
        """gpt-5.4 and all that came after it."""
        if not self.generation.reasons or self.is_o_series:
            return False
        found = re.match(r"gpt-(\d{1,3})(?:\.(\d{1,3}))?", plain_id(self.model_id))
        return found is None or (int(found[1]), int(found[2] or 0)) >= (5, 4)
