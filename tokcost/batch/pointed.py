"""What ``batch`` says of files of requests that ``count`` was pointed at: the marks of their JSON are not billed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import BinaryIO, NamedTuple

from tokcost.amounts import money
from tokcost.batch.run import Runner
from tokcost.batch.summary import Summary
from tokcost.errors import TokcostError
from tokcost.inputs.files import STDIN_NAME
from tokcost.phrases import plural, printable
from tokcost.pricing import Priced

_HEAD = 64 << 10
# What is searched, and what is priced, for a note: a second or two; of more it only says where to ask.
_SEARCHED = 8 << 20
_MOST = 2 << 20
_NAMED = 3
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s*[\[{]")
# Keys that stand together in requests and in the lines of batch files, and in little else.
_TOGETHER = (
    (rb'"(?:custom_id|key|recordId)"\s*:', rb'"(?:body|params|request|modelInput)"\s*:\s*\{'),
    (rb'"messages"\s*:\s*\[', rb'"role"\s*:\s*"(?:user|system|developer|assistant|tool)"'),
    (rb'"contents"\s*:', rb'"parts"\s*:'),
)
# These are in much else: the model must be known, or more of what requests have stands beside them.
_MODEL = re.compile(rb'"model"\s*:\s*"([^"\\]{1,200})"')
_INPUT = re.compile(rb'"(?:input|prompt)"\s*:\s*["\[]')
_BESIDE = re.compile(
    rb'"(?:instructions|max_(?:output_)?tokens|temperature|top_p|stream|tools|reasoning|encoding_format|dimensions)"\s*:'
)
# What may stand before the messages of a request, and be long.
_BEFORE = re.compile(rb'"(?:model|tools|system|system_?[iI]nstructions?|generation_?[cC]onfig|max_tokens)"\s*:')


class PointedAt(NamedTuple):
    """An input of ``count`` that may hold requests: its name, its bytes as often as they are asked for, how many."""

    name: str
    opened: Callable[[], AbstractContextManager[BinaryIO]]
    size: int


def word_on_requests(inputs: Sequence[PointedAt], runner: Runner | None) -> str:
    """One sentence on those that hold requests, with what ``batch`` says of them; '' where none do.

    Without a ``runner``, where no price was asked for, it says only where to ask.
    """
    found = [each for each in inputs if _holds_requests(each, runner)]
    if not found:
        return ""
    told = _told(found, runner) if runner and sum(each.size for each in found) <= _MOST else ""
    if told is None:
        return ""
    names = [_shown(each.name) for each in found[:_NAMED]] + ["…"] * (len(found) > _NAMED)
    model = f" -m {runner.asked.model}" if runner and runner.asked.model else ""
    command = f"'tokcost batch {' '.join(names)}{model}'"
    hold = f"{found[0].name} holds" if len(found) == 1 else f"{len(found)} files hold"
    return f"{hold} requests, counted here as text: {command} {f'says {told}' if told else 'counts what is billed'}"


def _holds_requests(each: PointedAt, runner: Runner | None) -> bool:
    """Whether it begins as requests do; what cannot be read does not."""
    try:
        with each.opened() as stream:
            head = stream.read(_HEAD)
            if not _BEGINS.match(head):
                return False
            if len(head) == _HEAD and each.size <= _SEARCHED and _BEFORE.search(head):
                head += stream.read(_SEARCHED)
    except TokcostError:
        return False
    if any(all(re.search(pattern, head) for pattern in patterns) for patterns in _TOGETHER):
        return True
    named = _MODEL.search(head)
    if named is None or not _INPUT.search(head):
        return False
    return runner is None or _BESIDE.search(head) is not None or runner.knows(named[1].decode("utf-8", "replace"))


def _told(inputs: Sequence[PointedAt], runner: Runner) -> str | None:
    """The requests, their tokens and cost in words; '' where that cannot be said, None where none are in it."""
    summary = Summary(runner.asked.expected, keep_costs=False, keep_parts=False)
    try:
        for each in inputs:
            with each.opened() as stream:
                for row in runner.rows(each.name, stream):
                    summary.take(row)
        total = summary.total()
    except TokcostError:
        return ""
    if not total.requests:
        return None
    cost = total.quote.input if total.quote else None
    priced = f", {money(cost.likely, runner.asked.exchange.currency)}" if isinstance(cost, Priced) else ""
    return f"{plural(total.requests, 'request')}, {plural(total.input.tokens, 'input token')}{priced}"


def _shown(name: str) -> str:
    """A name as a shell takes it."""
    return "-" if name == STDIN_NAME else name if re.fullmatch(r"[\w./@:+-]+", name) else f'"{printable(name)}"'
