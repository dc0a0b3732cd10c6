"""Opens a price list of others: a file, plain or packed, or the data of an installed package."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, NoReturn

from tokcost.errors import InputError, TokcostError
from tokcost.imports.amounts import AmountReader
from tokcost.imports.source import PriceSource, SourceModel
from tokcost.inputs.compression import ARCHIVE_MAGIC
from tokcost.inputs.files import STDIN, STDIN_NAME, InputFile, LeftOut, is_url, reason_of
from tokcost.phrases import join_or, quote

_FIRST_LISTS = date(2023, 1, 1)
# No list has a fifth of it; a member of an archive may unpack to anything.
_MOST_BYTES = 64 << 20
LITELLM, MODELS_DEV, GENAI_PRICES = "litellm", "models.dev", "genai-prices"
KINDS = (LITELLM, MODELS_DEV, GENAI_PRICES)
# Package -> its file of prices, by the names that it has had.
_PACKAGES = {
    LITELLM: ("litellm/model_prices_and_context_window_backup.json",),
    GENAI_PRICES: ("genai_prices/data.py", "genai_prices/data.json"),
}
_LISTS = tuple(name for names in _PACKAGES.values() for name in names)
_KNOWN = (
    "a litellm JSON (model_prices_and_context_window.json), models.dev's api.json or the data of genai-prices, "
    f"or the name of an installed package: {join_or(_PACKAGES)}"
)


class _Bytes(NamedTuple):
    """What was opened: its name, the data, the version that its place tells, the day by which it was there."""

    path: str
    data: bytes
    version: str
    day: date | None


def price_source(named: str) -> PriceSource:
    """The price list behind a path, or behind the name of an installed package. Raises TokcostError."""
    opened = _opened(named)
    return source_of(opened.path, opened.data, opened.version, opened.day)


def source_of(path: str, data: bytes, version: str, day: date | None) -> PriceSource:
    """The price list that the bytes are, known by its shape. Raises TokcostError for anything else."""
    reader = AmountReader()
    value = _value(path, data)
    try:
        kind, models = _read(path, value, reader)
        found = list(models)
    except RecursionError:
        raise TokcostError(f"{quote(path)}: nested too deeply to be read") from None
    if not found:
        raise TokcostError(f"{quote(path)}: a list of {kind} without a model: nothing can be taken from it")
    return PriceSource(kind, path, version, day, found, reader.rounded, reader.left, reader.unread)


def _read(path: str, value: Any, reader: AmountReader) -> tuple[str, Iterator[SourceModel]]:
    from tokcost.imports.genai_prices import genai_prices_models, is_genai_prices
    from tokcost.imports.litellm import is_litellm, litellm_models
    from tokcost.imports.models_dev import is_models_dev, models_dev_models

    if is_litellm(value):
        return LITELLM, litellm_models(value, reader)
    if is_models_dev(value):
        return MODELS_DEV, models_dev_models(value, reader)
    if is_genai_prices(value):
        return GENAI_PRICES, genai_prices_models(value, reader)
    return _refuse(path)


def _value(path: str, data: bytes) -> Any:
    """JSON with exact numbers, or what a Python file of data assigns to ``providers``."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TokcostError(f"{quote(path)}: not UTF-8 text at byte {error.start}: a source is {_KNOWN}") from None
    if text.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(text, parse_float=Decimal, parse_int=Decimal)
        except RecursionError:
            raise TokcostError(f"{quote(path)}: nested too deeply to be read") from None
        except ArithmeticError:
            raise TokcostError(f"{quote(path)}: a number past all bounds") from None
        except ValueError as error:
            at = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
            why = error.msg if isinstance(error, json.JSONDecodeError) else reason_of(error)
            raise TokcostError(f"{quote(path)}: not valid JSON{at}: {why}") from None
    from tokcost.imports.python_data import value_named

    try:
        return value_named(text, "providers")
    except ValueError:
        return _refuse(path)


def _refuse(path: str) -> NoReturn:
    raise TokcostError(f"{quote(path)}: not a list of prices that is known here: a source is {_KNOWN}")


def _opened(named: str) -> _Bytes:
    if is_url(named):
        raise TokcostError(f"{quote(named)}: sources are read offline: download it first, and name the file")
    if os.path.isfile(named) or (named not in _PACKAGES and named.replace("_", "-") not in _PACKAGES):
        return _in_file(named)
    return _in_package(named.replace("_", "-"))


def _in_file(path: str) -> _Bytes:
    if path == STDIN:
        return _Bytes(STDIN_NAME, _all_of(InputFile(STDIN_NAME, STDIN)), "", datetime.now(UTC).date())
    try:
        if not os.path.isfile(path) and os.path.exists(path):  # to open a pipe that nobody writes into never ends
            raise TokcostError(f"{quote(path)}: no file: a source is {_KNOWN}")
        with open(path, "rb") as file:
            packed = file.read(4).startswith(ARCHIVE_MAGIC)
            changed = os.fstat(file.fileno())
    except OSError as error:
        hint = f": a source is {_KNOWN}" if isinstance(error, FileNotFoundError) else ""
        raise TokcostError(f"{quote(path)}: cannot be read: {reason_of(error)}{hint}") from None
    member = _member(path) if packed else InputFile(path, path)
    return _Bytes(path, _all_of(member), _version(os.path.basename(path)), _day(changed))


def _member(path: str) -> InputFile:
    """The file of prices in an archive: the one that a package has, else the only one that may be a list."""
    from tokcost.inputs.archive import members

    found = [each for each in members(InputFile(path, path)) if not isinstance(each, LeftOut)]
    for own in _LISTS:
        for each in found:
            if each.member == own or each.member.endswith(f"/{own}"):
                return each
    likely = [each for each in found if each.member.endswith((".json", ".json.gz"))]
    if len(likely) != 1:
        raise TokcostError(
            f"{quote(path)}: no list of prices found in the archive: it is to hold {join_or(_LISTS)}, or one JSON file"
        )
    return likely[0]


def _all_of(file: InputFile) -> bytes:
    from tokcost.inputs.open import open_input

    try:
        with open_input(file) as stream:
            data = stream.read(_MOST_BYTES + 1)
    except InputError as error:
        raise TokcostError(f"{quote(error.name)}: {error.reason}") from None
    if len(data) > _MOST_BYTES:
        raise TokcostError(f"{quote(file.name)}: more than {_MOST_BYTES >> 20} MB: no list of prices is so long")
    return data


def _in_package(name: str) -> _Bytes:
    """The data file of an installed distribution: located by its metadata, which runs none of it."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        found = distribution(name)
    except PackageNotFoundError:
        raise TokcostError(f"{quote(name)}: neither a file nor an installed package: a source is {_KNOWN}") from None
    paths = [str(found.locate_file(own)) for own in _PACKAGES[name]]
    path = next(filter(os.path.isfile, paths), None)
    if path is None:
        raise TokcostError(f"{quote(name)}: the installed package has no {join_or(_PACKAGES[name])}")
    opened = _in_file(path)
    return opened._replace(path=f"{name} {found.version}", version=found.version)


def _version(file: str) -> str:
    """The version in the name of a wheel, as litellm-1.110.2-py3-none-any.whl."""
    parts = file.split("-")
    return parts[1] if file.endswith(".whl") and len(parts) > 2 else ""


def _day(changed: os.stat_result) -> date | None:
    """The day of a file; None for one from before there were such lists, as archives give it that hide the real one."""
    try:
        day = datetime.fromtimestamp(changed.st_mtime, UTC).date()
    except (OverflowError, ValueError, OSError):
        return None
    return day if day >= _FIRST_LISTS else None
