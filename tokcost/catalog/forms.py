"""How sellers and people write the names of Claude models: each spelling as the rows it may mean.

Only the form is read here. Whether there is such a row is for the book to say, and where there is
none the name stays unknown: a seller's name never leads to the row of another seller.
"""

from __future__ import annotations

import re

from tokcost.catalog.price_file import Key

# Sonnet 4.5 and later have two prices on Bedrock and Vertex AI, each in a table of its own: the global
# one, and the one of regions and geographies. GovCloud has a third, so that it never stands for a region.
_BEDROCK = (
    r"(?:arn:aws(?:-us-gov)?:bedrock:(?P<region>[a-z0-9-]+):\d*:(?:inference-profile|foundation-model)/"
    r"|bedrock[:/](?:converse/|invoke/)?(?:(?P<path>[a-z]{2}(?:-gov)?-[a-z]+-\d)/)?"
    r"|bedrock_converse[:/])?"
    r"(?P<where>(?:global|us|eu|jp|au|apac|us-gov)\.)?"
    r"(?P<id>anthropic\.claude-[a-z0-9.:-]+)(?:@(?P<day>20\d{6}))?"
)
_VERTEX = (
    r"(?P<seller>(?:projects/[^/]+/locations/(?P<place>[a-z0-9-]+)/)?publishers/anthropic/models/"
    r"|(?:vertex|vertex_ai|google-vertex)[:/](?P<regional>regional/)?)?"
    r"(?P<id>claude-[a-z0-9.-]+)(?P<version>@[a-z0-9]+)?"
)
# ":free", ":batch", ":nitro" and ":floor" have other prices than the model; these three have its own.
_OPENROUTER = r"(?P<seller>openrouter[:/])?(?P<id>anthropic/claude-[a-z0-9.-]+)(?P<variant>:thinking|:beta|:online)?"
_ANTHROPIC = r"(?:anthropic/|anthropic: ?)?(?P<id>claude[- ][a-z0-9. -]+)"
_FAMILY_FIRST = r"claude-(?P<family>[a-z]+)-(?P<version>\d(?:-\d)?)(?P<rest>-.+)?"
_VERSION_FIRST = r"claude-(?P<version>\d(?:-\d)?)-(?P<family>[a-z]+)(?P<rest>-.+)?"


def without_window(name: str) -> str:
    """The name without the ``[1m]`` by which Claude Code asks for the long window: the rates are the same."""
    asked = "claude" in name.casefold() and name.casefold().endswith("[1m]")
    return name[: -len("[1m]")] if asked else name


def without_path(name: str) -> str:
    """The name without the path that Google puts before it: ``models/``, or that of a project and its place."""
    return name.removeprefix("models/").rsplit("/models/", 1)[-1]


def rows_meant(name: str) -> tuple[Key, ...]:
    """The rows that the spelling may mean, the most likely first; none where it does not spell a Claude model.

    >>> rows_meant("bedrock/converse/eu.anthropic.claude-opus-5")
    (('bedrock', 'eu.anthropic.claude-opus-5'), ('bedrock', 'anthropic.claude-opus-5'))
    >>> rows_meant("Claude Opus 4.5")
    (('anthropic', 'claude-opus-4-5'), ('anthropic', 'claude-4-5-opus'))
    """
    folded = name.casefold()
    if "claude" not in folded:
        return ()
    return _at_bedrock(folded) or _at_vertex(folded) or _at_openrouter(folded) or _at_anthropic(folded)


def _at_bedrock(name: str) -> tuple[Key, ...]:
    match = re.fullmatch(_BEDROCK, name)
    if match is None:
        return ()
    model = f"{match['id']}-{match['day']}-v1:0" if match["day"] else match["id"]
    where = match["where"] or ""
    if (match["region"] or match["path"] or "").startswith("us-gov-"):
        where = "us-gov."
    own = ("bedrock", where + model)
    return (own,) if where in ("", "global.", "us-gov.") else (own, ("bedrock", model))


def _at_vertex(name: str) -> tuple[Key, ...]:
    match = re.fullmatch(_VERTEX, name)
    if match is None or not (match["seller"] or match["version"]):
        return ()
    version = match["version"] or ""
    regional = match["regional"] or match["place"] not in (None, "global")
    model = match["id"] + ("" if version == "@default" else version)
    return (("vertex", f"regional/{model}" if regional else model),)


def _at_openrouter(name: str) -> tuple[Key, ...]:
    match = re.fullmatch(_OPENROUTER, name)
    if match is None or not (match["seller"] or match["variant"]):
        return ()
    dotted = re.sub(r"(?<=-\d)-(?=\d(?:-|$))", ".", match["id"])
    return tuple(("openrouter", model) for model in dict.fromkeys((match["id"], dotted)))


def _at_anthropic(name: str) -> tuple[Key, ...]:
    match = re.fullmatch(_ANTHROPIC, name)
    if match is None:
        return ()
    model = re.sub("[ .]", "-", match["id"])
    both = [model]
    if turned := re.fullmatch(_FAMILY_FIRST, model):
        both.append(f"claude-{turned['version']}-{turned['family']}{turned['rest'] or ''}")
    elif turned := re.fullmatch(_VERSION_FIRST, model):
        both.append(f"claude-{turned['family']}-{turned['version']}{turned['rest'] or ''}")
    return tuple(("anthropic", each) for each in both)
