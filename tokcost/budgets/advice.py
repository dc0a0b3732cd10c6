"""What would satisfy a broken rule: fewer tokens, and where; another model; a new lock."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from tokcost.amounts import money, tokens
from tokcost.budgets.budgeted import BudgetedPrompt, Contents, priced
from tokcost.budgets.rules import BrokenRule
from tokcost.budgets.why import PromptPart, largest, parts
from tokcost.catalog import Model, PriceBook
from tokcost.counting.count import Count
from tokcost.phrases import plural, quote
from tokcost.rates import EXACT
from tokcost.remedies import Fitting, fitting_model, tokens_too_many


class Advice:
    """Works out remedies; keeps what repeats: the largest part of a prompt, the model that fits."""

    def __init__(self, book: PriceBook, contents: Contents, currency: str | None) -> None:
        self._book = book
        self._contents = contents
        self._currency = currency
        self._fitting: dict[tuple[object, ...], Fitting | None] = {}
        self._largest: dict[tuple[object, ...], PromptPart | None] = {}

    def remedy(self, rule: BrokenRule) -> str:
        """What to do, in one clause."""
        if rule.rule == "allowed-models":
            return "take one of them"
        advice = []
        over = self._over(rule)
        if over:
            prompt = rule.prompt or max(rule.group, key=lambda each: each.tokens)
            shared = len(rule.group) > 1 and not rule.prompt
            if over < prompt.text_tokens:
                whose = f" of {prompt.row.name}" if shared else ""
                advice.append(f"cut {plural(over, 'token')}{whose}{self._where(prompt)}")
            elif shared and not rule.is_money and over < rule.value:
                advice.append(f"cut {plural(over, 'token')} over its {plural(len(rule.group), 'prompt')}")
        if rule.is_money and (found := self._fits(rule)):
            advice.append(f"take {found.model.name} ({money(found.cost, self._currency)})")
        if rule.rule == "locked":
            advice.append("accept it with 'tokcost lock'")
        return " or ".join(advice) or "raise the limit"

    def largest(self, prompt: BudgetedPrompt) -> PromptPart | None:
        """The part of a prompt that has the most tokens, None where it has no parts."""
        key = (prompt.address, prompt.model.encoding, prompt.model.scale)
        if key not in self._largest:
            text = self._text(prompt)
            self._largest[key] = None if text is None else largest(text, counting(prompt.model))
        return self._largest[key]

    def parts(self, prompt: BudgetedPrompt) -> list[PromptPart]:
        """Where the tokens of a prompt are, for --why."""
        text = self._text(prompt)
        return [] if text is None else parts(text, counting(prompt.model))

    def _text(self, prompt: BudgetedPrompt) -> str | None:
        content = self._contents.get(prompt.address)
        return None if content is None or prompt.address.is_request else content.data.decode("utf-8-sig", "replace")

    def _where(self, prompt: BudgetedPrompt) -> str:
        part = self.largest(prompt)
        return f" (the largest section is {quote(part.label)}, line {part.line}: {tokens(part.tokens)})" if part else ""

    def _over(self, rule: BrokenRule) -> int | None:
        """Input tokens too many, cut from the prompt or from the largest of the budget."""
        if not rule.is_money:
            return int(rule.excess)
        prompt = rule.prompt or max(rule.group, key=lambda each: each.tokens)
        runs = Decimal(rule.runs)
        assert prompt.cost is not None
        others = EXACT.subtract(rule.value, EXACT.multiply(prompt.cost, runs))
        setting = prompt.setting

        def fits(number: int) -> bool:
            cost = priced(Count(number, number, number), prompt.model, setting)[1]
            return cost is not None and EXACT.add(others, EXACT.multiply(cost, runs)) <= rule.limit

        return tokens_too_many(prompt.tokens, fits)

    def _fits(self, rule: BrokenRule) -> Fitting | None:
        """The model under which the same prompts are within the limit."""
        runs = Decimal(rule.runs)
        settings = [each.setting for each in rule.group]
        counts = [(each.row.input.tokens, each.row.input.low, each.row.input.high) for each in rule.group]
        terms = tuple((each.terms, each.output, each.gate) for each in settings)
        key = (rule.model.full_id, tuple(counts), terms, rule.limit, runs)

        def price(model: Model) -> Decimal | None:
            total = Decimal(0)
            for each in rule.group:
                cost = _cost_under(model, each)
                if cost is None:
                    return None
                total = EXACT.add(total, EXACT.multiply(cost, runs))
            return total

        if key not in self._fitting:
            self._fitting[key] = fitting_model(
                rule.model, self._book, rule.setting.terms.day, rule.limit, price, rule.setting.allowed
            )
        return self._fitting[key]


def _cost_under(model: Model, prompt: BudgetedPrompt) -> Decimal | None:
    """What a prompt would cost under another model; None where that cannot be said in the report's currency."""
    exchange, now = prompt.setting.exchange, model.price_on(prompt.setting.terms.day)
    if exchange is not None and now is not None and not exchange.can(now.currency):
        return None
    return priced(prompt.row.input, model, prompt.setting)[1]


def counting(model: Model) -> Callable[[str], int]:
    """Counts a part of a text as the model does, at its likely number."""
    from tokcost.counting.text import count_text, method_of

    method = method_of(model)
    return lambda text: count_text([text], [method])[method].tokens
