"""How each seller writes its ids: regions, profiles, resource paths, variants. The form alone, with no data."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from tokcost.naming.sellers import DATA_ZONE, EVERYWHERE, OWN_MACHINE, REGIONAL
from tokcost.naming.spelling import dotted


class NameReading(NamedTuple):
    """What a name may mean.

    ``seller`` bills: "" is whoever makes it, None where the name does not say who. ``ids`` are how the seller may
    write the model, the likeliest first; ``place`` is where it is served. ``own_price`` says why no other id than
    these has its price; then, and where the seller has no row at all, it is counted as ``model``. ``why`` is what
    was read, in words.
    """

    seller: str | None
    ids: tuple[str, ...]
    model: str
    place: str = ""
    own_price: str = ""
    why: tuple[str, ...] = ()


_BEDROCK_ORG = (
    "anthropic|amazon|meta|mistral|cohere|ai21|deepseek|openai|qwen|google|nvidia|minimax|moonshotai|moonshot|writer"
    "|zai|xai|stability|twelvelabs|luma"
)
GEOGRAPHIES = ("global", "us-gov", "us", "eu", "apac", "jp", "au", "ca", "uk", "in", "sa", "me", "af", "cn")
_GEOGRAPHY = "|".join(GEOGRAPHIES)
BEDROCK_ID = re.compile(rf"(?:(?:{_GEOGRAPHY})\.)?(?:{_BEDROCK_ORG})\.[a-z][^/]*")
_ARN = re.compile(r"arn:(aws[a-z-]*):bedrock:([a-z0-9-]*):\d*:(?:inference-profile|foundation-model)/(.+)")
_AWS_REGION = re.compile(r"([a-z]{2,3}(?:-gov|-iso[a-z]?)?-[a-z]+-\d)/")
_WAY_IN = re.compile(r"(?:converse_like|converse|invoke|mantle|responses|chat|o_series|gpt5_series|models)/")
_COMMITMENT = re.compile(r"(?:\d|\*)-month-commitment/")
_BY_ORG = (("claude", "anthropic."), ("nova", "amazon."), ("titan", "amazon."), ("llama", "meta."))


def _bedrock(text: str) -> list[NameReading]:
    arn = _ARN.fullmatch(text)
    if text.startswith("arn:") and not arn:
        return []  # the name of something in an account, which says no model
    why = ["an ARN of Bedrock"] if arn else []
    region, text = (arn[2], arn[3]) if arn else ("", text)
    text = _WAY_IN.sub("", text, count=1) if _WAY_IN.match(text) else text
    if text.startswith("arn:"):
        return _bedrock(text)
    if path := _AWS_REGION.match(text):
        region, text = path[1], text[path.end() :]
        why.append(f"'{region}': a region")
    if bought := _COMMITMENT.match(text):
        model = text[bought.end() :]
        return [NameReading("bedrock", (text,), model, "", "throughput that is bought ahead is billed by the hour")]
    geography, model = "", text
    if found := re.match(rf"({_GEOGRAPHY})\.", text):
        geography, model = found[1], text[found.end() :]
    ids = [model, *(org + model for name, org in _BY_ORG if model.startswith(name))]
    if geography == "us-gov" or "-gov-" in region or (arn and arn[1] == "aws-us-gov"):
        own_price = "AWS GovCloud has a price of its own"
        return [NameReading("bedrock", (f"us-gov.{model}",), model, "", own_price, ("GovCloud",))]
    if geography == "cn" or region.startswith("cn-"):
        return [NameReading("bedrock", (text,), model, "", "AWS in China has a price of its own", ("China",))]
    if geography == EVERYWHERE:
        why.append("'global.': the profile of all regions")
    else:
        why.append(f"'{geography}.': the profile of a geography" if geography else "no 'global.': in a region")
    own = [NameReading("bedrock", (text,), model, "", "", tuple(why))] if geography else []
    if region and not geography:  # some regions have prices of their own
        own = [NameReading("bedrock", (f"{region}/{model}",), model, "", "", tuple(why))]
    place = EVERYWHERE if geography == EVERYWHERE else REGIONAL
    return [*own, NameReading("bedrock", tuple(ids), model, place, "", tuple(why))]


_VERTEX_PATH = re.compile(
    r"(?:(?://|https://)[a-z0-9.-]+/(?:v1[a-z0-9]*/)?)?"
    r"(?:projects/[^/]+/)?(?:locations/(?P<place>[a-z0-9-]+)/)?(?:publishers/(?P<org>[^/]+)/models/)?(?P<id>.+)"
)
_VERTEX_REGION = re.compile(r"(global|regional|us|eu|[a-z]+-[a-z]+\d+)/")


def _vertex(text: str) -> list[NameReading]:
    path = _VERTEX_PATH.fullmatch(text)
    if path is None or re.search(r"(?:^|/)(?:endpoints|tunedmodels|models)/|^\d+$", path["id"]):
        return []  # an endpoint or a model of a project's own
    place, model, why = path["place"] or "", path["id"], []
    if region := _VERTEX_REGION.match(model):
        place, model = place or region[1], model[region.end() :]
    if path["org"]:
        why.append("a path of Vertex AI")
    if place:
        why.append("the global endpoint" if place == EVERYWHERE else f"'{place}': a regional endpoint")
    ids = (model, f"{path['org']}/{model}") if path["org"] else (model,)
    return [NameReading("vertex", ids, model, "" if place in ("", EVERYWHERE) else REGIONAL, "", tuple(why))]


_ZONES = {
    "eu": DATA_ZONE, "us": DATA_ZONE, "data-zone": DATA_ZONE, "datazone": DATA_ZONE, "data-zone-standard": DATA_ZONE,
    "datazonestandard": DATA_ZONE, "global": "", "global-standard": "", "globalstandard": "", "standard": REGIONAL,
    "regional": REGIONAL,
}  # fmt: skip


def _azure(text: str) -> list[NameReading]:
    text = _WAY_IN.sub("", text, count=1) if _WAY_IN.match(text) else text
    zone, slash, model = text.partition("/")
    if slash and zone in ("us-gov", "usgov"):
        return [
            NameReading("azure", (text,), model, "", "Azure Government has a price of its own", ("Azure Government",))
        ]
    if slash and zone in _ZONES:
        place = _ZONES[zone]
        words = {DATA_ZONE: "a data zone", REGIONAL: "one region", "": "served anywhere"}
        why = (f"'{zone}/': {words[place]}",)
        return [
            NameReading("azure", (text,), model, "", "", why),
            NameReading("azure", (model,), model, place, "", why),
        ]
    if tuned := re.fullmatch(r"(.+)\.ft-[0-9a-z]+.*", text):
        return [NameReading("azure", (text,), tuned[1], "", "a fine-tune has rates of its own", ("a fine-tune",))]
    return [NameReading("azure", (text,), text)]


# The price of the model itself: it thinks, searches the web (for a fee), or is sent to the newest of its endpoints.
_SAME_PRICE = ("thinking", "online", "beta")
_OWN_PRICE = {
    "free": "what is free is limited by day, and has a row of its own where it is offered",
    "batch": "batches have rates of their own",
    "nitro": "it is routed by throughput, to the rate of the provider that is chosen",
    "floor": "it is routed by price, to the rate of the provider that is chosen",
    "exacto": "it is routed by quality, to the rate of the provider that is chosen",
    "extended": "a longer window has a price of its own",
}
VARIANTS = frozenset((*_SAME_PRICE, *_OWN_PRICE))


def _openrouter(text: str) -> list[NameReading]:
    model, _, variant = text.rpartition(":")
    if variant in _SAME_PRICE and model:
        return [NameReading("openrouter", (text, model), model, "", "", (f"':{variant}' costs what the model does",))]
    if variant in _OWN_PRICE and model:
        return [NameReading("openrouter", (text,), model, "", _OWN_PRICE[variant], (f"':{variant}': a variant",))]
    return [NameReading("openrouter", (text,), text)]


def _fireworks(text: str) -> list[NameReading]:
    if path := re.fullmatch(r"accounts/([^/]+)/(?:models|routers)/([^#]+)(#.*)?", text):
        if path[1] != "fireworks":
            return []  # a model of an account's own
        text, why = path[2], ("a path of Fireworks",)
        if path[3]:
            own_price = "a deployment of one's own is billed by the hour"
            return [NameReading("fireworks", (text + path[3],), dotted(text), "", own_price, why)]
        return [NameReading("fireworks", (text, _undotted(text)), dotted(text), why=why)]
    return [NameReading("fireworks", (text, _undotted(text)), dotted(text))]


def _undotted(text: str) -> str:
    return re.sub(r"(?<=\d)\.(?=\d)", "p", text)


def _huggingface(text: str) -> list[NameReading]:
    model, _, router = text.rpartition(":")
    if not model:
        return [NameReading("huggingface", (text,), text)]
    own_price = "Hugging Face passes on the rate of the provider that it is routed to"
    return [NameReading("huggingface", (text,), model, "", own_price, (f"':{router}': routed by Hugging Face",))]


def _databricks(text: str) -> list[NameReading]:
    model = text.removeprefix("system.ai.").removeprefix("databricks-")
    return [NameReading("databricks", (text, f"databricks-{model}"), model)]


def _own_machine(seller: str) -> Callable[[str], list[NameReading]]:
    def read(text: str) -> list[NameReading]:
        model = re.sub(r"[:-](?:latest|fp16|(?:instruct-)?q\d\w*)$", "", text).replace(":", "-")
        return [
            NameReading(seller, (text,), model, "", f"{seller} runs on a machine of one's own, which bills no tokens")
        ]

    return read


def _places_of(seller: str, places: Mapping[str, str]) -> Callable[[str], list[NameReading]]:
    def read(text: str) -> list[NameReading]:
        text = _WAY_IN.sub("", text, count=1) if _WAY_IN.match(text) else text
        at, slash, model = text.partition("/")
        if slash and at in places:
            return [NameReading(seller, (model,), model, places[at], "", (f"'{at}/': a place",))]
        return [NameReading(seller, (text,), text)]

    return read


def _anthropic(text: str) -> list[NameReading]:
    at, slash, model = text.partition("/")
    if slash and at == "fast":  # OpenRouter has ids of its own for that mode, which end in -fast
        own_price = "fast mode has rates of its own ('--mode fast')"
        return [NameReading("anthropic", (text,), model, "", own_price, ("fast mode",))]
    return _places_of("anthropic", {"us": "us"})(text)


_READERS: dict[str, Callable[[str], list[NameReading]]] = {
    "bedrock": _bedrock,
    "vertex": _vertex,
    "azure": _azure,
    "openrouter": _openrouter,
    "fireworks": _fireworks,
    "databricks": _databricks,
    "huggingface": _huggingface,
    "openai": _places_of("openai", {"regional": REGIONAL, "eu": REGIONAL, "us": REGIONAL}),
    "mistral": _places_of("mistral", {"regional": REGIONAL}),
    "anthropic": _anthropic,
    "xai": _places_of("xai", {"us": "us"}),
    "google": _places_of("google", {}),
}


def at_seller(seller: str, text: str) -> list[NameReading]:
    """An id as the seller writes it, case folded; nothing where it is a name of an account's own."""
    if seller in OWN_MACHINE:
        return _own_machine(seller)(text)
    reader = _READERS.get(seller)
    if reader is not None:
        return reader(text)
    model = re.sub(r"^@(?:cf|hf)/", "", text)
    return [NameReading(seller, (text, model) if model != text else (text,), model)]
