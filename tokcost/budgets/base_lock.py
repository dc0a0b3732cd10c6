"""The prompts as they were locked, as a base to compare with."""

from __future__ import annotations

from collections.abc import Sequence

from tokcost.budgets.base import Base, recorded_row, settings_by_row, today
from tokcost.budgets.budgeted import BudgetedPrompt, Contents
from tokcost.budgets.changes import Key
from tokcost.budgets.lock import Lock, moved_rates, same_content
from tokcost.budgets.recorded import Recorded, recorded_base
from tokcost.budgets.settings import Setting
from tokcost.catalog import PriceBook
from tokcost.counting.count import Count
from tokcost.phrases import plural
from tokcost.report import Row


def of_lock(
    lock: Lock,
    settings: Sequence[Setting],
    prompts: Sequence[BudgetedPrompt],
    contents: Contents,
    book: PriceBook,
) -> Base:
    """The prompts as they were locked. An unchanged prompt that counts otherwise now has not grown."""
    used = [(prompt.model, prompt.setting.terms) for prompt in prompts]
    notes = moved_rates(lock, used or [(model, each.terms) for each in settings for model in each.models])
    rows: dict[Key, Row] = {}
    counts: dict[Key, Count] = {}
    by_row = settings_by_row(prompts)
    unchanged = {
        prompt.row.name
        for prompt in prompts
        if (locked := lock.prompts.get(prompt.row.name))
        and (content := contents.get(prompt.address))
        and same_content(content.data, content.digest, locked)
    }
    now = {prompt.key: prompt for prompt in prompts}
    recounted = set()
    for name, locked in lock.prompts.items():
        for model, record in locked.counts.items():
            key = (name, model)
            count = record.input
            if name in unchanged and key in now:
                if now[key].text.tokens != count.tokens:
                    recounted.add(name)
                count = now[key].text
            rows[key] = recorded_row(name, model, count, record.output_tokens, book, by_row.get(key))
            counts[key] = count
    if recounted:
        notes.append(
            f"{plural(len(recounted), 'unchanged prompt')} {'is' if len(recounted) == 1 else 'are'} counted "
            f"differently than in {lock.path} (made by tokcost {lock.tokcost}): run 'tokcost lock' again"
        )
    recorded = Recorded(rows, counts, {name: locked.sha256 for name, locked in lock.prompts.items()})
    return recorded_base(lock.path, recorded, settings, today(prompts, contents), notes, "run 'tokcost lock'")
