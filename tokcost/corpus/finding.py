"""The files behind the arguments of ``corpus``: paths and globs as everywhere, and fsspec URLs with globs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tokcost.corpus.opening import filesystem, is_url
from tokcost.errors import TokcostError
from tokcost.sources import Skipped, find


def locations(arguments: Sequence[str], ignore: bool) -> Iterator[str | Skipped]:
    """File names and URLs in the order given, what a glob or a folder holds sorted, none twice."""
    seen: set[str] = set()
    for argument in arguments:
        for item in _remote(argument) if is_url(argument) else _local(argument, ignore):
            if isinstance(item, Skipped):
                yield item
            elif item not in seen:
                seen.add(item)
                yield item


def _local(argument: str, ignore: bool) -> Iterator[str | Skipped]:
    if argument == "-":
        raise TokcostError("a corpus is read in parts, which stdin cannot be: name a file, or use 'tokcost count'")
    for item in find([argument], ignore):
        yield item if isinstance(item, Skipped) else str(item.source.path)


def _remote(argument: str) -> Iterator[str]:
    if not any(char in argument for char in "*["):
        yield argument
        return
    files, path = filesystem(argument)
    try:
        matches = sorted(files.glob(path))
    except Exception as error:
        raise TokcostError(f"{argument}: cannot be listed: {' '.join(str(error).split())[:200]}") from error
    if not matches:
        raise TokcostError(f"{argument}: the pattern matches no file")
    yield from (files.unstrip_protocol(match) for match in matches)
