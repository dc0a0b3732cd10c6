"""What an unknown name may have been meant for: of the same family, and of the seller that it names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from tokcost.catalog.price_file import Key
from tokcost.naming.forms import readings
from tokcost.naming.sellers import RESELLERS
from tokcost.naming.spelling import weights
from tokcost.phrases import nearest

_MOST = 3
# How much alike two families must be where one is a slip for the other.
_ALIKE = 0.8
# How much alike two names are where one is the other with a letter wrong.
_SLIP = 0.9


def suggestions(
    name: str, owners: Mapping[str, Iterable[Key]], shown: Mapping[str, str], is_gone: Callable[[Key], bool]
) -> list[str]:
    """The known names nearest to one that is not known, those of its seller first; none where no family is near.

    ``owners`` are the models by their names, case folded; ``shown`` is how each is written. Of those that only begin
    so the retired and the unpriced ones come last.
    """
    read = readings(name)
    if not read:
        return []
    seller, wanted = read[0].seller, weights(read[0].model)
    by_core: defaultdict[str, list[tuple[str, Key]]] = defaultdict(list)
    for known, keys in owners.items():
        by_core[weights(known)] += [(known, key) for key in keys]
    family = _family_of(wanted, {_family(core) for core in by_core})
    if not family:
        return []
    begun = len(wanted) > 2
    found: dict[str, None] = {}
    for of_seller in (True, False):
        cores = {
            core: [each for each in names if _fits(each[1][0], seller) == of_seller]
            for core, names in by_core.items()
            if _family(core) == family
        }
        there = sorted((core for core, names in cores.items() if names), key=len)
        begins = sorted(
            (core for core in there if begun and core.startswith(wanted)),
            key=lambda core: (all(is_gone(key) for _, key in cores[core]), len(core), core),
        )
        # a slip in the family has been seen already: what is compared is the rest
        told = family + wanted[len(_family(wanted)) :]
        close = nearest(told, there)
        base = [core for core in there if told.startswith(f"{core}-") and not nearest(told, there, 1, _SLIP)][-1:]
        for core in dict.fromkeys([*base, *begins, *close]):
            known, key = min(cores[core], key=lambda each: (each[1][0] in RESELLERS, len(each[0]), each[0]))
            bare = key[0] not in RESELLERS and (seller is None or "/" not in name)
            found[shown.get(known, known) if bare else f"{key[0]}/{shown.get(known, known)}"] = None
        if found and of_seller:
            break
    return list(found)[:_MOST]


def _fits(provider: str, seller: str | None) -> bool:
    """Whether a provider is the one that a name says; of a name that says none, any maker."""
    return provider == seller if seller else provider not in RESELLERS


def _family(core: str) -> str:
    found = re.match(r"[a-z]+", core)
    return found[0] if found else ""


def _family_of(wanted: str, families: set[str]) -> str:
    """The family of a name, or the one that it is a slip for."""
    own = _family(wanted)
    if own in families:
        return own
    turned = [each for each in families if len(own) > 2 and sorted(each) == sorted(own)]
    near = turned or (nearest(own, sorted(families), 1, _ALIKE) if len(own) > 3 else [])
    return near[0] if near else ""
