"""The prompts as they were locked, as a base to compare with."""

from __future__ import annotations

from collections.abc import Sequence

from tokcost.amounts import tokens as tokens_text
from tokcost.budgets.base import Base, recorded_row, settings_by_row, today
from tokcost.budgets.budgeted import BudgetedPrompt, Contents
from tokcost.budgets.changes import Key
from tokcost.budgets.lock import Lock, counted_alike, moved_rates, rates_of, same_content
from tokcost.budgets.recorded import Recorded, recorded_base
from tokcost.budgets.settings import Setting
from tokcost.catalog import PriceBook
from tokcost.counting.count import Count
from tokcost.counting.text import Method, count_text
from tokcost.errors import ConfigError, TokcostError
from tokcost.phrases import plural, quote
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
                    _refuse_invented(lock, name, now[key], contents)
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


def _refuse_invented(lock: Lock, name: str, prompt: BudgetedPrompt, contents: Contents) -> None:
    """The same bytes have the same tokens under the same vocabulary: a lock that says otherwise was edited by hand.

    What is worked out from rules (requests, ranges) may count otherwise in another version. Raises ConfigError.
    """
    from importlib.metadata import version

    content, locked = contents[prompt.address], lock.prompts[name].counts[prompt.model.full_id].input.tokens
    if content.digest.hex() != lock.prompts[name].sha256:  # the same but for the ends of its lines
        return
    record = lock.models[prompt.model.full_id]
    by_rules = prompt.address.is_request or prompt.text.ranged or bool(record.get("scale") or record.get("margin"))
    if by_rules and lock.tokcost != version("tokcost"):
        return
    now = prompt.text.tokens
    if not by_rules and not counted_alike(record, rates_of(prompt.model, prompt.setting.terms)):
        now = _under(str(record.get("encoding")), content.data, lock)
    if now != locked:
        raise ConfigError(
            lock.path, None,
            f"{quote(name)} has {tokens_text(now)} tokens for {prompt.model.name}, not the {tokens_text(locked)} that "
            "are locked for the very same content: run 'tokcost lock' again",
        )  # fmt: skip


def _under(encoding: str, data: bytes, lock: Lock) -> int:
    """The tokens of a text under the vocabulary that a lock names. Raises ConfigError where there is no such."""
    method = Method(encoding)
    try:
        return count_text([data.decode("utf-8-sig", "replace")], [method])[method].tokens
    except TokcostError as error:
        raise ConfigError(lock.path, None, f"{error}: run 'tokcost lock' again") from error
