"""Which configuration file holds here, and its keys as TOML has them."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, NamedTuple

from tokcost.errors import ConfigError
from tokcost.phrases import shown_path

OWN = "tokcost.toml"
SHARED = "pyproject.toml"


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
        table = self._whole()
        for key in self.inside:
            table = table.get(key, {}) if isinstance(table, dict) else {}
        if not isinstance(table, dict):
            raise ConfigError(self.path, None, "[tool.tokcost] must be a table of keys")
        return table

    @property
    def is_ours(self) -> bool:
        """Whether the keys of the tool are in it, however their header is spelled. Raises as ``table`` does."""
        if not self.inside:
            return True
        if "tokcost" not in self.text and "\\" not in self.text:  # a key may be written in escapes
            return False
        tools = self._whole().get(self.inside[0])
        return isinstance(tools, dict) and self.inside[1] in tools

    def _whole(self) -> Any:
        from tokcost.catalog.toml_text import parse_toml

        return parse_toml(shown_path(self.path), self.text)


def find_config() -> ConfigFile | None:
    """The nearest file from the current folder upwards; only the first one found counts."""
    folder = os.getcwd()
    while True:
        found = config_in(folder, _read)
        if found is not None:
            return found
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def config_in(folder: str, read: Callable[[str], str | None]) -> ConfigFile | None:
    """The configuration in one folder, its own file before the shared one; ``read`` gives None for no file."""
    for name in (OWN, SHARED):
        path = os.path.join(folder, name)
        text = read(path)
        if text is not None and (found := config_of(path, text)).is_ours:
            return found
    return None


def shared_config(folder: str) -> str | None:
    """The pyproject.toml in a folder that has the keys of the tool; a tokcost.toml beside it hides them."""
    path = os.path.join(folder, SHARED)
    text = _read(path)
    return path if text is not None and config_of(path, text).is_ours else None


def config_of(path: str, text: str) -> ConfigFile:
    """A configuration file of that path and text."""
    return ConfigFile(path, text, ("tool", "tokcost") if os.path.basename(path) == SHARED else ())


def read_config(path: str) -> ConfigFile:
    """The configuration file that the user named."""
    text = _read(path)
    if text is None:
        raise ConfigError(path, None, "not found: --config names a tokcost.toml or a pyproject.toml")
    return config_of(os.path.abspath(path), text)


def _read(path: str) -> str | None:
    from tokcost.inputs.regular import read_regular

    try:
        return read_regular(path).decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        raise ConfigError(path, None, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(path, None, f"not UTF-8 text at byte {error.start}: save it as UTF-8") from error
