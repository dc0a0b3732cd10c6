"""Which configuration file holds here, and its keys as TOML has them."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from tokcost.errors import ConfigError
from tokcost.phrases import shown_path

OWN = "tokcost.toml"
SHARED = "pyproject.toml"
_MARK = "[tool.tokcost"


class ConfigFile(NamedTuple):
    """A configuration file: its path, its text, and the keys before our own (``tool``, ``tokcost``)."""

    path: str
    text: str
    inside: tuple[str, ...]

    @property
    def folder(self) -> str:
        """The folder that paths in the file are relative to."""
        return os.path.dirname(self.path)

    def table(self) -> dict[str, Any]:
        """The keys of the tool. Raises PriceFileError or ConfigError, with the line, when it is not valid TOML."""
        from tokcost.catalog.price_file import parse_toml

        try:
            table: Any = parse_toml(shown_path(self.path), self.text)
        except RecursionError:
            raise ConfigError(self.path, None, "nested too deeply to be read") from None
        for key in self.inside:
            table = table.get(key, {}) if isinstance(table, dict) else {}
        if not isinstance(table, dict):
            raise ConfigError(self.path, None, "[tool.tokcost] must be a table of keys")
        return table


def find_config() -> ConfigFile | None:
    """The nearest file from the current folder upwards; only the first one found counts."""
    folder = os.getcwd()
    while True:
        text = _read(os.path.join(folder, OWN))
        if text is not None:
            return ConfigFile(os.path.join(folder, OWN), text, ())
        text = _read(os.path.join(folder, SHARED))
        if text is not None and _MARK in text:
            return ConfigFile(os.path.join(folder, SHARED), text, ("tool", "tokcost"))
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def read_config(path: str) -> ConfigFile:
    """The configuration file that the user named."""
    text = _read(path)
    if text is None:
        raise ConfigError(path, None, "not found: --config names a tokcost.toml or a pyproject.toml")
    inside = ("tool", "tokcost") if os.path.basename(path) == SHARED else ()
    return ConfigFile(os.path.abspath(path), text, inside)


def _read(path: str) -> str | None:
    try:
        with open(path, "rb") as file:
            return file.read().decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except IsADirectoryError:
        return None
    except OSError as error:
        raise ConfigError(path, None, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(path, None, f"not UTF-8 text at byte {error.start}: save it as UTF-8") from error
