"""The neutral request: what every provider's body says, in one shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class Text:
    """Words of a message, as sent."""

    text: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture; ``width`` and ``height`` in pixels, None where the request does not state them (a URL).

    ``sent``, as of the other files, is a hash of what the body has, which tells one from another.
    """

    width: int | None
    height: int | None
    detail: str = "auto"
    sent: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call that the model made earlier; ``arguments`` is JSON text as sent.

    ``id`` is what its Result names as ``call_id``; ``item_id`` is that of the responses item itself.
    """

    name: str
    arguments: str
    id: str = ""
    item_id: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What a tool gave back: text or images, in order."""

    parts: tuple[Shown, ...]
    name: str = ""
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class Thinking:
    """Reasoning of an earlier turn that was sent back."""

    text: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as a body has it, not yet looked into: ``source`` is its data, data URL, path, address or id.

    ``place`` is data, url or file (an id); ``mime`` and ``name`` say what it is, as far as the body does;
    ``where`` is its path in the body, ``size`` that of a picture where the body states it. The rest is for what it
    turns out to be: see Image, Document and Media.
    """

    source: str
    place: str = "data"
    mime: str = ""
    name: str = ""
    where: str = ""
    size: tuple[int, int] | None = None
    title: str = ""
    context: str = ""
    cited: bool = False
    detail: str = ""
    fps: float | None = None
    start: float = 0
    end: float | None = None


class Unread(NamedTuple):
    """A PDF that cannot be read: whether a password locks it, the pages that its bytes show, the most there are."""

    locked: bool
    pages: int
    most: int


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was sent along; ``kind`` is text, content, pdf, url or file.

    ``text`` is what it says, of a PDF the one that ``pdf`` reads when it is asked for; ``pages`` and ``bytes`` are
    its size where that is known, ``bytes`` None where it was not looked into. ``cited`` says that the answer is to
    cite it; ``detail`` at which resolution it is to be seen; ``unread`` what is known of one that cannot be
    read; ``said`` whether anything says that it is a document.
    """

    kind: str
    text: str = ""
    title: str = ""
    context: str = ""
    pages: int | None = None
    bytes: int | None = None
    cited: bool = False
    detail: str = ""
    pdf: Callable[[], str | None] | None = None
    unread: Unread | None = None
    said: bool = True
    sent: int = field(default=0, compare=False)

    @property
    def words(self) -> str:
        """All that it says, as far as it can be read. Raises RequestError where that is more than is read."""
        return (self.pdf() or "") if self.pdf is not None else self.text

    @property
    def silent(self) -> bool:
        """Whether it was read, and says nothing: pages are pictures then, as of a scan."""
        found = self.pdf() if self.pdf is not None else None
        return found is not None and not found.strip()


@dataclass(frozen=True, slots=True)
class Media:
    """Sound or film; ``kind`` is audio or video.

    ``seconds`` is how long it is, ``least`` and ``most`` what that lies between; all None where nothing is known,
    ``bytes`` None where it was not looked into. ``told`` is whether its own head, or the user, says so.
    ``fps``: pictures taken of a second of film, None as the provider does; ``sound``: whether a film has any, None
    is not known.
    """

    kind: str
    seconds: float | None = None
    least: float | None = None
    most: float | None = None
    bytes: int | None = None
    told: bool = False
    fps: float | None = None
    sound: bool | None = None
    detail: str = ""
    sent: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Other:
    """Something that is billed but cannot be counted from the request: a kind of part that is not known.

    ``bytes`` is how much of it was sent, ``text`` what can be read of it.
    """

    kind: str
    bytes: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Text that the caller already made into tokens, as embeddings and completions take it."""

    number: int


Part = Text | Image | Document | Media | Attachment | Call | Result | Thinking | Other | Tokens
Shown = Text | Image | Document | Media | Attachment | Other  # what a tool may give back


@dataclass(frozen=True, slots=True)
class Message:
    """One message; system instructions are messages of the role "system"."""

    role: str
    parts: tuple[Part, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    """A function the model may call; ``schema`` is its parameters' JSON schema, None without any.

    ``builtin`` is the provider's type of a tool that is not a function (web search, bash).
    """

    name: str
    description: str = ""
    schema: Mapping[str, Any] | None = None
    builtin: str = ""
    raw: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The JSON schema that the answer must follow."""

    schema: Mapping[str, Any] | None
    name: str = ""
    description: str = ""


class CacheMark(NamedTuple):
    """Where a prefix ends that is to be cached: all tools and messages before, and so many ``parts`` of its own.

    ``message`` is the index of a message, -1 the tools, which come first; ``long`` asks for the longer lifetime,
    ``key`` is how the body says it.
    """

    message: int
    parts: int
    long: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One request. ``api`` says which rules of framing hold; ``choice`` is "" (not given),
    "auto", "none", "required", or the name of a function with ``choice_forced``.
    """

    api: str  # openai-chat, openai-responses, openai-embeddings, openai-completions, anthropic, gemini, vertex
    model: str | None
    messages: tuple[Message, ...]
    tools: tuple[Tool, ...] = ()
    choice: str = ""
    choice_forced: bool = False
    answer: Answer | None = None
    output_limit: int | None = None
    limit_name: str = ""  # the field that has it
    answers: int = 1  # how many the model is asked to write, each up to the limit
    tier: str = ""  # the service tier asked for, as sent; "" leaves it to the provider
    effort: str = ""  # how hard to reason, see ``requests/effort.py``; "" leaves it to the model
    options: Mapping[str, Any] | None = None  # the rest of the body that framing rules may ask for
    cache_marks: tuple[CacheMark, ...] = ()  # in the order of the request
    caches_unasked: bool = True  # False: what is not marked is not to be cached, although the provider would
    unread: tuple[str, ...] = ()  # paths in the body of what no rule knows, and may be billed
    unread_bytes: int = 0  # of all that stands there
