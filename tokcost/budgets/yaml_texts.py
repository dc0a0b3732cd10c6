"""The values of a YAML file, its keys that stand twice, and the lines of texts: by the marks of PyYAML's own nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tokcost.errors import TokcostError
from tokcost.phrases import quote

if TYPE_CHECKING:
    from yaml import MappingNode, Node

_TEXT = "tag:yaml.org,2002:str"
_MERGE = "tag:yaml.org,2002:merge"


class YamlFile:
    """The one document of a file; no tag makes anything but plain values. Raises TokcostError for broken YAML.

    What anchors repeat is the same value again, so that a file cannot grow by them.
    """

    def __init__(self, name: str, text: str) -> None:
        try:
            import yaml
        except ImportError as error:
            raise TokcostError(f"{name}: reading YAML needs PyYAML: pip install pyyaml") from error
        self._name = name
        self._loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
        self._names: dict[int, str] = {}
        self._twice: dict[int, int] = {}
        self._inside: dict[int, dict[str, tuple[Node, Node]]] = {}
        self._root: Node | None = None
        try:
            self._root = self._loader.get_single_node()
            self._look_at_keys()
            self.values = None if self._root is None else self._loader.construct_document(self._root)
        except yaml.YAMLError as error:
            raise TokcostError(f"{name}: not valid YAML: {' '.join(str(error).split())}") from error
        except RecursionError:
            raise
        except Exception as error:  # whatever PyYAML meets in a date or number that is none: !!int foo, 2024-02-30
            reason = "a number has too many digits" if "digits" in str(error) else str(error)
            raise TokcostError(f"{name}: not valid YAML: a value is not what its form or tag says: {reason}") from error
        finally:
            self._loader.dispose()

    def _look_at_keys(self) -> None:
        """Remember what keys are called, and which of them stand twice; before << puts others beside them."""
        from yaml import CollectionNode, MappingNode, ScalarNode

        seen: set[int] = set()
        waiting = [self._root]
        while waiting:
            node = waiting.pop()
            if not isinstance(node, CollectionNode) or id(node) in seen:
                continue
            seen.add(id(node))
            if not isinstance(node, MappingNode):
                waiting += node.value
                continue
            keys: dict[object, Node] = {}
            for key, value in node.value:
                waiting.append(value)
                if not isinstance(key, ScalarNode):
                    continue
                called = key.value if key.tag in (_TEXT, _MERGE) else self._loader.construct_object(key)
                if key.tag != _TEXT:
                    self._names[id(key)] = str(called)
                first = keys.setdefault(called, key)
                if first is not key and key.tag != _MERGE:
                    self._twice[id(key)] = first.start_mark.line + 1
                    self._twice[id(first)] = key.start_mark.line + 1

    def refuse(self, steps: tuple[object, ...]) -> None:
        """Raise TokcostError for a key that stands twice: readers take one or the other."""
        for key, _ in self._path(steps):
            if key is not None and id(key) in self._twice:
                line = key.start_mark.line + 1
                raise TokcostError(
                    f"{self._name}:{line}: the key {quote(key.value)} is on line {self._twice[id(key)]} too: remove one"
                )

    def line(self, steps: tuple[object, ...]) -> int | None:
        """The line (from 1) where the text under the steps (keys and positions) begins, None where no node has it."""
        path = self._path(steps)
        if len(path) < len(steps):
            return None
        node = path[-1][1]
        # the text of a block begins on the line after its sign
        return int(node.start_mark.line) + (2 if getattr(node, "style", None) in ("|", ">") else 1)

    def _path(self, steps: tuple[object, ...]) -> list[tuple[Node | None, Node]]:
        """The nodes under each step, with the one of its key."""
        from yaml import MappingNode, SequenceNode

        found: list[tuple[Node | None, Node]] = []
        node = self._root
        for step in steps:
            if isinstance(node, SequenceNode) and isinstance(step, int):
                found.append((None, node.value[step]))
            elif isinstance(node, MappingNode) and (below := self._keys_of(node).get(str(step))) is not None:
                found.append(below)
            else:
                break
            node = found[-1][1]
        return found

    def _keys_of(self, node: MappingNode) -> dict[str, tuple[Node, Node]]:
        """The keys of a table, the last of a name as in the values, with those that << merges in since it was read."""
        if id(node) not in self._inside:
            self._inside[id(node)] = {self._names.get(id(key), key.value): (key, value) for key, value in node.value}
        return self._inside[id(node)]
