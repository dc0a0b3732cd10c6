"""The names that people give to API keys, one of which may be the key itself."""

from __future__ import annotations

from tokcost.masking import fingerprint, scrub


def key_name(name: str | None) -> str | None:
    """The name given to a key; its fingerprint where that name is the key itself."""
    if not name:
        return None
    looks_random = len(name) >= 20 and " " not in name and any(char.isdigit() for char in name)
    return fingerprint(name) if looks_random or scrub(name) != name else name
