"""Names of one's own for models: in price files, in the configuration, on the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, NoReturn

from tokcost.errors import TokcostError
from tokcost.phrases import quote


class Alias(NamedTuple):
    """A name of one's own, the model that it means, and the place where that is said."""

    name: str
    model: str
    place: str
    line: int | None = None


class Aliases:
    """Names of one's own by their names, case folded; of two of one name the later holds, in one file neither does.

    Raises TokcostError for that.
    """

    def __init__(self, aliases: Iterable[Alias] = ()) -> None:
        self._by_name: dict[str, Alias] = {}
        for each in aliases:
            earlier = self._by_name.get(_folded(each.name))
            if earlier and _file(earlier) == _file(each) != "" and earlier.model != each.model:
                told = f"{quote(earlier.name)} and {quote(each.name)} are one name: leave one of them out"
                raise TokcostError(f"{each.place}: {told}")
            self._by_name[_folded(each.name)] = each

    def __bool__(self) -> bool:
        return bool(self._by_name)

    def all(self) -> list[Alias]:
        """Every one that holds."""
        return list(self._by_name.values())

    def of(self, name: str) -> Alias | None:
        """The alias of that name, with the model at the end of the way; None where nobody has said one.

        Raises TokcostError, with its place, where the way leads back to where it began.
        """
        first = found = self._by_name.get(_folded(name))
        way: list[Alias] = []
        while found is not None:
            if found in way:
                shown = " -> ".join(quote(each.name) for each in (*way, found))
                raise TokcostError(f"{found.place}: an alias that leads back to itself: {shown}")
            way.append(found)
            found = self._by_name.get(_folded(found.model))
        return first and first._replace(model=way[-1].model)


def alias_table(value: Any, fail: Callable[[str, str | None], NoReturn]) -> Mapping[str, str]:
    """A table of names and models, as TOML has it; ``fail`` is called with what is wrong, and the name that is."""
    if not isinstance(value, dict):
        fail('must be a table of names, as "my-deployment" = "azure/gpt-4o"', None)
    for name, model in value.items():
        if not (isinstance(model, str) and model.strip() and name.strip()):
            fail(f'gives {quote(name)} no model: write one in quotes, as "azure/gpt-4o"', name)
    return value


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _file(alias: Alias) -> str:
    """The file that says it; "" for an option, of which the last holds."""
    file, _, line = alias.place.rpartition(":")
    return file if line.isdigit() else ""


def alias_of(text: str, place: str) -> Alias:
    """``NAME=MODEL`` of an option. Raises TokcostError where one of them is missing."""
    name, _, model = (part.strip() for part in text.partition("="))
    if not name or not model:
        raise TokcostError(f"{place} {quote(text)}: write a name of your own as NAME=MODEL: -m my-deployment=gpt-4o")
    return Alias(name, model, f"{place} {quote(text)}")
