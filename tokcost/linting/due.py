"""What falls due in a price file on a day: guarantees, announced changes, retirements, rows nobody looked at lately."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from tokcost.catalog.lines import TablePath, line_of
from tokcost.catalog.model import OLD, SOON
from tokcost.catalog.price_file import CHARGES, ParsedFile
from tokcost.phrases import plural

# So many days before a price changes or is no longer promised, it is said.
_NEAR = 14
# Of more old rows than these in one file, the oldest is named and the others are counted.
_MANY = 20

Row = Mapping[str, Any]


class Due(NamedTuple):
    """One thing to look after: its line, what it is, and whether it was ``missed``: what the file says cannot be
    relied on any more."""

    line: int
    missed: bool
    message: str


def due(file: ParsedFile, today: date) -> Iterator[Due]:
    """What is due in a price file that is otherwise without fault."""
    old: list[tuple[date, Due]] = []
    for key in file.names():
        model = file.table(key)
        here = _Dated(file, key, today, old)
        yield from here.retirement(model)
        yield from here.rates(model.get("rates", []), retired="retires" in model and model["retires"] <= today)
    for group in CHARGES:
        for provider, named in file.charges(group).items():
            for name, rows in named.items():
                _Dated(file, (group, provider, name), today, old).charges(rows)
    if len(old) <= _MANY:
        yield from (each for _, each in old)
        return
    checked, oldest = min(old)
    message = f"{len(old):,} rows were compared with their source more than {OLD} days ago, the oldest on {checked}"
    yield oldest._replace(message=message)


class _Dated(NamedTuple):
    """A model, a fee or a factor on a day; rows that nobody looked at lately are added to ``old``, with that day."""

    file: ParsedFile
    path: TablePath
    today: date
    old: list[tuple[date, Due]]

    def retirement(self, model: Row) -> Iterator[Due]:
        """That it is coming, or that nobody has looked since it came."""
        retires = model.get("retires")
        if retires is None:
            return
        what = f"requests go to {model['routed_to']}" if "routed_to" in model else "it is retired"
        left = (retires - self.today).days
        if 0 < left <= SOON:
            yield self._at(None, "retires", f"{what} in {plural(left, 'day')}, on {retires}")
        checked = [row["checked"] for row in model.get("rates", []) if "checked" in row]
        if left <= 0 and checked and max(checked) < retires:
            yield self._at(None, "retires", f"{what} since {retires}, and no row was compared with its source since")

    def rates(self, rows: Sequence[Row], retired: bool) -> Iterator[Due]:
        """The row in force, and the one that follows it; of what is retired nothing changes any more."""
        begun = [number for number, row in enumerate(rows) if row["from"] <= self.today]
        coming = rows[len(begun) :]
        if coming and self._is_near(coming[0]["from"]):
            yield self._at(len(begun), "from", f"the rates change on {coming[0]['from']}, as was announced")
        if not begun or retired:
            return
        number, row = begun[-1], rows[begun[-1]]
        end = row.get("to")
        if end is not None and end <= self.today:
            if not coming:
                yield self._at(number, "to", f"the rates ended on {end}, and no row follows", missed=True)
            return
        if end is not None and not coming and self._is_near(end):
            yield self._at(number, "to", f"the rates end on {end}, and no row follows")
        self._look(number, row)
        yield from self._promise(number, row)

    def charges(self, rows: Sequence[Row]) -> None:
        """The rows in force: of those for the same models the last that has begun."""
        last = {tuple(row.get("models", ())): number for number, row in enumerate(rows) if row["from"] <= self.today}
        for number in last.values():
            self._look(number, rows[number])

    def _promise(self, number: int, row: Row) -> Iterator[Due]:
        """What was promised until a day, and what was only announced when somebody looked."""
        until = row.get("guaranteed_until")
        if until is not None and until < self.today:
            message = f"the rates were guaranteed until {until}, and no row says what holds since"
            yield self._at(number, "guaranteed_until", message, missed=True)
        elif until is not None and self._is_near(until):
            yield self._at(number, "guaranteed_until", f"the rates are guaranteed until {until}, and no longer")
        if "checked" in row and row["checked"] < row["from"]:
            message = f"the change of {row['from']} has come, and was not compared with its source since"
            yield self._at(number, "from", message)

    def _look(self, number: int, row: Row) -> None:
        """Note a row that was compared with its source too long ago."""
        checked = row.get("checked")
        if checked is not None and (age := (self.today - checked).days) > OLD:
            message = f"compared with its source {plural(age, 'day')} ago, on {checked}"
            self.old.append((checked, self._at(number, "checked", message, missed=True)))

    def _is_near(self, day: date) -> bool:
        return 0 <= (day - self.today).days <= _NEAR

    def _at(self, number: int | None, name: str, message: str, missed: bool = False) -> Due:
        of = ".".join(self.path) if self.path[0] in CHARGES else "/".join(self.path)
        return Due(line_of(self.file.text, self.path, number, name), missed, f"{of}: {message}")
