"""Maps of logs that the configuration keeps: the one for all of them, and those with a name."""

from __future__ import annotations

from tokcost.budgets.config import ConfigFile, find_config
from tokcost.errors import TokcostError
from tokcost.phrases import join_or, nearest, quote, quote_value, shown_path


def configured_map() -> str:
    """The map that the nearest configuration has for all logs."""
    from tokcost.budgets.parse import parse_config

    found = find_config()
    return parse_config(found).map if found else ""


def named_map(name: str) -> str:
    """A map that the nearest configuration keeps under this name. Raises TokcostError where there is none."""
    found = find_config()
    maps = _maps_of(found) if found else {}
    if name in maps:
        return maps[name]
    if not maps or found is None:
        raise TokcostError(
            f"--map {quote_value(name)}: write it as input=prompt_tokens,output=completion_tokens, "
            "or keep it under this name in [maps] of tokcost.toml"
        )
    alike = nearest(name, maps, most=1)
    hint = f"did you mean {quote(alike[0])}?" if alike else f"it has {join_or(map(quote, maps))}"
    raise TokcostError(f"--map: {shown_path(found.path)} has no map {quote_value(name)}: {hint}")


def _maps_of(found: ConfigFile) -> dict[str, str]:
    from tokcost.budgets.parse import parse_config

    return dict(parse_config(found).maps)
