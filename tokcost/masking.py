"""API keys as they may be shown: enough to tell them apart, never enough to use them."""

from __future__ import annotations

import re
from functools import cache, lru_cache

# Names of fields and headers that hold a key, lower-cased.
KEY_FIELDS = frozenset(
    {
        "api_key", "apikey", "api-key", "x-api-key", "x-goog-api-key", "authorization", "proxy-authorization",
        "openai-api-key", "anthropic-api-key", "openai_api_key", "anthropic_api_key", "secret_key", "access_token",
        "user_api_key", "virtual_key", "token",
    }
)  # fmt: skip
_SECRET = (
    r"(?<![A-Za-z0-9])(?:(?:sk|pk|rk|xai|gsk|hf|r8|fw|pplx|nvapi|tgp|csk|sess)[-_][A-Za-z0-9_\-]{6,}"
    r"|AIza[A-Za-z0-9_\-]{10,}|AKIA[A-Z0-9]{12,}|eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-.]+"
    r"|(?=[A-Z0-9]*[a-z])(?=[a-z0-9]*[A-Z])(?=[A-Za-z]*[0-9])[A-Za-z0-9]{32,}"  # random by its looks
    r"|[Bb]earer\s+[A-Za-z0-9_\-.=]{6,})"
)
# Azure's and others' keys; elsewhere the hash of a user looks the same.
_RANDOM = r"(?<![A-Za-z0-9])(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{32,}"
_MIN_SHOWN_LENGTH = 12


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


@lru_cache(maxsize=65536)
def scrub(text: str) -> str:
    """The text with everything in it that looks like a key replaced by its fingerprint."""
    return _compiled(_SECRET).sub(lambda match: fingerprint(match[0]), text)


@lru_cache(maxsize=4096)
def scrub_name(text: str) -> str:
    """A name as a model or an option has it: no long run of letters and digits is one, it is taken for a key."""
    return _compiled(_RANDOM).sub(lambda match: fingerprint(match[0]), scrub(text))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compiled when it is first needed: most commands show no text that could hold a key."""
    return re.compile(pattern)
