"""What the readers of the logs of coding agents have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from tokcost.errors import Problem
from tokcost.logs.counts import CountedUsage
from tokcost.logs.entry import NOTHING, BadLine, Entry, Read, whole
from tokcost.logs.fields import text
from tokcost.logs.format import file_of
from tokcost.logs.formats.entries import charge, entry_of
from tokcost.logs.times import moment
from tokcost.logs.unread import counts_in, not_read
from tokcost.masking import scrub

Json = Mapping[str, Any]
# Who sells the models of others, at rates or under names of its own, by the names that agents give it. A maker's name
# is not taken for the seller: agents keep it where the address is another's.
_SELLERS = {
    "amazon-bedrock": "bedrock", "bedrock": "bedrock", "aws_bedrock": "bedrock", "google-vertex": "vertex",
    "google-vertex-anthropic": "vertex", "vertex": "vertex", "gcp_vertex_ai": "vertex", "azure": "azure",
    "azure-openai-responses": "azure", "azure_openai": "azure", "openrouter": "openrouter",
}  # fmt: skip


def used(
    where: str,
    client: str,
    found: CountedUsage,
    model: object = None,
    when: object = None,
    charged: Decimal | None = None,
    project: object = None,
    identity: object = None,
    provider: object = None,
) -> Entry | None:
    """The entry of what an agent used; None for a request that used nothing, as one that was broken off."""
    if found.usage == NOTHING and charged is None and not found.doubts:
        return None
    return entry_of(
        where,
        found,
        model,
        when,
        provider=_SELLERS.get(str(provider).lower()),
        client=client,
        project=text(project),
        charged=charged,
        identity=text(identity),
    )


def summed(entry: Entry, requests: int = 1) -> Entry:
    """The entry as the sum of requests whose sizes are not told."""
    return entry._replace(is_aggregate=True, requests=max(requests, 1), prompt=(0, entry.usage.input_tokens))


def paid(value: object) -> Decimal | None:
    """What an agent says that it was charged; 0 is what a subscription shows, and no charge."""
    return charge(value) or None


def numbers(usage: Json) -> dict[str, int]:
    """The plain counts of a usage object; what is no number is left out."""
    return {
        str(name): whole(value, str(name))
        for name, value in usage.items()
        if (isinstance(value, int | float | Decimal) and not isinstance(value, bool))
        or (isinstance(value, str) and value.strip().isdecimal())
    }


def silent(holder: Json) -> None:
    """What should have told a usage and tells none is none. Raises BadLine where it has counts all the same."""
    if counts := counts_in(holder):
        raise BadLine(not_read(counts))


def guarded(where: str, read: Callable[[], Entry | None]) -> Iterator[Read]:
    """The entry of one part of a document; what is wrong with it does not hide the others."""
    try:
        entry = read()
    except BadLine as bad:
        yield Problem(where, scrub(str(bad)))
    else:
        if entry is not None:
            yield entry


def falls(now: Entry, before: Entry) -> bool:
    """Whether a sum is less than it was before, so that it was begun anew."""
    return now.usage.input_tokens < before.usage.input_tokens or now.usage.output_tokens < before.usage.output_tokens


def folder_of(where: str) -> str:
    """The folder of the file in which a value stands."""
    return file_of(where).replace("\\", "/").rpartition("/")[0]


def stamp(value: object) -> Any:
    """A time that only orders lines: None where it cannot be read."""
    try:
        return moment(value)
    except BadLine:
        return None
