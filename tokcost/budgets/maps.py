"""[maps] of the configuration: where the fields of one's own logs stand, by a name for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn


def read_maps(value: Any, fail: Callable[[str], NoReturn]) -> Mapping[str, str]:
    """The table of names and maps, as TOML has it; what is in a map is looked at once it is used."""
    if not isinstance(value, dict):
        fail('must be a table, as [maps] mine = "input=prompt,output=completion"')
    for name, fields in value.items():
        if not isinstance(fields, str) or not fields.strip():
            fail(f'has {name}, which must be a string in quotes, as "input=prompt,output=completion"')
    return value
