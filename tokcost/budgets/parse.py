"""From the keys of the file to typed values; problems are reported with their line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NoReturn

from tokcost.amounts import MOST_DIGITS, MarkedAmount, in_bounds, is_whole, read_amount
from tokcost.budgets.budget import GATES, Budget, Config, Increase, Output
from tokcost.budgets.config import ConfigFile
from tokcost.budgets.maps import read_maps
from tokcost.budgets.own_names import aliases_of, read_names
from tokcost.budgets.paths import as_on_disk, pattern_of
from tokcost.catalog.lines import line_of
from tokcost.errors import ConfigError, TokcostError
from tokcost.phrases import join_or, nearest, quote
from tokcost.rates import MODES

Fail = Callable[[str], NoReturn]
Reader = Callable[[Any, Fail], Any]


def parse_config(found: ConfigFile) -> Config:
    """The configuration, checked. Raises ConfigError (or PriceFileError for broken TOML) with file and line."""
    table = found.table()
    _no_others(found, table, {**_SETTINGS, "budget": ("", None)}, None)
    values, lines = _values(found, table, _SETTINGS, None)
    rows = table.get("budget", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        header = ".".join((*found.inside, "budget"))
        raise ConfigError(
            found.path,
            line_of(found.text, found.inside, None, "budget"),
            f"budget must be an array of tables, as [[{header}]]",
        )
    budgets = tuple(_budget(found, row, number) for number, row in enumerate(rows))
    names: dict[str, Budget] = {}
    for budget in budgets:
        if budget.name in names:
            raise ConfigError(
                found.path, budget.line("name"),
                f"two budgets are named {quote(budget.name)}: the other is on line {names[budget.name].line()}",
            )  # fmt: skip
        names[budget.name] = budget
    return Config(found.path, found.folder, budgets=budgets, lines=lines, own_names=tuple(aliases_of(found)), **values)


def _budget(found: ConfigFile, table: Mapping[str, Any], row: int) -> Budget:
    _no_others(found, table, _BUDGET, row)
    values, lines = _values(found, table, _BUDGET, row)
    if not values.get("paths"):
        raise ConfigError(found.path, lines[""], 'a budget needs paths, as paths = ["prompts/*.md"]')
    values.setdefault("name", ", ".join(values["paths"]))
    values["paths"] = tuple(as_on_disk(found.folder, path) for path in values["paths"])
    budget = Budget(lines=lines, **values)
    if budget.max_cost_per_month is not None and budget.runs_per_month is None:
        raise ConfigError(found.path, budget.line("max-cost-per-month"), "max-cost-per-month needs runs-per-month, too")
    limits = (budget.max_input_tokens, budget.max_total_tokens, budget.allowed_models)
    if not (budget.limits_money or budget.limits_growth or any(limit is not None for limit in limits)):
        raise ConfigError(
            found.path, lines[""], f"budget {quote(budget.name)} limits nothing: give it max-input-tokens or max-cost"
        )
    return budget


def _values(
    found: ConfigFile, table: Mapping[str, Any], keys: Mapping[str, tuple[str, Any]], row: int | None
) -> tuple[dict[str, Any], dict[str, int]]:
    path = found.inside if row is None else (*found.inside, "budget")
    lines = {"": line_of(found.text, path, row)}
    values = {}
    for key, (field, read) in keys.items():
        if key not in table:
            continue
        lines[key] = line_of(found.text, path, row, key)

        def fail(problem: str, key: str = key) -> NoReturn:
            raise ConfigError(found.path, lines[key], f"{key} {problem}")

        if field in values:
            fail("sets the same as another key: keep one of the two")
        values[field] = read(table[key], fail)
    return values, lines


def _no_others(found: ConfigFile, table: Mapping[str, Any], keys: Mapping[str, Any], row: int | None) -> None:
    for key in table:
        if key in keys:
            continue
        path = found.inside if row is None else (*found.inside, "budget")
        alike = nearest(key.replace("_", "-"), keys, most=2)
        hint = f"did you mean {join_or(alike)}?" if alike else f"the keys are {', '.join(keys)}"
        where = "in a budget" if row is not None else "in the configuration"
        raise ConfigError(found.path, line_of(found.text, path, row, key), f"unknown key {quote(key)} {where}: {hint}")


def _text(value: Any, fail: Fail) -> str:
    return value if isinstance(value, str) and value.strip() else fail("must be a string in quotes")


def _texts(value: Any, fail: Fail) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not listed or not all(isinstance(each, str) and each for each in listed):
        fail('must be a string or a list of strings, as ["one", "two"]')
    return tuple(dict.fromkeys(listed))


def _paths(value: Any, fail: Fail) -> tuple[str, ...]:
    for path in (paths := _names(value, fail)):
        if path.startswith(("/", "~")) or ".." in path.replace("\\", "/").split("/"):
            fail(f"{quote(path)} leaves the folder of the configuration: paths are relative to it")
    return _patterns(list(paths), fail)


def _patterns(value: Any, fail: Fail) -> tuple[str, ...]:
    for pattern in (patterns := _texts(value, fail)):
        try:
            pattern_of(pattern)
        except TokcostError as error:
            fail(f"has the pattern {error}")
    return patterns


def _names(value: Any, fail: Fail) -> tuple[str, ...]:
    """Names of files, none of which a system could not have."""
    for name in (names := _texts(value, fail)):
        if "\0" in name:
            fail(f"{quote(name)} is not a name of a file: it has a NUL in it")
    return names


def _name(value: Any, fail: Fail) -> str:
    return _names(_text(value, fail), fail)[0]


def _yes(value: Any, fail: Fail) -> bool:
    return value if isinstance(value, bool) else fail("must be true or false")


def _whole(value: Any, fail: Fail) -> int:
    return int(value) if is_whole(value) else fail(f"must be a whole number of 0 or more, below 10^{MOST_DIGITS}")


def _money(value: Any, fail: Fail) -> Decimal:
    try:
        amount = Decimal("NaN") if isinstance(value, bool) else read_amount(str(value))
    except ValueError:
        fail('must be an amount of money, as "0.02"')
    if not in_bounds(amount) or amount < 0:
        fail(f'must be an amount of 0 or more, below 10^{MOST_DIGITS} and with few decimals, as "0.02"')
    return amount


def _increase(value: Any, fail: Fail) -> Increase:
    if is_whole(value):
        return Increase(tokens=value)
    text = value.strip() if isinstance(value, str) else ""
    if text.endswith("%"):
        try:
            share = read_amount(text[:-1])
        except ValueError:
            share = Decimal(-1)
        if in_bounds(share) and 0 <= share < 10**9 and not isinstance(share, MarkedAmount):
            return Increase(percent=share)
    return fail('must be a share or a number of tokens, as "10%" or 200')


def _share(value: Any, fail: Fail) -> Decimal:
    text = str(value).strip() if isinstance(value, str | int | Decimal) and not isinstance(value, bool) else ""
    try:
        number = Decimal(text.removesuffix("%").strip())
    except ArithmeticError:
        number = Decimal(-1)
    if not number.is_finite() or not -9 <= number.adjusted() <= 2:
        number = Decimal(0 if number == 0 else -1)
    share = number.scaleb(-2) if text.endswith("%") else number
    return share if 0 <= share <= 1 else fail('must be a share of the input, as "80%" or 0.8')


def _output(value: Any, fail: Fail) -> Output:
    numbers = value if isinstance(value, list) else [value]
    if not all(map(is_whole, numbers)) or not 1 <= len(numbers) <= 3 or sorted(numbers) != numbers:
        fail("must be a number of tokens, or a range as [200, 800] or [200, 500, 800] (least, likely, most)")
    low, high = numbers[0], numbers[-1]
    return Output(low, numbers[1] if len(numbers) == 3 else (low + high + 1) // 2, high)


def _one_of(names: tuple[str, ...]) -> Reader:
    def read(value: Any, fail: Fail) -> str:
        return str(value) if value in names else fail(f"must be {join_or(names)}")

    return read


def days(value: Any, fail: Fail) -> int:
    """A span of days, as 60 or "60d"."""
    text = value.removesuffix("d") if isinstance(value, str) else ""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else value
    return int(number) if is_whole(number) else fail('must be a number of days, as "60d"')


_SHARED: dict[str, tuple[str, Reader]] = {
    "model": ("models", _texts),
    "models": ("models", _texts),
    "allowed-models": ("allowed_models", _texts),
    "output-tokens": ("output", _output),
    "mode": ("mode", _one_of(MODES)),
    "gate": ("gate", _one_of(GATES)),
    "allow-new": ("allow_new", _yes),
    "extra-input-tokens": ("extra_input", _whole),
    "cached-share": ("cached_share", _share),
}
_SETTINGS: dict[str, tuple[str, Reader]] = {
    **_SHARED,
    "base": ("base", _text),
    "lock": ("lock", _name),
    "prices": ("prices", _names),
    "fallback": ("fallback", _names),
    "allow-fallback": ("allow_fallback", _yes),
    "max-price-age": ("max_price_age", days),
    "retires-within": ("retires_within", days),
    "map": ("map", _text),
    "maps": ("maps", read_maps),
    "protect-rules": ("protect_rules", _yes),
    "locked": ("locked", _yes),
    "aliases": ("aliases", read_names),
}
_BUDGET: dict[str, tuple[str, Reader]] = {
    "name": ("name", _text),
    "paths": ("paths", _paths),
    "exclude": ("exclude", _patterns),
    **_SHARED,
    "max-input-tokens": ("max_input_tokens", _whole),
    "max-total-tokens": ("max_total_tokens", _whole),
    "max-cost": ("max_cost", _money),
    "max-total-cost": ("max_total_cost", _money),
    "max-increase": ("max_increase", _increase),
    "max-total-increase": ("max_total_increase", _increase),
    "runs-per-month": ("runs_per_month", _whole),
    "max-cost-per-month": ("max_cost_per_month", _money),
    "message": ("message", _text),
}

_NO_RULES = ("name", "message", "map", "maps")
# The key of each field, for those that decide whether something passes.
SETTING_FIELDS = {field: key for key, (field, _) in _SETTINGS.items() if key not in _NO_RULES}
BUDGET_FIELDS = {field: key for key, (field, _) in _BUDGET.items() if key not in _NO_RULES}
