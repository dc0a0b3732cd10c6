"""What functions, the choice among them and the schema of the answer add to an OpenAI prompt."""

from __future__ import annotations

from tokcost.counting.openai_models import EARLY, Scene
from tokcost.counting.openai_unseen import add_builtin
from tokcost.counting.schema_keywords import answer_doubts, bare_schema, compact
from tokcost.counting.tally import Tally
from tokcost.counting.typescript import render
from tokcost.requests.model import Request, Tool

# tool_choice, by models that do not reason
_NONE = 1
_FORCED, _FORCED_LEGACY = 7, 4
# parallel_tool_calls: false, for reasoning models through responses (one recording)
_ONE_AT_A_TIME = 78
# Around the schema of a structured answer, in chat completions of models that do not reason
_HEADING_ALONE, _HEADING_HOSTED, _HEADING_TOOLS = 12, 8, 6

# The most that a keyword would take beside its name and value: a comment on a line of its own, and its object's lines
_COMMENT = 8

_INSTRUCTIONS = ("system", "developer")


def functions_of(request: Request) -> list[Tool]:
    """The tools that are functions."""
    return [tool for tool in request.tools if not tool.builtin]


def is_legacy(tools: list[Tool]) -> bool:
    """Whether they came as ``functions``, which have no type."""
    return bool(tools) and "type" not in (tools[0].raw or {"type": ""})


def instructions_at(request: Request) -> int:
    """Where the first instructions stand among the messages; -1 without any."""
    return next((at for at, message in enumerate(request.messages) if message.role in _INSTRUCTIONS), -1)


def leading_rest(scene: Scene, request: Request) -> str:
    """What is appended to the instructions where functions follow them in one message."""
    return "\n" if functions_of(request) and _hosted(scene, request) else ""


def _hosted(scene: Scene, request: Request) -> bool:
    at = instructions_at(request)
    return scene.chat and at == 0 if scene.frame.reasons else at >= 0


def add_tools(tally: Tally, scene: Scene, request: Request) -> None:
    """Every function with its tokens, then the frame around them and the choice."""
    for tool in request.tools:
        if tool.builtin:
            add_builtin(tally, scene, tool)
    tools = functions_of(request)
    if not tools:
        return
    legacy = is_legacy(tools) and scene.frame.style == EARLY
    rendered = render(((tool.name, tool.description, tool.schema) for tool in tools), legacy)
    rest = scene.tokens_of(rendered.whole)
    for tool, text in zip(tools, rendered.each, strict=True):
        tokens = scene.tokens_of(text)
        tally.add(f"tool {tool.name}", tokens)
        rest -= tokens
        if tool.name in rendered.endless:
            more = 4 * tokens + 100
            tally.doubt("how far a deep schema or one that refers to itself is shown is not known", tokens, more)
    differences = [_reasoning_difference(tool) for tool in tools] if scene.frame.reasons else []
    rest += sum(differences)
    tally.add("tools", rest + _around(scene, request) + _choice(scene, request, tools))
    _judge_tools(tally, scene, request, rendered.unusual)
    thin = rendered.thin + sum(map(abs, differences))
    if thin:
        tally.doubt("some forms of a tool were recorded by one suite only", thin, thin)


def _reasoning_difference(tool: Tool) -> int:
    """Reasoning models bill a token less where nothing describes a function, one more for a described object."""
    schema = tool.schema or {}
    return int(isinstance(schema.get("description"), str)) - int(not tool.description and not schema.get("properties"))


def _judge_tools(tally: Tally, scene: Scene, request: Request, unusual: tuple[str, ...]) -> None:
    if is_legacy(functions_of(request)):
        tally.doubt("functions in the form of 2023 changed with the models", 3, 5)
    elif scene.frame.style == EARLY:
        tally.doubt("tools of this model differ by a few tokens between its snapshots", 2, 3)
    elif scene.frame.o_series or not scene.rules.framing_measured:
        tally.doubt("tools of this model are not measured", 3, 6)
    if unusual:
        written = scene.tokens_of("\n".join(unusual)) + _COMMENT * len(unusual)
        tally.doubt("how some keywords of a tool's schema are written is not known", min(len(unusual), 8), written)
    if (request.options or {}).get("parallel_tool_calls") is False:
        _judge_one_at_a_time(tally, scene)


def _judge_one_at_a_time(tally: Tally, scene: Scene) -> None:
    """To forbid parallel calls cost nothing to reasoning models through chat completions; the rest is hardly known."""
    if scene.chat:
        if not scene.frame.reasons:
            tally.doubt("parallel_tool_calls: false was billed with up to 17 tokens", 0, 20)
    else:
        likely = _ONE_AT_A_TIME if scene.frame.reasons else 0
        tally.add("tools", likely)
        tally.doubt("parallel_tool_calls: false was measured once", likely, _ONE_AT_A_TIME + 8 - likely)


def _around(scene: Scene, request: Request) -> int:
    """Tokens around the functions' TypeScript, besides the message that holds it (3 and its role).

    Chat puts the functions into the first instructions, after a line break, which saves a message.
    """
    if not scene.chat:
        return scene.frame.functions_responses
    return scene.frame.functions - (scene.frame.hosted if _hosted(scene, request) else 0)


def _choice(scene: Scene, request: Request, tools: list[Tool]) -> int:
    if scene.frame.reasons:
        return 0
    if request.choice_forced:
        return scene.tokens_of(request.choice) + (_FORCED_LEGACY if is_legacy(tools) else _FORCED)
    if not scene.chat:
        # Billed: to require a call where there is one function only is to name it.
        return (
            scene.tokens_of(tools[0].name) + _FORCED if request.choice == "required" and len(request.tools) == 1 else 0
        )
    return _NONE if request.choice == "none" else 0


def add_answer(tally: Tally, scene: Scene, request: Request) -> None:
    """The schema of a structured answer, as compact JSON under a heading with its name."""
    answer = request.answer
    if answer is None or answer.schema is None:
        return
    n = scene.tokens_of
    schema = n(compact(bare_schema(answer.schema)))
    name = n(answer.name)
    about = n(answer.description) + 2 if answer.description else 0  # a comment: its slashes, the line break
    tools = bool(functions_of(request))
    tokens = schema + name + about + _heading(scene, request, name)
    if not scene.chat and tools and scene.frame.keeps_schema:
        # Billed twice: with functions at hand the schema is kept back, and only its name is shown.
        tally.add("response schema", name)
        tally.doubt("whether the schema is sent along with tools differs between models", 0, tokens - name)
        return
    tally.add("response schema", tokens)
    if scene.chat or tools or scene.frame.reasons:
        tally.doubt("the heading of a response schema differs by a few tokens between recordings", 2, 2)
    less, more = answer_doubts(answer.schema, n)
    if less or more:
        tally.doubt("how some keywords of a response schema are written is not known", less + 2, more + 2)


def _heading(scene: Scene, request: Request, name: int) -> int:
    """Tokens around a schema of which the name itself is ``name`` tokens long."""
    if scene.frame.reasons:
        return scene.frame.heading if scene.chat else scene.frame.heading_responses
    if not scene.chat:
        return scene.frame.heading_responses
    # Chat completions say the name twice, and open a message for the schema where none is open.
    return name + (
        _HEADING_TOOLS
        if functions_of(request)
        else _HEADING_HOSTED
        if instructions_at(request) >= 0
        else _HEADING_ALONE
    )
