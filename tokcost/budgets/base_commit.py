"""The prompts as a commit has them, as a base to compare with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from tokcost.budgets.base import Base, OldCount, Today, one_to_one, rows_of_today
from tokcost.budgets.budget import Config
from tokcost.budgets.budgeted import BudgetedPrompt, Contents, budgeted_prompts, checked_tokens
from tokcost.budgets.changes import Key
from tokcost.budgets.commit_side import CommitSide
from tokcost.budgets.elsewhere import Move
from tokcost.budgets.lineage import Lineage
from tokcost.budgets.measure import Measure
from tokcost.budgets.prompt import Address, prompt_and_part
from tokcost.budgets.settings import Setting
from tokcost.inputs.git import Repository
from tokcost.report import Row


class CommitRef(NamedTuple):
    """Which commit: where HEAD left ``ref``, or ``ref`` itself when ``exact``.

    ``until`` names the commit that it is compared with, None what is in ``folder`` now ('' is the configuration's).
    """

    config: Config
    ref: str
    exact: bool
    until: str | None = None
    charset: str = "utf-8"
    folder: str = ""


def at_commit(
    at: CommitRef, settings: Sequence[Setting], now: Today, measure: Measure, prompts: Sequence[BudgetedPrompt] = ()
) -> Base:  # fmt: skip
    """The prompts as they were at a commit, and what became of them in ``now``; ``prompts`` is that as counted.

    Raises GitError when git cannot say: a base that is not known is never "nothing changed".
    """
    near = {name.partition("#")[0] for own in now.prompts.values() for name in own}
    repository = Repository(at.config.folder, near)
    commit = repository.commit(at.ref) if at.exact else repository.merge_base(at.ref)
    label = f"{at.ref} ({commit[:10]})" if at.exact else f"{at.ref} (merge base {commit[:10]})"
    notes = []
    if not at.exact and commit == repository.commit("HEAD") and at.ref != "HEAD":
        notes.append(f"HEAD is contained in {at.ref}: only what is not committed yet is compared")
    until = repository.commit(at.until) if at.until else None
    side = CommitSide(Move(repository, commit, until, at.charset), at.config, now, at.folder or at.config.folder)
    old = side.prompts(settings)
    then = budgeted_prompts(settings, old, side.contents, measure, side.unread)
    lineages = side.lineages(settings, old)
    outside = budgeted_prompts(settings, side.moved_in(lineages), side.contents, measure, side.unread)
    unread = {str(address): reason for address, reason in side.unread.items()}
    lineages = {budget: _as_far_as_read(one, unread) for budget, one in lineages.items()}
    counts: dict[tuple[str, str], list[OldCount]] = {}
    totals: dict[Key, int] = {}
    rows: dict[Key, Row] = {}
    for prompt in [*then, *outside]:
        rows.setdefault(prompt.key, prompt.row)
        own, part = prompt_and_part(prompt.row.name)
        counts.setdefault((prompt.setting.budget.name, own), []).append(
            OldCount(part, prompt.model.full_id, prompt.text_tokens)
        )
    for prompt in then:
        _add(totals, prompt, prompt.text_tokens)
    for prompt, old_count in _moved_models(prompts, counts, side.contents, measure):
        counts[prompt.setting.budget.name, prompt_and_part(prompt.row.name)[0]].append(old_count)
        _add(totals, prompt, old_count.tokens)
    notes += [f"at the base, {reason}: it counts as added" for reason in side.unread.values()]
    return Base(
        label, rows_of_today(rows, lineages.values(), now.rows), counts, lineages, totals, notes, "name another base",
        unread, _under_new_names(side.contents, lineages.values()),
    )  # fmt: skip


def _as_far_as_read(found: Lineage, unread: Mapping[str, str]) -> Lineage:
    """The lineage without texts from elsewhere that cannot be counted: what came from them is new."""
    known = [each for each in found.outside if each.before[0] not in unread]
    lost = [name for each in found.outside if each.before[0] in unread for name in each.after]
    return found._replace(outside=known, new=[*found.new, *lost])


def _under_new_names(contents: Contents, lineages: Iterable[Lineage]) -> Contents:
    """The texts by the address of today of what each became."""
    found = dict(contents)
    for each in one_to_one(lineages):
        old, new = (Address(*name.partition("#")[::2]) for name in (each.before[0], each.after[0]))
        if old in contents:
            found[new] = contents[old]
    return found


def _moved_models(
    now: Sequence[BudgetedPrompt],
    counts: Mapping[tuple[str, str], Sequence[OldCount]],
    contents: Contents,
    measure: Measure,
) -> Iterator[tuple[BudgetedPrompt, OldCount]]:
    """Requests that named another model at the base: their tokens then, under the model that they name today.

    So a request that moves to another model has grown by what was written into it, not by the move.
    """
    for prompt in now:
        content = contents.get(prompt.address)
        own, part = prompt_and_part(prompt.row.name)
        known = counts.get((prompt.setting.budget.name, own), ())
        if content is None or not prompt.address.is_request or not any(each.part == part for each in known):
            continue
        if any((each.part, each.model) == (part, prompt.model.full_id) for each in known):
            continue
        for each in measure.counts(prompt.address, content, prompt.setting.models[0]):
            if each.part == part:
                count = measure.recount(each, prompt.model)
                tokens = checked_tokens(count, prompt.setting.gate)
                yield prompt, OldCount(part, prompt.model.full_id, tokens, moved=True)


def _add(totals: dict[Key, int], prompt: BudgetedPrompt, tokens: int) -> None:
    key = (prompt.setting.budget.name, prompt.model.full_id)
    totals[key] = totals.get(key, 0) + tokens
