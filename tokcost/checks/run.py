"""A configuration and what was asked of it, to an outcome."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from tokcost.anatomy import Piece
from tokcost.cache import CountCache
from tokcost.catalog import PriceBook
from tokcost.checks.entries import Contents, Entry, currency_of, entries_of, working_tree
from tokcost.checks.limits import Breach, Stale, breaches, growth, need_other_limits, need_same_models, stale
from tokcost.checks.outcome import Outcome
from tokcost.checks.settings import Asked, Setting, horizon, settings
from tokcost.config.budgets import Config
from tokcost.diff import compare
from tokcost.errors import TokcostError
from tokcost.phrases import quote
from tokcost.pricing import Terms, notes_on
from tokcost.prompts.measure import Content, Measure
from tokcost.prompts.prompt import Address
from tokcost.report import Finding
from tokcost.report_old import Report


class Against(NamedTuple):
    """What to compare with: a ref or a saved report, and the lock; None is neither."""

    base: str | None = None
    exact: bool = False
    locked: bool = False
    lock_path: str | None = None


class Job(NamedTuple):
    """All that a command needs to run: built once from flags, environment and file."""

    config: Config
    book: PriceBook
    terms: Terms
    asked: Asked
    default_model: str
    cache: CountCache


class Words(Protocol):
    """Puts what was found into words."""

    def finding(self, breach: Breach) -> Finding:
        """A limit that is broken."""

    def not_locked(self, entry: Entry, lock: str) -> Finding:
        """A prompt that the lock does not have."""

    def stale(self, found: Stale) -> Finding:
        """A price too old, a model about to go."""

    def anatomy(self, entry: Entry) -> list[Piece]:
        """Where the tokens of a prompt are."""


Worded = Callable[[Config, PriceBook, Contents, str, Callable[[Entry], int | None]], Words]
"""Makes the words: configuration, prices, texts, currency, and the line of a prompt that changed."""


class Measured(NamedTuple):
    """The working tree, counted."""

    settings: list[Setting]
    prompts: dict[str, list[Address]]
    contents: Contents
    entries: list[Entry]
    measure: Measure
    warnings: list[str]


def measure_tree(job: Job) -> Measured:
    """Every prompt of every budget, as it is in the working tree now."""
    resolved = settings(job.config, job.book, job.terms, job.asked, job.default_model)
    warnings: list[str] = []
    measure = Measure(job.cache, warnings.append, job.terms.day)
    prompts, contents = working_tree(resolved, job.config.folder)
    entries = entries_of(resolved, prompts, contents, measure, job.book)
    return Measured(resolved, prompts, contents, entries, measure, warnings)


def measure_saved(job: Job, path: str) -> Measured:
    """The rows of a saved report, each under the budgets whose paths name it.

    Raises TokcostError for a budget that the report has no row for, under each of its models.
    """
    from tokcost.checks.base import read_report
    from tokcost.checks.entries import Pricing
    from tokcost.prompts.prompt import addresses_among

    resolved = settings(job.config, job.book, job.terms, job.asked, job.default_model)
    counts = {(row.name, row.model): row.input for row in read_report(path)}
    names = list(dict.fromkeys(name for name, _ in counts))
    price = Pricing()
    entries = []
    for setting in resolved:
        keyed = [entry for entry in setting.budget.paths if "#" in entry and entry in names]
        found = [str(address) for address in addresses_among(setting.budget, names) if not address.key]
        for model in setting.models:
            own = [name for name in dict.fromkeys([*found, *keyed]) if (name, model.full_id) in counts]
            if not own:
                raise TokcostError(f"budget {quote(setting.budget.name)}: {path} has no row for it under {model.id}")
            entries += [price.entry(Address(name), name, counts[name, model.full_id], model, setting) for name in own]
    warnings: list[str] = []
    return Measured(resolved, {}, {}, entries, Measure(job.cache, warnings.append, job.terms.day), warnings)


def check(job: Job, against: Against, worded: Worded, why: bool = False, saved: str | None = None) -> Outcome:
    """Hold every budget against its prompts. Raises TokcostError for whatever cannot be checked.

    ``saved``: a report in a file, whose rows are held instead of the files in the working tree.
    """
    measured = measure_saved(job, saved) if saved else measure_tree(job)
    entries = measured.entries
    report = report_of("check", measured, job)
    broken = list(breaches(entries))
    label, changes = "", None
    texts: Mapping[Address, Content] = {}
    unlocked: list[Entry] = []
    if against.base is not None:
        from tokcost.checks.base import at_commit, of_report

        if is_report(against.base):
            base = of_report(against.base, measured.settings, job.book, entries)
        else:
            base = at_commit(
                job.config.folder, against.base, against.exact, measured.settings, measured.prompts, measured.measure
            )
        need_same_models(entries, base.before, base.label, "name a ref, or save the report for that model too")
        broken += growth(entries, base.held, base.totals, lets_none=False)
        label, texts = base.label, base.contents
        changes = compare(base.before, report.rows)
        report.warnings += base.notes
    if against.lock_path is not None and (against.locked or against.base is None):
        from tokcost.checks.base import of_lock
        from tokcost.lock import read_lock

        lock = read_lock(against.lock_path, os.path.basename(against.lock_path))
        locked = of_lock(lock, measured.settings, entries, measured.contents, job.book)
        report.warnings += locked.notes
        if not against.locked:  # else it is a finding that the prompt is not in the lock
            need_same_models(entries, locked.before, locked.label, "run 'tokcost lock'")
        grown = growth(entries, locked.held, locked.totals, lets_none=against.locked)
        broken += [each for each in grown if against.base is None or each.rule == "locked"]
        if against.locked:
            unlocked = [entry for entry in entries if entry.key not in locked.before]
        if against.base is None:
            label, changes = locked.label, compare(locked.before, report.rows)
    elif against.base is None:
        need_other_limits(measured.settings)
        report.warnings += _growth_unchecked(measured.settings)
    measured.measure.finish()

    def changed(entry: Entry) -> int | None:
        from tokcost.checks.base import line_changed

        old, new = texts.get(entry.address), measured.contents.get(entry.address)
        return line_changed(old.data, new.data) if old and new and old.digest != new.digest else None

    words = worded(job.config, job.book, measured.contents, report.currency or "USD", changed)
    report.findings, anatomy = _findings(job, measured, broken, unlocked, words, why, against)
    return Outcome(report, entries, label, changes, repository_prefix(job.config.folder), anatomy)


def _findings(
    job: Job, measured: Measured, broken: Sequence[Breach], unlocked: Sequence[Entry], words: Words, why: bool,
    against: Against,
) -> tuple[list[Finding], dict[str, list[Piece]]]:  # fmt: skip
    age, retires = horizon(job.config, job.asked)
    old = stale(
        {model.full_id: model for each in measured.settings for model in each.models}.values(),
        job.terms.day,
        age,
        retires,
    )
    if not (broken or unlocked or old):
        return [], {}
    found = [words.finding(breach) for breach in broken]
    found += [words.not_locked(entry, os.path.basename(against.lock_path or "")) for entry in unlocked]
    found += [words.stale(each) for each in old]
    anatomy: dict[str, list[Piece]] = {}
    if why:
        for breach in broken:
            for entry in [breach.entry] if breach.entry else breach.entries:
                anatomy.setdefault(entry.row.name, words.anatomy(entry))
    return found, anatomy


def report_of(command: str, measured: Measured, job: Job) -> Report:
    """The rows of the entries, each prompt and model once, with what is to be known of the prices."""
    report = Report(command, currency_of(measured.entries))
    rows = {(entry.key, entry.row.output_tokens, entry.setting.terms.mode): entry.row for entry in measured.entries}
    report.rows = list(rows.values())
    report.warnings = measured.warnings
    models = {model.full_id: model for setting in measured.settings for model in setting.models}
    for model in models.values():
        report.warnings += notes_on(model, job.terms.day)
    report.warnings += dict.fromkeys(
        f"{row.model}: {row.input.standing}: {row.input.note}" for row in report.rows if row.input.note
    )
    return report


def is_report(base: str) -> bool:
    """Whether a base is a saved report rather than a ref: a JSON file that is there."""
    return base.endswith(".json") and os.path.isfile(base)


def repository_prefix(folder: str) -> str:
    """The folder as seen from the top of its repository, '' at the top or outside of any, else ending in "/"."""
    top = folder
    while not os.path.exists(os.path.join(top, ".git")):
        parent = os.path.dirname(top)
        if parent == top:
            return ""
        top = parent
    below = os.path.relpath(folder, top).replace(os.sep, "/")
    return "" if below == "." else below + "/"


def _growth_unchecked(resolved: Sequence[Setting]) -> list[str]:
    names = [setting.budget.name for setting in resolved if setting.budget.limits_growth]
    if not names:
        return []
    return [f"growth was not checked ({', '.join(names)}): --base names a ref, or 'tokcost lock' writes a lock"]
