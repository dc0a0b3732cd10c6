"""SARIF 2.1.0: what code scanning shows. Paths are relative to the top of the repository."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from tokcost.phrases import printable
from tokcost.report import Finding, Report

# Of what a log is grouped by, each may have a limit.
_SPENT_BY = ("model", "provider", "client", "key", "project", "day", "month", "hour", "mode", "file")
# Each rule in a sentence, and then what to do about it.
RULES = {
    "max-tokens": "What was counted has more input tokens than the limit allows. Shorten it, or raise the limit.",
    "fit": "An input and its output do not fit the context window of the model. "
    "Shorten the input, ask for less output, or use a model with a larger window.",
    "max-input-tokens": "A prompt has more input tokens than its budget allows. "
    "Shorten it, or raise max-input-tokens of the budget; 'tokcost check --why' shows where its tokens are.",
    "max-total-tokens": "The prompts of a budget have more input tokens together than it allows. "
    "Shorten the largest of them, or raise max-total-tokens of the budget.",
    "max-cost": "What was priced costs more than its limit or budget allows. "
    "Shorten it, use a cheaper model or mode, or raise the limit.",
    "max-total-cost": "One request with each prompt of a budget costs more than it allows. "
    "Shorten the largest of them, use a cheaper model, or raise max-total-cost of the budget.",
    **{
        f"max-cost-per-{what}": f"The usage of one {what} costs more than its limit. "
        f"Use a cheaper model, or raise the limit of --max-cost-per {what}."
        for what in _SPENT_BY
    },
    "max-cost-per-month": "The prompts of a budget cost more in a month than it allows. "
    "Shorten them, use a cheaper model, or raise max-cost-per-month of the budget.",
    "max-increase": "A prompt grew by more than its budget allows. "
    "Take some of it back, or raise max-increase of the budget.",
    "max-total-increase": "The prompts of a budget grew together by more than it allows. "
    "Take some of it back, or raise max-total-increase of the budget.",
    "new-prompt": "A prompt came from nothing at the base, and its budget takes no new ones. "
    "Take it out, or set allow-new of the budget to true.",
    "allowed-models": "A budget uses a model that is not among those allowed. "
    "Use one of them, or add it to allowed-models.",
    "rules-changed": "The rules differ from those of the base, which are protected. "
    "Take the change back, or have it merged on its own by who keeps the rules.",
    "locked": "A prompt grew against the lock, or is not in it. Take it back, or accept it with 'tokcost lock'.",
    "max-price-age": "A price was last compared with its source too long ago. "
    "Compare it, and lay a price file over it.",
    "over": "A charge is more than what its tokens cost at the rates of its day. Ask the provider about it.",
    "under": "A charge is less than what its tokens cost at the rates of its day. "
    "Compare the price book with what was agreed.",
    "impossible": "A charge that no rate in force on its day explains. Compare the model and the day of the charge.",
    "duplicate": "A request is charged that was charged before. Ask the provider about it.",
    "missing-on-the-bill": "What the log shows was used is not on the bill. "
    "Compare the period that each of them covers.",
    "missing-in-the-log": "What the bill charges is not in the log. Look for what was used and not logged.",
    "audit": "More lines of an audit do not match. 'tokcost audit --format json' lists them all.",
    "retires-within": "A model is about to be switched off by its provider. Move to a model that stays.",
    "price-file": "A price file contradicts itself or the format. Correct it where the finding points.",
    "price-differs": "A price list of others has another rate than the book. "
    "Compare it with the provider's page; a note of the row that tells of it, with the number, explains it.",
    "engines": "Two engines count a text differently. Count with --engine tiktoken, and report it.",
    "parts": "A text counted in parts has another count than the whole. This is a bug of tokcost: report it.",
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
                "informationUri": "https://github.com/OWNER/tokcost",
                "rules": [_rule(name, text) for name, text in RULES.items()],
            }
        },
        "invocations": [_invocation(report)],
        "columnKind": "unicodeCodePoints",
        "results": [_result(found, report, names) for found in report.findings],
    }
    if told_by := report.told_by():
        run["properties"] = {"tokcost": told_by}
    document = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def fingerprint(found: Finding) -> str:
    """What stays the same while the same rule is broken by the same prompt, however its numbers move."""
    parts = (found.rule, found.budget, found.name, found.model)
    return sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _invocation(report: Report) -> dict[str, Any]:
    """How the run went: without results it is clean only if it was whole."""
    notes = [("warning", line) for line in report.headlines]
    notes += [("error", problem) for problem in report.problems.sentences()]
    notes += [("warning", note) for note in report.warnings]
    return {
        "executionSuccessful": report.complete,
        "toolExecutionNotifications": [{"level": level, "message": _message(text)} for level, text in notes],
    }


def _message(text: str) -> dict[str, str]:
    """Text in which nothing is obeyed; "](" would make a link of what stands around it."""
    return {"text": printable(text).replace("](", "] (")}


def _rule(name: str, text: str) -> dict[str, Any]:
    """A rule as code scanning describes it."""
    short, _, advice = text.rstrip(".").partition(". ")
    return {
        "id": name,
        "shortDescription": {"text": f"{short}."},
        "fullDescription": {"text": text},
        "help": {
            "text": text,
            "markdown": f"**{name}**: {short}.\n\n{advice or 'Raise the limit, or keep within it'}.",
        },
    }


def _result(found: Finding, report: Report, names: list[str]) -> dict[str, Any]:
    text = ". ".join(part.rstrip(".") for part in (found.message, found.remedy, found.hint) if part) + "."
    result: dict[str, Any] = {
        "ruleId": found.rule,
        "ruleIndex": names.index(found.rule),
        "level": "error",
        "message": _message(text),
        "partialFingerprints": {"tokcost/v1": fingerprint(found)},
        # GitHub takes no result without one
        "locations": [_location(report.prefix + (found.file or found.rule_file or report.command), found.line)],
    }
    if found.rule_file and (found.rule_file, found.rule_line) != (found.file, found.line):
        rule = _location(report.prefix + found.rule_file, found.rule_line)
        result["relatedLocations"] = [{"id": 1, **rule, "message": {"text": "the rule"}}]
    return result


def _location(path: str, line: int | None) -> dict[str, Any]:
    uri = quote(path, errors="surrogateescape")
    absolute = uri.startswith("/")
    artifact = {"uri": f"file://{uri}"} if absolute else {"uri": uri, "uriBaseId": "%SRCROOT%"}
    place = {"artifactLocation": artifact, "region": {"startLine": line or 1}}
    return {"physicalLocation": place}
