"""Values by chance, far sooner than by strategies that are made anew for every draw: hypothesis chooses the seed alone.

What is here has the names of ``hypothesis.strategies``. A value that fails is shown whole, and not made smaller.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

import hypothesis
from hypothesis import strategies

_SEEDS = strategies.integers(0, 2**64 - 1)


class Die:
    """Makes a value of what chance gives."""

    def __init__(self, make: Callable[[Random], Any]) -> None:
        self.make = make

    def of_seed(self, seed: int) -> Any:
        """The value that a seed gives."""
        return self.make(Random(seed))

    def __or__(self, other: Die) -> Die:
        return Die(lambda chance: chance.choice((self, other)).make(chance))


def given(*dice: Die) -> Callable[[Any], Any]:
    """As hypothesis has it."""
    return hypothesis.given(*(_SEEDS.map(each.of_seed) for each in dice))


def composite(make: Callable[[Callable[[Die], Any]], Any]) -> Callable[[], Die]:
    """A function that is given ``draw``."""
    return lambda: Die(lambda chance: make(lambda die: die.make(chance)))


def just(value: Any) -> Die:
    """Always the same."""
    return Die(lambda chance: value)


def none() -> Die:
    """None."""
    return just(None)


def booleans() -> Die:
    """True or False."""
    return Die(lambda chance: chance.random() < 0.5)


def sampled_from(values: Sequence[Any]) -> Die:
    """One of these."""
    return Die(lambda chance: chance.choice(values))


def integers(least: int, most: int) -> Die:
    """A whole number, one time in four at one of the ends."""
    ends = (least, min(least + 1, most), max(most - 1, least), most)
    return Die(lambda chance: chance.choice(ends) if chance.random() < 0.25 else chance.randint(least, most))


def lists(items: Die, min_size: int = 0, max_size: int = 5) -> Die:
    """So many of them."""
    return Die(lambda chance: [items.make(chance) for _ in range(chance.randint(min_size, max_size))])


def fixed_dictionaries(always: Mapping[str, Die], optional: Mapping[str, Die] | None = None) -> Die:
    """A value for each of these names, and for each of the optional ones every other time."""

    def make(chance: Random) -> dict[str, Any]:
        some = {name: die for name, die in (optional or {}).items() if chance.random() < 0.5}
        return {name: die.make(chance) for name, die in {**always, **some}.items()}

    return Die(make)
