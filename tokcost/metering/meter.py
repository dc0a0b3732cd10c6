"""An entry of a log x the price book: its exact cost at the rates of its day and hour, or why there is none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import reduce
from typing import NamedTuple

from tokcost.catalog import Model, PriceBook
from tokcost.errors import NotPriced, TokcostError
from tokcost.logs.entry import NOTHING, Entry
from tokcost.masking import scrub
from tokcost.metering.fees import Fees
from tokcost.metering.images_made import image_cost
from tokcost.modalities import cost_apart
from tokcost.naming.sellers import OWN_MACHINE, REGIONAL, seller_of
from tokcost.pricing import Cost, Unpriced, bound, plus, request_fee, sure, unpriced_reason
from tokcost.rates import EXACT, Modes, Price, plain
from tokcost.units import units_cost
from tokcost.usage import Usage

NO_MODEL = "the log names no model: name it with -m"
# So many unknown models are told with the names most like theirs: people are shown no more of them.
_HINTS = 20
FREE = Decimal(0)
NO_TOKENS = "it states a charge and no tokens"


class PriceBasis(NamedTuple):
    """On what an entry is priced: model, dated row, factor, fees. Without a row, ``reason`` says why."""

    model: Model | None
    price: Price | None
    factor: Decimal
    reason: str = ""
    has_request_fee: bool = False
    is_own_machine: bool = False


NO_BASIS = PriceBasis(None, None, Decimal(1))


class Meter:
    """Prices entries. Look-ups are kept: a log names few models on few days.

    ``day`` holds for entries without a time, ``default`` for those without a model; ``provider``
    decides for names that several sell; ``regional`` adds what regional processing costs.
    ``undated`` is whether an entry without a time was priced.
    """

    def __init__(
        self,
        book: PriceBook,
        day: date,
        default: str | None = None,
        provider: str | None = None,
        regional: bool = False,
        rate: Decimal | None = None,
    ) -> None:
        self.book = book
        self.day = day
        self.default = default
        self.rate = rate
        self.undated = False
        # Whether a line of a bill without tokens costs what it says; an audit computes, and takes no word for it.
        self.falls_back_to_charge = False
        self._provider = book.provider(provider) if provider else None
        self._regional = regional
        self._bases: dict[tuple[str, str | None, date, str], PriceBasis] = {}
        self._models: dict[tuple[str, str | None], Model | str] = {}
        self._hints = _HINTS
        self._fees = Fees()
        # Models of machines of one's own: a sentence for each.
        self._free: dict[str, None] = {}
        if default is not None:
            book.find(default)

    def price(self, entry: Entry) -> Cost:
        """The cost of an entry: its low and high differ where the log cannot decide between rates."""
        if entry.not_billed_because:
            return sure(FREE, None)
        if entry.cost_is_final and entry.charged is not None:
            return sure(entry.charged, entry.currency)
        if self.rate is not None:
            return sure(flat_cost(self.rate, entry.tokens), entry.currency)
        if not entry.tokens_known:
            if self.falls_back_to_charge and entry.charged is not None:
                return sure(entry.charged, entry.currency)
            return Unpriced(NO_TOKENS)
        basis = self.basis(entry)
        if basis.is_own_machine and basis.price is None:
            return sure(FREE, None)
        if basis.model is None or basis.price is None:
            return Unpriced(entry.item if entry.model is None and entry.item else basis.reason)
        try:
            cost = self._priced(entry, basis.model, basis.price, basis.factor)
        except NotPriced as error:
            return Unpriced(str(error))
        return reduce(plus, (self._inside(each, entry) for each in entry.inside), cost)

    def _inside(self, made: Entry, entry: Entry) -> Cost:
        """The cost of what another model made for an entry."""
        if made.model is None:
            return Unpriced("the answer does not name the model of the images in it")
        mode = entry.mode if entry.mode == "batch" else made.mode
        return self.price(made._replace(provider=made.provider or entry.provider, when=entry.when, mode=mode))

    def basis(self, entry: Entry) -> PriceBasis:
        """The model, the row in force and the factor for an entry."""
        name = entry.model or self.default
        if name is None:
            return PriceBasis(None, None, Decimal(1), NO_MODEL)
        day = entry.when.date() if entry.when is not None else self.day
        key = (name, entry.provider, day, entry.geo)
        if key not in self._bases:
            self._bases[key] = self._find_basis(*key)
        found = self._bases[key]
        self.undated |= entry.when is None and found.price is not None
        return found

    def model(self, name: str, provider: str | None) -> Model | str:
        """The model behind a name as a log writes it, or why there is none."""
        key = (name, provider)
        if key not in self._models:
            self._models[key] = self._find(name, provider)
        return self._models[key]

    def fee_notes(self) -> list[str]:
        """What is to be known of the fees that were charged, and of what costs nothing."""
        return [*self._fees.notes(), *self._free]

    def weak_models(self) -> list[str]:
        """The models that were priced at rates of low confidence, in the order they came."""
        found = (basis for basis in self._bases.values() if basis.price and basis.price.is_weak)
        return list(dict.fromkeys(basis.model.name for basis in found if basis.model))

    def _find(self, name: str, provider: str | None) -> Model | str:
        sellers = ((provider, True), (self._provider, False))  # the log says who billed; the user, who may have
        for seller, firmly in sellers:
            if seller and (found := self.book.sold_by(seller, name, firmly)):
                return found
        if _own_machine(provider, name):
            return f"{provider} runs on a machine of one's own"
        try:
            return self.book.find(name, self._hints > 0)
        except TokcostError as error:
            self._hints -= self._hints > 0
            return str(error)

    def _find_basis(self, name: str, provider: str | None, day: date, geo: str) -> PriceBasis:
        model = self.model(name, provider)
        own = _own_machine(provider, name)
        if own and (isinstance(model, str) or model.price_on(day) is None):
            free = f"{scrub(name)}: {own} runs on a machine of one's own, which bills no tokens: counted at no cost"
            self._free[free] = None
            return PriceBasis(None, None, Decimal(1), free, is_own_machine=True)
        if isinstance(model, str):
            return PriceBasis(None, None, Decimal(1), model)
        named = ([geo] if geo else []) + ([REGIONAL] if self._regional else [])
        places = [place for place in named if place != model.place]  # its rates are those of that place already
        factor = self.book.rules.factor(model.provider, places, day, self.book.released(model), model.id)
        try:
            price = model.price_on(day)
        except NotPriced as error:
            return PriceBasis(model, None, factor, str(error))
        why = "" if price else f"{model.name} is unpriced: {unpriced_reason(model, day)}"
        return PriceBasis(model, price, factor, why, request_fee(model, day) is not None)

    def _priced(self, entry: Entry, model: Model, price: Price, factor: Decimal) -> Cost:
        day = entry.when.date() if entry.when is not None else self.day
        least, full = self._fees.of(entry, model, day)
        amounts = self._amounts(entry, model, price, factor)
        free = [EXACT.add(amount, least) for amount in amounts] if least != full else []
        return bound([*(EXACT.add(amount, full) for amount in amounts), *free], price.currency)

    def _amounts(self, entry: Entry, model: Model, price: Price, factor: Decimal) -> list[Decimal]:
        """What an entry may cost without fees, the likely amount first; a factor is one on rates for tokens."""
        if entry.images is not None:
            return [image_cost(entry.images, model, price)]
        if entry.units:
            return [units_cost(entry.units, model, price, entry.mode)]
        if entry.usage == NOTHING and entry.calls:
            return [FREE]
        searches = sum(call.number for call in entry.calls if call.name.startswith("web_search"))
        if searches and model.rules.search_tokens:
            entry = entry._replace(usage=entry.usage + Usage(model.rules.search_tokens * searches))
        readings = [entry]
        if not entry.split_known:
            readings.append(entry._replace(usage=Usage(output_tokens=entry.usage.input_tokens)))
        readings += [entry._replace(mode=mode) for mode in entry.other_modes if mode in price.modes]
        amounts: list[Decimal] = []
        for each in readings:
            for modes in possible(price, each):
                try:
                    tokens = cost_apart(each.usage, each.modalities, modes, each.mode, model, price)
                except NotPriced:
                    if not amounts:
                        raise
                    continue  # a mode that is not sold past the cliff: the requests were below it
                amounts.append(EXACT.multiply(tokens, factor))
        return amounts


def _own_machine(provider: str | None, name: str) -> str | None:
    """The server on a machine of one's own that an entry names, or its model; what such a maker sells is not on it."""
    prefix, slash, _ = name.lower().partition("/")
    found = (seller_of(each) for each in (provider, prefix if slash else None) if each and "cloud" not in each)
    own = next((seller for seller in found if seller in OWN_MACHINE), None)
    return None if own is None or name.lower().endswith(("-cloud", ":cloud")) else own


def flat_cost(rate: Decimal, tokens: int) -> Decimal:
    """The exact cost of so many tokens of any kind; ``rate`` is money per million of them."""
    return plain(EXACT.multiply(rate, Decimal(tokens)).scaleb(-6, EXACT))


def possible(price: Price, entry: Entry) -> list[Modes]:
    """The rates that may hold for an entry, those of short prompts and cheap hours first.

    One, unless the entry sums requests of unknown size over a cliff, or its hour is not known.
    """
    least, most = _prompt_span(entry)
    return price.possible(least, most, entry.when, entry.until)


def _prompt_span(entry: Entry) -> tuple[int, int]:
    """The least and the most tokens that the prompt of one request can have had."""
    total = entry.usage.input_tokens
    if entry.prompt is not None:
        least, most = entry.prompt
        return least, max(least, min(most, total) if entry.is_aggregate else most)
    if entry.is_aggregate and entry.requests != 1:
        return 0, total
    return total, total
