"""Cassettes of recorded HTTP calls as YAML: each interaction as a value, with the line on which it begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tokcost.errors import InputError, TokcostError
from tokcost.inputs.files import InputFile
from tokcost.inputs.lines import Lines

_LARGEST = 256 << 20
_LISTS = ("interactions", "http_interactions")
_IS_CASSETTE = re.compile(rb"^(?:http_)?interactions:", re.MULTILINE)
NO_CASSETTE = "YAML without recorded calls (no 'interactions')"


def interactions(log: InputFile, parts: Iterator[Lines]) -> Iterator[tuple[str, Any]]:
    """The interactions of a cassette; other YAML has none.

    Raises InputError for YAML that is broken or vast, and TokcostError for other YAML that the user named.
    """
    text = _text(log.name, parts)
    if not _IS_CASSETTE.search(text):
        if log.named:
            raise TokcostError(f"{log.name}: {NO_CASSETTE}: not a known usage log")
        return
    import yaml

    loader = _loader()(text)
    try:
        root = loader.get_single_node()
        if not isinstance(root, yaml.MappingNode):
            raise InputError(log.name, "a cassette without a table of its interactions")
        for name, held in root.value:
            if name.value not in _LISTS or not isinstance(held, yaml.SequenceNode):
                continue
            for node in held.value:
                yield f"{log.name}:{node.start_mark.line + 1}", loader.construct_object(node, deep=True)
                loader.constructed_objects = {}
    except yaml.YAMLError as error:
        raise InputError(log.name, f"not valid YAML: {' '.join(str(error).split())[:200]}") from error
    except RecursionError as error:
        raise InputError(log.name, "not valid YAML: nested too deeply") from error
    except (ValueError, OverflowError) as error:
        raise InputError(log.name, f"not valid YAML: {' '.join(str(error).split())[:100]}") from error
    finally:
        loader.dispose()


def _text(name: str, parts: Iterator[Lines]) -> bytes:
    size, kept = 0, list[bytes]()
    for _, part in parts:
        kept += part
        size += sum(map(len, part)) + len(part)
        if size > _LARGEST:
            raise InputError(name, "a cassette of more than 256 MB: split it")
    return b"\n".join(kept)


def _loader() -> Any:
    """What makes plain values of YAML, whatever its tags are; times stay text."""
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class PlainLoader(base):  # type: ignore[misc]
        """Knows no classes of Python."""

    PlainLoader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in base.yaml_implicit_resolvers.items()
    }

    def plain(loader: Any, suffix: str, node: Any) -> Any:
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        return loader.construct_sequence(node, deep=True) if isinstance(node, yaml.SequenceNode) else node.value

    PlainLoader.add_multi_constructor("tag:yaml.org,2002:python/", plain)
    PlainLoader.add_multi_constructor("!", plain)
    return PlainLoader
