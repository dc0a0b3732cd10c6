"""Requests as LiteLLM's proxy keeps them: rows of its spend logs, and the payload that it hands to loggers."""

from __future__ import annotations

from tokcost.logs.batch import failed
from tokcost.logs.entry import Entry
from tokcost.logs.fields import LineContext, read_context, text
from tokcost.logs.format import Format, Json, each
from tokcost.logs.plain import FROM_ITS_CACHE, SAID_OF_IT, is_true, opened
from tokcost.logs.responses import response
from tokcost.logs.unread import not_known, token_fields

_FLAT = ("prompt_tokens", "completion_tokens", "total_tokens")


def _owns(value: Json) -> bool:
    if not ({"startTime", "start_time"} & set(value)):
        return False
    spent = "spend" in value and ("request_id" in value or "call_type" in value)
    return spent or ("response_cost" in value and ("call_type" in value or "model_map_information" in value))


def spent(where: str, value: Json) -> Entry:
    """The usage object in the metadata has the parts of the flat counts; a hit of the proxy's cache was not billed."""
    about, answer = opened(value.get("metadata")), opened(value.get("response"))
    usage = opened(about.get("usage_object")) or opened(answer.get("usage"))
    flat = {**token_fields(value), **{name: value.get(name) for name in _FLAT}}
    beside = [each for each in token_fields(value).items() if each[0] not in _FLAT and each[0] not in usage]
    known = _around(value, about)
    none = not any(flat.values()) and not any(isinstance(number, int) and number for number in usage.values())
    if is_true(value.get("cache_hit")):
        return Entry(where, model=text(value.get("model")), not_billed_because=FROM_ITS_CACHE, remarks=(SAID_OF_IT,))
    if none and str(value.get("status") or "").lower() in ("failure", "failed", "error"):
        return failed(where, about.get("error_information") or value.get("error_information") or value.get("error_str"))
    body = {
        "model": value.get("model") or answer.get("model"),
        "id": value.get("request_id") or value.get("id") or answer.get("id"),
        "service_tier": answer.get("service_tier"),
        **({"prompt_tokens": flat["prompt_tokens"], "completion_tokens": flat["completion_tokens"]} if usage else {}),
        "response": {"usage": usage or flat},
    }
    entry = response(where, body)
    return entry._replace(
        identity=str(body["id"]) if body["id"] else None,
        provider=text(value.get("custom_llm_provider")),
        when=known.when,
        client=known.client,
        key=known.key,
        project=known.project,
        charged=known.charged,
        currency=known.currency,
        tokens_known=not (none and known.charged),
        doubts=(*entry.doubts, *not_known([(name, number) for name, number in beside if usage and number])),
    )


def _around(value: Json, about: Json) -> LineContext:
    """Who, when and at what charge; the team is the project, and a key has the name that it was given."""
    known = read_context(value)
    team = text(about.get("user_api_key_team_alias")) or text(value.get("team_id"))
    alias = text(about.get("user_api_key_alias"))
    return known._replace(project=known.project or team, key=known.key or alias)


FORMAT = Format(
    "LiteLLM spend logs",
    "rows of LiteLLM_SpendLogs, and the standard logging payload of its proxy",
    "input includes what was cached; the parts stand in metadata.usage_object",
    frozenset({"spend", "response_cost"}),
    _owns,
    each(spent),
)
