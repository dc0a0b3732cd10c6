"""What prompts are compared with: a commit, a saved report, a lock."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, NamedTuple

from tokcost.catalog import PriceBook
from tokcost.checks.entries import Contents, Entry, content_at, entries_of, held_tokens
from tokcost.checks.settings import Setting
from tokcost.counting.count import ESTIMATE, EXACT, Count
from tokcost.diff import Before, Key
from tokcost.errors import NoSuchKey, TokcostError
from tokcost.lock import Lock, moved_rates, same_content
from tokcost.phrases import quote
from tokcost.pricing import Cost, Priced, Unpriced, price_count
from tokcost.prompts.measure import Content, Measure
from tokcost.prompts.prompt import Address, addresses_among, refuse_pointer
from tokcost.report import Row, money_text
from tokcost.sources.git import Repository

Prompts = dict[str, list[Address]]


class Base(NamedTuple):
    """One side to compare with.

    ``before``: its rows by name and model; ``held``: the tokens of those that growth is measured
    from, ``totals`` their sums by budget and model. ``notes`` is what the user should know.
    ``contents`` are its texts where it has them, by the address of today.
    """

    label: str
    before: dict[Key, Before]
    held: dict[Key, int]
    totals: dict[Key, int]
    notes: list[str]
    contents: Mapping[Address, Content] = MappingProxyType({})


def at_commit(
    folder: str, ref: str, exact: bool, settings: Sequence[Setting], prompts: Prompts, measure: Measure,
    until: str | None = None,
) -> Base:  # fmt: skip
    """The prompts as they were where HEAD left ``ref``, or at ``ref`` itself when ``exact``.

    ``prompts`` are those of the other side, the working tree or the commit ``until``.

    Raises GitError when git cannot say: a base that is not known is never "nothing changed".
    """
    repository = Repository(folder)
    commit = repository.commit(ref) if exact else repository.merge_base(ref)
    label = f"{ref} ({commit[:10]})" if exact else f"{ref} (merge base {commit[:10]})"
    notes = []
    if not exact and commit == repository.commit("HEAD") and ref != "HEAD":
        notes.append(f"HEAD is contained in {ref}: only what is not committed yet is compared")
    tree = repository.tree(commit)
    now = {address for own in prompts.values() for address in own}
    new = [address.file for address in now if address.file not in tree]
    renames = repository.renames(commit, repository.commit(until) if until else None) if new else {}
    moved = {name: renames[name] for name in new if name in renames}
    old: Prompts = {}
    names: dict[Address, str] = {}
    sources: dict[Address, str] = {}
    for setting in settings:
        own = prompts.get(setting.budget.name, [])
        there = [address for address in own if address.file in tree or address.file in moved]
        gone = [address for address in addresses_among(setting.budget, list(tree)) if address not in own]
        taken = set(moved.values())
        old[setting.budget.name] = [*there, *(address for address in gone if address.file not in taken)]
        for address in old[setting.budget.name]:
            source = address.file if address.file in tree else moved[address.file]
            sources[address] = source
            if source != address.file:
                names[address] = str(Address(source, address.key))
    contents, unreadable = _contents(repository, {address: tree[file] for address, file in sources.items()})
    notes += unreadable
    entries = entries_of(settings, old, contents, measure)
    before: dict[Key, Before] = {}
    for entry in entries:
        before.setdefault(entry.key, Before(entry.row, names.get(entry.address, "")))
    totals: dict[Key, int] = {}
    for entry in entries:
        key = (entry.setting.budget.name, entry.model.full_id)
        totals[key] = totals.get(key, 0) + entry.tokens
    return Base(label, before, {entry.key: entry.tokens for entry in entries}, totals, notes, contents)


def _contents(repository: Repository, wanted: dict[Address, Any]) -> tuple[Contents, list[str]]:
    data = repository.read(wanted.values())
    found: Contents = {}
    notes = []
    for address, entry in wanted.items():
        refuse_pointer(f"{address} at the base", data[entry], "git lfs fetch")
        try:
            found[address] = content_at(address, data[entry])
        except NoSuchKey:
            continue
        except TokcostError as error:  # what was broken at the base must not keep anybody from mending it
            notes.append(f"at the base, {error}: it counts as added")
    return found, notes


def of_lock(
    lock: Lock, settings: Sequence[Setting], entries: Sequence[Entry], contents: Contents, book: PriceBook
) -> Base:
    """The prompts as they were locked. An unchanged prompt that counts otherwise now has not grown."""
    notes = moved_rates(lock, [(model, setting.terms) for setting in settings for model in setting.models])
    before: dict[Key, Before] = {}
    held: dict[Key, int] = {}
    gates = {entry.key: entry.setting for entry in entries}
    unchanged = {
        entry.row.name
        for entry in entries
        if (locked := lock.prompts.get(entry.row.name))
        and (content := contents.get(entry.address))
        and same_content(content.data, content.digest, locked)
    }
    now = {entry.key: entry for entry in entries}
    recounted = []
    for name, locked in lock.prompts.items():
        for model, record in locked.counts.items():
            key = (name, model)
            count = record.input
            if name in unchanged and key in now:
                if now[key].row.input.tokens != count.tokens:
                    recounted.append(name)
                count = now[key].row.input
            setting = gates.get(key)
            before[key] = Before(_row(name, model, count, record.output_tokens, book, setting), "", record.cost)
            held[key] = held_tokens(count, setting.gate if setting else None)
    if recounted:
        notes.append(
            f"{len(set(recounted))} unchanged prompts count otherwise than in {lock.path} (made by tokcost "
            f"{lock.tokcost}): run 'tokcost lock' again"
        )
    return Base(lock.path, before, held, _totals(settings, held), notes)


def of_report(path: str, settings: Sequence[Setting], book: PriceBook, entries: Sequence[Entry]) -> Base:
    """The rows of a report that was saved as JSON. Raises TokcostError for one that is none."""
    gates = {entry.key: entry.setting for entry in entries}
    before: dict[Key, Before] = {}
    held: dict[Key, int] = {}
    dearer: dict[str, list[str]] = {}
    for name, model, count, output, then, cached in read_report(path):
        setting = gates.get((name, model)) or next(
            (each for each in settings if model in [one.full_id for one in each.models]), None
        )
        found = _row(name, model, count, output, book, setting)
        before[name, model] = Before(found, "", then)
        held[name, model] = held_tokens(count, setting.gate if setting else None)
        cost = found.cost.likely if isinstance(found.cost, Priced) else None
        if then is not None and cost is not None and then != cost and not cached:
            dearer.setdefault(model, []).append(f"{money_text(then)} -> {money_text(cost)}")
    notes = [
        f"the price of {model.partition('/')[2]} moved since {os.path.basename(path)}: the same tokens cost {moves[0]}"
        for model, moves in dearer.items()
    ]
    return Base(os.path.basename(path), before, held, _totals(settings, held), notes)


def _totals(settings: Sequence[Setting], held: Mapping[Key, int]) -> dict[Key, int]:
    """The tokens of each budget and model, by the names that the budget's paths mean."""
    names = list(dict.fromkeys(name for name, _ in held))
    found = {}
    for setting in settings:
        own = {str(address) for address in addresses_among(setting.budget, names) if not address.key}
        own |= set(setting.budget.paths)  # a key inside a file is named as it is written
        for model in setting.models:
            found[setting.budget.name, model.full_id] = sum(held.get((name, model.full_id), 0) for name in own)
    return found


