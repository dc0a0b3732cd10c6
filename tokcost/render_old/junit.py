"""JUnit: a suite for each budget, a case for each prompt and for what they come to together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from tokcost.budgets.outcome import Outcome
from tokcost.report import Finding

# What XML 1.0 has no way to say, even escaped.
_UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(outcome: Outcome) -> str:
    """The outcome as test suites; a finding is a failure."""
    cases: dict[str, dict[tuple[str, str], list[Finding]]] = {}
    for entry in outcome.prompts:
        suite = cases.setdefault(entry.setting.budget.name, {})
        suite[entry.row.name, entry.model.id] = []
        suite[_TOGETHER, entry.model.id] = []
    for found in outcome.report.findings:
        suite = cases.setdefault(found.budget or "prices", {})
        suite.setdefault((found.name or _TOGETHER, found.model), []).append(found)
    suites = [_suite(name, suite) for name, suite in cases.items()]
    total = sum(len(suite) for suite in cases.values())
    failed = sum(bool(found) for suite in cases.values() for found in suite.values())
    head = f'<testsuites name="tokcost" tests="{total}" failures="{failed}" errors="0">'
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + "\n".join([head, *suites, "</testsuites>"]) + "\n"


_TOGETHER = "(together)"


def _suite(name: str, cases: dict[tuple[str, str], list[Finding]]) -> str:
    failed = sum(bool(found) for found in cases.values())
    ordered = sorted(cases.items(), key=lambda case: case[0][0] == _TOGETHER)
    lines = [f'  <testsuite name={_attribute(name)} tests="{len(cases)}" failures="{failed}" errors="0">']
    for (prompt, model), found in ordered:
        lines += _case(name, f"{prompt} [{model}]", found)
    return "\n".join([*lines, "  </testsuite>"])


def _case(suite: str, name: str, findings: Sequence[Finding]) -> list[str]:
    head = f"    <testcase name={_attribute(name)} classname={_attribute(suite)}"
    if not findings:
        return [head + "/>"]
    lines = [head + ">"]
    for found in findings:
        words = [found.remedy, found.hint, f"{found.rule_file}:{found.rule_line}"]
        body = escape(_sayable("\n".join(word for word in words if word)))
        lines.append(
            f"      <failure type={_attribute(found.rule)} message={_attribute(found.message)}>{body}</failure>"
        )
    return [*lines, "    </testcase>"]


def _attribute(text: str) -> str:
    return quoteattr(_sayable(text))


def _sayable(text: str) -> str:
    return _UNSAYABLE.sub("\ufffd", text)
