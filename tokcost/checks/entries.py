"""Prompts under their budgets: tokens, cost, and the ends of them that are held to the limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from tokcost.catalog import Model, PriceBook
from tokcost.checks.settings import Setting
from tokcost.config.budgets import Output
from tokcost.counting.count import Count
from tokcost.errors import TokcostError, UnknownName
from tokcost.pricing import Cost, Priced, Terms, Unpriced, price_count
from tokcost.prompts.measure import Content, Measure, content_of
from tokcost.prompts.prompt import Address, addresses, read
from tokcost.report import Row


class Entry(NamedTuple):
    """One prompt (or one request of a file) under one model of one budget.

    ``tokens`` and ``cost`` are what is held to the limits, see Setting.gate; ``cost`` is None
    for an unpriced model.
    """

    address: Address
    setting: Setting
    model: Model
    row: Row
    tokens: int
    cost: Decimal | None

    @property
    def key(self) -> tuple[str, str]:
        """What tells rows apart in a comparison: the name and the model."""
        return (self.row.name, self.model.full_id)


Contents = dict[Address, Content]


def working_tree(settings: Iterable[Setting], folder: str) -> tuple[dict[str, list[Address]], Contents]:
    """The prompts of every budget by its name, and what is in them now."""
    found: dict[str, list[Address]] = {}
    contents: Contents = {}
    files: dict[str, bytes] = {}
    for setting in settings:
        own = found[setting.budget.name] = addresses(setting.budget, folder)
        for address in own:
            if address in contents:
                continue
            if address.file not in files:
                files[address.file] = read(folder, address.file)
            contents[address] = content_at(address, files[address.file])
    return found, contents


def content_at(address: Address, data: bytes) -> Content:
    """The content behind an address in a file of these bytes. Raises TokcostError when the key is not there."""
    if not address.key:
        return content_of(data)
    from tokcost.prompts.inside import text_at

    inside = text_at(address.file, data, address.key)
    return content_of(inside.text.encode("utf-8", "surrogatepass"), inside.line)


def entries_of(
    settings: Sequence[Setting],
    prompts: dict[str, list[Address]],
    contents: Contents,
    measure: Measure,
    book: PriceBook | None = None,
) -> list[Entry]:
    """An entry for each budget, prompt and model, in that order.

    With a ``book`` a request that names a model unknown to it raises TokcostError: how such a
    request is billed is not known, whatever model its budget has.
    """
    wanted = [
        (address, contents[address], model)
        for setting in settings
        for model in setting.models
        for address in prompts.get(setting.budget.name, ())
        if address in contents
    ]
    measure.prepare(wanted)
    price = Pricing()
    found = []
    for setting in settings:
        for address in prompts.get(setting.budget.name, ()):
            if address not in contents:
                continue
            for model in setting.models:
                for each in measure.counts(address, contents[address], model):
                    name = f"{address}{each.part}"
                    if book is not None and each.named:
                        _need_known(name, each.named, book)
                    found.append(price.entry(address, name, each.input, model, setting, each.output_limit))
    return found


def _need_known(name: str, model: str, book: PriceBook) -> None:
    try:
        book.find(model)
    except UnknownName as error:
        raise TokcostError(f"{name}: {error}; a price file may add a model (prices = [...])") from error
    except TokcostError:  # several are meant: it is known
        pass


class Pricing:
    """Prices counts, each different number once."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], tuple[Cost, Decimal | None]] = {}

    def entry(
        self, address: Address, name: str, count: Count, model: Model, setting: Setting, output_limit: int | None = None
    ) -> Entry:
        """The entry of a counted prompt.

        At the ceiling a request may write as much as it lets itself: its ``output_limit`` counts where it
        is more than the output of the budget.
        """
        if setting.gate == "ceiling" and output_limit is not None and output_limit > setting.output.high:
            setting = setting._replace(output=setting.output._replace(high=output_limit))
        key = (
            count.tokens, count.low, count.high,
            model.provider, model.id, setting.terms, setting.output, setting.gate,
        )  # fmt: skip
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = priced(count, model, setting.terms, setting.output, setting.gate)
        cost, held = known
        row = Row(name, count, model.provider, model.id, model.encoding, setting.output.likely, 0, cost)
        return Entry(address, setting, model, row, held_tokens(count, setting.gate), held)


def held_tokens(count: Count, gate: str | None) -> int:
    """The end of a count that is held to a limit: the high one, unless the gate says otherwise."""
    return {"floor": count.low, "likely": count.tokens}.get(gate or "", count.high)


def priced(count: Count, model: Model, terms: Terms, output: Output, gate: str | None) -> tuple[Cost, Decimal | None]:
    """The cost with its ends, and the one that is held to a limit.

    Raises NotPriced for a mode or a kind of token that the model has no rate for.
    """
    likely = price_count(count, model, terms, 0, output.likely)
    low = likely if output.low == output.likely else price_count(count, model, terms, 0, output.low)
    high = likely if output.high == output.likely else price_count(count, model, terms, 0, output.high)
    if isinstance(likely, Unpriced) or isinstance(low, Unpriced) or isinstance(high, Unpriced):
        return likely, None
    cost = Priced(likely.likely, low.low, high.high, likely.currency)
    held = {"floor": low.low, "likely": likely.likely, "ceiling": high.high}.get(gate or "", likely.high)
    return cost, held


def currency_of(entries: Iterable[Entry]) -> str:
    """The one currency of all costs. Raises TokcostError when there are two."""
    found: dict[str, str] = {}
    for entry in entries:
        cost = entry.row.cost
        if isinstance(cost, Priced) and cost.currency is not None:
            found.setdefault(cost.currency, entry.model.id)
    if len(found) > 1:
        (one, first), (other, second) = list(found.items())[:2]
        raise TokcostError(
            f"{first} is priced in {one} and {second} in {other}: one report has one currency, "
            "keep their budgets in configurations of their own"
        )
    return next(iter(found), "USD")
