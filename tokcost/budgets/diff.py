"""``diff``: two sides, each of them a commit, a saved report, a lock or the working tree."""

from __future__ import annotations

import os

from tokcost.budgets.base import Base, Today, today
from tokcost.budgets.changes import REMOVED, compare
from tokcost.budgets.measured import CheckOptions, MeasuredPrompts, add_rows, measure_tree, report_of
from tokcost.budgets.new_prompts import headlines, new_prompts
from tokcost.budgets.prompt import row_names
from tokcost.budgets.rows import PromptRow, prompt_rows
from tokcost.budgets.saved import is_report
from tokcost.budgets.tables import add_changes
from tokcost.errors import TokcostError
from tokcost.phrases import plural
from tokcost.report import Report


def compare_sides(options: CheckOptions, before: str, after: str | None, exact: bool) -> Report:
    """What moved from ``before`` to ``after`` (None: the working tree): a row for each prompt, the removed ones too.

    Raises GitError for a ref that git does not know, TokcostError for a file that is not a report.
    """
    if after is None:
        measured = measure_tree(options)
        old, new = _side(options, measured, before, today(measured.prompts, measured.contents), exact), None
        now = [prompt.row for prompt in measured.prompts]
        label = old.label
    else:
        measured, old, new = _two_sides(options, before, after)
        now = [each.row for each in new.rows.values() if each.row]
        label = f"{old.label}, up to {new.label}"
    measured.measure.finish()
    report = report_of("diff", measured, options)
    if new is None and not _is_file(before):
        from tokcost.budgets.protection import rule_moves

        report.headlines += rule_moves(options, before, exact).headlines()
    for side in (new, old):
        report.warn(side.notes if side else ())
    if new is None:
        report.headlines += headlines(new_prompts(measured.prompts, old))
    changes = compare(old.rows, now)
    if new is None:
        rows = prompt_rows(measured.prompts, changes)
    else:
        rows = [PromptRow(change.after, (), change) for change in changes if change.after]
    gone = [PromptRow(change.before, (), change) for change in changes if change.before and change.status == REMOVED]
    add_rows(report, [*rows, *gone])
    report.scope = plural(len({change.name for change in changes}), "prompt")
    add_changes(report, label, changes)
    return report


def _two_sides(options: CheckOptions, before: str, after: str) -> tuple[MeasuredPrompts, Base, Base]:
    """Both sides as they are. Raises TokcostError where neither has a prompt."""
    resolved = options.settings()
    measured = MeasuredPrompts(resolved, {}, {}, [], options.measure())
    new = _side(options, measured, after, Today({}, {}, ()), exact=True)
    by_name = {str(address): address for address in new.contents}
    paths = {each.budget.name: row_names(each.budget, by_name) for each in resolved}
    contents = {str(address): content for address, content in new.contents.items()}
    now = Today(paths, contents, list(new.rows))
    old = _side(options, measured, before, now, exact=True, until=after if new.contents else None)
    if not old.rows and not new.rows:
        raise TokcostError(f"no budget names a prompt that is in {before} or {after}: there is nothing to compare")
    return measured, old, new


def _is_file(name: str) -> bool:
    """Whether a side is a saved report or a lock, rather than a ref."""
    return is_report(name) or (name.endswith(".lock") and os.path.isfile(name))


def _side(
    options: CheckOptions, measured: MeasuredPrompts, name: str, now: Today, exact: bool, until: str | None = None
) -> Base:  # fmt: skip
    if is_report(name):
        from tokcost.budgets.base_report import of_report

        return of_report(name, measured.settings, options.book, measured.prompts, measured.contents)
    if name.endswith(".lock") and os.path.isfile(name):
        from tokcost.budgets.base_lock import of_lock
        from tokcost.budgets.lock import read_lock

        lock = read_lock(name, os.path.basename(name))
        return of_lock(lock, measured.settings, measured.prompts, measured.contents, options.book)
    from tokcost.budgets.base_commit import CommitRef, at_commit

    at = CommitRef(options.config, name, exact, until, options.charset)
    return at_commit(at, measured.settings, now, measured.measure)
