"""Where a field of a log stands, as ``--map`` names it: ``a.b``, ``a[0].b``, ``a."name.with.dots"``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tokcost.errors import TokcostError
from tokcost.inputs.json import decoded
from tokcost.phrases import quote

ABSENT = object()
"""What a path finds where a field is not there; null is something else."""
_PART = re.compile(r"""(\.)?(?:"([^"]+)"|'([^']+)'|\[(-?\d+)\]|((?:[^.\[]|\[(?!-?\d+\]))+))""")
_QUOTES = "\"'"
# After what a quote begins a name; an apostrophe inside of one is a letter.
_BEFORE_NAME = ("", ",", "+", "=", ".")


def outside_quotes(text: str, mark: str) -> list[str]:
    """The parts of a text between the marks that stand outside of quotes. Raises TokcostError for an open quote."""
    parts, begin, within, before = [], 0, "", ""
    for at, char in enumerate(text):
        if within:
            within = "" if char == within else within
        elif char in _QUOTES and before in _BEFORE_NAME:
            within = char
        elif char == mark:
            parts.append(text[begin:at])
            begin = at + 1
        before = before if char.isspace() else char
    if within:
        raise TokcostError(f"--map {quote(text)}: the quote {within} is not closed")
    return [*parts, text[begin:]]


class Path:
    """A name with what leads to it. Names that have dots themselves are found too: the longest that is there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._parts: list[str] = []
        starts: list[str] = []  # each part as it is written behind the one before it
        quoted: list[bool] = []
        at = 0
        while at < len(text):
            match = _PART.match(text, at)
            if match is None or (bool(match[1]) if at == 0 else not (match[1] or match[4])):
                raise TokcostError(
                    f'--map {quote(text)}: write a path as usage.tokens, choices[0].usage, or a."name.with.dots"'
                )
            name = next(each for each in match.groups()[1:] if each is not None)
            self._parts.append(name)
            starts.append(match[0] if at else match[0].removeprefix("."))
            quoted.append(bool(match[2] or match[3]))
            at = match.end()
        # from each part on: the names that may stand there, the longest first, and the part that comes next
        self._names = [
            [("".join(starts[first:last]).removeprefix("."), last) for last in range(len(starts), first, -1)
             if not any(quoted[first:last])] if not quoted[first] else [(name, first + 1)]
            for first, name in enumerate(self._parts)
        ]  # fmt: skip

    def find(self, value: Any, first: int = 0) -> Any:
        """What stands there, ABSENT where nothing does; a text on the way may be JSON itself."""
        if first == len(self._parts):
            return value
        if isinstance(value, str) and value[:1] in ("{", "["):
            try:
                value = decoded(value.encode())
            except ValueError:
                return ABSENT
        if isinstance(value, Mapping):
            for name, last in self._names[first]:
                if name in value and (found := self.find(value[name], last)) is not ABSENT:
                    return found
        elif isinstance(value, list) and re.fullmatch(r"-?\d{1,9}", self._parts[first], re.ASCII):
            number = int(self._parts[first])
            if -len(value) <= number < len(value):
                return self.find(value[number], first + 1)
        return ABSENT

    def begins_with_one_of(self, columns: Mapping[str, Any]) -> bool:
        """Whether a table with these columns may have it."""
        return any(name in columns for name, _ in self._names[0])


class Place:
    """One field, or (``a+b``) several whose numbers are added."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.paths = [Path(part.strip()) for part in outside_quotes(text, "+")]
        if not all(path.text for path in self.paths):
            raise TokcostError(f"--map {quote(text)}: a sum is written as output=text+reasoning")

    @property
    def is_sum(self) -> bool:
        """Whether it adds fields."""
        return len(self.paths) > 1

    def find(self, row: Mapping[str, Any], unseen: set[str]) -> list[Any]:
        """What stands in each of its fields, [ABSENT] where none is there; the paths found are ``unseen`` no more.

        A field of just this name is the field, plus signs and all.
        """
        if self.is_sum and self.text in row:
            unseen.difference_update(path.text for path in self.paths)
            return [row[self.text]]
        values = []
        for path in self.paths:
            found = path.find(row)
            if found is not ABSENT:
                values.append(found)
                unseen.discard(path.text)
        return values or [ABSENT]

    def missing_in(self, columns: Mapping[str, Any]) -> list[str]:
        """The names of it that a table with these columns does not have."""
        if self.text in columns:
            return []
        return [path.text for path in self.paths if not path.begins_with_one_of(columns)]
