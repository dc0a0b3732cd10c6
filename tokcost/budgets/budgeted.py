"""Prompts under their budgets: tokens, cost, and the ends of them that are compared with the limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from tokcost.budgets.budget import Output
from tokcost.budgets.measure import Content, Measure, PromptCount, content_of
from tokcost.budgets.paths import pattern_of
from tokcost.budgets.prompt import Address
from tokcost.budgets.settings import Setting
from tokcost.budgets.work_tree import WorkTree, addresses, keyed_file
from tokcost.catalog import Model
from tokcost.counting.count import Count
from tokcost.errors import NotPriced, TokcostError
from tokcost.inputs.files import LeftOut
from tokcost.phrases import quote
from tokcost.pricing import Cost, Priced, Unpriced, tier_terms
from tokcost.quoting import cached_part, price_request
from tokcost.report import Row

if TYPE_CHECKING:
    from tokcost.budgets.keys import KeyedFile


class BudgetedPrompt(NamedTuple):
    """One prompt (or one request of a file) under one model of one budget.

    ``setting`` is that of the budget, with the mode and the output of this prompt; ``model`` the one that
    the budget has, or that a request names. ``text`` is what is there to count, ``row`` what is sent: with the
    tokens that are filled in at run time. ``tokens`` and ``cost`` are what is compared with the limits,
    see Setting.gate; ``cost`` is None for an unpriced model.
    """

    address: Address
    setting: Setting
    model: Model
    row: Row
    text: Count
    tokens: int
    cost: Decimal | None

    @property
    def text_tokens(self) -> int:
        """What is compared when it is asked how much the prompt has grown."""
        return checked_tokens(self.text, self.setting.gate)

    @property
    def key(self) -> tuple[str, str]:
        """What identifies a row in a comparison: the name and the model."""
        return (self.row.name, self.model.full_id)


Contents = dict[Address, Content]
Prompts = dict[str, list[Address]]
"""The prompts of each budget, by its name."""


def working_tree(settings: Iterable[Setting], tree: WorkTree, left_out: list[LeftOut]) -> tuple[Prompts, Contents]:
    """The prompts of every budget by its name, and what is in them now."""
    found: Prompts = {}
    contents: Contents = {}
    for setting in settings:
        budget = setting.budget
        own = found[budget.name] = addresses(budget, tree, left_out)
        named = set(map(pattern_of, budget.paths))
        for address in own:
            if address not in contents:
                contents[address] = _content_now(address, tree)
            if (address.file, address.key) in named and not contents[address].data.strip():
                raise TokcostError(
                    f"budget {quote(budget.name)}: {quote(str(address))} is empty: there is nothing to check: "
                    "write it, or take it out of paths"
                )
    return found, contents


def _content_now(address: Address, tree: WorkTree) -> Content:
    if address.key:
        return _content_under(address.key, tree.keyed(address.file))
    return content_of(tree.read(address.file))


def content_at(address: Address, data: bytes) -> Content:
    """The content behind an address in a file of these bytes. Raises TokcostError when the key is not there."""
    if not address.key:
        return content_of(data)
    return _content_under(address.key, keyed_file(address.file, data))


def _content_under(key: str, file: KeyedFile) -> Content:
    text, line = file.text_at(key)
    return content_of(text.encode("utf-8", "surrogatepass"), line)


def budgeted_prompts(
    settings: Sequence[Setting],
    prompts: Prompts,
    contents: Contents,
    measure: Measure,
    unread: dict[Address, str] | None = None,
) -> list[BudgetedPrompt]:
    """One for each budget, prompt and model, in that order; a request that names its model is there for that one alone.

    Raises TokcostError for what cannot be counted, NotPriced for a mode that a model has no rates for; with
    ``unread`` a prompt that cannot be counted is left out, and the reason added to it.
    """
    measure.prepare(
        (address, contents[address], model)
        for setting in settings
        for model in setting.models
        for address in prompts.get(setting.budget.name, ())
        if address in contents
    )
    pricer = PromptPricer()
    found = []
    for setting in settings:
        for address in prompts.get(setting.budget.name, ()):
            if address not in contents:
                continue
            try:
                found += _of_one(address, contents[address], setting, measure, pricer)
            except TokcostError as error:
                if unread is None:
                    raise
                unread[address] = str(error)
    return found


def _of_one(
    address: Address, content: Content, setting: Setting, measure: Measure, pricer: PromptPricer
) -> list[BudgetedPrompt]:
    """A prompt under the models of a budget."""
    counts: dict[tuple[str, str], PromptCount] = {}
    for model in setting.models:
        for each in measure.counts(address, content, model):
            counts.setdefault((each.part, each.model.full_id), each)
    return [pricer.of_count(address, each, setting) for each in counts.values()]


class PromptPricer:
    """Prices counted prompts, each different number once."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], tuple[Cost, Decimal | None]] = {}

    def of_count(self, address: Address, found: PromptCount, setting: Setting) -> BudgetedPrompt:
        """A counted prompt under its budget. Raises NotPriced, with its name, for a tier without rates."""
        name = f"{address}{found.part}"
        if found.request is None or found.request.request is None:
            return self.priced(address, name, found.input, found.model, setting)
        try:
            return self.priced(address, name, found.input, found.model, _as_sent(found, setting))
        except NotPriced as error:
            raise NotPriced(f"{address}:{found.request.item.line}: {error}") from None

    def priced(self, address: Address, name: str, count: Count, model: Model, setting: Setting) -> BudgetedPrompt:
        """A prompt of so many tokens, priced as the setting says: with what is filled in at run time."""
        text, count = count, as_filled_in(count, setting)
        key = (
            count.tokens, count.low, count.high,
            model.provider, model.name, setting.terms, setting.output, setting.gate, setting.cached_share,
            setting.caching,
        )  # fmt: skip
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = priced(count, model, setting)
        cost, checked = known
        cached = cached_part(count.tokens, setting.cached_share)
        row = Row(name, count, model.provider, model.name, model.encoding, setting.output.likely, cached, cost)
        return BudgetedPrompt(address, setting, model, row, text, checked_tokens(count, setting.gate), checked)


