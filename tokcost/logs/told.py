"""What a run has to say of its logs beside their entries: what was told twice, what to know, what carried no usage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePath

from tokcost.errors import Problem
from tokcost.logs.entry import Entry, Read, apart
from tokcost.masking import scrub
from tokcost.phrases import plural


class Told:
    """Counts what was left out and what holds for many lines, so that each is said once."""

    def __init__(self) -> None:
        self.repeats: Counter[str] = Counter()
        self.by_call: set[str] = set()
        """The sessions and services whose calls are told one by one, so that their metrics tell them again."""
        self.without_usage = 0
        """Lines and values that no format owns and that carry no counts."""
        self.session_files: set[str] = set()
        """Files in which messages of Claude Code stand: they are named by the session or the subagent."""
        self._remarks: dict[str, tuple[int, str]] = {}

    def repeat(self, what: str, number: int = 1) -> None:
        """Usage that was told before is left out; ``what`` it is in the plural: "chunks of a stream"."""
        if number:
            self.repeats[what] += number

    def remark(self, text: str, where: str) -> None:
        """Something to know of a line, said once with the number of lines that it holds for."""
        number, first = self._remarks.get(text, (0, where))
        self._remarks[text] = number + 1, first

    def session_names(self) -> set[str]:
        """The names of the sessions and subagents whose messages were read."""
        return {PurePath(file).name.split(".")[0] for file in self.session_files}

    def parted(self, entry: Entry) -> Iterator[Read]:
        """An entry, what is billed beside it, and, as problems, what in it was not understood; remarks are kept."""
        for remark in entry.remarks:
            self.remark(scrub(remark), entry.where)
        doubts = entry.doubts
        yield from apart(entry._replace(doubts=(), remarks=()) if doubts or entry.remarks else entry)
        for doubt in doubts:
            yield Problem(entry.where, scrub(doubt))

    def sentences(self) -> list[str]:
        """All of it, a sentence each."""
        found = [
            f"{first}: {text}" if number == 1 else f"{plural(number, 'line')}: {text} (first at {first})"
            for text, (number, first) in self._remarks.items()
        ]
        if self.repeats:
            parts = ", ".join(f"{what} ({number:,})" for what, number in self.repeats.items())
            found.append(f"usage told twice was counted once; left out: {parts}")
        return found
