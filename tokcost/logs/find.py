"""Which files are logs: behind arguments, in folders, below globs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tokcost.errors import TokcostError
from tokcost.inputs.files import InputFile, LeftOut
from tokcost.inputs.find import find
from tokcost.inputs.search import Search
from tokcost.masking import scrub

LOG_SUFFIXES = (
    ".jsonl", ".json", ".ndjson", ".csv", ".log", ".txt", ".har", ".yaml", ".yml", ".db", ".sqlite", ".sqlite3",
)  # fmt: skip
# Logs are often what .gitignore names; one that a link leads to is the same log.
_LOGS = Search(ignore=False, suffixes=LOG_SUFFIXES, kind="log", rotated=True, once=True)


def find_logs(arguments: Sequence[str], seen: set[str]) -> Iterator[InputFile | LeftOut]:
    """The logs behind arguments. Raises TokcostError; should a name hold a key, it does not repeat it."""
    try:
        yield from find(arguments, _LOGS, seen)
    except TokcostError as error:
        raise TokcostError(scrub(str(error))) from None
