"""API keys as they may be shown: enough to tell them apart, never enough to use them.

``scrub`` stands at the doors through which text leaves: reports and lines for people. What is read from outside
may hold a key anywhere, in a file name, an id, a URL, an option; nobody else needs to know what a key looks like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

# Names of fields and headers that hold a key, lower-cased.
KEY_FIELDS = frozenset(
    {
        "api_key", "apikey", "api-key", "x-api-key", "x-goog-api-key", "authorization", "proxy-authorization",
        "openai-api-key", "anthropic-api-key", "openai_api_key", "anthropic_api_key", "secret_key", "access_token",
        "user_api_key", "virtual_key", "token", "subscription-key", "ocp-apim-subscription-key",
        "aws_secret_access_key",
    }
)  # fmt: skip
_SHORTEST = 9
_MIN_SHOWN_LENGTH = 12
# A longer text is not kept: messages of a megabyte would fill the memory.
_MAX_KEPT = 512
# A text without any of these, lower-cased, and without so long a run of letters and digits holds no key: most are
# such, and the forms themselves are not even loaded for them.
HINTS = (
    "key", "token", "secret", "pass", "pwd", "credential", "auth", "sig", "code=", "bearer", "basic", "://",
    "-----begin", "eyj", "sk-", "sk_", "pk-", "pk_", "rk-", "rk_", "xai", "hf-", "hf_", "r8", "fw-", "fw_", "pplx",
    "nvapi", "tgp", "sess", "lsv2", "tvly", "glsa", "akia", "asia", "abia", "acca", "agpa", "aida", "aroa", "anpa",
    "anva", "aiza", "gocspx", "ya29", "1//0", "xox", "xapp-", "hooks.slack", "ghp_", "gho_", "ghu_", "ghs_", "ghr_",
    "github_pat", "npm_", "glpat", "gldt", "glrt", "glcbt", "glptt", "glft", "api-", "pa-", "pypi", "dop_v1",
    "dapi", "shpat", "shpca", "shppa", "shpss", "sg.",
)  # fmt: skip
_LONG_RUN = r"[A-Za-z0-9+/]{32}"
# Azure's and others' keys; elsewhere the hash of a user looks the same.
_LONG_NAME = r"(?<![A-Za-z0-9])(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{32,}"


@lru_cache(maxsize=65536)
def fingerprint(key: str) -> str:
    """'sk-…xyz #4f1a': the ends of a key, and four digits of its hash. A short key shows no end.

    >>> fingerprint("sk-prod-abc123xyz")
    'sk-…xyz #25f2'
    """
    import hashlib

    bare = re.sub(r"^(?:bearer|basic|token)\s+", "", key.strip(), flags=re.IGNORECASE)
    mark = hashlib.sha256(bare.encode("utf-8", "surrogatepass")).hexdigest()[:4]
    return f"{bare[:3]}…{bare[-3:]} #{mark}" if len(bare) >= _MIN_SHOWN_LENGTH else f"… #{mark}"


def scrub(text: str) -> str:
    """The text with everything in it that looks like a key replaced by its fingerprint.

    >>> scrub("sk-learn-notes.md: https://x.org/v1?model=a&key=abcd1234")
    'sk-learn-notes.md: https://x.org/v1?model=a&key=… #e9ce'
    """
    if len(text) < _SHORTEST:
        return text
    return _scrubbed(text) if len(text) <= _MAX_KEPT else _scrubbed.__wrapped__(text)


@lru_cache(maxsize=65536)
def _scrubbed(text: str) -> str:
    plain, places = text, None
    if "%" in text or "\\" in text or "&" in text:
        from tokcost.masking.escapes import decoded

        plain, places = decoded(text)
    low = plain.lower()
    if not (any(hint in low for hint in HINTS) or (len(plain) >= 32 and re.search(_LONG_RUN, plain))):
        return text
    from tokcost.masking.forms import keys_in

    return _replaced(text, plain, places, keys_in(plain))


@lru_cache(maxsize=4096)
def scrub_name(text: str) -> str:
    """A name as a model or an option has it: no long run of letters and digits is one, it is taken for a key."""
    text = scrub(text)
    return _replaced(text, text, None, (match.span() for match in re.finditer(_LONG_NAME, text)))


def _replaced(text: str, plain: str, places: list[int] | None, spans: Iterable[tuple[int, int]]) -> str:
    """The text with fingerprints for spans of ``plain``, whose characters stand at ``places`` of the text."""
    parts, end = [], 0
    for first, last in spans:
        begin, beyond = (first, last) if places is None else (places[first], places[last])
        parts += [text[end:begin], fingerprint(plain[first:last])]
        end = beyond
    return "".join((*parts, text[end:])) if parts else text
