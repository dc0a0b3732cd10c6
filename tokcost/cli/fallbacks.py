"""The layer below the price book, as options and configuration name it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokcost.budgets.budget import Config
    from tokcost.catalog import Model, PriceBook
    from tokcost.imports.fallback import FallbackFiles, FallbackLayer


class BelowTheBook:
    """What --fallback and the configuration name, which is looked for when a name is not known.

    What the option names is read at once. ``gate``: a limit is set. ``config``: the one that holds, else the nearest;
    its files are relative to ``folder``.
    """

    def __init__(
        self, named: Sequence[str] | None, allowed: bool, gate: bool, config: Config | None = None, folder: str = ""
    ) -> None:  # fmt: skip
        self._named = tuple(named or ())
        self._allowed = allowed
        self._gate = gate
        self._config = config
        self._folder = folder
        self._made = self._make() if named else None

    def __call__(self, name: str, book: PriceBook, seller: str = "") -> tuple[Model, str] | None:
        """What the layer has by a name. Raises TokcostError as the layer does."""
        self._made = self._made or self._make()
        return self._made(name, book, seller)

    def _make(self) -> FallbackLayer:
        from tokcost.imports.fallback import FallbackFiles, FallbackLayer

        return FallbackLayer(FallbackFiles(self._named, self._allowed), self._gate, self._configured)

    def _configured(self) -> FallbackFiles:
        from tokcost.budgets.config import find_config
        from tokcost.budgets.parse import parse_config
        from tokcost.imports.fallback import FallbackFiles

        config = self._config
        if config is None:
            found = find_config()
            config = parse_config(found) if found else None
        if config is None:
            return FallbackFiles()
        folder = self._folder or config.folder
        files = [os.path.join(folder, name) for name in config.fallback]
        # a name may also be that of an installed package
        named = [file if os.path.lexists(file) else name for file, name in zip(files, config.fallback, strict=True)]
        return FallbackFiles(tuple(named), config.allow_fallback)
