"""A text inside a file: ``agents.yaml#support.system``, ``prompts.py#SYSTEM``. No code is run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tokcost.budgets.key_source import KeySource, Steps, Unknown
from tokcost.budgets.paths import Pattern
from tokcost.errors import NoSuchKey, TokcostError
from tokcost.phrases import join_or, quote

KINDS = (".yaml", ".yml", ".toml", ".json", ".py")

# Tables of one file that are looked at again for a pattern, and keys in each other.
_MOST_AGAIN = 10_000
_DEEPEST = 900


class KeyedFile:
    """A file with texts under keys, parsed once. Raises TokcostError for another kind, or one that does not parse."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        try:
            self._source = _by_ending(name, data.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise TokcostError(f"{name}: not UTF-8 text at byte {error.start}: save it as UTF-8") from error
        except (RecursionError, MemoryError) as error:  # a parser of C gives up by either
            raise _too_deep(name) from error
        self._values = self._source.values
        self._named: dict[int, dict[str, list[object]]] = {}

    def text_at(self, key: str) -> tuple[str, int | None]:
        """The text under a key path, and the line where it begins (None: unknown).

        Raises TokcostError for a key that is not there (with those that are), one that may be read in two ways,
        and one that holds no text.
        """
        found = self._found(key)
        if not found:
            raise self._no_such_key(key)
        if len(found) > 1:
            ways = " or ".join(" under ".join(quote(_name(step)) for step in reversed(steps)) for steps, _ in found)
            raise TokcostError(f"{self.name}: {quote(key)} may be the text of {ways}: rename one of the two keys")
        steps, value = found[0]
        self._source.refuse(steps)
        if not isinstance(value, str):
            below = _keys(value)
            more = f", for example {quote(f'{self.name}#{key}.{below[0]}')}" if below else ""
            raise TokcostError(f"{self.name}: {quote(key)} holds {_kind(value)}: name a text in there{more}")
        return str(value), self._source.line(steps)

    def texts(self) -> list[str]:
        """The key paths of the texts in the file; what YAML repeats by anchors is there once."""
        return [".".join(map(_name, steps)) for steps, value in self._walk(_DEEPEST) if isinstance(value, str)]

    def matching(self, pattern: Pattern) -> list[str]:
        """The key paths of the texts that the pattern of a key means.

        Raises TokcostError where there is none, and where one holds a table or a list that the pattern does not
        reach into: what is in there could break a budget.
        """
        found = []
        deepest = _DEEPEST if "**" in pattern.key else pattern.key.count(".") + 1
        for steps, value in self._walk(deepest, repeated=True):
            if not pattern.matches_steps(map(_name, steps)):
                continue
            key = ".".join(map(_name, steps))
            self._source.refuse(steps)
            if isinstance(value, str):
                found.append(key)
            elif isinstance(value, dict | list) and value and not pattern.key.endswith("**"):
                raise TokcostError(
                    f"{self.name}: {quote(key)} holds {_kind(value)}: "
                    f"{quote(f'{pattern.key}.**')} matches the texts in it"
                )
        if not found:
            there = self.texts()
            listed = f"it has {join_or(there[:8])}" if there else "there are no texts in it"
            raise NoSuchKey(f"{self.name}: no text is under {quote(pattern.key)}: {listed}")
        return found

    def unknown(self) -> list[tuple[str, str]]:
        """The names that are given something which is not known before it is run, and why."""
        return [
            (".".join(map(_name, steps)), value.why) for steps, value in self._walk(_DEEPEST)
            if isinstance(value, Unknown)
        ]  # fmt: skip

    def _walk(self, deepest: int, repeated: bool = False) -> Iterator[tuple[Steps, Any]]:
        """Every value of the file; one that is there again by an anchor once, unless ``repeated``."""
        seen: set[int] = set()
        waiting: list[tuple[Steps, Any]] = [((), self._values)]
        again = 0
        while waiting:
            steps, value = waiting.pop()
            if steps:
                yield steps, value
            if not isinstance(value, dict | list) or (id(value) in seen and not repeated):
                continue
            again += id(value) in seen
            seen.add(id(value))
            if len(steps) >= deepest:
                if deepest == _DEEPEST:
                    raise _too_deep(self.name)
                continue
            if again > _MOST_AGAIN:
                raise TokcostError(f"{self.name}: anchors repeat more than {_MOST_AGAIN:,} tables: name one key")
            items = list(value.items() if isinstance(value, dict) else enumerate(value))
            waiting += [((*steps, key), below) for key, below in reversed(items)]

    def _found(self, key: str) -> list[tuple[Steps, Any]]:
        """Each way in which a key path leads somewhere, the first two of them: keys may hold dots."""
        found: list[tuple[Steps, Any]] = []
        seen: set[tuple[int, int]] = set()
        waiting: list[tuple[Steps, Any, int]] = [((), self._values, 0)]
        while waiting and len(found) < 2:
            steps, here, at = waiting.pop()
            if at > len(key):
                found.append((steps, here))
                continue
            if (id(here), at) in seen:
                continue
            seen.add((id(here), at))
            waiting += [((*steps, step), here[step], end + 1) for step, end in self._steps(here, key, at)]
        return found

    def _steps(self, here: Any, key: str, at: int) -> Iterator[tuple[Any, int]]:
        """The keys of a value that the rest of a path may begin with, and where each ends; the longest last."""
        if isinstance(here, list):
            end = key.find(".", at)
            number = key[at : end if end >= 0 else len(key)]
            if number.isdecimal() and len(number) < 10 and int(number) < len(here):
                yield int(number), at + len(number)
            return
        if not isinstance(here, dict):
            return
        named = self._names(here)
        longest = max(map(len, named), default=0)
        end = at - 1
        while end < len(key):
            end = key.find(".", end + 1)
            end = len(key) if end < 0 else end
            if end - at > longest:
                return
            for step in named.get(key[at:end], ()):
                yield step, end

    def _names(self, table: dict[object, Any]) -> dict[str, list[object]]:
        """The keys of a table by their names: 1 and "1" have one."""
        if id(table) not in self._named:
            named: dict[str, list[object]] = {}
            for key in table:
                named.setdefault(_name(key), []).append(key)
            self._named[id(table)] = named
        return self._named[id(table)]

    def _no_such_key(self, key: str) -> NoSuchKey:
        here, steps, at = self._values, [], 0
        while at <= len(key):
            step, end = max(self._steps(here, key, at), key=lambda each: each[1], default=(None, 0))
            if step is None:
                break
            steps.append(_name(step))
            here, at = here[step], end + 1
        there = _keys(here)
        listed = f"it has {join_or(there[:8])}" if there else "there are no keys below"
        where = f"under {quote('.'.join(steps))}" if steps else "there"
        return NoSuchKey(f"{self.name}: no key {quote(key[at:])} {where}: {listed}")


def _name(key: object) -> str:
    """A key as it is written in a path."""
    try:
        return str(key)
    except ValueError:  # a number of more than 4,300 digits, which YAML and TOML may write in another base
        return f"{key:#x}"


def _keys(value: Any) -> list[str]:
    if isinstance(value, dict):
        return list(map(_name, value))
    return [str(at) for at in range(len(value))] if isinstance(value, list) else []


def _kind(value: Any) -> str:
    return "a table" if isinstance(value, dict) else "a list" if isinstance(value, list) else "no text"


def _too_deep(name: str) -> TokcostError:
    return TokcostError(f"{name}: nested too deeply to be read: keep the prompt in a file of its own")


def _by_ending(name: str, text: str) -> KeySource:
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if ending in (".yaml", ".yml"):
        from tokcost.budgets.yaml_texts import YamlFile

        return YamlFile(name, text)
    if ending == ".toml":
        from tokcost.budgets.json_texts import TomlFile

        return TomlFile(name, text)
    if ending == ".json":
        from tokcost.budgets.json_texts import JsonFile

        return JsonFile(name, text)
    if ending == ".py":
        from tokcost.budgets.python_texts import PythonFile

        return PythonFile(name, text)
    raise TokcostError(f"{name}: a key after # needs a {', '.join(KINDS[:-1])} or {KINDS[-1]} file")
