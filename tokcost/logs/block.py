"""The console block: ``[API USAGE LOG]`` with a time, then one ``NAME: value`` per line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tokcost.errors import Problem
from tokcost.logs.entry import BadLine, Entry, Read, stated
from tokcost.logs.fields import model_name, text
from tokcost.logs.stated_money import stated_amount
from tokcost.logs.text_lines import TextLine
from tokcost.logs.times import moment
from tokcost.masking import fingerprint, scrub
from tokcost.usage import Usage

HEAD = "[API USAGE LOG]"
_UNIT = re.compile(r"\s*tokens?$", re.IGNORECASE)


def blocks(name: str, lines: Iterable[TextLine]) -> Iterator[Read]:
    """The blocks of a log; each runs to the next head. One with a damaged line is a problem, not a request."""
    fields: dict[str, str] = {}
    where = f"{name}:1"
    damaged = False
    for number, line, damage in lines:
        bare = line.strip()
        if bare.startswith(HEAD):
            if fields and not damaged:
                yield _read(where, fields)
            fields, where, damaged = {"TIME": bare.removeprefix(HEAD).strip()}, f"{name}:{number}", False
        if damage:
            damaged = True
            yield Problem(f"{name}:{number}", damage)
        elif bare.startswith(HEAD):
            continue
        elif bare and fields:
            field, colon, value = bare.partition(":")
            if colon:
                fields[field.strip().upper()] = value.strip()
            else:
                yield Problem(f"{name}:{number}", "no 'NAME: value' of a block")
        elif bare:
            yield Problem(f"{name}:{number}", f"stands outside of any block: a block begins with {HEAD}")
    if fields and not damaged:
        yield _read(where, fields)


def _read(where: str, fields: dict[str, str]) -> Read:
    try:
        return _entry(where, fields)
    except BadLine as bad:
        return Problem(where, scrub(str(bad)))


def _entry(where: str, fields: dict[str, str]) -> Entry:
    status = fields.get("STATUS", "").lower()
    free = f"failed: {status}" if status in ("failed", "error", "rejected", "cancelled", "canceled") else ""
    usage, split = _usage(fields)
    charged, currency = stated_amount(fields.get("BILLING") or fields.get("COST") or "", "BILLING")
    return Entry(
        where,
        usage,
        model=model_name(fields.get("MODEL")),
        when=moment(fields.get("TIME"), HEAD),
        client=text(fields.get("CLIENT")),
        key=fingerprint(fields["API_KEY"]) if fields.get("API_KEY") else None,
        project=text(fields.get("PROJECT")),
        charged=charged,
        currency=currency or "USD",
        split_known=split,
        not_billed_because=free,
    )


def _usage(fields: dict[str, str]) -> tuple[Usage, bool]:
    """The tokens: input and output where both are stated, else one sum, taken as input. An embedding has no output."""
    if "OUTPUT" in fields or ("INPUT" in fields and "USAGE" not in fields):
        output = _count(fields, "OUTPUT") if "OUTPUT" in fields else 0
        return Usage(_count(fields, "INPUT"), output_tokens=output), True
    if "USAGE" not in fields:
        raise BadLine("a block without USAGE")
    return Usage(_count(fields, "USAGE")), False


def _count(fields: dict[str, str], field: str) -> int:
    return stated({field: _UNIT.sub("", fields.get(field, ""))}, field)
