"""Which prompt of a base each prompt of today came from: growth follows the text, not the name.

1. A prompt that is there under its name is itself, unless it has become, byte for byte, another one that is
   gone from its own place.
2. A new name came from the prompt whose text it has: all of it, or the tenth part of either of the two. So a
   prompt that was moved, renamed, cut in two, or put together from two, is the old one, grown or not.
3. What is gone and what is new under the same file name, in another folder or with another ending, is one prompt.
4. What is left is new. It is taken for what is gone, all for all, where the texts of the base are not known, as
   those of a lock, and where nothing else holds it: where its budget limits nothing but growth. There a copy of
   a prompt that stays is held to what it was copied from, too.
"""

from __future__ import annotations

import os
from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple

from tokcost.budgets.likeness import Likeness, Runs, runs_of, shared

# Of two texts that are one prompt the share that stands in both, of the one or the other: one in so many runs.
_MOVED = 10
# The same where the old prompt is still there, and lost so much of its text to the new one.
_SPLIT = 4
# The same of a copy.
_COPIED = 2
# By fewer shared runs a text is the other only when half of both is in them.
_FEW = 3


class KnownText(NamedTuple):
    """A prompt of one side: its text, None where only the hash (hex, or '') is known.

    Of the base: ``left`` is what stands at its place today, None when nothing does.
    """

    data: bytes | None
    digest: str
    left: bytes | None = None

    @property
    def lost(self) -> bool:
        """Whether its text does not stand at its place any more."""
        return self.left is None or self.left != self.data


ALIKE, LEFT, COPIED = "by name or text", "what is left", "a copy"


