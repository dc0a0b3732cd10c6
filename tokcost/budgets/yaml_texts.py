"""The values of a YAML file, and the line where a text in it begins: by the marks of PyYAML's own nodes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from tokcost.errors import TokcostError

if TYPE_CHECKING:
    from yaml import Node


class YamlFile(NamedTuple):
    """A parsed file: plain values, and the tree of nodes that they were made of; None for an empty file."""

    values: Any
    root: Node | None


def parse_yaml(name: str, text: str) -> YamlFile:
    """The one document of a file; no tag makes anything but plain values. Raises TokcostError for broken YAML.

    What anchors repeat is the same value again, so that a file cannot grow by them.
    """
    try:
        import yaml
    except ImportError as error:
        raise TokcostError(f"{name}: reading YAML needs PyYAML: pip install pyyaml") from error
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        root = loader.get_single_node()
        return YamlFile(None if root is None else loader.construct_document(root), root)
    except yaml.YAMLError as error:
        raise TokcostError(f"{name}: not valid YAML: {' '.join(str(error).split())}") from error
    finally:
        loader.dispose()


def line_of_text(root: Node | None, steps: Sequence[object]) -> int | None:
    """The line (from 1) where the text under the steps (keys and positions) begins, None where no node has it."""
    node = root
    for step in steps:
        node = None if node is None else _below(node, step)
    if node is None:
        return None
    # the text of a block begins on the line after its sign
    return int(node.start_mark.line) + (2 if getattr(node, "style", None) in ("|", ">") else 1)


def _below(node: Node, step: object) -> Node | None:
    """The node under a key of a table, the last of that name as in the values, or at a position of a list."""
    from yaml import MappingNode, SequenceNode

    if isinstance(node, SequenceNode) and isinstance(step, int):
        found: Node = node.value[step]
        return found
    entries = node.value if isinstance(node, MappingNode) else ()  # with those that << merges in, since it was read
    return next((value for key, value in reversed(entries) if key.value == str(step)), None)
