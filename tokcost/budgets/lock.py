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

from tokcost.amounts import is_whole, read_amount
from tokcost.budgets.budgeted import BudgetedPrompt, Contents
from tokcost.catalog import Model
from tokcost.counting.count import ESTIMATE, EXACT, Count
from tokcost.errors import ConfigError
from tokcost.phrases import quote
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
            found[tier.prompt] = {kind: money_text(rate) for kind, rate in tier.modes[terms.mode].items()}
    for window in price.windows:
        if terms.mode in window.modes:
            found[window.utc] = {kind: money_text(rate) for kind, rate in window.modes[terms.mode].items()}
    return found


def read_lock(path: str, shown: str) -> Lock:
    """The lock in a file. Raises ConfigError, with the line, for a missing or incomplete one."""
    from tokcost.inputs.regular import read_regular

    try:
        data = read_regular(path)
    except FileNotFoundError:
        raise ConfigError(path, None, "there is no lock yet: 'tokcost lock' writes it") from None
    except OSError as error:
        raise ConfigError(path, None, f"the lock cannot be read: {error.strerror}") from error
    return parse_lock(path, data, shown)


def parse_lock(path: str, content: bytes, shown: str) -> Lock:
    """The same of the bytes of a lock."""
    try:
        text = content.decode()
        data = json.loads(text, parse_float=Decimal, object_pairs_hook=_without_twins)
    except UnicodeDecodeError:
        raise ConfigError(path, None, "the lock cannot be read: not UTF-8 text") from None
    except json.JSONDecodeError as error:
        conflict = text.find("<<<<<<<")
        if conflict >= 0:
            line = text.count("\n", 0, conflict) + 1
            raise ConfigError(path, line, "a merge conflict: take either side, then run 'tokcost lock'") from None
        raise ConfigError(path, error.lineno, f"not valid JSON ({error.msg}): run 'tokcost lock' again") from None
    except _Twice as error:
        name = _dumps(str(error))
        line = text.count("\n", 0, text.rfind(f"{name}:")) + 1
        why = f"{quote(str(error))} stands twice, as after a merge: run 'tokcost lock' again"
        raise ConfigError(path, line, why) from None
    except (ValueError, ArithmeticError, RecursionError):  # a number past all bounds, or brackets without end
        raise ConfigError(path, None, "not a lock file: run 'tokcost lock' again") from None
    version = data.get("version") if isinstance(data, dict) else None
    if isinstance(version, bool) or version != VERSION:
        raise ConfigError(path, None, f"not a lock of version {VERSION}: run 'tokcost lock' again")
    try:
        prompts = {name: _locked(prompt) for name, prompt in data["prompts"].items()}
        models = {name: _rates(record) for name, record in data["models"].items()}
        if not all(model in models for prompt in prompts.values() for model in prompt.counts):
            raise KeyError("a model without its vocabulary")
        return Lock(shown, str(data["tokcost"]), models, prompts)
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError):
        raise ConfigError(path, None, "an incomplete lock: run 'tokcost lock' again") from None


class _Twice(ValueError):
    """A key that an object has twice: whichever a parser takes, the other is lost in silence."""


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        raise _Twice(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return found


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
        if not counted_alike(then, now):
            found.append(
                f"{model.name} is counted with {_vocabulary(now)} now, with {_vocabulary(then)} in {lock.path}"
            )
        keys = [key for key in dict.fromkeys([*then, *now]) if key not in _COUNTED]
        moves = [
            f"{key} {rate_text(then.get(key))} -> {rate_text(now.get(key))}"
            for key in keys
            if then.get(key) != now.get(key)
        ]
        if moves:
            found.append(f"the price of {model.name} moved since {lock.path}: {', '.join(moves)}")
    return found


def counted_alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two records of a model count alike."""
    return all(one.get(key) == other.get(key) for key in _COUNTED)


def _vocabulary(record: Mapping[str, Any]) -> str:
    scale = f" x {record['scale']}" if record.get("scale") else ""
    margin = f" within {record['margin']} %" if record.get("margin") else ""
    return f"{record.get('encoding')}{scale}{margin}"


def rate_text(value: Any) -> str:
    """A rate of a record, or a table of them, as people read it."""
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
    """A record of a prompt. Raises ValueError and the like for one that no lock has."""
    counts = {}
    for model, record in prompt.items():
        if model == "sha256":
            continue
        tokens, output = record["input"], record["output"]
        low, high = record.get("low", tokens), record.get("high", tokens)
        cost = None if record["cost"] is None else read_amount(record["cost"])
        if not all(map(is_whole, (low, tokens, high, output))) or not low <= tokens <= high:
            raise ValueError("not a number of tokens")
        if cost is not None and not (cost.is_finite() and cost >= 0 and cost.adjusted() < 40):
            raise ValueError("not an amount")
        standing = ESTIMATE if "low" in record else EXACT
        counts[model] = LockedCount(Count(tokens, low, high, standing), output, cost)
    if len(bytes.fromhex(prompt["sha256"])) != sha256().digest_size:
        raise ValueError("not a hash")
    return LockedPrompt(prompt["sha256"], counts)


def _rates(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The record of a model. Raises ValueError for one that no lock has."""
    values = [part for each in record.values() for part in (each.values() if isinstance(each, dict) else [each])]
    if not all(isinstance(each, str) or is_whole(each) or each is None for each in values):
        raise ValueError("neither a name nor a rate")
    return record


def _lines(records: Mapping[str, Any]) -> str:
    if not records:
        return "{}"
    lines = ",\n".join(f"{_dumps(name)}: {_dumps(records[name])}" for name in sorted(records))
    return "{\n" + lines + "\n}"


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
