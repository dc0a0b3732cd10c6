"""Request files of a budget: bodies as JSON, or one body a line as JSONL."""

from __future__ import annotations

from collections.abc import Callable

from tokcost.catalog.model import Model
from tokcost.counting.count import Count


def count_request_file(name: str, data: bytes, model: Model, warn: Callable[[str], None]) -> list[tuple[str, Count]]:
    """The input of every request in a file: (where in the file, its count), '' for the only one.

    A JSONL file of requests gives one entry a line, (":12", count) for line 12, so that limits per
    request hold for each. ``warn`` takes what the user should know, one line each. Raises TokcostError
    for a file that is no request.

    Request bodies are not parsed yet: the file is counted as the text it is, and that is said.
    """
    from tokcost.prompts.measure import count_bytes

    warn(f"{name}: counted as text, not as the request it holds: the framing of messages and tools is not in it")
    return [("", count_bytes(name, data, model))]
