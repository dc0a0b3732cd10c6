"""What a request used, by kind of token. Knows no money and no files."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one request.

    ``input_tokens`` is inclusive: cached reads and cache writes are parts of it, as OpenAI
    reports them. ``output_tokens`` includes ``reasoning_tokens``. All are whole tokens.

    >>> Usage(input_tokens=1000, cached_tokens=400).uncached_tokens
    600
    """

    input_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    cache_write_long_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0

    def __post_init__(self) -> None:
        if min(self.parts()) < 0:
            raise ValueError(f"negative token count in {self}")
        if self.uncached_tokens < 0:
            raise ValueError(f"cached and written tokens exceed the input in {self}")
        if self.reasoning_tokens > self.output_tokens:
            raise ValueError(f"reasoning tokens exceed the output in {self}")

    def parts(self) -> tuple[int, ...]:
        """Every count, in the order of the fields."""
        return (
            self.input_tokens,
            self.cached_tokens,
            self.cache_write_tokens,
            self.cache_write_long_tokens,
            self.output_tokens,
            self.reasoning_tokens,
        )

    @property
    def uncached_tokens(self) -> int:
        """Input tokens that were neither read from nor written to a cache."""
        return self.input_tokens - self.cached_tokens - self.cache_write_tokens - self.cache_write_long_tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(*(a + b for a, b in zip(self.parts(), other.parts(), strict=True)))
