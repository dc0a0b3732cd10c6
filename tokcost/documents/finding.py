"""The files behind the arguments of ``corpus``: paths and globs as everywhere, and fsspec URLs with globs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tokcost.documents.opening import filesystem, is_url
from tokcost.errors import TokcostError
from tokcost.sources import Skipped, find


class Place(NamedTuple):
    """A file name or a URL; ``named`` when the user named it, rather than a folder or a glob."""

    location: str
    named: bool


def locations(arguments: Sequence[str], ignore: bool) -> Iterator[Place | Skipped]:
    """File names and URLs in the order given, what a glob or a folder holds sorted, none twice."""
    seen: set[str] = set()
    for argument in arguments:
        for item in _remote(argument) if is_url(argument) else _local(argument, ignore):
            if isinstance(item, Skipped):
                yield item
            elif item.location not in seen:
                seen.add(item.location)
                yield item


def _local(argument: str, ignore: bool) -> Iterator[Place | Skipped]:
    if argument == "-":
        raise TokcostError("a corpus is read in parts, which stdin cannot be: name a file, or use 'tokcost count'")
    for item in find([argument], ignore):
        yield item if isinstance(item, Skipped) else Place(str(item.source.path), item.named)


def _remote(argument: str) -> Iterator[Place]:
    if not any(char in argument for char in "*["):
        yield Place(argument, True)
        return
    files, path = filesystem(argument)
    try:
        matches = sorted(files.glob(path))
    except Exception as error:
        raise TokcostError(f"{argument}: cannot be listed: {' '.join(str(error).split())[:200]}") from error
    if not matches:
        raise TokcostError(f"{argument}: the pattern matches no file")
    yield from (Place(files.unstrip_protocol(match), False) for match in matches)
