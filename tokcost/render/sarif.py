"""SARIF 2.1.0: what code scanning shows. Paths are relative to the top of the repository."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from tokcost.report import Finding, Report

RULES = {
    "max-tokens": "What was counted has more input tokens than the limit allows.",
    "fit": "An input and its output do not fit the context window of the model.",
    "max-input-tokens": "A prompt has more input tokens than its budget allows.",
    "max-total-tokens": "The prompts of a budget have more input tokens together than it allows.",
    "max-cost": "What was priced costs more than its limit or budget allows.",
    "max-total-cost": "One request with each prompt of a budget costs more than it allows.",
    "max-cost-per-month": "The prompts of a budget cost more in a month than it allows.",
    "max-increase": "A prompt grew by more than its budget allows.",
    "max-total-increase": "The prompts of a budget grew together by more than it allows.",
    "new-prompt": "A prompt came from nothing at the base, and its budget takes no new ones.",
    "allowed-models": "A budget uses a model that is not among those allowed.",
    "locked": "A prompt grew against the lock, or is not in it.",
    "max-price-age": "A price was last compared with its source too long ago.",
    "over": "A charge is more than what its tokens cost at the rates of its day.",
    "under": "A charge is less than what its tokens cost at the rates of its day.",
    "impossible": "A charge that no rate in force on its day explains.",
    "duplicate": "A request is charged that was charged before.",
    "missing-on-the-bill": "What the log shows was used is not on the bill.",
    "missing-in-the-log": "What the bill charges is not in the log.",
    "audit": "More lines of an audit do not match.",
    "retires-within": "A model is about to be switched off by its provider.",
}


def sarif(report: Report) -> str:
    """The findings as one run."""
    from importlib.metadata import version

    names = list(RULES)
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "tokcost",
                "version": version("tokcost"),
                "rules": [{"id": name, "shortDescription": {"text": text}} for name, text in RULES.items()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(found, report.prefix, names) for found in report.findings],
    }
    if report.headlines:
        told = [{"level": "warning", "message": {"text": line}} for line in report.headlines]
        run["invocations"] = [{"executionSuccessful": report.complete, "toolExecutionNotifications": told}]
    document = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def fingerprint(found: Finding) -> str:
    """What stays the same while the same rule is broken by the same prompt, however its numbers move."""
    parts = (found.rule, found.budget, found.name, found.model)
    return sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _result(found: Finding, prefix: str, names: list[str]) -> dict[str, Any]:
    text = ". ".join(part.rstrip(".") for part in (found.message, found.remedy, found.hint) if part) + "."
    result: dict[str, Any] = {
        "ruleId": found.rule,
        "ruleIndex": names.index(found.rule),
        "level": "error",
        "message": {"text": text},
        "partialFingerprints": {"tokcost/v1": fingerprint(found)},
    }
    if found.file:
        result["locations"] = [_location(prefix + found.file, found.line)]
    if found.rule_file and (found.rule_file, found.rule_line) != (found.file, found.line):
        rule = _location(prefix + found.rule_file, found.rule_line)
        result["relatedLocations"] = [{"id": 1, **rule, "message": {"text": "the rule"}}]
    return result


def _location(path: str, line: int | None) -> dict[str, Any]:
    place: dict[str, Any] = {
        "artifactLocation": {"uri": quote(path, errors="surrogateescape"), "uriBaseId": "%SRCROOT%"}
    }
    place["region"] = {"startLine": line or 1}
    return {"physicalLocation": place}
