"""Calls of the providers' own tools that an answer tells of: searches, sessions, and what is charged for each request.

The names are those of the fees in price files. Field names: the types of the openai package, 3.54.0, and of the
google-genai package, 3.4.0; the guides of xAI and Perplexity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tokcost.inputs.json import google_field, snake_case
from tokcost.logs.entry import Calls, whole

Json = Mapping[str, Any]
_EMPTY: Json = {}
# What Anthropic's and xAI's usage counts and nobody is charged for: what such tools fetch is input, billed as such.
_FREE = ("web_fetch", "tool_search", "mcp", "view_image", "view_x_video")
# xAI's names of counters -> the name of the tool in its price list.
_OF_XAI = {"code_interpreter": "code_execution", "file_search": "collections_search"}


class ToolUse(NamedTuple):
    """The calls of an answer, and the ids of the containers that they ran in: each of these is charged once."""

    calls: tuple[Calls, ...] = ()
    containers: tuple[str, ...] = ()


def of_responses(body: Json, usage: Json) -> ToolUse:
    """Those of a Responses object: by the counters of the usage, else by the items of its output."""
    counted = of_xai(body, usage)
    if counted:
        return ToolUse(counted)
    output = body.get("output")
    if isinstance(output, list):
        return _of_items([item for item in output if isinstance(item, Mapping)], tools_of(body))
    searches = inner(inner(body, "tool_usage"), "web_search").get("num_requests")
    return ToolUse(_made({_search(tools_of(body)): whole(searches, "num_requests")}))


def _of_items(output: list[Json], tools: list[Json]) -> ToolUse:
    """Searches that were completed (to open a page found is none), and the containers in which code ran."""
    found: dict[str, int] = {}
    containers: dict[str, None] = {}
    ran = 0
    for item in output:
        kind = item.get("type")
        if kind == "code_interpreter_call":
            ran += 1
            containers[str(item.get("container_id") or f"{ran} without an id")] = None
        elif item.get("status", "completed") != "completed":
            continue
        elif kind == "web_search_call":
            action = item.get("action")
            if not isinstance(action, Mapping) or action.get("type", "search") == "search":
                found[_search(tools)] = found.get(_search(tools), 0) + 1
        elif kind == "file_search_call":
            found["file_search"] = found.get("file_search", 0) + 1
    sessions = (Calls(_interpreter(tools), ran, len(containers)),) if ran else ()
    return ToolUse((*_made(found), *sessions), tuple(containers))


def tools_of(body: Json) -> list[Json]:
    """The tools that an answer repeats from its request."""
    tools = body.get("tools")
    return [tool for tool in tools if isinstance(tool, Mapping)] if isinstance(tools, list) else []


def inner(holder: Json, name: str) -> Json:
    """An object inside another; an empty one where there is something else, which tells of no call."""
    found = holder.get(name)
    return found if isinstance(found, Mapping) else _EMPTY


def _search(tools: list[Json]) -> str:
    preview = any(str(tool.get("type", "")).startswith("web_search_preview") for tool in tools)
    return "web_search_preview" if preview else "web_search"


def _interpreter(tools: list[Json]) -> str:
    """The fee of a container by its memory: that of 1 GB has no size in its name, and is what one gets unasked."""
    for tool in tools:
        if tool.get("type") == "code_interpreter" and isinstance(held := tool.get("container"), Mapping):
            size = str(held.get("memory_limit") or "1g").lower()
            return "code_interpreter" if size == "1g" else f"code_interpreter_{size}"
    return "code_interpreter"


def of_xai(body: Json, usage: Json) -> tuple[Calls, ...]:
    """Calls by the counters of the tools of xAI's servers, and the sources of its retired Live Search."""
    counters = inner(usage, "server_side_tool_usage_details") or inner(usage, "server_side_tool_usage")
    counters = counters or inner(body, "server_side_tool_usage")
    found: dict[str, int] = {}
    for name, number in counters.items():
        tool = name.lower().removeprefix("server_side_tool_").removesuffix("_calls")
        if tool not in _FREE:
            found[_OF_XAI.get(tool, tool)] = whole(number, name)
    if not counters:
        found["server_side_tools"] = whole(usage.get("num_server_side_tools_used"), "num_server_side_tools_used")
    found["live_search"] = whole(usage.get("num_sources_used"), "num_sources_used")
    return _made(found)


def of_perplexity(usage: Json) -> tuple[Calls, ...]:
    """What an answer of Perplexity is charged for beside its tokens; its request by the size of what was searched."""
    found = {}
    size = usage.get("search_context_size")
    if isinstance(size, str) and size:
        found["request" if size.lower() == "low" else f"request_{size.lower()}"] = 1
    for field, name in (("citation_tokens", "citation_tokens"), ("num_search_queries", "search_query")):
        found[name] = whole(usage.get(field), field)
    if found["citation_tokens"] or found["search_query"]:  # deep research: apart from the tokens of the completion
        found["reasoning_tokens"] = whole(usage.get("reasoning_tokens"), "reasoning_tokens")
    return _made(found)


def of_anthropic(usage: Json) -> tuple[Calls, ...]:
    """Requests to tools of Anthropic's servers: 'web_search_requests' and the like."""
    tools = inner(usage, "server_tool_use")
    found = {name.removesuffix("_requests"): whole(number, name) for name, number in tools.items()}
    return _made({name: number for name, number in found.items() if not name.startswith(_FREE)})


def of_bedrock(usage: Json) -> tuple[Calls, ...]:
    """Requests to the tools of Bedrock's servers: 'webSearchRequests' and the like."""
    tools = inner(usage, "serverToolUsage")
    found = {snake_case(name).removesuffix("_requests"): whole(number, name) for name, number in tools.items()}
    return _made({name: number for name, number in found.items() if not name.startswith(_FREE)})


def of_searches(details: Json) -> tuple[Calls, ...]:
    """Searches that LiteLLM counts among the details of the prompt."""
    return _made({"web_search": whole(details.get("web_search_requests"), "web_search_requests")})


def of_gemini(body: Json) -> tuple[Calls, ...]:
    """Grounding: how many queries were searched for, all in one prompt; of maps where these alone were asked."""
    queries, of_web, of_maps = 0, False, False
    for about in _grounded(body):
        asked, chunks = google_field(about, "webSearchQueries"), google_field(about, "groundingChunks")
        queries += sum(bool(str(query).strip()) for query in asked) if isinstance(asked, list) else 0
        for chunk in chunks if isinstance(chunks, list) else ():
            of_web |= "web" in chunk
            of_maps |= "maps" in chunk
        of_maps |= bool(google_field(about, "googleMapsWidgetContextToken"))
    if of_maps and not of_web:
        return (Calls("grounding_maps", max(queries, 1), 1),)
    searches = (Calls("grounding_search", queries, 1),) if queries else ()
    return (*searches, Calls("grounding_maps", 1, 1)) if of_maps else searches


def _grounded(body: Json) -> Iterator[Json]:
    if isinstance(about := google_field(body, "groundingMetadata"), Mapping):  # an event of an agent
        yield about
    candidates = body.get("candidates")
    for candidate in candidates if isinstance(candidates, list) else ():
        about = google_field(candidate, "groundingMetadata") if isinstance(candidate, Mapping) else None
        if isinstance(about, Mapping):
            yield about


def _made(found: Mapping[str, int]) -> tuple[Calls, ...]:
    return tuple(Calls(name, number) for name, number in found.items() if number)
