"""The volume at which clients exceed their budgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from tokcost.errors import TokcostError
from tokcost.phrases import quote_value
from tokcost.pricing import Cost, Unpriced, plus
from tokcost.rates import EXACT, plain
from tokcost.report import Column, Kind
from tokcost.whatif.change import CostChange, ModelAndClient
from tokcost.whatif.factors import EVERYONE, FINE

NOBODY = "-"
_SHOWN = 8


class BudgetPassed(NamedTuple):
    """The volume (times today's) at which a client exceeds its budget under the new prices."""

    client: str
    budget: Decimal
    usage: Decimal


BUDGET_COLUMNS: tuple[Column, ...] = (
    Column("client", lambda each: each.client, "client"),
    Column("budget", lambda each: each.budget, "budget", Kind.MONEY),
    Column("passed_at_usage", lambda each: each.usage, "passed at usage", Kind.FACTOR),
)


def passed_budgets(
    changes: Mapping[ModelAndClient, CostChange], price: Decimal, budgets: Mapping[str, Decimal]
) -> tuple[list[BudgetPassed], list[str]]:
    """The clients that exceed their budgets, the first one first; and those of whom it is unknown, with the reason."""
    spent: dict[str, Cost] = {}
    for (_, client), change in changes.items():
        name = client or NOBODY
        spent[name] = plus(spent[name], change.after) if name in spent else change.after
    found, unknown = [], []
    for client, cost in spent.items():
        budget = budgets.get(client, budgets.get(EVERYONE))
        if budget is None:
            continue
        if isinstance(cost, Unpriced):
            unknown.append(f"when {client} passes its budget is not known: {cost.reason}")
        elif per_use := EXACT.multiply(cost.likely, price):
            found.append(BudgetPassed(client, budget, plain(FINE.divide(budget, per_use))))
    return sorted(found, key=lambda each: (each.usage, each.client)), unknown


def check_clients(changes: Mapping[ModelAndClient, CostChange], budgets: Mapping[str, Decimal]) -> None:
    """Raises TokcostError for a budget of a client that the changes do not name."""
    clients = {client or NOBODY: None for _, client in changes}
    for name in budgets:
        if name != EVERYONE and name not in clients:
            nobody = set(clients) == {NOBODY}
            why = "no client is named: --budget 100 applies to all" if nobody else those_here("clients", clients)
            raise TokcostError(f"--budget {quote_value(name)}: {why}")


def those_here(what: str, names: Iterable[str]) -> str:
    """'the models here are gpt-4.1, gpt-5.4 and 3 more'."""
    listed = list(names)
    more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return f"the {what} here are {', '.join(listed[:_SHOWN])}{more}"
