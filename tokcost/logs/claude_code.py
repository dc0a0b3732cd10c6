"""Claude Code sessions: ``~/.claude/projects/**/*.jsonl``.

A message stands once for every block of its content, with ``output_tokens`` still growing: of
the lines that share ``message.id`` and ``requestId``, the one with the most counts. A resumed or
forked session copies the lines of its parent, so this holds over all files of a run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from tokcost.logs import anthropic
from tokcost.logs.entry import Entry, Read, moment, money
from tokcost.logs.fields import Around, text
from tokcost.rates import EXACT
from tokcost.usage import Usage

Json = Mapping[str, Any]
_TYPES = frozenset({"assistant", "user", "summary", "system", "attachment", "progress", "file-history-snapshot"})


class ClaudeCode:
    """Holds back one message: its lines mostly follow each other."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], tuple[Usage, Decimal | None]] = {}
        self._held: tuple[tuple[str, str], Entry] | None = None

    @staticmethod
    def owns(line: Json) -> bool:
        """Whether a line is one of a session."""
        return line.get("type") in _TYPES and ("sessionId" in line or "uuid" in line or "leafUuid" in line)

    def line(self, where: str, line: Json) -> Iterator[Read]:
        """The entries that are known to be complete once this line is read."""
        message = line.get("message")
        if line.get("type") != "assistant" or not isinstance(message, Mapping):
            return
        usage = message.get("usage")
        if not isinstance(usage, Mapping):
            return
        entry = anthropic.message(where, message, usage, _known(line))
        if entry.charged is not None:
            entry = entry._replace(settled=True)
        if not message.get("id"):
            yield entry
            return
        same = (str(message["id"]), str(line.get("requestId", "")))
        if self._held is not None and self._held[0] == same:
            if entry.usage.output_tokens > self._held[1].usage.output_tokens:
                self._held = (same, entry)
            return
        yield from self.flush()
        self._held = (same, entry)

    def flush(self) -> Iterator[Entry]:
        """The message held back: whole, or what it has more than when it was told before."""
        if self._held is None:
            return
        same, entry = self._held
        self._held = None
        before = self._told.get(same)
        if before is None:
            self._told[same] = (entry.usage, entry.charged)
            yield entry
        elif entry.usage.output_tokens > before[0].output_tokens:
            self._told[same] = (entry.usage, entry.charged)
            prompt = entry.usage.input_tokens
            yield entry._replace(
                usage=_more(entry.usage, before[0]),
                requests=0,
                calls=(),
                charged=None if entry.charged is None else EXACT.subtract(entry.charged, before[1] or Decimal(0)),
                prompt=(prompt, prompt),
            )


def _more(usage: Usage, before: Usage) -> Usage:
    """What a message has beyond what was told of it; nothing is taken back."""
    read, write, write_long, output, reasoning = (
        max(0, now - then) for now, then in zip(usage.parts()[1:], before.parts()[1:], strict=True)
    )
    given = max(usage.input_tokens - before.input_tokens, read + write + write_long)
    return Usage(given, read, write, write_long, output, min(reasoning, output))


def _known(line: Json) -> Around:
    return Around(
        client="Claude Code",
        key=None,
        project=text(line.get("cwd")),
        when=moment(line.get("timestamp"), "timestamp"),
        charged=money(line.get("costUSD"), "costUSD"),
    )
