"""The prompts as a commit has them, as a base to compare with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from tokcost.budgets.base import Base
from tokcost.budgets.budgeted import BudgetedPrompt, Contents, Prompts, budgeted_prompts, checked_tokens, content_at
from tokcost.budgets.changes import BaseRow, Key
from tokcost.budgets.measure import Measure
from tokcost.budgets.paths import Pattern
from tokcost.budgets.prompt import Address, addresses_among, refuse_pointer, text_of
from tokcost.budgets.settings import Setting
from tokcost.budgets.work_tree import keyed_file
from tokcost.errors import GitError, NoSuchKey, TokcostError
from tokcost.inputs.git import Repository
from tokcost.inputs.git_links import GitFile


def at_commit(
    folder: str,
    ref: str,
    exact: bool,
    settings: Sequence[Setting],
    prompts: Prompts,
    measure: Measure,
    now: Sequence[BudgetedPrompt] = (),
    until: str | None = None,
    charset: str = "utf-8",
) -> Base:
    """The prompts as they were where HEAD left ``ref``, or at ``ref`` itself when ``exact``.

    ``prompts`` are those of the other side, the working tree or the commit ``until``, and ``now`` what they
    count there. Raises GitError when git cannot say: a base that is not known is never "nothing changed".
    """
    repository = Repository(folder)
    commit = repository.commit(ref) if exact else repository.merge_base(ref)
    label = f"{ref} ({commit[:10]})" if exact else f"{ref} (merge base {commit[:10]})"
    notes = []
    if not exact and commit == repository.commit("HEAD") and ref != "HEAD":
        notes.append(f"HEAD is contained in {ref}: only what is not committed yet is compared")
    tree = repository.tree(commit)
    new = [each.file for own in prompts.values() for each in own if each.file not in tree]
    renames = repository.renames(commit, repository.commit(until) if until else None) if new else {}
    moved = {name: renames[name] for name in new if name in renames}
    keys = partial(_keys_then, repository, tree, charset)
    old = {
        each.budget.name: _prompts_then(each, prompts.get(each.budget.name, []), tree, moved, keys) for each in settings
    }
    sources = {each: moved.get(each.file, each.file) for own in old.values() for each in own}
    contents, unreadable = _contents(repository, tree, sources, charset)
    then = budgeted_prompts(settings, old, contents, measure, unreadable)
    notes += [f"at the base, {reason}: it counts as added" for reason in unreadable]
    rows: dict[Key, BaseRow] = {}
    totals: dict[Key, int] = {}
    for prompt in then:
        source = Address(sources[prompt.address], prompt.address.key)
        rows.setdefault(prompt.key, BaseRow(prompt.row, "" if source == prompt.address else str(source)))
        _add(totals, prompt, prompt.tokens)
    tokens = {prompt.key: prompt.tokens for prompt in then}
    for prompt, number in _moved_models(now, tokens, contents, measure):
        tokens[prompt.key] = number
        _add(totals, prompt, number)
    return Base(label, rows, tokens, totals, notes, contents)


def _prompts_then(
    setting: Setting, own: Sequence[Address], tree: Mapping[str, object], moved: Mapping[str, str],
    keys: Callable[[str, Pattern], list[str]],
) -> list[Address]:  # fmt: skip
    """The prompts of a budget that a tree has: those of today under their names of today, then what is gone."""
    there = [address for address in own if address.file in tree or address.file in moved]
    gone = [address for address in addresses_among(setting.budget, list(tree), keys) if address not in own]
    taken = set(moved.values())
    return [*there, *(address for address in gone if address.file not in taken)]


def _keys_then(
    repository: Repository, tree: Mapping[str, GitFile], charset: str, file: str, pattern: Pattern
) -> list[str]:
    """The keys that a pattern meant in a file; none where it could not be read, as is told where a key of today is."""
    try:
        entry = tree[file]
        return keyed_file(file, text_of(file, repository.read([entry])[entry], charset)).matching(pattern)
    except GitError:
        raise
    except TokcostError:
        return []


def _contents(
    repository: Repository, tree: Mapping[str, GitFile], sources: Mapping[Address, str], charset: str
) -> tuple[Contents, list[str]]:
    """What stood behind each address, and why some of it cannot be read: that must keep nobody from mending it."""
    data = repository.read(tree[file] for file in sources.values())
    found: Contents = {}
    unreadable = []
    for address, file in sources.items():
        refuse_pointer(f"{address} at the base", data[tree[file]], "git lfs fetch")
        try:
            found[address] = content_at(address, text_of(address.file, data[tree[file]], charset))
        except NoSuchKey:
            continue
        except TokcostError as error:
            unreadable.append(str(error))
    return found, unreadable


def _moved_models(
    now: Sequence[BudgetedPrompt], tokens: Mapping[Key, int], contents: Contents, measure: Measure
) -> Iterator[tuple[BudgetedPrompt, int]]:
    """Requests that named another model at the base: their tokens then, under the model that they name today.

    So a request that moves to another model has grown by what was written into it, not by the move.
    """
    for prompt in now:
        content = contents.get(prompt.address)
        if prompt.key in tokens or content is None or not prompt.address.is_request:
            continue
        try:
            counts = measure.counts(prompt.address, content, prompt.setting.models[0])
        except TokcostError:  # noted already, when it was counted under its own model
            continue
        for each in counts:
            if f"{prompt.address}{each.part}" == prompt.row.name:
                count = measure.recount(each, prompt.model)
                yield prompt, checked_tokens(count, prompt.setting.gate)


def _add(totals: dict[Key, int], prompt: BudgetedPrompt, tokens: int) -> None:
    key = (prompt.setting.budget.name, prompt.model.full_id)
    totals[key] = totals.get(key, 0) + tokens
