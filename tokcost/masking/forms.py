"""The forms of keys: by their own beginning, by the name that stands before them, by where they stand.

Most texts hold none: a word that a form cannot do without is looked for first, and its pattern compiled only then.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from tokcost.masking.looks import decodes, has_random, is_hex, is_name, is_random, is_wordy


class KeyForm(NamedTuple):
    """``hints``: one stands in every text with such a key, lower-cased. ``is_key`` judges what the pattern found.

    What is hidden is the group ``key`` of the pattern, or all of it where it has none.
    """

    hints: frozenset[str]
    pattern: str
    is_key: Callable[[re.Match[str]], bool]


def _body(least: int) -> Callable[[re.Match[str]], bool]:
    """Some part of what follows the beginning looks drawn by chance."""
    return lambda match: has_random(match["body"], least)


def _loose(match: re.Match[str]) -> bool:
    """A body of letters with - and _ among them: what it is without them looks drawn by chance, or a part does."""
    body = match["body"]
    if has_random(body, 12):
        return True
    return len(body) >= 20 and any(map(str.isdigit, body)) and not (is_wordy(body) or is_name(body))


def _drawn(match: re.Match[str]) -> bool:
    return _loose(match) or (match["body"].lower() != match["body"] and len(match["body"]) >= 20)


def _glued(match: re.Match[str]) -> bool:
    """Behind a letter: the end of a word as ``task`` is followed by an id or a hash, too."""
    parts = re.split("[-_]", match["body"])
    if match["before"] in "aeiouAEIOU":
        return any(is_random(part, 20) and not is_hex(part) for part in parts)
    return any(is_random(part, 12) for part in parts)


def _has_digit(match: re.Match[str]) -> bool:
    return any(map(str.isdigit, match[0]))


def _id_of_aws(match: re.Match[str]) -> bool:
    return len(match[0]) == 20 or _has_digit(match)


def _secret_of_aws(match: re.Match[str]) -> bool:
    text = match[0]
    kinds = (str.islower, str.isupper, str.isdigit)
    return all(any(map(kind, text)) for kind in kinds) and not is_wordy(text)


def _web_token(match: re.Match[str]) -> bool:
    """Its first part is JSON in base64."""
    return decodes(match["first"]).isascii()


def _scheme(match: re.Match[str]) -> bool:
    """``Bearer`` and ``Basic`` are words, too: what follows must be a key by its looks."""
    key = match["key"].rstrip(".,;:")
    if match["scheme"].lower() == "basic":
        said = decodes(key)
        return (b":" in said and said.isascii()) or has_random(key, 12)
    return (any(map(str.isdigit, key)) and len(key) >= 8) or has_random(key, 12)


def _named(match: re.Match[str]) -> bool:
    """A quoted value of a name such as api_key is a key; one after a colon may be the next word of a sentence."""
    key = match["key"]
    if "…" in key or (match["first"] and not match["second"]):
        return False
    if match["second"] or "=" in match["between"] or "-" in match["name"]:
        return len(key) >= (4 if match["second"] else 6)
    return len(key) >= 6 and not (key.isalpha() and key.islower() and len(key) < 16)


def _barely_named(match: re.Match[str]) -> bool:
    """Many things are called key or token: only what looks drawn by chance is one."""
    key = match["key"]
    return "…" not in key and (has_random(key, 16) or (len(key) == 32 and is_hex(key)))


def _not_hidden(match: re.Match[str]) -> bool:
    return "…" not in match["key"]


def _form(hints: str, pattern: str, is_key: Callable[[re.Match[str]], bool] = lambda match: True) -> KeyForm:
    return KeyForm(frozenset(hints.split()), pattern, is_key)


_VALUE = r"(?P<key>[^\s\"'`&,;<>|(){}\[\]]+)"
_MORE = (
    "pk", "rk", "xai", "gsk", "hf", "r8", "fw", "pplx", "nvapi", "tgp", "csk", "sess", "lsv2", "pcsk", "tvly", "glsa",
)  # fmt: skip
FORMS = (
    _form("-----begin", r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY.*?(?:-----END [A-Z0-9 ]*-----|\Z)"),
    _form("sk- sk_", r"(?<![A-Za-z0-9])sk[-_](?P<body>[A-Za-z0-9_\-]{6,})", _body(8)),
    _form("sk-ant- sk-or-", r"sk-(?:ant-[a-z]{3,8}\d\d|or-v\d)-[A-Za-z0-9_\-]{6,}"),
    _form(
        "sk-", r"sk-(?:proj|ant|or|svcacct|admin|None|lf)-(?P<body>[A-Za-z0-9_\-]{8,})", _body(8)
    ),
    _form(
        " ".join(f"{name}- {name}_" for name in _MORE),
        rf"(?<![A-Za-z0-9])(?:{'|'.join(_MORE)})[-_](?P<body>[A-Za-z0-9_\-]{{12,}})",
        _loose,
    ),
    _form(
        " ".join(f"{name}- {name}_" for name in ("sk", *_MORE)),
        rf"(?P<before>[A-Za-z0-9])(?P<key>(?:sk|{'|'.join(_MORE)})[-_](?P<body>[A-Za-z0-9_\-]{{12,}}))",
        _glued,
    ),
    _form(
        "akia asia abia acca agpa aida aroa anpa anva",
        r"(?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA|ANPA|ANVA)[A-Z0-9]{12,}",
        _id_of_aws,
    ),
    _form("aiza", r"AIza[A-Za-z0-9_\-]{10,}"),
    _form("gocspx-", r"GOCSPX-[A-Za-z0-9_\-]{6,}"),
    _form("ya29. 1//0", r"(?:ya29\.|1//0)[A-Za-z0-9_\-.]{10,}"),
    _form("xox xapp-", r"(?:xox[a-z]|xapp)-[A-Za-z0-9\-]{8,}", _has_digit),
    _form("hooks.slack.com", r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<key>[A-Za-z0-9/]{10,})"),
    _form("ghp_ gho_ ghu_ ghs_ ghr_ npm_", r"(?:gh[pousr]|npm)_(?P<body>[A-Za-z0-9]{16,})", _body(16)),
    _form("github_pat_", r"github_pat_(?P<body>[A-Za-z0-9_]{16,})", _loose),
    _form("glpat- gldt- glrt- glcbt- glptt- glft-", r"gl(?:pat|dt|rt|cbt|ptt|ft)-(?P<body>[\w\-]{12,})", _drawn),
    _form("key- pa- api-", r"(?<![A-Za-z0-9])(?:key|pa|api)-(?P<body>[A-Za-z0-9_\-]{32,})", _body(30)),
    _form("pypi-age dop_v1_ dapi", r"pypi-AgE[\w\-]{16,}|dop_v1_[0-9a-f]{32,}|dapi[0-9a-f]{32}"),
    _form("shpat_ shpca_ shppa_ shpss_", r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    _form("sg.", r"SG\.(?P<body>[\w\-]{16,}\.[\w\-]{16,})", _loose),
    _form("age-secret-key-1", r"AGE-SECRET-KEY-1[0-9A-Z]{20,}"),
    # the runs from their beginning: from each eyJ on would be quadratic
    _form(".eyj", r"(?<![\w\-])(?P<body>[\w\-]{8,})\.eyJ[\w\-.]{4,}", lambda match: "eyJ" in match["body"]),
    _form("eyj", r"(?<![A-Za-z0-9])(?P<first>eyJ[A-Za-z0-9_\-]{10,})[A-Za-z0-9_\-.]*", _web_token),
    _form(
        "bearer basic", r"(?i:(?P<scheme>bearer|basic)[\s:+=]+)[\"']?(?P<key>[A-Za-z0-9_\-.=+/~]{6,})", _scheme
    ),
    _form(
        "key secret pass pwd credential token authorization signature",
        r"(?i)(?P<name>(?:api|access|account|subscription|private|virtual|master|signing|encryption|storage)[-_ ]?key"
        r"|secret(?:[-_]?access)?(?:[-_]?key)?|passw(?:or)?d|passphrase|pwd|credentials?"
        r"|(?:access|refresh|auth|id|session|security|bot|api|secret)[-_]?token"
        r"|(?:proxy-)?authorization|x-amz-signature|shared[-_]?access[-_]?signature)"
        r"(?P<first>[\"'`]?)(?P<between>\s*(?:=>|[:=])\s*)(?P<second>[\"'`]?)"
        r"(?:(?:bearer|basic|token|digest|negotiate|apikey)[\s+]+)?" + _VALUE,
        _named,
    ),
    _form(
        "key= token= secret= passwd= password= pwd= sig= signature= auth= code= credential=",
        r"(?i)[?&;](?:[a-z0-9_.\-]*(?:key|token|secret|passw(?:or)?d|pwd)|sig|signature|auth|code"
        r"|x-amz-(?:credential|signature))=(?P<key>[^&\s\"'`<>#]{4,})",
        _not_hidden,
    ),
    _form("key token", r"(?i)(?<![a-z0-9])(?:key|token)[\"'`]?\s*(?:=>|[:=])\s*[\"'`]?" + _VALUE, _barely_named),
    _form("://", r"://[^\s/:@?#]*:(?P<key>[^\s/@?#]+)@", _not_hidden),
    _form("://", r"://(?P<key>(?P<body>[^\s/:@?#]{16,}))@", _body(16)),
)  # fmt: skip
_HINTS = tuple({hint for form in FORMS for hint in form.hints})
# Those without a word to look for.
_BY_LOOKS = (
    _form(
        "",
        r"(?<![A-Za-z0-9])(?=[A-Z0-9]*[a-z])(?=[a-z0-9]*[A-Z])(?=[A-Za-z]*[0-9])[A-Za-z0-9]{32,}",
        lambda match: not is_wordy(match[0]),
    ),
    _form("", r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/])", _secret_of_aws),
)


def keys_in(text: str) -> list[tuple[int, int]]:
    """Where keys stand in a text, from left to right; what overlaps is one."""
    low = text.lower()
    found = []
    if hints := [hint for hint in _HINTS if hint in low]:
        for form in FORMS:
            if not form.hints.isdisjoint(hints):
                found += _spans(form, text)
    if len(text) >= 32:
        for form in _BY_LOOKS:
            found += _spans(form, text)
    return _merged(sorted(found)) if found else found


def _spans(form: KeyForm, text: str) -> list[tuple[int, int]]:
    matches = _compiled(form.pattern).finditer(text)
    return [match.span("key" if "key" in match.re.groupindex else 0) for match in matches if form.is_key(match)]


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged = [spans[0]]
    for first, last in spans[1:]:
        if first < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.DOTALL)
