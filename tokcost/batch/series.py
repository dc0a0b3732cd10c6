"""A series of part files in a folder: whatever ends the process, the older series is there or the new one.

A folder that is not there yet comes with its parts by one rename. Names in one that is cannot be exchanged all at
once, but one link can: the new parts are written to a hidden folder; every name becomes a link through it to what
it was; the one link that all lead through is turned to the new parts; then every name becomes the file itself.
In between a name that the series in force has no part for is empty.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tokcost.atomic import partial_path, stand_in
from tokcost.errors import TokcostError

_OLD, _NEW, _NOW = "old", "new", "now"


class Series(NamedTuple):
    """The parts of a source: NAME.part-001.SUFFIX and so on, in a folder."""

    source: Path
    folder: Path

    def name(self, number: int) -> str:
        """The name of a part, counted from 1."""
        return f"{self.source.stem}.part-{number:03}{self.source.suffix}"

    def older(self) -> list[str]:
        """The names of the parts that are there, whoever wrote them."""
        own = re.compile(re.escape(self.source.stem) + r"\.part-\d{3,}" + re.escape(self.source.suffix))
        try:
            return sorted((each for each in os.listdir(self.folder) if own.fullmatch(each)), key=lambda n: (len(n), n))
        except FileNotFoundError:
            return []


def write_series(series: Series, lines: Sequence[int], size: int) -> list[Path]:
    """Write parts of so many lines each, ``size`` bytes together, in place of the older ones.

    Raises TokcostError, and then the older ones are as they were.
    """
    names = [series.name(number) for number in range(1, len(lines) + 1)]
    older = series.older()
    fresh = not series.folder.exists()
    hidden = partial_path(series.folder if fresh else series.folder / f"{series.source.stem}.parts")
    try:
        hidden.parent.mkdir(parents=True, exist_ok=True)
        new = hidden if fresh else hidden / _NEW
        new.mkdir(parents=True)
        _write(series, names, lines, size, new)
        if fresh:
            hidden.rename(series.folder)
        elif len({*names, *older}) == 1:
            (new / names[0]).replace(series.folder / names[0])
        else:
            _exchange(series.folder, hidden, names, older)
    except OSError as error:
        raise TokcostError(f"{error.filename or series.folder}: cannot be written: {error.strerror}") from error
    finally:
        if not (hidden / _NOW).is_symlink():  # else names still lead through it
            shutil.rmtree(hidden, ignore_errors=True)
    return [series.folder / name for name in names]


def _write(series: Series, names: Sequence[str], lines: Sequence[int], size: int, folder: Path) -> None:
    with series.source.open("rb") as source:
        for name, number in zip(names, lines, strict=True):
            stand_in(folder / name, series.folder / name)
            with (folder / name).open("wb") as out:
                for _ in range(number):
                    line = source.readline()
                    out.write(line)
                    size -= len(line)
        if size or source.readline():
            raise TokcostError(f"{series.source}: it was written to while it was split: split it again")


def _exchange(folder: Path, hidden: Path, names: Sequence[str], older: Sequence[str]) -> None:
    """Turn the names of a folder from the older parts to the new ones; back again when that is interrupted."""
    everyone = list(dict.fromkeys((*older, *names)))
    left_before = [path for name in older if (path := _hidden_behind(folder / name))]
    (hidden / _OLD).mkdir()
    for name in everyone:
        if name in older:
            _copy(folder / name, hidden / _OLD / name)
        else:
            (hidden / _OLD / name).touch()
        (hidden / _NEW / name).touch()
    try:
        (hidden / _NOW).symlink_to(_OLD)
    except OSError as error:
        _without_links(folder, hidden, names, older, error)
        return
    try:
        for name in everyone:
            (hidden / name).symlink_to(f"{hidden.name}/{_NOW}/{name}")
            (hidden / name).replace(folder / name)
        (hidden / "next").symlink_to(_NEW)
        (hidden / "next").replace(hidden / _NOW)
    finally:
        _settle(folder, hidden, names, older)
    for path in left_before:
        shutil.rmtree(path, ignore_errors=True)


def _settle(folder: Path, hidden: Path, names: Sequence[str], older: Sequence[str]) -> None:
    """Give each name the file that it leads to, and take away those of the other series."""
    side = os.readlink(hidden / _NOW)
    kept = names if side == _NEW else older
    for name in dict.fromkeys((*older, *names)):
        if _hidden_behind(folder / name) != hidden:
            continue
        if name in kept:
            (hidden / side / name).replace(folder / name)
        else:
            (folder / name).unlink()
    (hidden / _NOW).unlink()


def _without_links(
    folder: Path, hidden: Path, names: Sequence[str], older: Sequence[str], error: OSError
) -> None:  # fmt: skip
    """Where there can be no links, parts can only be put where there are none."""
    if older:
        raise TokcostError(
            f"{folder}: has no links to exchange the older parts by ({error.strerror}): remove these, "
            "or name a new folder with --output-dir"
        ) from error
    for name in names:
        (hidden / _NEW / name).replace(folder / name)


def _hidden_behind(path: Path) -> Path | None:
    """The hidden folder that a name leads through: of an exchange that is under way, or was killed."""
    with suppress(OSError):
        through = path.parent / path.readlink()
        if through.parent.name == _NOW and through.parent.parent.name.endswith(".part"):
            return through.parent.parent
    return None


def _copy(path: Path, to: Path) -> None:
    """A second name for a file, or a copy where that cannot be had."""
    try:
        os.link(path.resolve(), to)
    except OSError:
        shutil.copy2(path, to)
