"""Prompts that the budgets of the base named and those of today do not: what became of them is told, too."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Mapping, Sequence

from tokcost.amounts import tokens
from tokcost.budgets.budget import Config
from tokcost.budgets.budgeted import Contents, Prompts, budgeted_prompts, content_at
from tokcost.budgets.measured import CheckOptions
from tokcost.budgets.prompt import Address, addresses_among, read
from tokcost.budgets.rule_set import CommitFiles, RuleSet
from tokcost.budgets.settings import Setting
from tokcost.errors import TokcostError
from tokcost.phrases import plural, quote

# So many prompts are named.
_NAMED = 20


def left_prompts(options: CheckOptions, then: RuleSet, files: CommitFiles) -> list[str]:
    """A sentence for each prompt that was budgeted and is not, what grew the most first."""
    if then.config is None:
        return []
    folder = posixpath.dirname(then.path)
    place = f"{folder}/" if folder else ""
    inside = {name[len(place) :]: name for name in files.tree if name.startswith(place)}
    own: dict[str, list[Address]] = {
        budget.name: addresses_among(budget, list(inside)) for budget in then.config.budgets
    }
    here = files.place(os.path.join(options.config.folder, "x"))[:-1]
    seen = {where[len(here) :]: where for where in files.tree if where.startswith(here)}
    kept = {(seen[each.file], each.key) for one in options.config.budgets for each in addresses_among(one, list(seen))}
    own = {name: [each for each in found if (inside[each.file], each.key) not in kept] for name, found in own.items()}
    if not any(own.values()):
        return []
    texts = dict(files.texts([inside[each.file] for found in own.values() for each in found], options.charset))
    told = _told(options, then, own, {name: texts[where] for name, where in inside.items() if where in texts})
    sentences = [sentence for _, sentence in sorted(told, key=lambda each: -each[0])]
    more = [f"{plural(len(sentences) - _NAMED, 'more prompt')} in no budget any more"]
    return [*sentences[:_NAMED], *(more if len(sentences) > _NAMED else [])]


def _told(
    options: CheckOptions, then: RuleSet, own: Prompts, texts: Mapping[str, bytes | TokcostError]
) -> Iterator[tuple[int, str]]:
    """By how much each prompt grew, and the sentence that says it."""
    assert then.config is not None
    old: Contents = {}
    new: Contents = {}
    why: dict[Address, str] = {}
    for address in dict.fromkeys(each for found in own.values() for each in found):
        try:
            text = texts[address.file]
            if isinstance(text, TokcostError):
                raise text
            old[address] = content_at(address, text)
            if os.path.lexists(_path(then.config, address)):
                new[address] = content_at(address, read(then.config.folder, address.file, options.charset))
        except TokcostError as error:
            why[address] = str(error)
    try:
        settings = options._replace(config=then.config, book=then.book()).settings()
    except TokcostError as error:
        settings, why = [], {address: str(error) for address in old}
    before, after = (_counts(options, settings, own, texts, why) for texts in (old, new))
    for address in dict.fromkeys(each for found in own.values() for each in found):
        lead = f"{address} is in no budget any more"
        then_by, now_by = before.get(address), after.get(address)
        if address in why or then_by is None or (now_by is None and address in new):
            yield 0, f"{lead}, and cannot be compared: {why.get(address, 'it cannot be counted')}"
        elif now_by is None:
            yield 0, f"{lead}, and gone from its place"
        else:
            model = max(then_by, key=lambda each: now_by.get(each, 0) - then_by[each])
            was, now = then_by[model], now_by.get(model, 0)
            grew = f"it grew from {tokens(was)} to {tokens(now)} input tokens for {quote(model.partition('/')[2])}"
            yield now - was, f"{lead}: {grew}" if now > was else f"{lead} ({plural(now, 'input token')})"


def _counts(
    options: CheckOptions, settings: Sequence[Setting], own: Prompts, contents: Contents, why: dict[Address, str]
) -> dict[Address, dict[str, int]]:  # fmt: skip
    """The tokens of each prompt by model, those of all its requests together; ``why`` takes what cannot be counted."""
    found: dict[Address, dict[str, int]] = {}
    measure = options.measure()
    for setting in settings:
        for address in own.get(setting.budget.name, ()):
            by_model: dict[str, int] = {}
            try:
                for prompt in budgeted_prompts([setting], {setting.budget.name: [address]}, contents, measure):
                    by_model[prompt.model.full_id] = by_model.get(prompt.model.full_id, 0) + prompt.tokens
            except TokcostError as error:
                why[address] = str(error)
            if by_model:
                found.setdefault(address, {}).update(by_model)
    return found


def _path(config: Config, address: Address) -> str:
    return os.path.normpath(os.path.join(config.folder, address.file))
