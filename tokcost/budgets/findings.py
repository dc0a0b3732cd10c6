"""Breaches in words: the fact, the limit, by how much, where the rule stands, and what would mend it."""

from __future__ import annotations

import os
from collections.abc import Callable
from decimal import Decimal

from tokcost.amounts import money, money_apart, percent, tokens
from tokcost.budgets.budget import Config
from tokcost.budgets.budgeted import Contents, Entry, priced
from tokcost.budgets.rules import Breach, Stale
from tokcost.budgets.why import Piece, largest, pieces
from tokcost.catalog import Model, PriceBook
from tokcost.counting.count import ESTIMATE, Count
from tokcost.phrases import quote
from tokcost.rates import EXACT
from tokcost.remedies import Fitting, fitting_model, tokens_too_many
from tokcost.report import Finding

# Past so many findings the remedy is no longer worked out: the first will do to begin with.
_DETAILED = 40


class Wording:
    """Turns breaches into findings. ``changed_line`` tells where a prompt changed since the base, if it did."""

    def __init__(
        self, config: Config, book: PriceBook, contents: Contents, currency: str,
        changed_line: Callable[[Entry], int | None] = lambda entry: None,
    ) -> None:  # fmt: skip
        self._config = config
        self._book = book
        self._contents = contents
        self._currency = currency
        self._changed_line = changed_line
        self._told = 0
        self._fitting: dict[tuple[object, ...], Fitting | None] = {}
        self._largest: dict[tuple[object, ...], Piece | None] = {}

    def finding(self, breach: Breach) -> Finding:
        """The breach as a finding."""
        self._told += 1
        budget = breach.setting.budget
        entry = breach.entry
        key = breach.rule if breach.rule in budget.lines else ""
        content = self._contents.get(entry.address) if entry else None
        piece = self._piece(entry) if entry and self._detailed else None
        changed = self._changed_line(entry) if entry else None
        line = changed if changed is not None else piece.line if piece else 1
        config_line = budget.line(key)
        config_file = os.path.basename(self._config.path)
        return Finding(
            rule=breach.rule,
            message=self._message(breach),
            remedy=self._remedy(breach, piece),
            name=entry.row.name if entry else "",
            model=breach.model.id,
            budget=budget.name,
            value=None if breach.rule == "allowed-models" else breach.value,
            limit=None if breach.rule == "allowed-models" else breach.limit,
            excess=None if breach.rule == "allowed-models" else breach.value - breach.limit,
            file=entry.address.file if entry else config_file,
            line=(line + (content.line - 1 if content and content.line else 0)) if entry else config_line,
            rule_file=config_file,
            rule_line=config_line,
            hint=budget.message,
        )

    def not_locked(self, entry: Entry, lock: str) -> Finding:
        """A prompt that nobody has agreed to yet."""
        budget = entry.setting.budget
        config = os.path.basename(self._config.path)
        return Finding(
            rule="locked",
            message=f"{entry.row.name}: {tokens(entry.tokens)} input tokens for {entry.model.id} are not in {lock}",
            remedy="accept it with 'tokcost lock'",
            name=entry.row.name,
            model=entry.model.id,
            budget=budget.name,
            file=entry.address.file,
            line=1,
            rule_file=config,
            rule_line=budget.line(),
            hint=budget.message,
        )

    def stale(self, found: Stale) -> Finding:
        """A price too old, or a model about to go, as a finding."""
        file = os.path.basename(self._config.path)
        line = self._config.line(found.rule) or 1
        return Finding(
            rule=found.rule,
            message=found.message,
            remedy=found.remedy,
            model=found.model.id,
            value=None if found.value is None else Decimal(found.value),
            limit=Decimal(found.limit),
            file=file,
            line=line,
            rule_file=file,
            rule_line=line,
        )

    @property
    def _detailed(self) -> bool:
        return self._told <= _DETAILED

    def _message(self, breach: Breach) -> str:
        who = breach.entry.row.name if breach.entry else f"budget {quote(breach.setting.budget.name)}"
        model = breach.model.id
        if breach.rule == "allowed-models":
            allowed = ", ".join(each.id for each in breach.setting.allowed or ())
            return f"{who}: {model} is not among its allowed models: {allowed}"
        if breach.before is not None:
            return f"{who}: {self._grown(breach)}"
        if breach.is_money:
            value, limit = money_apart(breach.value, breach.limit, self._currency)
            excess = money(breach.value - breach.limit, self._currency)
            runs = f" at {tokens(breach.setting.budget.runs_per_month)} runs a month" if "month" in breach.rule else ""
            fact = f"a cost of {value}{runs} for {model}{_held(breach)}"
        else:
            value, limit = tokens(int(breach.value)), tokens(int(breach.limit))
            excess = tokens(int(breach.value - breach.limit))
            fact = f"{value} input tokens for {model}{_held(breach)}"
        of = (
            "" if breach.entry else f" over {len(breach.entries)} {'prompt' if len(breach.entries) == 1 else 'prompts'}"
        )
        verb = "exceeds" if breach.is_money else "exceed"
        return f"{who}: {fact}{of} {verb} the limit of {limit} by {excess}"

    def _grown(self, breach: Breach) -> str:
        before, value = breach.before or 0, int(breach.value)
        share = f" ({percent(value - before, before)})" if before else ""
        numbers = f"grew from {tokens(before)} to {tokens(value)} input tokens for {breach.model.id}"
        what = f"{numbers}{_held(breach)}, by {tokens(value - before)}{share}"
        if breach.rule == "locked":
            return f"{what}; the lock lets it have {tokens(before)}"
        budget = breach.setting.budget
        limit = budget.max_increase if breach.rule == "max-increase" else budget.max_total_increase
        return f"{what}; the limit is {limit} more, exceeded by {tokens(int(breach.value - breach.limit))}"

    def _remedy(self, breach: Breach, piece: Piece | None) -> str:
        if breach.rule == "allowed-models":
            return "take one of them"
        if not self._detailed:
            return "shorten it, or raise the limit"
        advice = []
        over = self._over(breach)
        if over:
            entry = breach.entry or max(breach.entries, key=lambda each: each.tokens)
            shared = len(breach.entries) > 1 and not breach.entry
            if over < entry.tokens:
                where = f" of {entry.row.name}" if shared else ""
                advice.append(f"cut {tokens(over)} tokens{where}{self._where(self._piece(entry) if shared else piece)}")
            elif shared and not breach.is_money and over < breach.value:
                advice.append(f"cut {tokens(over)} tokens over its {len(breach.entries)} prompts")
        if breach.is_money and (found := self._fits(breach)):
            advice.append(f"take {found.model.id} ({money(found.cost, self._currency)})")
        if breach.rule == "locked":
            advice.append("accept it with 'tokcost lock'")
        return " or ".join(advice) or "raise the limit"

    def _where(self, piece: Piece | None) -> str:
        return (
            f" (the largest piece is {quote(piece.label)}, line {piece.line}: {tokens(piece.tokens)})" if piece else ""
        )

    def _over(self, breach: Breach) -> int | None:
        """Input tokens too many, cut from the prompt or from the largest of the budget."""
        if not breach.is_money:
            return int(breach.value - breach.limit)
        entry = breach.entry or max(breach.entries, key=lambda each: each.tokens)
        runs = Decimal(breach.setting.budget.runs_per_month or 0) if "month" in breach.rule else Decimal(1)
        assert entry.cost is not None
        others = EXACT.subtract(breach.value, EXACT.multiply(entry.cost, runs))
        setting = entry.setting

        def fits(number: int) -> bool:
            cost = priced(_exactly(number), entry.model, setting.terms, setting.output, setting.gate)[1]
            return cost is not None and EXACT.add(others, EXACT.multiply(cost, runs)) <= breach.limit

        return tokens_too_many(entry.tokens, fits)

    def _fits(self, breach: Breach) -> Fitting | None:
        setting = breach.setting
        runs = Decimal(setting.budget.runs_per_month or 0) if "month" in breach.rule else Decimal(1)
        counts = tuple(
            (each.row.input.tokens, each.row.input.low, each.row.input.high, each.setting.output)
            for each in breach.entries
        )
        key = (breach.model.full_id, counts, breach.limit, runs, setting.terms, setting.gate)

        def price(model: Model) -> Decimal | None:
            total = Decimal(0)
            for each in breach.entries:
                cost = priced(each.row.input, model, setting.terms, each.setting.output, setting.gate)[1]
                if cost is None:
                    return None
                total = EXACT.add(total, EXACT.multiply(cost, runs))
            return total

        if key not in self._fitting:
            self._fitting[key] = fitting_model(
                breach.model, self._book, setting.terms.day, breach.limit, price, setting.allowed
            )
        return self._fitting[key]

    def _piece(self, entry: Entry) -> Piece | None:
        key = (entry.address, entry.model.encoding, entry.model.scale)
        if key not in self._largest:
            text = self._text(entry)
            self._largest[key] = None if text is None else largest(text, counting(entry.model))
        return self._largest[key]

    def _text(self, entry: Entry) -> str | None:
        content = self._contents.get(entry.address)
        return None if content is None or entry.address.is_request else content.data.decode("utf-8-sig", "replace")

    def anatomy(self, entry: Entry) -> list[Piece]:
        """Where the tokens of a prompt are, for --why."""
        text = self._text(entry)
        return [] if text is None else pieces(text, counting(entry.model))


def counting(model: Model) -> Callable[[str], int]:
    """Counts a part of a text as the model does, at its likely number."""
    from tokcost.counting.text import count_text, method_of

    method = method_of(model)
    return lambda text: count_text([text], [method])[method].tokens


def _exactly(number: int) -> Count:
    return Count(number, number, number)


def _held(breach: Breach) -> str:
    """Which end of a range was held to the limit, where there is a range."""
    setting = breach.setting
    counts = [entry.row.input for entry in breach.entries if entry.row.input.ranged]
    outputs = [entry.setting.output for entry in breach.entries]
    ranged = breach.is_money and any(output.low != output.high for output in outputs)
    if not counts and not ranged:
        return ""
    if setting.gate:
        end = {"floor": "low end", "likely": "likely number", "ceiling": "high end"}[setting.gate]
        return f" (the {end} of a range)"
    span = "an estimate" if any(count.standing == ESTIMATE for count in counts) else "a range"
    return f" (the high end of {span})" if counts else " (at the likely output)"
