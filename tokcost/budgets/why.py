"""Where the tokens of a prompt are: by section, and in what is repeated, encoded or blank."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

SECTION, REPEATED, BASE64, WHITESPACE = "section", "repeated", "base64", "whitespace"
# A line as editors count them: form feeds and the line separators of Unicode end none.
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_HEADING = re.compile(r"^(#{1,6}\s+\S.*|<([A-Za-z][\w.-]*)(?:\s[^>]*)?>)\s*$")
_FENCE = re.compile(r"^\s*(```|~~~)")
_ENCODED = re.compile(r"(?:data:[\w.+/-]+;base64,)?[A-Za-z0-9+/_-]{120,}={0,2}")
_LEAST_CHARS = 60


class PromptPart(NamedTuple):
    """A part of a prompt: its kind, what it is called, its first line (from 1), its tokens.

    Sections follow each other and make up the prompt; the other kinds lie inside them and say
    what could go: copies beyond the first, encoded data, blanks that mean nothing.
    """

    kind: str
    label: str
    line: int
    tokens: int


def parts(text: str, count: Callable[[str], int]) -> list[PromptPart]:
    """All parts, sections in order first, then what could go, largest first."""
    found = [PromptPart(SECTION, label, line, count(part)) for label, line, part in sections(text)]
    spare = [*_repeated(text, count), *_encoded(text, count), *_blank(text, count)]
    return found + sorted(spare, key=lambda part: -part.tokens)


def largest(text: str, count: Callable[[str], int]) -> PromptPart | None:
    """The section with the most tokens, None when the prompt is all one."""
    found = [PromptPart(SECTION, label, line, count(part)) for label, line, part in sections(text)]
    return max(found, key=lambda part: part.tokens) if len(found) > 1 else None


def sections(text: str) -> list[tuple[str, int, str]]:
    """(label, first line, text) of each section: under headings or tags, else paragraph by paragraph."""
    lines = _LINE.findall(text)
    starts: list[tuple[int, str]] = []
    fence = ""
    for at, line in enumerate(lines):
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1] == fence):
            fence = "" if fence else mark[1]
        elif not fence and (heading := _HEADING.match(line)):
            starts.append((at, heading[1].strip()))
    if not starts:
        blank = True
        for at, line in enumerate(lines):
            if blank and line.strip():
                starts.append((at, _cut(line.strip())))
            blank = not line.strip()
    if not starts:
        return [("(all)", 1, text)] if text else []
    if any(line.strip() for line in lines[: starts[0][0]]):
        starts.insert(0, (0, "(before the first heading)"))
    else:
        starts[0] = (starts[0][0], starts[0][1])
    ends = [at for at, _ in starts[1:]] + [len(lines)]
    begins = [0, *(at for at, _ in starts[1:])]
    return [
        (label, at + 1, "".join(lines[begin:end])) for (at, label), begin, end in zip(starts, begins, ends, strict=True)
    ]


def _repeated(text: str, count: Callable[[str], int]) -> list[PromptPart]:
    """Blocks between blank lines, and long single lines, that come again."""
    seen: dict[str, int] = {}
    copies: dict[str, tuple[int, int]] = {}
    line = 1
    for block in re.split(r"(\n\s*\n)", text):
        body = block.strip()
        if len(body) >= _LEAST_CHARS:
            if body in seen:
                first, times = copies.get(body, (line, 0))
                copies[body] = (first, times + 1)
            else:
                seen[body] = line
        line += block.count("\n")
    return [
        PromptPart(REPEATED, f"{times + 1} x '{_cut(body)}' (first on line {seen[body]})", at, times * count(body))
        for body, (at, times) in copies.items()
    ]


def _encoded(text: str, count: Callable[[str], int]) -> list[PromptPart]:
    return [
        PromptPart(BASE64, f"{len(match[0]):,} characters of encoded data", text.count("\n", 0, match.start()) + 1,
              count(match[0]))
        for match in _ENCODED.finditer(text)
        if not match[0].isalpha() or len(set(match[0])) > 12
    ]  # fmt: skip


def _blank(text: str, count: Callable[[str], int]) -> list[PromptPart]:
    """What trailing blanks and more than one empty line in a row cost."""
    tidy = re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+(?=\n|\Z)", "", text))
    if tidy == text:
        return []
    spared = count(text) - count(tidy)
    first = next((at for at, (one, other) in enumerate(zip(text, tidy, strict=False)) if one != other), len(tidy))
    line = text.count("\n", 0, first) + 1
    return [PromptPart(WHITESPACE, "trailing blanks and repeated empty lines", line, spared)] if spared > 0 else []


def _cut(label: str) -> str:
    line = label.splitlines()[0] if label else ""
    return line if len(line) <= 40 else line[:39] + "…"
