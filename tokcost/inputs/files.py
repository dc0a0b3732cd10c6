"""What is to be read, and what is left out, each with its name as the user sees it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

STDIN = "-"
STDIN_NAME = "stdin"
CHANGED = "was changed while it was read: read it again"
UNLIKE = "not named like a"
NO_USAGE = "no usage"
# So many names of files that are left out for one reason; the others are counted. Of those left out by their name
# there are more: whatever may be one of the kind that is looked for, under a name not known here, is named.
_SHOWN, _SHOWN_UNLIKE = 3, 20


class InputFile(NamedTuple):
    """A file to read. ``location``: a path, a URL, or "-" for stdin; ``member``: the name inside a zip archive.

    ``named``: the user named it, rather than a folder, a glob or an archive that holds it; ``size`` in bytes
    is that of a member, None elsewhere (see ``inputs.open.size_of``). ``seen``: its size and the time of its last
    change when it was cut into parts.
    """

    name: str
    location: str
    named: bool = True
    member: str = ""
    size: int | None = None
    seen: tuple[int, int] | None = None


class LeftOut(NamedTuple):
    """A file that is not read, or in which nothing was found, and why.

    ``failed``: it should have been read; ``detail``: what holds for it alone. ``unread``: it may hold text, so that
    no limit can be said to be kept without it.
    """

    name: str
    reason: str
    failed: bool = False
    detail: str = ""
    unread: bool = False


def is_url(location: str) -> bool:
    """Whether the location is one for fsspec, and not a path."""
    scheme, colon, _ = location.partition("://")
    return bool(colon) and scheme.isascii() and scheme.replace("+", "").replace("-", "").isalnum()


def reason_of(error: BaseException) -> str:
    """What an error says, in one line of bounded length."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(text.split())[:200]


def left_out_lines(files: Iterable[LeftOut]) -> list[str]:
    """One line for every reason: the file, or the first of them and how many more there are."""
    by_reason: dict[str, list[LeftOut]] = {}
    for file in files:
        by_reason.setdefault(file.reason, []).append(file)
    reasons = sorted(by_reason, key=lambda reason: reason.startswith(UNLIKE))
    return [_line(reason, by_reason[reason]) for reason in reasons]


def _line(reason: str, alike: list[LeftOut]) -> str:
    skipped = "" if reason == NO_USAGE else "skipped: "
    if len(alike) == 1:
        detail = f" {alike[0].detail}" if alike[0].detail else ""
        return f"{alike[0].name}: {skipped}{reason}{detail}"
    most = _SHOWN_UNLIKE if reason.startswith((UNLIKE, NO_USAGE)) else _SHOWN
    shown = ", ".join(file.name for file in alike[:most])
    more = f" and {len(alike) - most:,} more" if len(alike) > most else ""
    what = "files and folders" if any(file.name.endswith("/") for file in alike) else "files"
    return f"{len(alike):,} {what} {skipped or 'with '}{reason}: {shown}{more}"
