"""What Google refuses in a generateContent body: the Gemini API and Vertex AI alike.

By the types of google-genai 3.6, the reference of generateContent and the errors of the api itself, as of 2026-11.
"""

from __future__ import annotations

from collections.abc import Iterator

from tokcost.batch.checks.asked import Asked
from tokcost.batch.checks.known import GEMINI, GENERATION, THINKING
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


_TOP, _CONFIG, _THINKING = _spelt(GEMINI), _spelt(GENERATION), _spelt(THINKING)


def body_problems(asked: Asked) -> Iterator[str]:
    """Why a generateContent body is refused; of one that embeds nothing is known."""
    yield from message_problems(asked)
    body = object_of(google_field(asked.body, "generateContentRequest")) or asked.body
    if "content" in body and "contents" not in body:
        return
    bare = asked.item.form in (BARE, INLINE)
    yield from _of_contents(body.get("contents"), bare)
    if bare and "config" in body:  # as Google's client takes it, which looks at the names itself
        return
    config = object_of(google_field(body, "generationConfig"))
    yield from _of_top(body)
    yield from _of_names(config, _CONFIG, "generationConfig")
    yield from _of_names(object_of(google_field(config, "thinkingConfig")), _THINKING, "thinkingConfig")
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


def _of_names(fields: Object, known: frozenset[str], where: str) -> Iterator[str]:
    unknown = [name for name, value in fields.items() if name not in known and value is not None]
    for name in unknown:
        right = better_name(name, sorted(known), "gemini").replace(f"{where}.", "")
        yield f"{quote(name)} is no field of {where}: {right or 'take it out'}"


def _of_contents(contents: object, bare: bool) -> Iterator[str]:
    """The first of the contents that is refused: by its role, or for having no parts."""
    for at, content in enumerate(listed(contents)):
        where = f"contents[{at}]"
        if isinstance(content, str):
            if not bare:  # Google's clients take a text alone, and send it as a part
                yield f"{where} is a text: write {{role, parts: [{{text}}]}}"
                return
            continue
        role = text_of(object_of(content).get("role"))
        if role in _ROLES:
            yield f"{where} has the role {quote(role)}: write {_ROLES[role]}"
            return
        if "content" in object_of(content):
            yield f"{where}.content: write parts"
            return
        if object_of(content).get("parts", True) == []:
            yield f"{where}.parts is empty: leave the content out"
            return
