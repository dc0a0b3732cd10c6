"""One spelling for all the ways in which an id is written: with dots or dashes, with or without its publisher."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

_DASHES = str.maketrans(dict.fromkeys("._@ \t", "-"))
_POINT = re.compile(r"(?<=\d)p(?=\d)")  # as Fireworks writes 3.1: 3p1
_CLAUDE_TURNED = re.compile(r"claude-(?P<version>\d(?:-\d{1,2})?)-(?P<family>[a-z]+)(?P<rest>-.+)?$")
_DATED = re.compile(r"(?P<base>.+?)[-@](?P<day>20\d{2}-?[01]\d-?[0-3]\d)")
_MONTH_AND_DAY = re.compile(r"(?P<base>.+?)-(?P<day>[01]\d[0-3]\d)")
# Of Bedrock (-v1:0, -v1, -1:0) and of Vertex AI (-maas): the first version is the one that is meant without any.
_FIRST_VERSION = re.compile(r"(?:(?:-v1|(?<=b)-1)?(?::0)?|-maas|@default|@latest|@001)$")
# Publishers as they stand before the name of a model, where the name goes on without them.
_PUBLISHER = re.compile(
    r"^(?:databricks-|system-ai-|snowflake-|fw-)?"
    r"(?:meta-llama-(?=llama)|meta-(?=llama)|mistralai-|mistral-(?=mis|mix|min|mag|dev|pix|cod|vox)|amazon-|anthropic-"
    r"|cohere-|ai21-|deepseek-ai-|deepseek-(?=deepseek)|openai-|qwen-(?=qwen)|google-|nvidia-|minimax-(?=minimax)"
    r"|moonshotai-|moonshot-(?=kimi)|writer-|zai-org-|zai-|z-ai-|x-ai-|xai-|microsoft-|alibaba-)?"
)
# How the same weights are offered: tuned, packed in fewer bits, on faster machines.
_OFFERED = re.compile(r"-(?:instruct|it|hf|chat-hf|fp8|fp4|bf16|awq|maas|17b-16e|17b-128e|17b|basic|cloud|v0-\d)$")
_OPEN = re.compile(r"^(?:llama|qwen|gemma|deepseek|mixtral)")
_DATE_AND_VERSION = re.compile(r"(?<=20\d{6})-v[12]$")
_NUMBERED = re.compile(r"^(llama|qwen|gemma|phi)-?v?(?=\d)")


# Of each name of the book several spellings are asked for, and by each book that is loaded.
_kept = lru_cache(maxsize=8192)


@_kept
def spelled(name: str) -> str:
    """The id with dashes alone: two ids that people take for one are spelled the same.

    >>> spelled("GPT 5.4 Mini"), spelled("claude-4.5-sonnet"), spelled("gpt-35-turbo")
    ('gpt-5-4-mini', 'claude-sonnet-4-5', 'gpt-3-5-turbo')
    """
    text = name.strip().casefold().translate(_DASHES)
    while "--" in text:
        text = text.replace("--", "-")
    before, slash, last = text.rpartition("/")
    if "claude-" in last and (turned := _CLAUDE_TURNED.search(last)):
        last = f"{last[: turned.start()]}claude-{turned['family']}-{turned['version']}{turned['rest'] or ''}"
    elif last.startswith("gpt-35"):
        last = f"gpt-3-5{last[len('gpt-35') :]}"
    return f"{before}{slash}{last}"


@_kept
def unversioned(name: str) -> str:
    """The id without the mark of a first version; that of a later one is part of the name."""
    return _FIRST_VERSION.sub("", name, count=1)


def without_publisher(name: str) -> str:
    """The last part of an id, spelled: ``meta-llama/Llama-3.3-70B`` and ``Llama-3.3-70B`` are one."""
    return spelled(name).rpartition("/")[2]


@_kept
def weights(name: str) -> str:
    """What is sold under an id, whoever sells it: by it, ids of different sellers are known to mean one model.

    >>> weights("meta.llama3-1-70b-instruct-v1:0"), weights("Meta-Llama-3.1-70B-Instruct-Turbo")
    ('llama-3-1-70b', 'llama-3-1-70b')
    """
    text = spelled(unversioned(name.strip().casefold().rpartition("/")[2])).replace(":", "-")
    text = _POINT.sub("-", text)
    text = _DATE_AND_VERSION.sub("", _PUBLISHER.sub("", text))
    if _OPEN.search(text):
        text = text.removesuffix("-turbo")
    while (shorter := _OFFERED.sub("", text)) != text:
        text = shorter
    text = _NUMBERED.sub(r"\1-", text.removeprefix("meta-"))
    return text.replace("deepseek-chat-v", "deepseek-v").replace("-instruct-", "-")


def dotted(name: str) -> str:
    """An id of Fireworks', who writes 3.1 as 3p1, as others write it."""
    return _POINT.sub(".", name)


def parted(name: str) -> tuple[str, date] | None:
    """A dated id as its base and its day; None where it ends in no day that there is.

    >>> parted("gpt-4o-2024-11-20")
    ('gpt-4o', datetime.date(2024, 11, 20))
    """
    found = _DATED.fullmatch(name)
    try:
        return (found["base"], date.fromisoformat(found["day"])) if found else None
    except ValueError:
        return None


def parted_in_year(name: str) -> tuple[str, int, int] | None:
    """An id that ends in a month and a day, as ``gpt-4-0613``: base, month, day."""
    found = _MONTH_AND_DAY.fullmatch(name)
    return (found["base"], int(found["day"][:2]), int(found["day"][2:])) if found else None


def is_dated(name: str) -> bool:
    """Whether an id has a day in it."""
    return "20" in name and re.search(r"20\d{2}-?[01]\d-?[0-3]\d", name) is not None
