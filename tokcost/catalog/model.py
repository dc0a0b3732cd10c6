"""A model and its dated prices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from tokcost.errors import NotPriced
from tokcost.naming.sellers import name_in_reports
from tokcost.rates import Price

if TYPE_CHECKING:
    from tokcost.catalog.rule_book import RuleBook
    from tokcost.rules import Charge, ModelRules


# So many days before it happens, what is announced is said; after so many, a row should be looked at again.
SOON, OLD = 60, 90
# What a model has from the one that it sells, where its own table does not say.
INHERITED = (
    "kind", "encoding", "standing", "assumes", "scale", "margin", "reasoning", "context_window", "max_input",
    "max_output", "max_inputs", "max_request_tokens",
)  # fmt: skip


class NotReleased(NotPriced):
    """The model did not exist on the day that was asked about."""


class Model(NamedTuple):
    """One model of one provider.

    ``encoding`` names the vocabulary that counts its text (None: not billed by token) and
    ``standing`` how sure such a count is: exact, assumed (``assumes`` says what, ``margin`` how many
    per cent it may be off) or estimate.
    For an estimate, ``scale`` names the ratios (``tokcost.counting.scales``) from that encoding
    to the private one of the model.
    ``context_window``, ``max_input`` (where less goes in than the window has) and ``max_output`` are tokens;
    ``max_inputs`` and ``max_request_tokens`` are of one embedding request; None where unknown.
    ``sells`` names the model (provider/id) that this one is at its maker. ``snapshots`` are the days of dated ids
    that mean it. From ``retires`` on, requests go to ``routed_to``, an id of the provider. ``place`` is where its
    name says that it is served. ``shares_id`` is whether a maker of the book has another model of that id.
    ``prices`` ascend.
    ``own_rules`` are those that its tables state, ``rule_book`` has those that they name.
    """

    provider: str
    id: str
    encoding: str | None = None
    standing: str = "estimate"
    assumes: str = ""
    scale: str = ""
    margin: int = 0
    kind: str = "chat"
    context_window: int | None = None
    max_input: int | None = None
    max_output: int | None = None
    max_inputs: int | None = None
    max_request_tokens: int | None = None
    released: date | None = None
    retires: date | None = None
    routed_to: str = ""
    aliases: tuple[str, ...] = ()
    snapshots: tuple[date, ...] = ()
    sells: str = ""
    place: str = ""
    shares_id: bool = False
    reasoning: bool = False
    note: str = ""
    prices: tuple[Price, ...] = ()
    own_rules: Mapping[str, Any] = {}
    rule_book: RuleBook | None = None

    @property
    def rules(self) -> ModelRules:
        """How its requests and pictures are counted and what it caches, with what it inherits."""
        if self.rule_book is None:
            raise LookupError(f"{self.id} is from no price book")
        maker = self.sells.partition("/")[0]
        return self.rule_book.of(self.provider, self.id, self.encoding or "", self.scale, self.own_rules, maker)

    @property
    def full_id(self) -> str:
        """``provider/id``, the form that is never ambiguous."""
        return f"{self.provider}/{self.id}"

    @property
    def input_limit(self) -> int | None:
        """The most tokens that a request may send, None where unknown."""
        limits = [limit for limit in (self.max_input, self.context_window) if limit is not None]
        return min(limits, default=None)

    def fee(self, call: str, day: date) -> Charge | None:
        """The row of a fee that holds for it on a day, as the amount that it is charged; None where none is known."""
        assert self.rule_book is not None
        return self.rule_book.fee(self.provider, call, self.id, self.reasoning, day)

    @property
    def name(self) -> str:
        """What reports call it: the id at its maker, ``provider/id`` at a seller of others' models."""
        return self.full_id if self.shares_id else name_in_reports(self.full_id)

    def price_on(self, day: date) -> Price | None:
        """The row in force on the day (UTC), None where no rate is known.

        Raises NotReleased when the model is known not to have existed yet.
        """
        if self.released is not None and day < self.released:
            raise NotReleased(f"{self.id} was not released on {day}: it came out on {self.released}")
        for price in reversed(self.prices):
            if price.start <= day:
                return price if price.end is None or day < price.end else None
        return None

    def next_price(self, day: date) -> Price | None:
        """The first announced row after the day, None where no change is known."""
        return next((price for price in self.prices if price.start > day), None)

    def retired_on(self, day: date) -> bool:
        """Whether the provider has switched the model off by then."""
        return self.retires is not None and self.retires <= day


def without_rates(sold: Model, seller: str, name: str, reason: str) -> Model:
    """The model as a seller has it whose rates are not known: counted as the one sold, and unpriced for a reason."""
    shared = {field: getattr(sold, field) for field in INHERITED}
    return Model(
        seller, name, **shared, sells=sold.sells or sold.full_id, note=reason, own_rules=sold.own_rules,
        rule_book=sold.rule_book,
    )  # fmt: skip
