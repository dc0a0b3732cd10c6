"""Parts of sentences: plurals, "a, b or c", the nearest names, and text from outside that nothing obeys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

# A longer name is cut: a pasted file does not become the message.
MAX_QUOTED = 80
# Of names that have something in common so many are said before "3 more".
_MOST_NAMED = 3


def plural(number: int, noun: str) -> str:
    """'1 prompt', '1,234 prompts'."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def join_or(names: Iterable[str]) -> str:
    """'a', 'a or b', 'a, b or c'."""
    return _joined(names, "or")


def join_and(names: Iterable[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return _joined(names, "and")


def some_of(names: Sequence[str]) -> str:
    """All of a few names; the first ones of many, and how many more there are."""
    few = len(names) <= _MOST_NAMED + 1
    return join_and(names if few else [*names[:_MOST_NAMED], f"{len(names) - _MOST_NAMED:,} more"])


def told_once(told: Iterable[tuple[str, str]]) -> list[str]:
    """'a and b: why' of pairs of a name and what is to be known of it: each sentence once, for all it is true of."""
    names: dict[str, dict[str, None]] = {}
    for name, why in told:
        names.setdefault(why, {})[name] = None
    return [f"{some_of(list(of))}: {why}" for why, of in names.items()]


def _joined(names: Iterable[str], word: str) -> str:
    listed = list(names)
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} {word} {listed[-1]}"


def nearest(name: str, known: Iterable[str], most: int = 3, likeness: float = 0.6) -> list[str]:
    """The known names that look most like ``name``, the most alike first; ``likeness`` from 0 (any) to 1 (the same)."""
    import difflib

    return difflib.get_close_matches(name, list(known), most, likeness)


def quote(name: str) -> str:
    """User text in quotes: cut when long, its control characters escaped, an API key in it as a fingerprint."""
    if len(name) > 8:
        from tokcost.masking import scrub

        name = scrub(name)
    shown = name if len(name) <= MAX_QUOTED else name[: MAX_QUOTED - 3] + "..."
    return f"'{printable(shown)}'"


def quote_value(value: str) -> str:
    """A refused value of an option, or a name that is not known, in quotes: it may be a key given for the wrong one."""
    if len(value) > 8:
        from tokcost.masking import scrub_name

        value = scrub_name(value)
    return quote(value)


def printable(text: str) -> str:
    """The text with control characters and line ends shown as escapes rather than obeyed."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def unobeyed(text: str) -> str:
    """Lines that no CI runner takes for a command to itself: ``::error::`` that begins one, ``##vso[`` anywhere."""
    if "##" in text:
        import re

        text = re.sub(r"##(\w*)\[", r"##\1\\[", text)
    if "::" in text:
        lines = text.split("\n")
        text = "\n".join("\\" + line.lstrip() if line.lstrip().startswith("::") else line for line in lines)
    return text


def shown_path(path: str) -> str:
    """A path as seen from the current folder, where that is the shorter one."""
    import os

    try:
        return min(os.path.relpath(path), path, key=len)
    except (OSError, ValueError):
        return path