class SavedRow(NamedTuple):
    """A row of a saved report; ``cost`` is what it was then."""

    name: str
    model: str
    input: Count
    output_tokens: int
    cost: Decimal | None
    cached_tokens: int


def read_report(path: str) -> list[SavedRow]:
    """The rows of a report that was saved as JSON. Raises TokcostError for anything else, or for none."""
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file, parse_float=Decimal)
    except OSError as error:
        raise TokcostError(f"{quote(path)}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise TokcostError(f"{quote(path)}: not a report saved with --format json: {error}") from error
    except RecursionError:
        raise TokcostError(
            f"{quote(path)}: not a report saved with --format json: nested too deeply to be read"
        ) from None
    if not isinstance(data, dict) or data.get("schema_version") != 1 or not isinstance(data.get("rows"), list):
        raise TokcostError(f"{quote(path)}: not a report of this version: save one with --format json -o {path}")
    if not data["rows"]:
        raise TokcostError(f"{quote(path)}: a report without rows: there is nothing to compare with")
    try:
        return [_saved(row) for row in data["rows"]]
    except (KeyError, TypeError, ValueError, InvalidOperation):
        raise TokcostError(f"{quote(path)}: a row is not as tokcost writes it: save the report again") from None


def _saved(row: dict[str, Any]) -> SavedRow:
    tokens = int(row["input_tokens"])
    low, high = row.get("input_tokens_low"), row.get("input_tokens_high")
    count = Count(tokens, tokens, tokens, EXACT)
    if low is not None and high is not None:
        count = Count(tokens, int(low), int(high), ESTIMATE)
    cost = None if row["cost"] is None else Decimal(row["cost"])
    model = f"{row['provider']}/{row['model']}"
    return SavedRow(str(row["name"]), model, count, int(row["output_tokens"]), cost, int(row.get("cached_tokens") or 0))


def _row(name: str, model_id: str, count: Count, output: int, book: PriceBook, setting: Setting | None) -> Row:
    """A recorded count, priced under the book of today; without a price when the model is gone from it."""
    provider, _, short = model_id.partition("/")
    cost: Cost | None = None
    encoding = None
    if setting is not None:
        try:
            model = book.find(model_id)
            encoding = model.encoding
            cost = price_count(count, model, setting.terms, 0, output)
        except TokcostError as error:
            cost = Unpriced(str(error))
    return Row(name, count, provider, short, encoding, output, 0, cost)


def line_changed(before: bytes, after: bytes) -> int | None:
    """The first line of the largest run of lines that came new, None when none did."""
    import difflib

    old, new = before.splitlines(), after.splitlines()
    if len(old) > 4000 or len(new) > 4000:
        return next(
            (at for at, (one, other) in enumerate(zip(old, new, strict=False), 1) if one != other), len(old) + 1
        )
    best: tuple[int, int] | None = None
    for tag, _, _, start, end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        size = sum(len(line) for line in new[start:end])
        if tag in ("insert", "replace") and (best is None or size > best[0]):
            best = (size, start + 1)
    return best[1] if best else None
