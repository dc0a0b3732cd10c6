"""Request files of a budget: bodies as JSON, or one body a line as JSONL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from io import BytesIO

from tokcost.budgets.measure import Counted
from tokcost.catalog.model import Model
from tokcost.counting.memo import Memory
from tokcost.counting.request import api_of, count_request
from tokcost.errors import TokcostError
from tokcost.requests.images import image_size
from tokcost.requests.lines import Item, items, request_of


def count_request_file(
    name: str, data: bytes, model: Model, warn: Callable[[str], None], day: date | None = None
) -> list[Counted]:
    """The input of every request in a file.

    A JSONL file of requests gives one entry a line, ":12" for line 12, so that limits per
    request hold for each. ``day`` is the one whose rules of framing hold; ``warn`` takes what the user
    should know, one line each. Raises TokcostError for a file that is no request, or holds one that cannot
    be counted.
    """
    found: list[tuple[Item, Counted]] = []
    for item in items(BytesIO(data)):
        try:
            if item.problem:
                raise TokcostError(item.problem)
            request = request_of(item, api_of(model.provider, model), image_size)
            count = count_request(request, model.provider, model, _memory(model.encoding or ""), day)
        except TokcostError as error:
            raise TokcostError(
                f"{name}:{item.line}: {error}: a .json or .jsonl under a budget holds requests, "
                f"name a text inside as '{name}#key'"
            ) from error
        if request.model and request.model not in (model.id, model.full_id, *model.aliases):
            warn(f"{name}: names {request.model}, held as a request to {model.id}")
        limit = None if request.output_limit is None else request.output_limit * request.answers
        found.append((item, Counted("", count, request.model or "", limit)))
    if not found:
        raise TokcostError(f"{name}: holds no request: leave it out with exclude")
    if len(found) == 1:
        return [found[0][1]]
    return [each._replace(part=f":{item.line}" if item.raw else f"[{at}]") for at, (item, each) in enumerate(found)]


@cache
def _memory(encoding: str) -> Memory:
    return Memory(encoding)
