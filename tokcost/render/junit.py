"""JUnit: a suite for each budget (or one for the command), a case for each row and for what they come to together."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from tokcost.phrases import printable, unobeyed
from tokcost.report import Finding, Report

# What XML 1.0 has no way to say, even escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TOGETHER = "(together)"

Cases = dict[tuple[str, str], list[Finding]]


def junit(report: Report) -> str:
    """The report as test suites: a finding is a failure, what could not be answered an error.

    Headlines are what a first case, that passes, has printed.
    """
    suites = _suites(report)
    failed = sum(bool(found) for cases in suites.values() for found in cases.values())
    problems = list(report.problems.sentences())
    tests = sum(map(len, suites.values())) + len(problems) + bool(report.headlines)
    root = _element("testsuites", name="tokcost", tests=tests, failures=failed, errors=len(problems))
    if report.headlines:
        suite = _element("testsuite", root, name="headlines", tests=1, failures=0, errors=0)
        case = _element("testcase", suite, name="headlines", classname="headlines")
        _element("system-out", case).text = "\n".join(map(_safe, report.headlines))
    for name, cases in suites.items():
        _suite(root, name, cases, report.told_by())
    if problems:
        suite = _element("testsuite", root, name="problems", tests=len(problems), failures=0, errors=len(problems))
        for problem in problems:
            case = _element("testcase", suite, name=problem.partition(": ")[0], classname="problems")
            _element("error", case, type="problem", message=problem)
    ElementTree.indent(root)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return unobeyed(head + ElementTree.tostring(root, encoding="unicode", short_empty_elements=True) + "\n")


def _suites(report: Report) -> dict[str, Cases]:
    suites: dict[str, Cases] = {}
    for row in report.table.rows:
        for budget in row.get("budgets") or (report.command,):
            suite = suites.setdefault(budget, {})
            suite[row["name"], row.get("model") or ""] = []
            suite[_TOGETHER, row.get("model") or ""] = []
    for found in report.findings:
        suite = suites.setdefault(found.budget or ("prices" if report.findings_in == "text" else report.command), {})
        suite.setdefault((found.name or _TOGETHER, found.model), []).append(found)
    return suites


def _suite(root: ElementTree.Element, name: str, cases: Cases, told_by: str) -> None:
    failed = sum(bool(found) for found in cases.values())
    suite = _element("testsuite", root, name=name, tests=len(cases), failures=failed, errors=0)
    if told_by:
        _element("property", _element("properties", suite), name="tokcost", value=told_by)
    for (about, model), findings in sorted(cases.items(), key=lambda case: case[0][0] == _TOGETHER):
        title = f"{about} [{model}]" if model else about
        case = _element("testcase", suite, name=title, classname=name)
        for found in findings:
            failure = _element("failure", case, type=found.rule, message=found.message)
            place = f"{found.rule_file}:{found.rule_line}" if found.rule_file else ""
            failure.text = "\n".join(_safe(word) for word in (found.remedy, found.hint, place) if word)


def _element(tag: str, parent: ElementTree.Element | None = None, **attributes: object) -> ElementTree.Element:
    shown = {key: _safe(str(value)) for key, value in attributes.items()}
    return ElementTree.Element(tag, shown) if parent is None else ElementTree.SubElement(parent, tag, shown)


def _safe(text: str) -> str:
    """On one line, in characters that XML has."""
    return printable(_NOT_XML.sub("\ufffd", text))
