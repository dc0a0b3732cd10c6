"""What the tools of a request will be charged beside its tokens: by the call, of which no request says how many."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tokcost.catalog import Model
from tokcost.pricing import request_fee
from tokcost.requests.model import Request

# How the type of a tool begins, as requests write it -> the name of its fee.
_FEES = {
    "web_search_preview": "web_search_preview", "web_search": "web_search", "file_search": "file_search",
    "code_interpreter": "code_interpreter", "code_execution": "code_execution", "x_search": "x_search",
    "collections_search": "collections_search", "google_search": "grounding_search",
    "googleSearch": "grounding_search", "google_maps": "grounding_maps", "googleMaps": "grounding_maps",
}  # fmt: skip


def fee_notes(request: Request, model: Model, day: date) -> Iterator[str]:
    """One sentence for each tool of the provider's own that may be charged, and is not in the cost."""
    tools = [tool.builtin for tool in request.tools if tool.builtin]
    if (request.options or {}).get("web_search_options") and request_fee(model, day) is None:
        tools.append("web_search_preview")
    if not tools:
        return
    names = {fee for tool in tools if (fee := next((_FEES[key] for key in _FEES if tool.startswith(key)), ""))}
    for name in sorted(names):
        row, price = model.fee(name, day), model.price_on(day)
        if row is None:
            yield f"{model.name}: what {model.provider} charges for {name} is not known, and not in the cost"
        elif row.amount:
            each = f"{row.amount} {price.currency if price else 'USD'} a {row.per.replace('_', ' ')}"
            yield f"{model.name}: {name} costs {each} besides: no request says how often, so it is not in the cost"
