"""Where the lock is, and that nothing else is there: it is written unasked, so it stays inside the repository."""

from __future__ import annotations

import os

from tokcost.budgets.budget import Config
from tokcost.budgets.measured import repository_prefix
from tokcost.errors import ConfigError
from tokcost.inputs.regular import read_regular
from tokcost.phrases import quote

_LOCK = "tokcost.lock"
# What a lock begins with, and what git leaves in one that it could not merge.
_HEADS = (b'{"version"', b"<<<<<<<")


def lock_path(config: Config) -> str:
    """The path of the lock, there or not. Raises ConfigError for one that leads out of the repository."""
    path = os.path.join(config.folder, config.lock or _LOCK)
    folder = os.path.realpath(config.folder)
    top = os.path.normpath(os.path.join(folder, *[".."] * repository_prefix(folder).count("/")))
    real = os.path.realpath(path)
    inside = os.path.relpath(real, top).split(os.sep)
    if os.path.isabs(config.lock or "") or inside[0] == "..":
        raise ConfigError(
            config.path, config.line("lock"),
            f"lock {quote(config.lock or _LOCK)} leaves the repository: name a file in it, relative to this one",
        )  # fmt: skip
    if ".git" in (part.casefold() for part in inside):
        raise ConfigError(config.path, config.line("lock"), f"lock {quote(config.lock or '')} is a file of git's own")
    return path


def refuse_other_file(config: Config, path: str) -> None:
    """Refuse to replace a file that is no lock: the configuration may name any. Raises ConfigError."""
    try:
        head = b"".join(read_regular(path)[:200].split())
    except FileNotFoundError:
        return
    except OSError as error:
        raise ConfigError(path, None, f"the lock cannot be replaced: {error.strerror}") from error
    if head and not head.startswith(_HEADS):
        raise ConfigError(
            config.path,
            config.line("lock"),
            f"lock {quote(config.lock or _LOCK)} is there and no lock: name another file",
        )
