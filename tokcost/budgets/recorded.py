"""Prompts of which only the numbers were recorded, in a lock or a report, as a base to compare with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tokcost.budgets.base import Base, OldCount, Today, rows_of_today
from tokcost.budgets.budgeted import checked_tokens
from tokcost.budgets.changes import Key
from tokcost.budgets.lineage import ALIKE, KnownText, Lineage, from_outside, lineage
from tokcost.budgets.prompt import prompt_and_part, row_names
from tokcost.budgets.settings import Setting
from tokcost.counting.count import Count
from tokcost.report import Row


class Recorded(NamedTuple):
    """What was recorded: rows and counts by name and model, and the hashes of the prompts by name, where there are."""

    rows: Mapping[Key, Row]
    counts: Mapping[Key, Count]
    digests: Mapping[str, str]


def recorded_base(
    label: str, recorded: Recorded, settings: Sequence[Setting], now: Today, notes: Sequence[str], remedy: str
) -> Base:
    """A base of recorded numbers. What is new in a budget came from what is gone from it: its text is not known.

    Where nothing is gone from the budget itself, from what no budget names any more: the paths may have moved.
    """
    names = list(dict.fromkeys(name for name, _ in recorded.counts))
    own: dict[str, list[str]] = {}
    for setting in settings:
        there = set(now.prompts.get(setting.budget.name, ()))
        listed = [*row_names(setting.budget, names), *(name for name in names if prompt_and_part(name)[0] in there)]
        own[setting.budget.name] = list(dict.fromkeys(listed))
    budgeted = {name for listed in own.values() for name in listed}
    orphans = _known([name for name in names if name not in budgeted], recorded)
    counts: dict[tuple[str, str], list[OldCount]] = {}
    totals: dict[Key, int] = {}
    lineages: dict[str, Lineage] = {}
    for setting in settings:
        budget = setting.budget.name
        known = _known(own[budget], recorded)
        texts = {name: _text(now, name, known) for name in now.prompts.get(budget, ())}
        found = lineage(texts, known)
        if found.new and orphans:
            found = _with_orphans(found, texts, orphans)
        lineages[budget] = found
        owned = set(own[budget])
        wanted = set(known).union(*(each.before for each in found.all()))
        for (name, model), count in recorded.counts.items():
            prompt, part = prompt_and_part(name)
            if prompt in wanted:
                tokens = checked_tokens(count, setting.gate)
                counts.setdefault((budget, prompt), []).append(OldCount(part, model, tokens))
                if name in owned:
                    totals[budget, model] = totals.get((budget, model), 0) + tokens
    rows = rows_of_today(recorded.rows, lineages.values(), now.rows)
    return Base(label, rows, counts, lineages, totals, notes, remedy)


def _known(names: Sequence[str], recorded: Recorded) -> dict[str, KnownText]:
    return {prompt_and_part(name)[0]: KnownText(None, recorded.digests.get(name, "")) for name in names}


def _text(now: Today, name: str, known: Mapping[str, KnownText]) -> KnownText:
    """A text of today: its hash, or the one that it has with the line ends of git, where that was recorded."""
    content = now.contents.get(name)
    if content is None:
        return KnownText(None, "")
    digest = content.digest.hex()
    if b"\r\n" in content.data and all(each.digest != digest for each in known.values()):
        from hashlib import sha256

        digest = sha256(content.data.replace(b"\r\n", b"\n")).hexdigest()
    return KnownText(content.data, digest)


def _with_orphans(found: Lineage, now: Mapping[str, KnownText], orphans: Mapping[str, KnownText]) -> Lineage:
    """The lineage where what is new came from prompts that no budget has any more."""
    outside = from_outside({name: now[name] for name in found.new}, orphans)
    moved = {name for each in outside for name in each.after}
    new = [name for name in found.new if name not in moved]
    if new and all(each.how == ALIKE for each in found.descents):
        used = {name for each in outside for name in each.before}
        left = lineage({name: now[name] for name in new}, {k: v for k, v in orphans.items() if k not in used})
        outside += left.descents
    return Lineage(found.descents, new, outside)
