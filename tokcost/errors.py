"""Every sentence a user can be told when the tool cannot answer.

One class, one exit code: whoever can raise it needs to know nothing else of the tool.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

ANSWERED = 0
RULE_BROKEN = 1
NO_ANSWER = 2
INTERRUPTED = 130


class TokcostError(Exception):
    """The tool could not answer: one line that says what, where, and what to do next."""

    exit_code = NO_ANSWER


class UnknownName(TokcostError):
    """A model, encoding or key that is not known, with the nearest known names."""

    def __init__(self, what: str, name: str, nearest: Sequence[str], look: str) -> None:
        hint = f"did you mean {join_or(nearest)}? " if nearest else ""
        super().__init__(f"unknown {what} {quote(name)}: {hint}{look}")
        self.name = name
        self.nearest = tuple(nearest)


class AmbiguousModel(TokcostError):
    """A model id that several providers sell."""

    def __init__(self, name: str, forms: Sequence[str]) -> None:
        super().__init__(f"model {quote(name)} is sold by several providers: say {join_or(forms)}")
        self.forms = tuple(forms)


class NotPriced(TokcostError):
    """No rate in the price book answers the question; the count may still stand."""


class PriceFileError(TokcostError):
    """A price file that contradicts itself or the format: file, line and remedy."""

    def __init__(self, path: str, line: int | None, problem: str) -> None:
        where = f"{path}:{line}" if line else path
        super().__init__(f"{where}: {problem}")
        self.path = path
        self.line = line


class ConfigError(TokcostError):
    """A configuration that says something wrong: file, line and remedy."""

    def __init__(self, path: str, line: int | None, problem: str) -> None:
        super().__init__(f"{shown_path(path)}:{line}: {problem}" if line else f"{shown_path(path)}: {problem}")


class NoSuchKey(TokcostError):
    """A key path that leads nowhere in a file that is otherwise fine."""


class GitError(TokcostError):
    """git could not answer: no repository, no such commit, a history that is not here."""


class NotText(TokcostError):
    """Bytes that are not text in the expected charset."""

    def __init__(self, name: str, offset: int, problem: str, remedy: str) -> None:
        super().__init__(f"{name}: {problem} at byte {offset}: {remedy}")
        self.name = name
        self.offset = offset
        self.problem = problem
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[NotText], tuple[str, int, str, str]]:
        return NotText, (self.name, self.offset, self.problem, self.remedy)  # it may come from a worker


class RequestError(TokcostError):
    """A request that its provider would refuse: where in the body, what is wrong, what to do."""

    def __init__(self, where: str, problem: str, remedy: str) -> None:
        super().__init__(f"{where or 'body'}: {problem}: {remedy}")
        self.where = where
        self.problem = problem


# What API keys begin with.
_KEYS = ("sk-", "sk_", "AIza", "xai-", "gsk_", "AKIA", "pk-", "key-", "Bearer ")


def quote(name: str) -> str:
    """A name in quotes, cut so that a pasted file does not become the message."""
    shown = name if len(name) <= 80 else name[:77] + "..."
    if len(name) > 16 and name.startswith(_KEYS):
        shown = f"{name[:3]}…{name[-3:]}"  # an API key where a name belongs is not repeated
    return "'" + shown.encode("unicode_escape").decode("ascii") + "'" if not shown.isprintable() else f"'{shown}'"


def shown_path(path: str) -> str:
    """A path as seen from the current folder, where that is the shorter one."""
    import os

    try:
        return min(os.path.relpath(path), path, key=len)
    except (OSError, ValueError):
        return path


def number_of(number: int, what: str) -> str:
    """'1 prompt', '1,234 prompts'."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def join_or(names: Iterable[str]) -> str:
    """'a', 'a or b', 'a, b or c'."""
    listed = list(names)
    if len(listed) < 2:
        return "".join(listed)
    return ", ".join(listed[:-1]) + " or " + listed[-1]
