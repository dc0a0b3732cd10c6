"""The rows of a report on budgets: a prompt under a model, with its budgets, what it was, and the rules it breaks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from tokcost.budgets.budget import Output
from tokcost.budgets.budgeted import BudgetedPrompt
from tokcost.budgets.changes import REMOVED, PromptChange
from tokcost.report import Column, Finding, Kind, Row
from tokcost.report.row import cost_columns, count_columns


class PromptRow(NamedTuple):
    """One row: a prompt under a model, once for all of its budgets (``prompts``; none where only a base has it).

    ``change`` is what moved since the base, where there is one; ``broken`` are the names of the rules.
    """

    row: Row
    prompts: Sequence[BudgetedPrompt] = ()
    change: PromptChange | None = None
    broken: Sequence[str] = ()

    @property
    def now(self) -> Row | None:
        """The numbers of today; None of a prompt that is gone."""
        return None if self.change is not None and self.change.status == REMOVED else self.row

    @property
    def mode(self) -> str | None:
        """At which rates it is priced, None where that is not known."""
        return self.prompts[0].setting.terms.mode if self.prompts else None

    @property
    def extra_input(self) -> int | None:
        """How many of its input tokens are filled in at run time, None where that is not known."""
        return self.prompts[0].setting.extra_input if self.prompts else None

    @property
    def range_of_output(self) -> Output | None:
        """The output tokens from low to high, where a budget expects a range."""
        output = self.prompts[0].setting.output if self.prompts else Output()
        return output if output.low != output.high else None

    @property
    def checked_tokens(self) -> int | None:
        """What is compared with the limits; the most where its budgets compare different ends."""
        return max((each.tokens for each in self.prompts), default=None)

    @property
    def checked_cost(self) -> Decimal | None:
        """The same of the cost, None for an unpriced model."""
        return max((each.cost for each in self.prompts if each.cost is not None), default=None)


PROMPT_COLUMNS: tuple[Column, ...] = (
    Column("name", lambda each: each.row.name, "name", shrinks=True),
    Column("budgets", lambda each: [prompt.setting.budget.name for prompt in each.prompts], "budgets"),
    Column("model", lambda each: each.row.model, "model", shrinks=True),
    Column("provider", lambda each: each.row.provider),
    Column("encoding", lambda each: each.row.encoding),
    Column("mode", lambda each: each.mode),
    *count_columns(lambda each: each.now and each.now.input),
    Column("extra_input_tokens", lambda each: each.extra_input, kind=Kind.NUMBER),
    Column("cached_tokens", lambda each: each.now and each.now.cached_tokens, "cached", Kind.NUMBER),
    Column("output_tokens", lambda each: each.now and each.now.output_tokens, "output", Kind.NUMBER),
    Column("output_tokens_low", lambda each: each.range_of_output and each.range_of_output.low),
    Column("output_tokens_high", lambda each: each.range_of_output and each.range_of_output.high),
    Column("standing", lambda each: each.now and each.now.standing, "standing"),
    Column("note", lambda each: each.now and each.now.note),
    *cost_columns(lambda each: each.now and each.now.cost, lambda each: bool(each.now) and each.now.input.ranged),
    Column("checked_tokens", lambda each: each.checked_tokens),
    Column("checked_cost", lambda each: each.checked_cost, kind=Kind.MONEY),
    Column("status", lambda each: each.change and each.change.status),
    Column("tokens_change", lambda each: each.change and each.change.tokens, kind=Kind.SIGNED),
    Column("cost_change", lambda each: each.change and each.change.cost, kind=Kind.SIGNED_MONEY),
    Column("broken", lambda each: list(each.broken)),
)


def prompt_rows(
    prompts: Iterable[BudgetedPrompt], changes: Iterable[PromptChange] = (), findings: Sequence[Finding] = ()
) -> list[PromptRow]:
    """A row for each prompt, model and way of pricing it, in order; one that stands in several budgets has one row."""
    grouped: dict[object, list[BudgetedPrompt]] = {}
    for prompt in prompts:
        setting = prompt.setting
        sent = (setting.output, setting.terms.mode, setting.extra_input, setting.cached_share)
        grouped.setdefault((prompt.key, *sent), []).append(prompt)
    moved = {(change.name, change.model): change for change in changes}
    broken: dict[tuple[str, str, str], list[str]] = {}
    for found in findings:
        broken.setdefault((found.budget, found.name, found.model), []).append(found.rule)
    rows = []
    for group in grouped.values():
        row, model = group[0].row, group[0].model.name
        rules = [rule for each in group for rule in broken.get((each.setting.budget.name, row.name, model), ())]
        rows.append(PromptRow(row, group, moved.get(group[0].key), list(dict.fromkeys(rules))))
    return rows
