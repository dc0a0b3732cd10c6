"""What a request used, by kind of token. Knows no money and no files."""

from __future__ import annotations

from typing import NamedTuple

# The modalities that may have rates of their own, and the kind of text token that they are part of.
MODALITIES = {
    "image_input": "input",
    "image_cached": "cached",
    "image_output": "output",
    "audio_input": "input",
    "audio_cached": "cached",
    "audio_output": "output",
}


class _Tokens(NamedTuple):
    input_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    cache_write_long_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0


class Usage(_Tokens):
    """Tokens of one request.

    ``input_tokens`` is inclusive: cached reads and cache writes are parts of it, as OpenAI
    reports them. ``output_tokens`` includes ``reasoning_tokens``. All are whole tokens.
    Raises ValueError for what cannot be.

    >>> Usage(input_tokens=1000, cached_tokens=400).uncached_tokens
    600
    """

    __slots__ = ()

    def __new__(
        cls,
        input_tokens: int = 0,
        cached_tokens: int = 0,
        cache_write_tokens: int = 0,
        cache_write_long_tokens: int = 0,
        output_tokens: int = 0,
        reasoning_tokens: int = 0,
    ) -> Usage:
        """The tokens, checked. A tuple, because loading a dataclass takes a hundredth of the tool's start."""
        made = super().__new__(
            cls, input_tokens, cached_tokens, cache_write_tokens, cache_write_long_tokens, output_tokens,
            reasoning_tokens,
        )  # fmt: skip
        if min(made) < 0:
            raise ValueError(f"negative token count in {made}")
        if made.uncached_tokens < 0:
            raise ValueError(f"cached and written tokens exceed the input in {made}")
        if reasoning_tokens > output_tokens:
            raise ValueError(f"reasoning tokens exceed the output in {made}")
        return made

    def but(self, **changes: int) -> Usage:
        """The same tokens but for those named, checked."""
        return Usage(**{**self._asdict(), **changes})

    def parts(self) -> tuple[int, ...]:
        """Every count, in the order of the fields."""
        return tuple(self)

    @property
    def uncached_tokens(self) -> int:
        """Input tokens that were neither read from nor written to a cache."""
        return self.input_tokens - self.cached_tokens - self.cache_write_tokens - self.cache_write_long_tokens

    def __add__(self, other: Usage) -> Usage:  # type: ignore[override]  # tokens are added, not put in a row
        return Usage(*(one + more for one, more in zip(self, other, strict=True)))