def _as_sent(found: PromptCount, setting: Setting) -> Setting:
    """The setting of a request: its service tier, the output of all its answers, what it may read from a cache.

    At the ceiling a request may write as much as it lets itself, where that is more than its budget expects.
    """
    sent = found.request
    assert sent is not None and sent.request is not None
    output = Output(*map(sent.output, setting.output))
    own_limit = sent.request.output_limit
    if setting.gate == "ceiling" and own_limit is not None:
        output = output._replace(high=max(output.high, sent.output(own_limit)))
    terms = setting.terms if setting.mode_given else tier_terms(setting.terms, sent.request.tier)
    return setting._replace(terms=terms, output=output, caching=found.caching)


def as_filled_in(count: Count, setting: Setting) -> Count:
    """A count with the tokens that are filled in at run time."""
    extra = setting.extra_input
    if not extra:
        return count
    return count._replace(tokens=count.tokens + extra, low=count.low + extra, high=count.high + extra)


def checked_tokens(count: Count, gate: str | None) -> int:
    """The end of a count that is compared with a limit: the high one, unless the gate says otherwise."""
    return {"floor": count.low, "likely": count.tokens}.get(gate or "", count.high)


def priced(count: Count, model: Model, setting: Setting) -> tuple[Cost, Decimal | None]:
    """The cost with its ends, in the currency of the report, and the one that is compared with a limit.

    Raises NotPriced for a mode or a kind of token that the model has no rate for, TokcostError for an amount
    in another currency than the others.
    """
    output, gate = setting.output, setting.gate
    likely = price(count, model, setting, output.likely)
    low = likely if output.low == output.likely else price(count, model, setting, output.low)
    high = likely if output.high == output.likely else price(count, model, setting, output.high)
    if isinstance(likely, Unpriced) or isinstance(low, Unpriced) or isinstance(high, Unpriced):
        return likely, None
    cost = Priced(likely.likely, low.low, high.high, likely.currency)
    checked = {"floor": low.low, "likely": likely.likely, "ceiling": high.high}.get(gate or "", likely.high)
    return cost, checked


def price(count: Count, model: Model, setting: Setting, output_tokens: int) -> Cost:
    """The cost of a prompt with so many output tokens, in the currency of the report."""
    share = setting.cached_share or None
    cost = price_request(count, model, setting.terms, output_tokens, share, setting.caching)
    return cost if setting.exchange is None else setting.exchange.cost(cost)
