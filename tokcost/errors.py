"""The errors that end a command with one line, and the exit codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tokcost.phrases import join_or, quote, quote_value, shown_path

ANSWERED = 0
RULE_BROKEN = 1
NO_ANSWER = 2
INTERRUPTED = 130


class Problem(NamedTuple):
    """Something that could not be read or answered: where, why, and for how many lines or files it stands."""

    where: str
    why: str
    lines: int = 1


class TokcostError(Exception):
    """The tool could not answer: one line that says what, where, and what to do next."""

    exit_code = NO_ANSWER


class UnknownName(TokcostError):
    """A model, encoding or key that is not known, with the nearest known names."""

    def __init__(self, what: str, name: str, nearest: Sequence[str], look: str) -> None:
        hint = f"did you mean {join_or(nearest)}? " if nearest else ""
        super().__init__(f"unknown {what} {quote_value(name)}: {hint}{look}")
        self.name = name
        self.nearest = tuple(nearest)


class AmbiguousModel(TokcostError):
    """A model id that several providers sell, or that says neither a maker nor the one that is known to sell it."""

    def __init__(self, name: str, forms: Sequence[str]) -> None:
        several = (
            "is sold by several providers" if len(forms) > 1 else "does not say who bills, and its maker has no rate"
        )
        super().__init__(f"model {quote(name)} {several}: use {join_or(forms)}")
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


class InputError(TokcostError):
    """An input that cannot be opened, or not be read to its end: its name and the reason."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason

    def __reduce__(self) -> tuple[type[InputError], tuple[str, str]]:
        return InputError, (self.name, self.reason)  # it may come from a worker


class NotText(TokcostError):
    """Bytes that are not text in the expected charset."""

    def __init__(self, name: str, offset: int, problem: str, remedy: str) -> None:
        super().__init__(f"{name}: {problem} at byte {offset}: {remedy}")
        self.name = name
        self.offset = offset
        self.problem = problem
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[NotText], tuple[str, int, str, str]]:
        return type(self), (self.name, self.offset, self.problem, self.remedy)  # it may come from a worker


class OtherFormat(NotText):
    """A file that begins as those of a known format do which holds no text: a picture, an archive, a program."""


class RequestError(TokcostError):
    """A request that its provider would refuse: where in the body, what is wrong, what to do."""

    def __init__(self, where: str, problem: str, remedy: str) -> None:
        super().__init__(f"{where or 'body'}: {problem}: {remedy}")
        self.where = where
        self.problem = problem
