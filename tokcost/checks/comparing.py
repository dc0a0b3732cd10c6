"""Two sides of a comparison, either of them a commit, a saved report, a lock or the working tree."""

from __future__ import annotations

import os

from tokcost.checks.base import Base, at_commit, of_lock, of_report
from tokcost.checks.outcome import Outcome
from tokcost.checks.run import Job, Measured, is_report, measure_tree, report_of, repository_prefix
from tokcost.checks.settings import settings
from tokcost.diff import compare
from tokcost.errors import TokcostError
from tokcost.lock import read_lock
from tokcost.prompts.measure import Measure
from tokcost.prompts.prompt import addresses_among


def compare_sides(job: Job, before: str, after: str | None, exact: bool) -> Outcome:
    """What moved from ``before`` to ``after`` (None: the working tree).

    Raises GitError for a ref that git does not know, TokcostError for a file that is no report.
    """
    if after is None:
        measured = measure_tree(job)
        old = _side(job, measured, before, exact)
        report = report_of("diff", measured, job)
        rows = report.rows
        label = old.label
    else:
        resolved = settings(job.config, job.book, job.terms, job.asked, job.default_model)
        warnings: list[str] = []
        measured = Measured(resolved, {}, {}, [], Measure(job.cache, warnings.append, job.terms.day), warnings)
        new = _side(job, measured, after, True)
        names = [address.file for address in new.contents]
        prompts = {setting.budget.name: addresses_among(setting.budget, names) for setting in resolved}
        old = _side(job, measured._replace(prompts=prompts), before, True, after if new.contents else None)
        if not old.before and not new.before:
            raise TokcostError(f"no budget names a prompt that is in {before} or {after}: there is nothing to compare")
        report = report_of("diff", measured, job)
        rows = report.rows = [each.row for each in new.before.values()]
        report.warnings += new.notes
        label = f"{old.label}, up to {new.label}"
    measured.measure.finish()
    report.warnings += old.notes
    changes = compare(old.before, rows)
    return Outcome(report, measured.entries, label, changes, repository_prefix(job.config.folder))


def _side(job: Job, measured: Measured, name: str, exact: bool, until: str | None = None) -> Base:
    if is_report(name):
        return of_report(name, measured.settings, job.book, measured.entries)
    if name.endswith(".lock") and os.path.isfile(name):
        lock = read_lock(name, os.path.basename(name))
        return of_lock(lock, measured.settings, measured.entries, measured.contents, job.book)
    return at_commit(
        job.config.folder, name, exact, measured.settings, measured.prompts, measured.measure, until, job.charset
    )
