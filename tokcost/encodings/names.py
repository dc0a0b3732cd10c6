"""Every shipped encoding by name, whatever its kind. Loads nothing."""

from __future__ import annotations

from tokcost.encodings.claude.specs import CLAUDE_SPECS, ClaudeSpec
from tokcost.encodings.cuts import Cuts
from tokcost.encodings.specs import SPECS, Spec

ENCODINGS: dict[str, Spec | ClaudeSpec] = {**SPECS, **CLAUDE_SPECS}


def common_cuts(names: list[str]) -> Cuts:
    """The rules by which a text may be cut that is counted with all of these encodings."""
    return frozenset.intersection(*(ENCODINGS[name].cuts for name in names))
