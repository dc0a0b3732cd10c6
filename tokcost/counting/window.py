"""Whether a request or a text fits its model: what may go in, what may come out, and the window of both.

The one place where that is decided, so that every command says the same of the same request.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tokcost.catalog.model import Model
from tokcost.counting.count import ESTIMATE, Count
from tokcost.phrases import plural
from tokcost.requests.model import Request

REFUSED, CUT, APART, UNKNOWN = "refused", "cut", "apart", "unknown"
INPUT, OUTPUT, WINDOW, INPUTS = "input", "output", "window", "inputs"
# Apis that are not known to refuse what exceeds the window with its output limit only.
_UNSUMMED = ("openai-responses",)
# Fields of a request that say what becomes of it past a limit, of OpenAI's responses and Voyage, Cohere, Fireworks.
_SAID: dict[str, tuple[str, dict[object, str]]] = {
    "truncation": (INPUT, {"auto": CUT, "disabled": REFUSED, True: CUT, False: REFUSED}),
    "truncate": (INPUT, {"START": CUT, "END": CUT, "NONE": REFUSED}),
    "context_length_exceeded_behavior": (WINDOW, {"truncate": CUT, "error": REFUSED}),
}
# So many times what is likely no text is: a file of unknown length is in it.
_FAR = 10
UNLOOKED = "say how long the files are that were not looked into (--pages, --seconds, --image-size)"


class Misfit(NamedTuple):
    """A limit of a model that a request goes past, or that it may go past: INPUT, OUTPUT, WINDOW or INPUTS.

    ``becomes`` is what the provider does with such a request: refused, cut, unknown. It is
    ``certain`` where even the low end of the count is past the limit.
    """

    limit: str
    why: str
    remedy: str
    becomes: str
    certain: bool = True

    @property
    def is_refused(self) -> bool:
        """Whether the provider is sure to refuse the request for it."""
        return self.certain and self.becomes == REFUSED

    def __str__(self) -> str:
        return f"{self.why}: {self.remedy}"


def _unlooked(count: Count) -> str:
    """What to do where most of a count is a file that was not looked into, "" where none is."""
    return UNLOOKED if count.high > _FAR * count.tokens else ""


def misfits(model: Model, count: Count, output: int | None = None, lower: str = "expect at most") -> Iterator[Misfit]:
    """The limits of a model that so much input and ``output`` go past; None: nothing is said of the output.

    ``lower`` are the words of a remedy that come before the output that is left.
    """
    one, label, inputs = _longest(model, count)
    if model.kind == "embedding":
        yield from _embedding(model, one, label)
        yield from _together(model, count, inputs)
        return
    most = model.max_output
    if most is not None and output is not None and output > most:
        why = f"{output:,} tokens of output, {model.name} writes at most {most:,}"
        yield Misfit(OUTPUT, why, f"{lower} {most:,}", model.rules.past_output)
    limit, window = model.input_limit, model.context_window
    if limit is not None and one.high > limit:
        what = "context window" if limit == window else "input limit"
        why = f"{label}{_past(one, limit)} the {what} of {model.name}, {limit:,}"
        remedy = _unlooked(one) or f"shorten the prompt by {plural(one.high - limit, 'token')}"
        yield Misfit(INPUT, why, remedy, model.rules.past_input, one.low > limit)
    if limit is None or window is None or one.low > limit or model.rules.past_window == APART:
        return
    written = min(output or 0, most or output or 0)
    # input that may be too much by itself is told again where it is sure to be too much with the output
    reach = one.high if one.high <= limit else one.low
    if reach + written <= window:
        return
    left = window - one.high
    why = f"{label}{_past(one, window - written, written)} the context window of {model.name}, {window:,}"
    remedy = _unlooked(one) or (f"{lower} {left:,} or shorten the prompt" if left > 0 else "shorten the prompt")
    yield Misfit(WINDOW, why, remedy, model.rules.past_window, one.low + written > window)


def request_misfits(request: Request, model: Model, count: Count) -> Iterator[Misfit]:
    """The limits of its model that a request goes past, with what its own fields say of that."""
    if _is_small(model, max(count.high, len(count.parts)) + (request.output_limit or 0)):
        return
    said = _said(request)
    lower = f"lower {request.limit_name or 'the output limit'} to"
    for each in misfits(model, count, request.output_limit, lower):
        unsummed = each.limit == WINDOW and request.api in _UNSUMMED
        yield each._replace(becomes=UNKNOWN if unsummed else said.get(each.limit, each.becomes))


def as_cut(model: Model, count: Count, found: Iterable[Misfit]) -> Count:
    """The count of a request whose input is cut at the limit: what is left is likely, all of it the most."""
    limit = model.input_limit
    if limit is None or not any(each.limit == INPUT and each.becomes == CUT for each in found):
        return count
    sizes = [tokens for _, tokens in _inputs(model, count)] or [count.tokens]
    whole = max(1, sum(sizes))
    low, likely = (sum(min(limit, -(-each * end // whole)) for each in sizes) for end in (count.low, count.tokens))
    low = low if model.kind == "embedding" else 1  # of a conversation whole messages are dropped
    note = f"input past {limit:,} tokens is cut off, and may be billed"
    return count._replace(
        tokens=likely, low=min(low, likely), standing=ESTIMATE, note="; ".join(filter(None, (count.note, note)))
    )


def _is_small(model: Model, size: int) -> bool:
    """Whether what is so large in all is below every limit that there is: so most requests are passed quickly."""
    window, most, output = model.context_window, model.max_input, model.max_output
    inputs, together = model.max_inputs, model.max_request_tokens
    return (
        (window is None or size <= window) and (most is None or size <= most) and (output is None or size <= output)
        and (inputs is None or size <= inputs) and (together is None or size <= together)
    )  # fmt: skip


def _said(request: Request) -> dict[str, str]:
    """What the fields of a request say of becoming of it, by the limit that it is past."""
    found: dict[str, str] = {}
    for name, (limit, becomes) in _SAID.items():
        value = (request.options or {}).get(name)
        if isinstance(value, str | bool) and value in becomes:
            found[limit] = becomes[value]
    return found


def _longest(model: Model, count: Count) -> tuple[Count, str, int]:
    """The longest of several inputs, its label, and how many there are; of one prompt the whole of it."""
    inputs = _inputs(model, count)
    if len(inputs) < 2:
        return count, "", 1
    label, tokens = max(inputs, key=lambda each: each[1])
    summed = max(1, sum(each[1] for each in inputs))  # the doubt of the whole is shared out by length
    low, likely, high = (-(-tokens * end // summed) for end in (count.low, count.tokens, count.high))
    return Count(likely, low, high, count.standing), f"{label}: ", len(inputs)


def _embedding(model: Model, one: Count, label: str) -> Iterator[Misfit]:
    """Of embeddings every input has the limit to itself."""
    limit = model.input_limit
    if limit is not None and one.high > limit:
        why = f"{label}{_past(one, limit)} the limit of one input of {model.name}, {limit:,}"
        remedy = f"shorten it by {plural(one.high - limit, 'token')}"
        yield Misfit(INPUT, why, remedy, model.rules.past_input, one.low > limit)


def _together(model: Model, count: Count, inputs: int) -> Iterator[Misfit]:
    """How many inputs a request takes, and how much in all of them."""
    if model.max_inputs is not None and inputs > model.max_inputs:
        why = f"{inputs:,} inputs, {model.name} takes at most {model.max_inputs:,} in one request"
        yield Misfit(INPUTS, why, "send them in several", REFUSED)
    most = model.max_request_tokens
    if most is not None and count.high > most:
        why = f"{_past(count, most)} the limit of one request to {model.name}, {most:,}"
        yield Misfit(INPUTS, why, "send the inputs in several", REFUSED, count.low > most)


def most_input(model: Model, output: int) -> int | None:
    """The most tokens that fit a model beside so much output, None where no limit is known."""
    limits = [] if model.max_input is None else [model.max_input]
    if model.context_window is not None:
        limits.append(model.context_window - (0 if model.rules.past_window == APART else output))
    return min(limits, default=None)


def most_output(model: Model, count: Count, limit: int | None) -> int | None:
    """The most tokens that one answer may have under the ``limit`` of its request; None where there is no limit."""
    if model.kind == "embedding":
        return 0
    most = model.max_output if limit is None else limit if model.max_output is None else min(limit, model.max_output)
    window = model.context_window
    if window is None or (most is not None and count.high + most <= window):
        return most
    if model.rules.past_window not in (REFUSED, CUT):
        return most
    inputs = _inputs(model, count)  # of several prompts the shortest leaves the most room
    least = min(tokens for _, tokens in inputs) * count.low // max(1, count.tokens) if inputs[1:] else count.low
    left = max(0, window - least)
    return left if most is None else min(left, most)


def _inputs(model: Model, count: Count) -> list[tuple[str, int]]:
    """The inputs of a request that counts each by itself, with their tokens: embeddings, completions."""
    labels = ("input ", "message ") if model.kind == "embedding" else ("input ",)
    return [each for each in count.parts if each[0].startswith(labels)]


def _past(count: Count, limit: int, written: int = 0) -> str:
    """The input, the output beside it, and the verb: what is on both sides of the limit only may exceed it."""
    beside = f" and {written:,} of output" if written else ""
    if count.low > limit:
        verb = "exceeds" if count.tokens == 1 and not written else "exceed"
        return f"{plural(count.tokens, 'input token')}{beside} {verb}"
    return f"{count.low:,} to {plural(count.high, 'input token')}{beside} may exceed"
