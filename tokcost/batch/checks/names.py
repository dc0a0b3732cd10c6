"""Names in a body that its api does not know: who refuses them, and what to write instead."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache

from tokcost.batch.checks.asked import Asked
from tokcost.batch.checks.known import BODIES, CLIENTS, GEMINI, GENERATION, MEANINGS, STRICT, THINKING
from tokcost.phrases import nearest, quote, some_of
from tokcost.requests.envelopes import BARE

# How alike a name must be to one that an api knows to be a slip of it.
_ALIKE = 80


def name_problems(asked: Asked) -> Iterator[str]:
    """The names at the top of a body that are no parameters of its endpoint."""
    known, where = BODIES.get((asked.platform, asked.api), (None, ""))
    if known is None:
        return
    unknown = [name for name, value in asked.body.items() if name not in known and value is not None]
    if not unknown:
        return
    if asked.item.form == BARE:
        unknown = [name for name in unknown if name not in CLIENTS]
    api = "mistral" if asked.platform == "mistral" else asked.api
    yield from unknown_names(unknown, known, where, api, asked.platform in STRICT)


def unknown_names(unknown: list[str], known: Collection[str], where: str, api: str, strict: bool) -> Iterator[str]:
    """What to write instead of names that are not known, each in a sentence; those without a better one in one.

    Where not ``strict``, a name without a better one may be taken.
    """
    others = []
    for name in unknown:
        right = better_name(name, known, api)
        if right:
            yield f"{quote(name)} is no parameter of {where}: {right}"
        else:
            others.append(quote(name))
    if others and strict:
        are = "is no parameter" if len(others) == 1 else "are no parameters"
        yield f"{some_of(others)} {are} of {where}: take {'it' if len(others) == 1 else 'them'} out"


def better_name(name: str, known: Collection[str], api: str) -> str:
    """What is to be done with a name, "" where nothing near it is known.

    >>> better_name("Temperature", ["temperature"], "openai-chat")
    'write temperature'
    """
    plain = folded(name)
    same = next((each for each in known if folded(each) == plain), "")
    if same:
        return f"write {same}"
    for names, written in MEANINGS:
        if plain in names:
            right = written.get(api, "" if api != "mistral" else written.get("openai-chat", ""))
            if right:
                return f"write {right}"
    if plain in _elsewhere():
        return ""  # no slip: another api has it
    alike = nearest(name, known, most=1, likeness=_ALIKE / 100)
    return f"did you mean {alike[0]}?" if alike else ""


@cache
def _elsewhere() -> frozenset[str]:
    """Every name that one of the apis knows, folded."""
    lists = [names for names, _ in BODIES.values()]
    return frozenset(folded(name) for names in (*lists, GEMINI, GENERATION, THINKING) for name in names)


def folded(name: str) -> str:
    """A name without what spellings differ in.

    >>> folded("max_output_tokens") == folded("maxOutputTokens")
    True
    """
    return name.replace("_", "").replace("-", "").casefold()
