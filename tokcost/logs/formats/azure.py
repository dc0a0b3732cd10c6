"""Azure's resource logs: the requests of models that API Management has passed on, and others without usage."""

from __future__ import annotations

from collections.abc import Iterator

from tokcost.errors import Problem
from tokcost.logs.counts import CountFields, counted
from tokcost.logs.entry import Read
from tokcost.logs.fields import read_context
from tokcost.logs.format import Format, FormatReader, Inner, Json
from tokcost.logs.plain import opened, plain
from tokcost.logs.told import Told
from tokcost.logs.unread import counts_in, not_read

# Categories of API Management, which are known without the resource that a record is of.
_GATEWAY = ("GatewayLlmLogs", "GatewayLogs")
_COUNTS = ("promptTokens", "completionTokens", "totalTokens", "cachedTokens", "reasoningTokens")
_FIELDS = CountFields(
    input=("promptTokens", "PromptTokens"),
    output=("completionTokens", "CompletionTokens"),
    cached=("promptTokensDetails.cachedTokens", "cachedTokens", "CachedTokens"),
    reasoning=("completionTokensDetails.reasoningTokens", "reasoningTokens", "ReasoningTokens"),
    total=("totalTokens", "TotalTokens"),
    embeds=True,
)


def _owns(value: Json) -> bool:
    if "PromptTokens" in value and ("ModelName" in value or "DeploymentName" in value):
        return True  # a row of ApiManagementGatewayLlmLog
    category = value.get("category", value.get("Category"))
    resource = {str(name).lower() for name in value} & {"resourceid", "resource_id"}
    return category in _GATEWAY or (bool(resource) and category is not None)


class _ResourceLogs(FormatReader):
    def __init__(self, told: Told, inner: Inner) -> None:
        super().__init__(told, inner)

    def value(self, where: str, value: Json) -> Iterator[Read]:
        """Counts stand in the first record of a request; the messages go on in more. Other categories have none."""
        held = opened(value.get("properties")) or opened(value.get("properties_s")) or value
        if not any(held.get(name) or held.get(name[0].upper() + name[1:]) for name in _COUNTS):
            if counts := counts_in(held):
                yield Problem(where, not_read(counts))
            else:
                self.told.without_usage += 1
            return
        if held.get("sequenceNumber") or held.get("SequenceNumber"):
            self.told.repeat("records that continue a request")
            return
        model = next(
            (held[name] for name in ("modelName", "ModelName", "deploymentName", "DeploymentName") if held.get(name)),
            None,
        )
        around = {**value, "time": value.get("time") or value.get("TimeGenerated")}
        known = read_context(around, held)
        identity = next((value[n] for n in ("correlationId", "CorrelationId", "requestId") if value.get(n)), None)
        yield plain(where, counted(held, _FIELDS), known, model, identity)


FORMAT = Format(
    "Azure resource logs",
    "GatewayLlmLogs of Azure API Management, and other categories of diagnostic settings, which have no usage",
    "input includes what was cached",
    frozenset({"category", "Category", "PromptTokens"}),
    _owns,
    _ResourceLogs,
)
