"""``diff``: two sides, each of them a commit, a saved report, a lock or the working tree."""

from __future__ import annotations

import os

from tokcost.budgets.base import Base
from tokcost.budgets.changes import compare
from tokcost.budgets.measured import CheckOptions, MeasuredPrompts, measure_tree, report_of, repository_prefix
from tokcost.budgets.outcome import Outcome
from tokcost.budgets.prompt import addresses_among
from tokcost.budgets.saved import is_report
from tokcost.errors import TokcostError


def compare_sides(options: CheckOptions, before: str, after: str | None, exact: bool) -> Outcome:
    """What moved from ``before`` to ``after`` (None: the working tree).

    Raises GitError for a ref that git does not know, TokcostError for a file that is not a report.
    """
    if after is None:
        measured = measure_tree(options)
        old = _side(options, measured, before, exact)
        report = report_of("diff", measured, options)
        label = old.label
    else:
        resolved = options.settings()
        measured = MeasuredPrompts(resolved, {}, {}, [], options.measure())
        new = _side(options, measured, after, exact=True)
        names = [address.file for address in new.contents]
        paths = {each.budget.name: addresses_among(each.budget, names) for each in resolved}
        old = _side(
            options, measured._replace(paths=paths), before, exact=True, until=after if new.contents else None
        )  # fmt: skip
        if not old.rows and not new.rows:
            raise TokcostError(f"no budget names a prompt that is in {before} or {after}: there is nothing to compare")
        report = report_of("diff", measured, options)
        report.rows = [each.row for each in new.rows.values()]
        report.warnings += new.notes
        label = f"{old.label}, up to {new.label}"
    measured.measure.finish()
    report.warnings += old.notes
    changes = compare(old.rows, report.rows)
    return Outcome(report, measured.prompts, label, changes, repository_prefix(options.config.folder))


def _side(
    options: CheckOptions, measured: MeasuredPrompts, name: str, exact: bool, until: str | None = None
) -> Base:  # fmt: skip
    if is_report(name):
        from tokcost.budgets.base_report import of_report

        return of_report(name, measured.settings, options.book, measured.prompts)
    if name.endswith(".lock") and os.path.isfile(name):
        from tokcost.budgets.base_lock import of_lock
        from tokcost.budgets.lock import read_lock

        lock = read_lock(name, os.path.basename(name))
        return of_lock(lock, measured.settings, measured.prompts, measured.contents, options.book)
    from tokcost.budgets.base_commit import at_commit

    return at_commit(
        options.config.folder, name, exact, measured.settings, measured.paths, measured.measure, (), until
    )  # fmt: skip
