"""Text from outside as each format may hold it: shown, never obeyed by a page, a spreadsheet or a reader of logs."""

from __future__ import annotations

import re

from tokcost.phrases import printable

# An entity of no width: it takes an address, a mention or a reference apart, and nobody sees it.
_APART = "&#8203;"
_MARKUP = re.compile(
    r"(?P<escaped>[\\|`*_<>\[\]~])"
    r"|(?P<entity>&(?=#?\w+;))"
    r"|(?P<maths>\$(?!\d))"
    r"|(?P<split>(?<!\w)@(?=\w)|#(?=\d+(?!\w))|!(?=\d)|\bGH(?=-\d)|:(?=//)|\bwww(?=\.))",
    re.IGNORECASE,
)
_BEGINS_BLOCK = re.compile(r"[-+#=]|::|\d{1,9}(?=[.)])")
_FORMULA = tuple("=+-@\t\r＝＋－＠")
_NUMBER = re.compile(r"-\d+(\.\d+)?")
# In JSON: what a terminal would obey or what would end a line, and what a CI runner takes for a command.
_OBEYED = re.compile("[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]|##\\w*\\[")


def markdown_cell(text: str) -> str:
    """Text in a table: no markup, no end of the cell, no mention, no reference, no address."""
    return _MARKUP.sub(_escaped, printable(text))


def markdown_line(text: str) -> str:
    """The same as a line of its own, which also begins no heading, list, rule or command to a CI runner."""
    line = markdown_cell(text.strip())
    begins = _BEGINS_BLOCK.match(line)
    if begins is None:
        return line
    at = begins.end() if begins[0].isdecimal() else 0
    return f"{line[:at]}\\{line[at:]}"


def markdown_code(text: str) -> str:
    """Text between as many backticks as it takes."""
    shown = printable(text)
    most = max(map(len, re.findall("`+", shown)), default=0)
    fence, space = "`" * (most + 1), " " if most else ""
    return fence + space + shown + space + fence


def csv_cell(text: str) -> str:
    """A name that no spreadsheet runs as a formula, on one line; a plain number stays one."""
    guarded = text.startswith(_FORMULA) and not _NUMBER.fullmatch(text)
    return "'" * guarded + printable(text)


def json_lines(text: str) -> str:
    """JSON of the same value in which nothing is obeyed by what shows it."""
    if text.isascii() and "##" not in text and "\x7f" not in text:
        return text
    return _OBEYED.sub(lambda found: f"{found[0][:-1]}\\u{ord(found[0][-1]):04x}", text)


def _escaped(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "escaped":
            return "\\" + found[0]
        case "entity":
            return "&amp;"
        case "maths":
            return "&#36;"
    return found[0] + _APART
