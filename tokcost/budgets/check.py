"""``check``: prompts against their budgets, a base and a lock, to a report."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from tokcost.budgets.base import Base
from tokcost.budgets.budgeted import BudgetedPrompt
from tokcost.budgets.changes import compare
from tokcost.budgets.growth import growth, without_base
from tokcost.budgets.measure import Content
from tokcost.budgets.measured import (
    CheckOptions,
    MeasuredPrompts,
    add_rows,
    measure_saved,
    measure_tree,
    report_of,
)
from tokcost.budgets.new_prompts import NewPrompt, headlines, new_prompts
from tokcost.budgets.prompt import Address
from tokcost.budgets.rows import prompt_rows
from tokcost.budgets.rules import BrokenRule, broken_rules, refuse_other_currency
from tokcost.budgets.saved import is_report
from tokcost.budgets.settings import horizon
from tokcost.budgets.stale import StaleModel, stale_models
from tokcost.budgets.tables import add_changes, budget_table, part_table
from tokcost.budgets.why import PromptPart
from tokcost.errors import TokcostError
from tokcost.phrases import quote
from tokcost.report import Finding, Report

if TYPE_CHECKING:
    from tokcost.budgets.protection import RuleMoves

# So many changes stand under the table of a check; it is about its limits.
SHOWN_CHANGES = 20
# A base that a branch takes along: no point where it left another.
_GOES_ALONG = re.compile(r"(?:HEAD|@)(?![\w/.-])")


class Baseline(NamedTuple):
    """What to compare with: a ref or a saved report, and the lock; None is neither.

    ``protected``: the rules may not differ from those of the base; ``first``: a commit is checked that has none
    before it.
    """

    base: str | None = None
    exact: bool = False
    locked: bool = False
    lock_path: str | None = None
    protected: bool = False
    first: bool = False


class _Broken(NamedTuple):
    """Whatever becomes a finding, and of ``new`` what stands in a budget that takes no new prompts."""

    rules: Sequence[BrokenRule]
    new: Sequence[NewPrompt]
    unlocked: Sequence[BudgetedPrompt]
    stale: Sequence[StaleModel]

    @property
    def refused(self) -> list[NewPrompt]:
        """The new prompts that may not be."""
        return [each for each in self.new if each.setting.budget.allow_new is False]

    @property
    def found(self) -> bool:
        """Whether there is any finding."""
        return any((self.rules, self.refused, self.unlocked, self.stale))


def check(options: CheckOptions, baseline: Baseline, why: bool = False, saved: str | None = None) -> Report:
    """Compare every prompt with its budget. Raises TokcostError for whatever cannot be checked.

    ``saved``: a report in a file, whose rows are checked instead of the files in the working tree. With
    ``why`` the report has the parts of the prompts that break a rule.
    """
    measured = measure_saved(options, saved) if saved else measure_tree(options)
    report = report_of("check", measured, options)
    report.limited, report.findings_in = True, "text"
    refuse_other_currency(measured.settings, report.currency)
    base, lock = _base(options, baseline, measured), _lock(options, baseline, measured)
    broken = _broken(options, baseline, measured, base, lock)
    for side in (base, lock):
        report.warn(side.notes if side else ())
    for error in without_base(measured.settings) if base is None and lock is None and not baseline.first else ():
        report.fail(*str(error).partition(": ")[::2])
    moves = _moves(options, baseline, report)
    report.headlines += [*(moves.headlines() if moves else ()), *headlines(broken.new)]
    if baseline.base is not None and baseline.base == options.config.base and _GOES_ALONG.match(baseline.base):
        report.warn(
            [f"base {quote(baseline.base)} goes along with every commit: what a branch did before it is not seen"]
        )
    measured.measure.finish()
    parts: Mapping[str, Sequence[PromptPart]] = {}
    if broken.found:
        contents = base.contents if base else {}
        report.findings, parts = _findings(options, measured, baseline, broken, contents, report.currency, why)
    report.findings[:0] = moves.findings(options) if moves else []
    against = base or lock
    changes = compare(against.rows, [prompt.row for prompt in measured.prompts]) if against else []
    add_rows(report, prompt_rows(measured.prompts, changes, report.findings))
    report.details |= {"budgets": budget_table(measured.prompts, report.findings), "base": None}
    if against is not None:
        add_changes(report, against.label, changes, SHOWN_CHANGES)
    if why:
        report.details["parts"] = part_table(parts)
    return report


def _broken(
    options: CheckOptions, baseline: Baseline, measured: MeasuredPrompts, base: Base | None, lock: Base | None
) -> _Broken:
    """Every rule that is broken. Raises ConfigError where it cannot be checked."""
    prompts = measured.prompts
    rules = broken_rules(prompts)
    unlocked: list[BudgetedPrompt] = []
    if base is not None:
        rules += growth(prompts, base)
    if lock is not None:
        since = "" if base is None else lock.label
        rules = _with_larger(rules, [each._replace(since=since) for each in growth(prompts, lock, baseline.locked)])
    if lock is not None and baseline.locked:
        there = {key for key, each in lock.rows.items() if each.row is not None and not each.old_name}
        unlocked = [prompt for prompt in prompts if prompt.key not in there]
    against = base or lock
    new = new_prompts(prompts, against) if against else []
    age, retires = horizon(options.config, options.overrides)
    return _Broken(rules, new, unlocked, stale_models(measured.models(), options.terms.day, age, retires))


def _with_larger(found: Sequence[BrokenRule], more: Sequence[BrokenRule]) -> list[BrokenRule]:
    """The broken rules of both sides; of one that is broken against both, where it is broken by more."""
    by_place: dict[tuple[object, ...], BrokenRule] = {}
    for each in (*found, *more):
        name = each.prompt.row.name if each.prompt else tuple(each.names)
        place = (each.rule, each.setting.budget.name, name, each.model.full_id)
        if place not in by_place or by_place[place].excess < each.excess:
            by_place[place] = each
    return list(by_place.values())


def _base(options: CheckOptions, baseline: Baseline, measured: MeasuredPrompts) -> Base | None:
    """The side that --base names."""
    if baseline.base is None:
        return None
    if is_report(baseline.base):
        from tokcost.budgets.base_report import of_report

        return of_report(baseline.base, measured.settings, options.book, measured.prompts, measured.contents)
    from tokcost.budgets.base import today
    from tokcost.budgets.base_commit import CommitRef, at_commit

    at = CommitRef(options.config, baseline.base, baseline.exact, charset=options.charset, folder=options.staged or "")
    now = today(measured.prompts, measured.contents)
    return at_commit(at, measured.settings, now, measured.measure, measured.prompts)


def _moves(options: CheckOptions, baseline: Baseline, report: Report) -> RuleMoves | None:
    """How the rules differ from those of the commit that --base names. Raises TokcostError where they must not."""
    if baseline.base is not None and not is_report(baseline.base):
        from tokcost.budgets.protection import rule_moves

        return rule_moves(options, baseline.base, baseline.exact, baseline.protected)
    if baseline.protected:
        raise TokcostError("--protect-rules compares with the rules of a commit: name it with --base")
    if options.config.protect_rules:
        report.warn(["protect-rules cannot be checked without a commit to compare with: name it with --base"])
    return None


def _lock(options: CheckOptions, baseline: Baseline, measured: MeasuredPrompts) -> Base | None:
    """What was locked, where it is asked for or there is no other base."""
    if baseline.lock_path is None or not (baseline.locked or baseline.base is None):
        return None
    from tokcost.budgets.base_lock import of_lock
    from tokcost.budgets.lock import read_lock

    lock = read_lock(baseline.lock_path, os.path.basename(baseline.lock_path))
    return of_lock(lock, measured.settings, measured.prompts, measured.contents, options.book)


def _findings(
    options: CheckOptions,
    measured: MeasuredPrompts,
    baseline: Baseline,
    broken: _Broken,
    before: Mapping[Address, Content],
    currency: str | None,
    why: bool,
) -> tuple[list[Finding], dict[str, list[PromptPart]]]:
    """What is broken in words, and with ``why`` the parts of the prompts that break a rule."""
    from tokcost.budgets.advice import Advice
    from tokcost.budgets.findings import FindingWriter

    advice = Advice(options.book, measured.contents, currency)
    writer = FindingWriter(options.config, measured.contents, before, advice, currency)
    found = [writer.broken(rule) for rule in broken.rules]
    found += [writer.new(each) for each in broken.refused]
    found += [writer.not_locked(prompt, os.path.basename(baseline.lock_path or "")) for prompt in broken.unlocked]
    found += [writer.stale(each) for each in broken.stale]
    parts: dict[str, list[PromptPart]] = {}
    if why:
        for rule in broken.rules:
            for prompt in [rule.prompt] if rule.prompt else rule.group:
                parts.setdefault(prompt.row.name, advice.parts(prompt))
    return found, parts
