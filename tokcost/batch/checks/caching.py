"""What is refused of the marks that ask for a cache.

By the types of anthropic 2.14, Anthropic's guide to prompt caching and the errors of its api, as of 2026-11. Bedrock
takes as many marks.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from tokcost.batch.checks.asked import Asked
from tokcost.phrases import quote
from tokcost.requests.cache_marks import CONTROL, written_marks

_MOST = 4
_LIVES = ("5m", "1h")
# Blocks that cannot be marked: what is before or after them can.
_UNMARKED = ("thinking", "redacted_thinking")


def cache_problems(asked: Asked) -> Iterator[str]:
    """Too many marks, a longer life after a shorter one, a life or a place that there is not."""
    marks = asked.request.cache_marks
    if not marks:
        return
    whole = isinstance(asked.body.get(CONTROL), dict)
    if whole and len(marks) > 1 and marks[-1][:2] == marks[-2][:2]:
        if marks[-1].long != marks[-2].long:
            yield f"{CONTROL} of the body has another ttl than the last block: write the same"
        marks = marks[:-1]  # the last block is marked already
    if len(marks) > _MOST:
        yield f"{len(marks)} marks of the cache ({CONTROL}): {_MOST} are the most, the last of them hold the others"
    if any(later.long and not earlier.long for earlier, later in pairwise(marks)):
        yield f"{CONTROL} with ttl '1h' stands after one with '5m': the longer ones come first"
    for where, block, mark in written_marks(asked.body):
        if mark.get("type") != "ephemeral":
            yield f"{where}.{CONTROL}.type is {quote(str(mark.get('type')))}: it must be 'ephemeral'"
        if mark.get("ttl") not in (None, *_LIVES):
            yield f"{where}.{CONTROL}.ttl is {quote(str(mark.get('ttl')))}: it must be '5m' or '1h'"
        if block.get("type") in _UNMARKED:
            yield f"{where} is {block['type']}, and cannot be marked: mark another block"
