"""``tokcost.lock``: what every prompt was when somebody agreed to it.

JSON, sorted, one line per model and one per prompt, so that two branches that change different prompts
merge. It says no date: the same prompts, rates and version give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any, NamedTuple

from tokcost.budgets.budgeted import BudgetedPrompt, Contents
from tokcost.catalog import Model
from tokcost.counting.count import ESTIMATE, EXACT, Count
from tokcost.errors import ConfigError
from tokcost.pricing import Priced, Terms
from tokcost.report import money_text

VERSION = 1
# What of a model's record is about its count, not its price.
_COUNTED = ("encoding", "scale", "margin")


class LockedCount(NamedTuple):
    """A prompt under a model, as locked."""

    input: Count
    output_tokens: int
    cost: Decimal | None


class LockedPrompt(NamedTuple):
    """A prompt as locked: the hash of its bytes, and its counts by ``provider/id``."""

    sha256: str
    counts: Mapping[str, LockedCount]


class Lock(NamedTuple):
    """The whole file: the version that made it, the rates of each model, the prompts by name."""

    path: str
    tokcost: str
    models: Mapping[str, Mapping[str, Any]]
    prompts: Mapping[str, LockedPrompt]


def lock_text(prompts: Iterable[BudgetedPrompt], contents: Contents, version: str) -> str:
    """The lock of these prompts. Where budgets share a prompt and a model, the first one is recorded."""
    models: dict[str, dict[str, Any]] = {}
    records: dict[str, dict[str, Any]] = {}
    for prompt in prompts:
        model = prompt.model
        models.setdefault(model.full_id, rates_of(model, prompt.setting.terms))
        record = records.setdefault(prompt.row.name, {"sha256": contents[prompt.address].digest.hex()})
        record.setdefault(model.full_id, _record(prompt))
    head = f'{{\n"version": {VERSION},\n"tokcost": {_dumps(version)},\n'
    return f'{head}"models": {_lines(models)},\n"prompts": {_lines(records)}\n}}\n'


def rates_of(model: Model, terms: Terms) -> dict[str, Any]:
    """The rates that a model was priced with, and its encoding, as the lock has them."""
    price = model.price_on(terms.day)
    found: dict[str, Any] = {"encoding": model.encoding}
    if model.scale:
        found["scale"] = model.scale
    if model.margin:
        found["margin"] = model.margin
    if terms.mode != "standard":
        found["mode"] = terms.mode
    if price is None:
        return found
    found["currency"] = price.currency
    found |= (
        {kind: money_text(rate) for kind, rate in price.modes[terms.mode].items()} if terms.mode in price.modes else {}
    )
    for tier in price.tiers:
        if terms.mode in tier.modes:
            name = f"{'>=' if tier.inclusive else '>'}{tier.threshold}"
            found[name] = {kind: money_text(rate) for kind, rate in tier.modes[terms.mode].items()}
    for window in price.windows:
        if terms.mode in window.modes:
            name = f"{window.start:%H:%M}-{window.end:%H:%M}"
            found[name] = {kind: money_text(rate) for kind, rate in window.modes[terms.mode].items()}
    return found


def read_lock(path: str, shown: str) -> Lock:
    """The lock in a file. Raises ConfigError, with the line, for a missing or incomplete one."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        raise ConfigError(path, None, "there is no lock yet: 'tokcost lock' writes it") from None
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise ConfigError(path, None, f"the lock cannot be read: {reason}") from error
    try:
        data = json.loads(text, parse_float=Decimal)
    except json.JSONDecodeError as error:
        conflict = text.find("<<<<<<<")
        if conflict >= 0:
            line = text.count("\n", 0, conflict) + 1
            raise ConfigError(path, line, "a merge conflict: take either side, then run 'tokcost lock'") from None
        raise ConfigError(path, error.lineno, f"not valid JSON ({error.msg}): run 'tokcost lock' again") from None
    except (ValueError, RecursionError):  # a number of too many digits, or brackets without end
        raise ConfigError(path, None, "not a lock file: run 'tokcost lock' again") from None
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise ConfigError(path, None, f"not a lock of version {VERSION}: run 'tokcost lock' again")
    try:
        prompts = {name: _locked(prompt) for name, prompt in data["prompts"].items()}
        return Lock(shown, str(data["tokcost"]), dict(data["models"]), prompts)
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError):
        raise ConfigError(path, None, "an incomplete lock: run 'tokcost lock' again") from None


def same_content(data: bytes, digest: bytes, locked: LockedPrompt) -> bool:
    """Whether a content is the locked one, ignoring CRLF conversion by a checkout."""
    if digest.hex() == locked.sha256:
        return True
    return b"\r\n" in data and sha256(data.replace(b"\r\n", b"\n")).hexdigest() == locked.sha256


def moved_rates(lock: Lock, models: Iterable[tuple[Model, Terms]]) -> list[str]:
    """What is priced or encoded otherwise than when it was locked, one sentence per model.

    A model that requests are sent to in several modes has the rates of one of them in the lock.
    """
    found = []
    used: dict[str, tuple[Model, list[dict[str, Any]]]] = {}
    for model, terms in {(model.full_id, terms): (model, terms) for model, terms in models}.values():
        used.setdefault(model.full_id, (model, []))[1].append(rates_of(model, terms))
    for model, candidates in used.values():
        then = lock.models.get(model.full_id)
        if then is None or then in candidates:
            continue
        now = next((each for each in candidates if each.get("mode") == then.get("mode")), candidates[0])
        if any(then.get(key) != now.get(key) for key in _COUNTED):
            found.append(f"{model.id} is counted with {_vocabulary(now)} now, with {_vocabulary(then)} in {lock.path}")
        keys = [key for key in dict.fromkeys([*then, *now]) if key not in _COUNTED]
        moves = [
            f"{key} {_shown(then.get(key))} -> {_shown(now.get(key))}" for key in keys if then.get(key) != now.get(key)
        ]
        if moves:
            found.append(f"the price of {model.id} moved since {lock.path}: {', '.join(moves)}")
    return found


def _vocabulary(record: Mapping[str, Any]) -> str:
    scale = f" x {record['scale']}" if record.get("scale") else ""
    margin = f" within {record['margin']} %" if record.get("margin") else ""
    return f"{record.get('encoding')}{scale}{margin}"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "(" + ", ".join(f"{key} {each}" for key, each in value.items()) + ")"
    return "none" if value is None else str(value)


def _record(prompt: BudgetedPrompt) -> dict[str, Any]:
    count, cost = prompt.text, prompt.row.cost
    found: dict[str, Any] = {"input": count.tokens}
    if count.ranged:
        found |= {"low": count.low, "high": count.high}
    amount = cost.likely if isinstance(cost, Priced) else None
    return found | {"output": prompt.row.output_tokens, "cost": money_text(amount)}


def _locked(prompt: Mapping[str, Any]) -> LockedPrompt:
    counts = {}
    for model, record in prompt.items():
        if model == "sha256":
            continue
        tokens = int(record["input"])
        low, high = int(record.get("low", tokens)), int(record.get("high", tokens))
        cost = None if record["cost"] is None else Decimal(record["cost"])
        standing = ESTIMATE if "low" in record else EXACT
        counts[model] = LockedCount(Count(tokens, low, high, standing), int(record["output"]), cost)
    return LockedPrompt(str(prompt["sha256"]), counts)


def _lines(records: Mapping[str, Any]) -> str:
    if not records:
        return "{}"
    lines = ",\n".join(f"{_dumps(name)}: {_dumps(records[name])}" for name in sorted(records))
    return "{\n" + lines + "\n}"


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
