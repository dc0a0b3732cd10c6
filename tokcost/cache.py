"""Counts that were made before, by what was counted and how: an unchanged prompt is not counted twice.

One SQLite file in the user's cache folder, which SQLite keeps safe under parallel runs. Whatever is
wrong with it (read-only, corrupt, a full disk) costs time and never an answer; every value carries a
checksum over its key and itself, so that a damaged one is counted again rather than believed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    import sqlite3

# Raise it whenever the same text may count differently than before.
GENERATION = 1
MAX_ROWS = 200_000
_FILE = f"counts-{GENERATION}.sqlite3"
_TABLE = "create table if not exists counts (key blob primary key, value blob) without rowid"
_AT_ONCE = 500
# How long a parallel run may hold the file before this one does without.
_LOCK_TIMEOUT_S = 0.5


class CountCache:
    """Values by key, bytes both. Reading and writing never raise."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._new: dict[bytes, bytes] = {}

    def read(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """The values of those of the keys that are known."""
        wanted = list(keys)
        if self._path is None or not wanted or not os.path.isfile(self._path):
            return {}
        import sqlite3

        found: dict[bytes, bytes] = {}
        try:
            database = self._open(writing=False)
            try:
                for at in range(0, len(wanted), _AT_ONCE):
                    some = wanted[at : at + _AT_ONCE]
                    marks = ",".join("?" * len(some))
                    for key, sealed in database.execute(f"select key, value from counts where key in ({marks})", some):
                        value = _unsealed(key, sealed)
                        if value is not None:
                            found[key] = value
            finally:
                database.close()
        except sqlite3.Error:
            return found
        return found

    def add(self, values: Mapping[bytes, bytes]) -> None:
        """Keep new values; ``write`` puts them into the file."""
        self._new.update(values)

    def write(self) -> None:
        """Put what was added into the file, in one transaction; a file that is not a database is replaced."""
        if self._path is None or not self._new:
            return
        if os.path.exists(self._path) and not os.path.isfile(self._path):
            return  # a pipe would keep SQLite waiting for ever
        import sqlite3

        for again in (True, False):
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._write_once()
                break
            except sqlite3.OperationalError:
                return  # read-only, locked for long, disk full: nothing that writing again would mend
            except sqlite3.DatabaseError:
                if not again or not self._remove():
                    return
            except OSError:
                return
        self._new = {}

    def _write_once(self) -> None:
        database = self._open(writing=True)
        try:
            with database:
                database.execute(_TABLE)
                (rows,) = database.execute("select count(*) from counts").fetchone()
                if rows > MAX_ROWS:
                    database.execute("delete from counts")
                rows_in = [(key, _sealed(key, value)) for key, value in self._new.items()]
                database.executemany("insert or replace into counts values (?, ?)", rows_in)
        finally:
            database.close()

    def _open(self, writing: bool) -> sqlite3.Connection:
        import sqlite3

        if writing:
            return sqlite3.connect(str(self._path), timeout=_LOCK_TIMEOUT_S)
        assert self._path is not None
        return sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True, timeout=_LOCK_TIMEOUT_S)

    def _remove(self) -> bool:
        assert self._path is not None
        try:
            self._path.unlink()
        except OSError:
            return False
        return True


def user_cache() -> CountCache:
    """The cache of the user; one that keeps nothing where there is no home."""
    folder = cache_folder()
    return CountCache(folder / _FILE if folder else None)


def no_cache() -> CountCache:
    """A cache that keeps nothing."""
    return CountCache(None)


def cache_folder() -> Path | None:
    """Where the platform keeps caches; TOKCOST_CACHE_DIR names another place."""
    own = os.environ.get("TOKCOST_CACHE_DIR")
    if own:
        return Path(own)
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "tokcost" / "Cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "tokcost"
    named = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(named) if os.path.isabs(named) else home / ".cache") / "tokcost"


def _sealed(key: bytes, value: bytes) -> bytes:
    return crc32(value, crc32(key)).to_bytes(4, "little") + value


def _unsealed(key: bytes, sealed: object) -> bytes | None:
    if not isinstance(sealed, bytes) or len(sealed) < 4:
        return None
    value = sealed[4:]
    return value if crc32(value, crc32(key)).to_bytes(4, "little") == sealed[:4] else None
