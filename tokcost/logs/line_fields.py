"""The fields of a line that a plan decodes, each with the type that it must have to be taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec import Raw, Struct

from tokcost.logs.fields import CLIENTS, HEADERS, KEY_NAMES, PROJECTS, TIMES
from tokcost.masking import KEY_FIELDS

Json = Mapping[str, Any]


def _named(words: set[str]) -> list[tuple[str, str]]:
    return [(f"f{at}", word) for at, word in enumerate(sorted(words))]


# A request or the metadata of a line may hold anything but words that ``fields.read_context`` would take.
_WORDS = {*CLIENTS, *PROJECTS, *TIMES, *KEY_NAMES, *HEADERS, "key", "service_tier"}
_WORDS |= {form for name in KEY_FIELDS for form in (name, name.title(), name.upper(), name.capitalize())}
_Silent = msgspec.defstruct(
    "_Silent", [(f"f{at}", None, None) for at in range(len(_WORDS))], rename=dict(_named(_WORDS)), gc=False
)


class LineFields:
    """The fields of one object, each with the type that a line must have there to be taken."""

    def __init__(self, line: Json, batch: bool = False) -> None:
        self.line = line
        self.batch = batch
        self.types: dict[str, tuple[str, Any]] = {}
        self.must_be_there: set[str] = set()
        self._held: tuple[str, str, LineFields] | None = None

    def hold(self, attribute: str, name: str, inner: LineFields) -> None:
        """One of the fields is an object that is decoded too."""
        self._held = (attribute, name, inner)

    def take(self, attribute: str, name: str, kind: Any) -> None:
        """Decode a field under a fixed name."""
        self.types[name] = (attribute, kind)

    def must_stay(self, name: str) -> None:
        """The field holds the same text in every line, or is null in every one."""
        if isinstance(value := self.line.get(name), str) and name not in self.types:
            self.types[name] = ("", Literal[value])
        elif value is None:
            self.must_be_null(name)

    def must_be_null(self, name: str) -> None:
        if name in self.line and name not in self.types:
            self.types[name] = ("", None)

    def must_be_silent(self, name: str) -> None:
        """An object in which nothing is said of who, when and with which key; or a text."""
        if name in self.line and name not in self.types:
            self.types[name] = ("", str if isinstance(self.line[name], str) else _Silent | None)

    def struct(self) -> type[Struct]:
        """What decodes such an object. Fields that say nothing of use are skipped unread."""
        if self._held is not None:
            attribute, name, inner = self._held
            self.take(attribute, name, inner.struct())
        fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
        names: dict[str, str] = {}
        for number, name in enumerate(dict.fromkeys([*self.types, *self.line])):
            attribute, kind = self.types.get(name, ("", Raw))
            attribute = attribute or f"f{number}"
            default = Raw(b"") if kind is Raw else None
            names[attribute] = name
            fields.append((attribute, kind) if name in self.must_be_there else (attribute, kind, default))
        made: type[Struct] = msgspec.defstruct(
            "Line", fields, rename=names, forbid_unknown_fields=True, gc=False, kw_only=True
        )
        return made
