"""What Google refuses in a generateContent body: the Gemini API and Vertex AI alike.

By the types of google-genai 3.6, the reference of generateContent and the errors of the api itself, as of 2026-11.
"""

from __future__ import annotations

from collections.abc import Iterator

from tokcost.batch.checks.asked import Asked
from tokcost.batch.checks.files import google_files
from tokcost.batch.checks.known import GEMINI, GEMINI_TOOLS, GENERATION, PART, THINKING
from tokcost.batch.checks.messages import message_problems
from tokcost.batch.checks.names import better_name, folded, unknown_names
from tokcost.batch.checks.ranges import range_problems
from tokcost.inputs.json import google_field, snake_case
from tokcost.phrases import quote
from tokcost.requests.envelopes import BARE, INLINE
from tokcost.requests.shape import Object, listed, object_of, text_of

_ROLES = {"assistant": "model", "system": "systemInstruction instead", "developer": "systemInstruction instead"}


def _spelt(names: tuple[str, ...]) -> frozenset[str]:
    """The names in both spellings that Google takes."""
    return frozenset(names) | {snake_case(name) for name in names}


_TOP, _CONFIG, _THINKING, _PART, _TOOL = map(_spelt, (GEMINI, GENERATION, THINKING, PART, GEMINI_TOOLS))


def body_problems(asked: Asked) -> Iterator[str]:
    """Why a generateContent body is refused; of one that embeds nothing is known."""
    yield from message_problems(asked)
    body = object_of(google_field(asked.body, "generateContentRequest")) or asked.body
    if "content" in body and "contents" not in body:
        if asked.model is not None and asked.model.kind != "embedding":
            yield "'content' is of embedContent: write contents"
        return
    bare = asked.item.form in (BARE, INLINE)
    yield from _of_contents(body.get("contents"), bare)
    yield from google_files(body.get("contents"))
    if "config" in asked.item.whole:  # as Google's client takes it, which looks at the names itself
        return
    config = object_of(google_field(body, "generationConfig"))
    yield from _of_top(body)
    yield from _of_names(config, _CONFIG, "generationConfig")
    yield from _of_thinking(object_of(google_field(config, "thinkingConfig")))
    yield from _of_tools(listed(body.get("tools")))
    yield from range_problems(asked, config, "generationConfig.")


def _of_top(body: Object) -> Iterator[str]:
    """Names beside the contents: what belongs in generationConfig, and what is known nowhere."""
    unknown = []
    config = {folded(name): name for name in GENERATION}
    for name, value in body.items():
        if name in _TOP or value is None:
            continue
        if folded(name) in config:
            right = name if name in _CONFIG else config[folded(name)]
            yield f"{quote(name)} belongs in generationConfig: write generationConfig.{right}"
        else:
            unknown.append(name)
    yield from unknown_names(unknown, GEMINI, "generateContent", "gemini", strict=True)


def _of_thinking(thinking: Object) -> Iterator[str]:
    """Names that it does not know, and a budget beside a level, which Google's guide to Gemini 3 calls a 400."""
    yield from _of_names(thinking, _THINKING, "thinkingConfig")
    if all(google_field(thinking, name) is not None for name in ("thinkingBudget", "thinkingLevel")):
        yield "thinkingBudget and thinkingLevel: write one of them"


def _of_tools(tools: list[object]) -> Iterator[str]:
    """The first tool that has a name which none has."""
    for at, tool in enumerate(tools):
        unknown = [name for name, held in object_of(tool).items() if name not in _TOOL and held is not None]
        if unknown:
            better = ((name, better_name(name, sorted(_TOOL), "gemini-tool")) for name in unknown)
            name, right = next((pair for pair in better if pair[1]), (unknown[0], "take it out"))
            yield f"{quote(name)} is no field of tools[{at}]: {right}"
            return


def _of_names(fields: Object, known: frozenset[str], where: str) -> Iterator[str]:
    unknown = [name for name, value in fields.items() if name not in known and value is not None]
    for name in unknown:
        api = "gemini-thinking" if known is _THINKING else "gemini"
        right = better_name(name, sorted(known), api).replace(f"{where}.", "")
        yield f"{quote(name)} is no field of {where}: {right or 'take it out'}"


def _of_contents(contents: object, bare: bool) -> Iterator[str]:
    """The first of the contents that is refused: by its role, its names, or for having no parts."""
    for at, content in enumerate(listed(contents)):
        problem = _of_content(content, f"contents[{at}]", bare)
        if problem:
            yield problem
            return


def _of_content(content: object, where: str, bare: bool) -> str:
    if isinstance(content, str):  # Google's clients take a text alone, and send it as a part
        return "" if bare else f"{where} is a text: write {{role, parts: [{{text}}]}}"
    known = object_of(content)
    role = text_of(known.get("role"))
    if role in _ROLES:
        return f"{where} has the role {quote(role)}: write {_ROLES[role]}"
    if "content" in known:
        return f"{where}.content: write parts"
    if known.get("parts", True) == []:
        return f"{where}.parts is empty: leave the content out"
    for at, part in enumerate(listed(known.get("parts"))):
        if isinstance(part, str) and not bare:
            return f"{where}.parts[{at}] is a text: write {{text}}"
        if part == {}:
            return f"{where}.parts[{at}] is empty: leave it out"
        unknown = next((name for name in object_of(part) if name not in _PART), "")
        if unknown:
            return f"{where}.parts[{at}] has {quote(unknown)}: a part has no such name, take it out"
    return ""