class Descent(NamedTuple):
    """Prompts of today that came from prompts of the base, by their names; ``how`` that is known.

    What only took the place of what is gone (LEFT), or is a copy of what stays (COPIED), is new all the same.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    how: str = ALIKE


class Lineage(NamedTuple):
    """Where the prompts of a budget came from; ``new`` came from nothing.

    ``outside`` are the descents from prompts that were none of the budget's.
    """

    descents: Sequence[Descent] = ()
    new: Sequence[str] = ()
    outside: Sequence[Descent] = ()

    def all(self) -> list[Descent]:
        """Those of either kind."""
        return [*self.descents, *self.outside]


def lineage(now: Mapping[str, KnownText], then: Mapping[str, KnownText], unheld: bool = False) -> Lineage:
    """Where the prompts of a budget came from, among those that it had.

    ``unheld``: nothing but what went before holds what is new.
    """
    lost = {text.digest: name for name, text in then.items() if text.digest and text.lost}
    same = {name: name for name in now if name in then}
    same |= {name: lost[now[name].digest] for name in same if _has_become_another(now[name], then[name], lost)}
    descents = [Descent((old,), (name,)) for name, old in same.items()]
    unnamed = {name: text for name, text in now.items() if name not in then}
    taken = set(same.values())
    gone = {name: text for name, text in then.items() if name not in now and text.lost and name not in taken}
    parents = _exact(unnamed, gone)
    unnamed_texts = {name: text.data for name, text in unnamed.items() if text.data is not None and name not in parents}
    _add_alike(parents, unnamed_texts, then, gone)
    _add_namesakes(parents, unnamed, gone)
    descents += _together(parents, now)
    came_from = {old for olds in parents.values() for old in olds}
    new = [name for name in unnamed if name not in parents]
    unheld = unheld or any(now[name].data is None for name in new)
    left = [name for name, text in gone.items() if name not in came_from and (unheld or text.data is None)]
    if new and left:
        descents.append(Descent(tuple(left), tuple(new), LEFT))
    elif new and unheld:
        descents += _copies({name: now[name] for name in new}, then)
    return Lineage(descents, new)


def from_outside(
    new: Mapping[str, KnownText], elsewhere: Mapping[str, KnownText], budgeted: Container[str] = ()
) -> list[Descent]:
    """Which of the new prompts were moved in, each from the one text that it shares most with.

    Of texts that some budget had, ``budgeted``, the name tells it, too.
    """
    gone = {name: text for name, text in elsewhere.items() if text.lost}
    parents = {name: olds[0] for name, olds in _exact(new, gone).items()}
    parents |= _nearest({name: text for name, text in new.items() if name not in parents}, gone, _MOVED)
    alone = {name: [old] for name, old in parents.items()}
    _add_namesakes(alone, new, {name: text for name, text in gone.items() if name in budgeted})
    return [Descent((olds[0],), (name,)) for name, olds in alone.items()]


def _copies(new: Mapping[str, KnownText], then: Mapping[str, KnownText]) -> list[Descent]:
    there = {name: text for name, text in then.items() if not text.lost}
    return [Descent((old,), (name,), COPIED) for name, old in _nearest(new, there, _COPIED).items()]


def _nearest(new: Mapping[str, KnownText], others: Mapping[str, KnownText], least: int) -> dict[str, str]:
    """The one text that each of the new ones shares most with, where that is enough."""
    texts = {(side, name): text.data for side, known in ((0, new), (1, others)) for name, text in known.items()}
    runs = runs_of({f"{side}{name}": data for (side, name), data in texts.items() if data is not None})
    ones = {name: runs[f"0{name}"] for name in new if f"0{name}" in runs}
    old = {name: runs[f"1{name}"] for name in others if f"1{name}" in runs}
    found: dict[str, str] = {}
    for each in shared(ones, old):
        if each.one not in found and _alike(each, ones[each.one], old[each.other], least):
            found[each.one] = each.other
    return found


def _has_become_another(text: KnownText, before: KnownText, lost: Mapping[str, str]) -> bool:
    """Whether a text is now, byte for byte, another one of the base that is gone from its own place."""
    return text.digest != before.digest and text.digest in lost


def _exact(new: Mapping[str, KnownText], gone: Mapping[str, KnownText]) -> dict[str, list[str]]:
    """New names of the same bytes, each old one once."""
    by_digest: dict[str, list[str]] = {}
    for name, text in gone.items():
        if text.digest:
            by_digest.setdefault(text.digest, []).append(name)
    found: dict[str, list[str]] = {}
    for name, text in new.items():
        olds = by_digest.get(text.digest)
        if olds:
            found[name] = [olds.pop(0)]
    return found


def _add_alike(
    parents: dict[str, list[str]],
    new: Mapping[str, bytes],
    then: Mapping[str, KnownText],
    gone: Mapping[str, KnownText],
) -> None:
    """New names whose text stood in the base: of one old prompt each, the most alike first; then cut or joined."""
    lost = {name: text for name, text in then.items() if text.data is not None and text.lost}
    if not new or not lost:
        return
    texts = {f"+{name}": data for name, data in new.items()}
    texts |= {f"-{name}": text.data for name, text in lost.items() if text.data is not None}
    texts |= {f"={name}": text.left for name, text in lost.items() if text.left is not None}
    runs = runs_of(texts)
    ones = {name: runs[f"+{name}"] for name in new}
    whole = {name: runs[f"-{name}"] for name in lost}
    others = {name: whole[name] - runs.get(f"={name}", frozenset()) for name in lost}
    taken = {old for olds in parents.values() for old in olds}
    pairs = [
        each
        for each in shared(ones, others)
        if _alike(each, ones[each.one], whole[each.other], _MOVED if each.other in gone else _SPLIT)
    ]
    for each in pairs:
        if each.one not in parents and each.other in gone and each.other not in taken:
            parents[each.one] = [each.other]
            taken.add(each.other)
    for each in pairs:
        if each.one not in parents:  # cut off from one that is there still, or that went on under another name
            parents[each.one] = [each.other]
        elif each.other in gone and each.other not in taken and each.one in ones:  # joined to another
            parents[each.one].append(each.other)
            taken.add(each.other)


def _alike(each: Likeness, one: Runs, other: Runs, least: int) -> bool:
    if each.shared < _FEW:
        return each.shared * 2 >= max(len(one), len(other))
    return each.shared * least >= min(len(one), len(other))


def _add_namesakes(parents: dict[str, list[str]], new: Mapping[str, KnownText], gone: Mapping[str, KnownText]) -> None:
    """New names that a prompt which is gone had in another folder, or with another ending."""
    free = [name for name in gone if name not in {old for olds in parents.values() for old in olds}]
    for name in new:
        if name not in parents and (old := next((each for each in free if _stem(each) == _stem(name)), None)):
            parents[name] = [old]
            free.remove(old)


def _stem(name: str) -> str:
    file, _, key = name.partition("#")
    return key or os.path.splitext(os.path.basename(file))[0]


def _together(parents: Mapping[str, Sequence[str]], now: Mapping[str, KnownText]) -> list[Descent]:
    """The new names with all that shares an origin with them, those that are there still under their old name too."""
    groups: list[tuple[dict[str, None], dict[str, None]]] = []
    for name, olds in parents.items():
        before = dict.fromkeys(olds)
        after = dict.fromkeys([*(old for old in olds if old in now), name])
        for other in [each for each in groups if each[0].keys() & before.keys()]:
            groups.remove(other)
            before, after = other[0] | before, other[1] | after
        groups.append((before, after))
    return [Descent(tuple(before), tuple(after)) for before, after in groups]
