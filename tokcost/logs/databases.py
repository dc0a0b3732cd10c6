"""SQLite databases that tools keep their usage in: read row by row, never changed, nothing left beside them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tokcost.errors import InputError, Problem, TokcostError
from tokcost.inputs.files import STDIN, InputFile, LeftOut, is_url
from tokcost.inputs.open import open_input
from tokcost.logs.entry import Read
from tokcost.logs.formats.tables_of_databases import KNOWN, DatabaseTable
from tokcost.logs.shapes import Shapes
from tokcost.logs.unread import is_count
from tokcost.masking import scrub
from tokcost.phrases import plural, quote

if TYPE_CHECKING:
    import sqlite3

MAGIC = b"SQLite format 3\0"
# What lies beside a database that is in use: changes that are not in it yet, or that are to be taken back.
_BESIDE = ("-wal", "-journal")
_SHOWN = 8


def rows_of_database(log: InputFile, shapes: Shapes, left_out: list[LeftOut]) -> Iterator[Read]:
    """What the tables tell that are known; a database without any is left out, or a problem where it counts tokens.

    Raises TokcostError for one that the user named, and InputError for one that cannot be opened.
    """
    try:
        import sqlite3
    except ImportError as error:
        raise InputError(log.name, "a SQLite database, which this Python was built without") from error
    try:
        with _path(log) as path, _opened(path) as database:
            yield from _tables(log, database, shapes, left_out)
    except sqlite3.Error as error:
        yield Problem(log.name, f"a SQLite database that cannot be read: {' '.join(str(error).split())[:120]}")


def _tables(log: InputFile, database: sqlite3.Connection, shapes: Shapes, left_out: list[LeftOut]) -> Iterator[Read]:
    names = [str(name) for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = {name: [str(row[1]) for row in database.execute(f"PRAGMA table_info({_id(name)})")] for name in names}
    found = [(known, name) for name in names for known in KNOWN if known.is_in(name, columns[name])]
    for known, name in found:
        yield from _rows_of(log, database, known, name, columns[name], shapes)
    if found:
        return
    shown = ", ".join(scrub(name) for name in names[:_SHOWN]) or "none"
    more = f" and {plural(len(names) - _SHOWN, 'more')}" if len(names) > _SHOWN else ""
    why, tables = "a SQLite database without a table that is known here", f"(its tables: {shown}{more})"
    counting = next((each for name in names for each in _counts(database, name, columns[name])), None)
    if counting is not None:
        yield Problem(
            log.name, f"{why} {tables}; {quote(scrub(counting))} counts tokens, as it seems: export it as CSV for --map"
        )
    elif log.named:
        raise TokcostError(f"{log.name}: {why} {tables}")
    else:
        left_out.append(LeftOut(log.name, why, detail=tables))


def _rows_of(
    log: InputFile, database: sqlite3.Connection, known: DatabaseTable, name: str, columns: list[str], shapes: Shapes
) -> Iterator[Read]:
    """The rows of one table, each a value for the format that knows it."""
    wanted = [column for column in columns if column in known.columns or column in known.further]
    selected = ", ".join(map(_id, wanted))
    for number, row in enumerate(database.execute(f"SELECT {selected} FROM {_id(name)}"), 1):
        value = known.value(dict(zip(wanted, row, strict=True)))
        if value is not None:
            yield from shapes.read(f"{log.name}:{name}[{number}]", value)


def _counts(database: sqlite3.Connection, name: str, columns: list[str]) -> Iterator[str]:
    """The columns of a table that are named like counts of tokens and hold any."""
    for column in filter(is_count, columns):
        held = f"typeof({_id(column)}) IN ('integer', 'real') AND {_id(column)} > 0"
        if database.execute(f"SELECT 1 FROM {_id(name)} WHERE {held} LIMIT 1").fetchone():
            yield f"{name}.{column}"


def _id(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def _path(log: InputFile) -> Iterator[Path]:
    """A file that may be opened as a database and nobody changes; a copy, with what lies beside, where it is in use."""
    import tempfile

    if log.location == STDIN:
        raise InputError(
            log.name, "a SQLite database, which cannot be read from a pipe: save it as a file and name that"
        )
    plain = Path(log.location)
    if not log.member and not is_url(log.location) and _begins(plain):
        beside = [path for end in _BESIDE if (path := Path(f"{plain}{end}")).is_file() and path.stat().st_size]
        if not beside:
            yield plain
            return
    else:
        beside = []
    with tempfile.TemporaryDirectory(prefix="tokcost-") as folder:
        copy = Path(folder, "logs.db")
        with open_input(log) as stream, copy.open("wb") as file:
            shutil.copyfileobj(stream, file, 1 << 20)
        for path in beside:
            shutil.copyfile(path, f"{copy}{path.name.removeprefix(plain.name)}")
        yield copy


def _begins(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The database, to be read alone. A copy takes in what lies beside it first, as the tool itself would have done."""
    import sqlite3
    from urllib.parse import quote as quoted

    in_use = any(Path(f"{path}{end}").is_file() and Path(f"{path}{end}").stat().st_size for end in _BESIDE)
    mode = "mode=rw" if in_use else "mode=ro&immutable=1"
    with closing(sqlite3.connect(f"file:{quoted(str(path.resolve()))}?{mode}", uri=True)) as database:
        database.text_factory = lambda raw: raw.decode("utf-8", "replace")
        database.execute("PRAGMA query_only = ON")
        yield database
