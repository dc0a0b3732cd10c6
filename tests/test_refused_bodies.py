"""What providers refuse in a body, and what they take: tables of requests, each sent alone or as a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.conftest import Run, document

Body = dict[str, Any]
CALL = {"id": "c1", "type": "function", "function": {"name": "tide", "arguments": "{}"}}
TIDE = {"type": "function", "function": {"name": "tide", "parameters": {"type": "object", "properties": {}}}}
USE = {"type": "tool_use", "id": "t1", "name": "tide", "input": {}}
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}
OPEN = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}

PDF = {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0xLjQ="}


def user(content: object = "Hi") -> Body:
    """A message of the user."""
    return {"role": "user", "content": content}


def chat(*messages: Body, model: str = "gpt-4o", **more: object) -> Body:
    """A body of chat completions."""
    return {"model": model, "messages": list(messages) or [user()], **more}


def respond(given: object = "Hi", model: str = "gpt-5.4-mini", **more: object) -> Body:
    """A body of responses; the line says where it goes."""
    return {
        "custom_id": "a",
        "method": "POST",
        "url": "/v1/responses",
        "body": {"model": model, "input": given, **more},
    }


def embed(given: object, **more: object) -> Body:
    """A body of embeddings."""
    body = {"model": "text-embedding-3-small", "input": given, **more}
    return {"custom_id": "a", "method": "POST", "url": "/v1/embeddings", "body": body}


def claude(*messages: Body, **more: object) -> Body:
    """An entry of a Message Batch."""
    body = {"model": "claude-haiku-4-5", "max_tokens": 2000, "messages": list(messages) or [user()], **more}
    return {"custom_id": "a", "params": body}


def gemini(contents: object = None, **more: object) -> Body:
    """A line of a Gemini batch."""
    return {"key": "a", "request": {"contents": contents or [{"parts": [{"text": "Hi"}]}], **more}}


def response_schema(schema: Body, strict: object = True, name: str = "answer") -> Body:
    """The response_format of a schema."""
    return {"type": "json_schema", "json_schema": {"name": name, "schema": schema, "strict": strict}}


def asked(*messages: Body) -> Body:
    """A conversation with the tool."""
    return chat(*messages, tools=[TIDE])


def assistant(content: object = None, **more: object) -> Body:
    """A message of the model."""
    return {"role": "assistant", "content": content, **more}


# (request, a part of the only problem)
REFUSED: dict[str, tuple[Body, str]] = {
    # names that the endpoint does not know
    "slip": (chat(temprature=1), "'temprature' is no parameter of /v1/chat/completions: did you mean temperature?"),
    "case": (chat(maxTokens=5), "'maxTokens' is no parameter of /v1/chat/completions: write max_tokens"),
    "far": (chat(repetition=1), "'repetition' is no parameter of /v1/chat/completions: take it out"),
    "two far": (chat(top_k=5, min_p=0), "'top_k' and 'min_p' are no parameters of /v1/chat/completions: take them out"),
    "responses' limit": (chat(max_output_tokens=5), "write max_completion_tokens"),
    "Gemini's limit": (chat(max_new_tokens=5), "write max_completion_tokens"),
    "Anthropic's system": (chat(system="Be brief."), "write a message of the role system"),
    "Anthropic's stop": (chat(stop_sequences=["."]), "write stop"),
    "reasoning": (chat(model="gpt-5-mini", reasoning={"effort": "low"}), "write reasoning_effort"),
    "chat's limit": (
        respond(max_completion_tokens=5),
        "'max_completion_tokens' is no parameter of /v1/responses: write max_output_tokens",
    ),
    "chat's format": (respond(response_format={"type": "text"}), "write text.format"),
    "chat's effort": (respond(reasoning_effort="low"), "write reasoning.effort"),
    "chat's verbosity": (respond(verbosity="low"), "write text.verbosity"),
    "n": (respond(n=2), "'n' is no parameter of /v1/responses: take it out"),
    "stop": (respond(stop=["."]), "take it out"),
    "chat's messages": (respond(messages=[user()]), "'messages' is no parameter of /v1/responses: write input"),
    "embeddings' limit": (embed("Hi", max_tokens=5), "'max_tokens' is no parameter of /v1/embeddings: take it out"),
    "OpenAI's stop": (claude(stop=["."]), "'stop' is no parameter of Anthropic's Messages: write stop_sequences"),
    "OpenAI's limit": (claude(max_completion_tokens=5), "write max_tokens"),
    "OpenAI's user": (claude(user="u1"), "write metadata.user_id"),
    "OpenAI's format": (claude(response_format={"type": "json_object"}), "write output_config.format"),
    "Anthropic's unknown": (claude(verbose=True), "'verbose' is no parameter of Anthropic's Messages: take it out"),
    "Mistral's limit": (
        chat(model="mistral-small-latest", max_completion_tokens=5),
        "'max_completion_tokens' is no parameter of Mistral's chat completions: write max_tokens",
    ),
    "Mistral's seed": (chat(model="mistral-small-latest", seed=5), "write random_seed"),
    "Mistral's store": (chat(model="mistral-small-latest", store=False), "take it out"),
    # limits of the answer, and what a model that reasons refuses
    "max_tokens": (
        chat(model="gpt-5-mini", max_tokens=5),
        "max_tokens: gpt-5-mini reasons, and takes max_completion_tokens alone",
    ),
    "both": (chat(max_tokens=5, max_completion_tokens=5), "max_tokens and max_completion_tokens: write one of them"),
    "temperature": (
        chat(model="gpt-5-mini", reasoning_effort="low", temperature=0),
        "a model that reasons takes the default alone",
    ),
    "top_p": (respond(reasoning={"effort": "high"}, top_p=0.5), "top_p 0.5: a model that reasons"),
    # numbers
    "hot": (chat(temperature=2.5), "temperature 2.5: it must be from 0 to 2"),
    "cold": (claude(temperature=1.5), "temperature 1.5: it must be from 0 to 1"),
    "many answers": (chat(n=129), "n 129: it must be from 1 to 128"),
    "none of an answer": (chat(n=0), "n: 0 where a whole number of 1 or more belongs"),
    "a limit in quotes": (chat(max_tokens="9"), "max_tokens: '9' where a whole number of 1 or more belongs"),
    "half a token": (claude(max_tokens=1.5), "max_tokens: 1.5 where a whole number of 0 or more belongs"),
    "hardly an answer": (respond(max_output_tokens=15), "max_output_tokens 15: 16 are the least"),
    "stops": (chat(stop=["a", "b", "c", "d", "e"]), "5 stop sequences: 4 are the most"),
    "labels": (chat(metadata={str(at): "x" for at in range(17)}), "metadata of 17 keys: 16 are the most"),
    "words": (chat(temperature="0.5"), "temperature is a string: it must be a number"),
    "always reasons": (chat(model="gpt-5-mini", temperature=0), "a model that reasons takes the default alone"),
    "half a stream": (chat(stream_options={"include_usage": True}), "stream_options without stream: true: take it out"),
    "half a logprob": (chat(top_logprobs=5), "top_logprobs without logprobs: true: add it"),
    # words
    "effort": (respond(reasoning={"effort": "hard"}), "reasoning.effort is 'hard': it must be none, minimal, low"),
    "no reasoning": (chat(reasoning_effort="low"), "an effort of reasoning: gpt-4o does not reason, take it out"),
    "Claude's effort": (
        claude(output_config={"effort": "minimal"}),
        "output_config.effort is 'minimal': it must be low",
    ),
    "OpenAI's choice": (
        claude(tool_choice={"type": "required"}),
        "tool_choice.type is 'required': it must be auto, any",
    ),
    "form": (embed("Hi", encoding_format="int8"), "encoding_format is 'int8': it must be float or base64"),
    "choice": (chat(tool_choice="any", tools=[TIDE]), "tool_choice is 'any': it must be none, auto or required"),
    "no tools": (chat(tool_choice="auto"), "tool_choice without tools: take it out"),
    "empty tools": (chat(tools=[]), "tools is empty: take it out"),
    "another tool": (
        chat(tools=[TIDE], tool_choice={"type": "function", "function": {"name": "sun"}}),
        "tool_choice names 'sun': no tool has that name",
    ),
    "another of Claude's": (
        claude(tools=[{"name": "t", "input_schema": {"type": "object"}}], tool_choice={"type": "tool", "name": "sun"}),
        "tool_choice names 'sun': no tool has that name",
    ),
    "flat schema": (
        chat(response_format={"type": "json_schema", "name": "a", "schema": SCHEMA}),
        "response_format: name and schema stand in json_schema",
    ),
    "nested schema": (
        respond(text={"format": {"type": "json_schema", "json_schema": {"name": "a", "schema": SCHEMA}}}),
        "text.format: name and schema stand beside its type",
    ),
    # messages
    "no content": (chat(user(None)), "messages[0] has no content: it needs some"),
    "nothing said": (chat(user(), assistant()), "messages[1] has no content: it needs some"),
    "OpenAI's name": (claude({**user(), "name": "Ann"}), "messages[0].name is of OpenAI's messages"),
    "no messages": ({"model": "gpt-4o", "messages": []}, "messages is empty: there is nothing to answer"),
    "Gemini's role": (
        chat({"role": "model", "content": "Hi"}),
        "messages[0] has the role 'model': it must be system, developer, user",
    ),
    "tool in responses": (respond([{"role": "tool", "content": "Hi"}]), "input[0] has the role 'tool'"),
    "responses' part": (
        chat(user([{"type": "input_text", "text": "Hi"}])),
        "messages[0].content[0] is of the type input_text: write text",
    ),
    "Anthropic's picture": (chat(user([{"type": "image", "source": {}}])), "write image_url"),
    "chat's part": (respond([user([{"type": "text", "text": "Hi"}])]), "is of the type text: write input_text"),
    "chat's picture": (respond([user([{"type": "image_url", "image_url": {"url": "x"}}])]), "write input_image"),
    "OpenAI's picture": (claude(user([{"type": "image_url", "image_url": {"url": "x"}}])), "write image"),
    "OpenAI's role": (
        claude({"role": "developer", "content": "Hi"}),
        "has the role 'developer': it must be user, assistant or system",
    ),
    "no json": (chat(response_format={"type": "json_object"}), "the word JSON is in none of the messages"),
    "no json in input": (respond(text={"format": {"type": "json_object"}}), "the word JSON is in none of the messages"),
    # tools
    "a search": (
        chat(tools=[{"type": "web_search"}]),
        "tools[0] is of the type 'web_search': /v1/chat/completions takes",
    ),
    "no type": (chat(tools=[{"function": {"name": "tide"}}]), "tools[0] has no type: write function"),
    "many tools": (chat(tools=[TIDE] * 129), "129 tools: 128 are the most"),
    "flat": (chat(tools=[{"type": "function", "name": "tide", "parameters": {}}]), "tools[0] has no function"),
    "nested": (
        respond(tools=[TIDE]),
        "tools[0].function: /v1/responses takes the name and parameters of a function beside its type",
    ),
    "a space": (
        chat(tools=[{"type": "function", "function": {"name": "get tide"}}]),
        "tools[0] is named 'get tide': a name is of letters",
    ),
    "long": (
        chat(tools=[{"type": "function", "function": {"name": "t" * 65}}]),
        "tools[0] has a name of 65 characters: 64 are the most",
    ),
    "array": (
        chat(tools=[{"type": "function", "function": {"name": "t", "parameters": {"type": "array"}}}]),
        "tools[0].parameters is of the type 'array': it must be an object",
    ),
    "open tool": (
        chat(tools=[{"type": "function", "function": {"name": "t", "strict": True, "parameters": OPEN}}]),
        "tools[0].parameters is strict: it needs additionalProperties: false",
    ),
    "open answer": (
        chat(response_format=response_schema(OPEN)),
        "response_format.schema is strict: it needs additionalProperties: false",
    ),
    "not required": (
        chat(response_format=response_schema({**SCHEMA, "required": []})),
        "response_format.schema is strict: 'a' must be in required",
    ),
    "open inside": (
        chat(response_format=response_schema({**SCHEMA, "properties": {"a": OPEN}})),
        "response_format.schema.properties.a is strict",
    ),
    "open in responses": (
        respond(text={"format": {"type": "json_schema", "name": "a", "strict": True, "schema": OPEN}}),
        "text.format.schema is strict",
    ),
    "tool alone": (
        asked(*[user(), {"role": "tool", "tool_call_id": "c1", "content": "low"}]),
        "messages[1] has the role tool: it must follow a message with 'tool_calls'",
    ),
    "another call": (
        asked(
            *[
                user(),
                assistant(tool_calls=[CALL]),
                {"role": "tool", "tool_call_id": "c1", "content": "low"},
                {"role": "tool", "tool_call_id": "c2", "content": "low"},
            ]
        ),
        "messages[3] answers 'c2': no call of the message before has that id",
    ),
    "no answer": (
        asked(*[user(), assistant(tool_calls=[CALL]), user()]),
        "messages[1] calls 'c1': a message of the role tool must answer it",
    ),
    "output alone": (
        respond([user(), {"type": "function_call_output", "call_id": "c1", "output": "low"}]),
        "input[1] is the output of 'c1': no call before it has that call_id",
    ),
    "no output": (
        respond([user(), {"type": "function_call", "call_id": "c1", "name": "tide", "arguments": "{}"}]),
        "input[1] calls 'c1': its output is missing",
    ),
    "result alone": (
        claude(user(), assistant("Hm."), user([{"type": "tool_result", "tool_use_id": "t1"}])),
        "messages[2] has a result of 't1': no tool_use of the turn before has that id",
    ),
    "no result": (
        claude(user(), assistant([USE]), user()),
        "messages[1] uses a tool as 't1': the next message must have its tool_result",
    ),
    "OpenAI's tool": (
        claude(tools=[TIDE]),
        "tools[0] is a function as OpenAI has it: write {name, description, input_schema}",
    ),
    "no schema": (
        claude(tools=[{"name": "tide", "parameters": {}}]),
        "tools[0] has no input_schema: write it for parameters",
    ),
    "a dot": (claude(tools=[{"name": "a.b", "input_schema": {"type": "object"}}]), "tools[0] is named 'a.b'"),
    "twice": (
        claude(tools=[{"name": "t", "input_schema": {"type": "object"}}] * 2),
        "tools[1] is named 't', as a tool before it: names must be unique",
    ),
    # what Anthropic wants
    "small budget": (
        claude(thinking={"type": "enabled", "budget_tokens": 1000}),
        "thinking.budget_tokens 1,000: 1,024 are the least",
    ),
    "large budget": (
        claude(thinking={"type": "enabled", "budget_tokens": 2000}),
        "it must be less than max_tokens, 2,000",
    ),
    "cool thoughts": (
        claude(thinking={"type": "enabled", "budget_tokens": 1024}, temperature=0.5),
        "temperature: with thinking it must be 1",
    ),
    "top_k": (
        claude(thinking={"type": "enabled", "budget_tokens": 1024}, top_k=5),
        "top_k: with thinking it must not be set",
    ),
    "one of two": (claude(temperature=0.5, top_p=0.9), "temperature and top_p: claude-haiku-4-5 takes one of them"),
    "cool": (
        claude(model="claude-opus-4-7", temperature=0, top_k=5),
        "temperature and top_k: claude-opus-4-7 takes no such numbers",
    ),
    "begun": (
        claude(user(), assistant("It is"), model="claude-sonnet-4-6"),
        "the last message is the assistant's: claude-sonnet-4-6",
    ),
    "empty": (claude(user("")), "messages[0].content is empty: a message needs some"),
    "empty block": (
        claude(user([{"type": "text", "text": ""}])),
        "messages[0].content[0] is an empty text: leave it out",
    ),
    "empty system": (claude(system=[{"type": "text", "text": ""}]), "system[0] is an empty text: leave it out"),
    # embeddings
    "empty input": (embed(""), "input is empty: there is nothing to embed"),
    "no input": (embed([]), "input is empty: there is nothing to embed"),
    "one empty": (embed(["Hi", ""]), "input[1] is empty: leave it out"),
    "many": (embed(["Hi"] * 2049), "2,049 inputs, text-embedding-3-small takes at most 2,048"),
    # Gemini
    "top": (gemini(temperature=1), "'temperature' belongs in generationConfig: write generationConfig.temperature"),
    "top snake": (
        gemini(max_output_tokens=5),
        "'max_output_tokens' belongs in generationConfig: write generationConfig.max_output_tokens",
    ),
    "misspelt": (
        gemini(generationConfig={"maxOutputToken": 5}),
        "'maxOutputToken' is no field of generationConfig: did you mean maxOutputTokens?",
    ),
    "capital": (gemini(generationConfig={"MaxOutputTokens": 5}), "write maxOutputTokens"),
    "OpenAI's": (
        gemini(generationConfig={"max_tokens": 5}),
        "'max_tokens' is no field of generationConfig: write maxOutputTokens",
    ),
    "stop in Gemini": (gemini(generationConfig={"stop": ["."]}), "write stopSequences"),
    "budget": (gemini(generationConfig={"thinkingConfig": {"budget": 5}}), "'budget' is no field of thinkingConfig"),
    "budget alone": (
        gemini(generationConfig={"thinkingBudget": 5}),
        "'thinkingBudget' is no field of generationConfig: write thinkingConfig",
    ),
    "system in Gemini": (
        gemini(system="Be brief."),
        "'system' is no parameter of generateContent: write systemInstruction",
    ),
    "config": (
        gemini(config={"temperature": 1}),
        "'config' is no parameter of generateContent: write generationConfig",
    ),
    "a picture's text": (
        chat(user([{"type": "image_url", "image_url": "https://a.example/a.png"}])),
        "messages[0].content[0].image_url is a string: write {url}",
    ),
    "a picture's object": (
        respond([user([{"type": "input_image", "image_url": {"url": "https://a.example/a.png"}}])]),
        "input[0].content[0].image_url is an object: write its url alone",
    ),
    "a format's name": (chat(user("JSON"), response_format="json_object"), "response_format is a string"),
    "Anthropic's choice": (
        chat(tools=[TIDE], tool_choice={"type": "tool", "name": "tide"}),
        "tool_choice is of the type 'tool': /v1/chat/completions has none such",
    ),
    "responses' choice": (
        chat(tools=[TIDE], tool_choice={"type": "function", "name": "tide"}),
        "tool_choice: write {type, function: {name}}",
    ),
    "chat's choice": (
        respond(
            tools=[{"type": "function", "name": "tide", "parameters": {"type": "object"}}],
            tool_choice={"type": "function", "function": {"name": "tide"}},
        ),
        "tool_choice: write {type, name}",
    ),
    "two pasts": (
        respond(previous_response_id="r", conversation="c"),
        "previous_response_id and conversation: write one of them",
    ),
    "a system block": (claude(system={"type": "text", "text": "Hi"}), "system is an object: write a text"),
    "metadata": (claude(metadata={"user_id": "a", "job": "b"}), "metadata.job: Anthropic's has user_id alone"),
    "spaces": (claude(user(), assistant("So ")), "the last message ends with spaces"),
    "adaptive": (claude(thinking={"type": "adaptive"}), "claude-haiku-4-5 takes 'enabled' with a budget"),
    "a budget": (
        claude(model="claude-opus-4-7", thinking={"type": "enabled", "budget_tokens": 1024}),
        "claude-opus-4-7 takes 'adaptive', and output_config.effort for how much",
    ),
    "Gemini's budget": (
        gemini(generationConfig={"thinkingConfig": {"budget_tokens": 5}}),
        "'budget_tokens' is no field of thinkingConfig: write thinkingBudget",
    ),
    "Gemini's two ways": (
        gemini(generationConfig={"thinkingConfig": {"thinking_budget": 5, "thinking_level": "low"}}),
        "thinkingBudget and thinkingLevel: write one of them",
    ),
    "OpenAI's tools to Gemini": (
        gemini(tools=[TIDE]),
        "'function' is no field of tools[0]: write functionDeclarations",
    ),
    "Gemini's content": (
        {"key": "a", "request": {"content": [{"parts": [{"text": "Hi"}]}]}},
        "'content' is of embedContent: write contents",
    ),
    "assistant": (
        gemini([{"role": "assistant", "parts": [{"text": "Hi"}]}]),
        "contents[0] has the role 'assistant': write model",
    ),
    "system role": (gemini([{"role": "system", "parts": [{"text": "Hi"}]}]), "contents[0] has the role 'system'"),
    "OpenAI's part": (gemini([{"parts": [{"type": "text", "text": "Hi"}]}]), "contents[0].parts[0] has 'type'"),
    "an empty part": (gemini([{"parts": [{"text": "Hi"}, {}]}]), "contents[0].parts[1] is empty: leave it out"),
    "OpenAI's content": (gemini([{"role": "user", "content": "Hi"}]), "contents[0].content: write parts"),
    "to GPT": (
        {"model": "gpt-4o", "contents": [{"parts": [{"text": "Hi"}]}]},
        "contents is of Gemini's bodies: write messages",
    ),
    "a text": (gemini(["Hi"]), "contents[0] is a text: write {role, parts: [{text}]}"),
    # files
    "no data": (
        claude(user([{"type": "document", "source": PDF | {"data": None}}])),
        "messages[0].content[0].source.data is missing or empty: write the file as base64",
    ),
    "data url": (
        claude(user([{"type": "document", "source": PDF | {"data": "data:application/pdf;base64,JVBERi0="}}])),
        "messages[0].content[0].source.data is a data URL: write its base64 alone",
    ),
    "no media type": (
        claude(user([{"type": "document", "source": PDF | {"media_type": None}}])),
        "messages[0].content[0].source.media_type is missing: it must be application/pdf",
    ),
    "picture of another kind": (
        claude(user([{"type": "image", "source": PDF | {"media_type": "image/bmp"}}])),
        "source.media_type is 'image/bmp': it must be image/jpeg, image/png, image/gif or image/webp",
    ),
    "no file": (
        chat(user([{"type": "file", "file": {"filename": "a.pdf"}}])),
        "messages[0].content[0].file has neither file_id nor file_data: write one of them",
    ),
    "no sound": (
        chat(user([{"type": "input_audio", "input_audio": None}]), model="gpt-audio"),
        "messages[0].content[0].input_audio.data is missing or empty: write the sound as base64",
    ),
    "sound of another kind": (
        chat(user([{"type": "input_audio", "input_audio": {"data": "AAAA", "format": "flac"}}]), model="gpt-audio"),
        "messages[0].content[0].input_audio.format is 'flac': it must be wav or mp3",
    ),
    "pictures a second": (
        gemini([{"parts": [{"fileData": {"fileUri": "gs://a/b.mp4"}, "video_metadata": {"fps": 25}}]}]),
        "contents[0].parts[0].videoMetadata.fps is 25: it must be 0 to 24",
    ),
}

TAKEN: dict[str, Body] = {
    "pdf": claude(user([{"type": "document", "source": PDF}, {"type": "text", "text": "Hi"}])),
    "text": claude(user([{"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "a"}}])),
    "file": chat(user([{"type": "file", "file": {"file_id": "file-1"}}])),
    "film": gemini([{"parts": [{"fileData": {"fileUri": "gs://a/b.mp4"}, "videoMetadata": {"fps": 24}}]}]),
    "Gemini's tools": gemini(tools=[{"google_search": {}}, {"urlContext": {}}, {"functionDeclarations": None}]),
    "all of chat": chat(
        audio=None,
        frequency_penalty=0.5,
        logit_bias={"50256": -100},
        logprobs=True,
        max_completion_tokens=5,
        metadata={"a": "b"},
        modalities=["text"],
        n=2,
        parallel_tool_calls=True,
        prediction=None,
        presence_penalty=-2,
        prompt_cache_key="k",
        prompt_cache_options={"ttl": "30m"},
        prompt_cache_retention="24h",
        safety_identifier="u",
        seed=1,
        service_tier="auto",
        stop=["a"],
        store=True,
        stream=False,
        temperature=0,
        top_logprobs=20,
        top_p=1,
        tools=[TIDE],
        tool_choice="auto",
        user="u",
        verbosity="medium",
        moderation=None,
    ),
    "null": chat(repetition=None, max_tokens=None),
    "max_tokens": chat(max_tokens=5),
    "streamed alone": chat(stream=True, stream_options={"include_usage": True}),
    "of the client": chat(extra_body={}, timeout=5),
    "no effort": chat(model="gpt-5.4-mini", temperature=0, reasoning_effort="none"),
    "effort unsaid": chat(model="gpt-5.4-mini", temperature=0),
    "default": chat(model="gpt-5-mini", temperature=1, top_p=1, reasoning_effort="low"),
    "roles": chat({"role": "developer", "content": "Hi"}, {"role": "system", "content": "Hi"}, user(), assistant("Hi")),
    "function": chat({"role": "function", "name": "tide", "content": "low"}),
    "json": chat(user("As JSON."), response_format={"type": "json_object"}),
    "json said small": chat({"role": "system", "content": "json"}, user(), response_format={"type": "json_object"}),
    "not strict": chat(response_format=response_schema(OPEN, strict=False)),
    "strict unsaid": chat(response_format=response_schema(OPEN, strict=None)),
    "strict": chat(response_format=response_schema(SCHEMA)),
    "loose tool": chat(tools=[{"type": "function", "function": {"name": "t", "parameters": OPEN}}]),
    "no parameters": chat(tools=[{"type": "function", "function": {"name": "t"}}]),
    "answered": asked(
        *[user(), assistant(tool_calls=[CALL]), {"role": "tool", "tool_call_id": "c1", "content": "low"}]
    ),
    "answered and on": asked(
        *[
            user(),
            assistant("Hm.", tool_calls=[CALL]),
            {"role": "tool", "tool_call_id": "c1", "content": "low"},
            assistant("It is low."),
            user(),
        ]
    ),
    "two calls": asked(
        *[
            user(),
            assistant(tool_calls=[CALL, {**CALL, "id": "c2"}]),
            {"role": "tool", "tool_call_id": "c2", "content": "low"},
            {"role": "tool", "tool_call_id": "c1", "content": "low"},
            user(),
        ]
    ),
    "custom tool": chat(tools=[{"type": "custom", "custom": {"name": "t"}}]),
    "of another maker": chat(model="deepseek-chat", top_k=5, repetition_penalty=1, min_p=0, chat_template_kwargs={}),
    "at OpenRouter": chat(model="openrouter/openai/gpt-4o", transforms=[], provider={"order": []}, top_k=5),
    "Mistral": chat(model="mistral-small-latest", max_tokens=5, random_seed=1, safe_prompt=True, temperature=1.5),
    "Claude alone": {"model": "claude-haiku-4-5", "messages": [user()]},
    "count_tokens": {"model": "claude-haiku-4-5", "system": "", "messages": [user()]},
    "a cache to be warmed": {"model": "claude-haiku-4-5", "max_tokens": 0, "messages": [user()]},
    "Claude in OpenAI's words": chat(model="claude-haiku-4-5", max_tokens=5, n=1, tools=[TIDE]),
    "Gemini in OpenAI's words": chat(model="gemini-2.5-flash", max_tokens=5, reasoning_effort="low"),
    "Gemini alone": {"model": "models/gemini-2.5-flash", "contents": "Hi"},
    "Gemini's client": {
        "model": "gemini-2.5-flash",
        "contents": ["Hi"],
        "config": {"temperature": 1, "http_options": {}},
    },
    "embedContent": {"model": "gemini-embedding-001", "content": {"parts": [{"text": "Hi"}]}, "taskType": "CLUSTERING"},
    "tokens": {"model": "text-embedding-3-small", "input": [[1, 2], [3]], "dimensions": 256},
    # lines of batch files
    "responses": respond(
        background=False,
        conversation="c",
        include=[],
        instructions="Hi",
        max_output_tokens=50,
        max_tool_calls=1,
        metadata={},
        parallel_tool_calls=True,
        prompt_cache_key="k",
        reasoning={"effort": "none"},
        service_tier="flex",
        store=False,
        text={"verbosity": "low"},
        tool_choice="auto",
        tools=[{"type": "web_search"}],
        top_logprobs=1,
        truncation="auto",
        safety_identifier="u",
        stream=False,
        temperature=0.5,
    ),
    "items": respond(
        [
            {"role": "developer", "content": "Hi"},
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
            {"role": "assistant", "content": [{"type": "output_text", "text": "Hi"}]},
            {"type": "function_call", "call_id": "c1", "name": "tide", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c1", "output": "low"},
        ],
        tools=[{"type": "function", "name": "tide", "parameters": None, "strict": True}],
    ),
    "after another": respond(
        [{"type": "function_call_output", "call_id": "c1", "output": "low"}], previous_response_id="r"
    ),
    "by reference": respond(
        [{"type": "item_reference", "id": "i"}, {"type": "function_call_output", "call_id": "c1", "output": "low"}]
    ),
    "json in instructions": respond(instructions="As JSON.", text={"format": {"type": "json_object"}}),
    "long name": respond(tools=[{"type": "function", "name": "t" * 100, "parameters": SCHEMA}]),
    "2,048": embed(["Hi"] * 2048, encoding_format="float", user="u"),
    "all of Claude": claude(
        system=[{"type": "text", "text": "Hi", "cache_control": {"type": "ephemeral"}}],
        temperature=1,
        top_k=5,
        stop_sequences=["."],
        metadata={"user_id": "u"},
        service_tier="auto",
        inference_geo="us",
        tool_choice={"type": "auto"},
        tools=[{"name": "t", "input_schema": {"type": "object"}}],
        container=None,
        context_management={"edits": []},
        mcp_servers=[],
        output_config={"effort": "low"},
        stream=False,
    ),
    "thinking": claude(thinking={"type": "enabled", "budget_tokens": 1024}, temperature=1),
    "interleaved": claude(
        thinking={"type": "enabled", "budget_tokens": 9000},
        tools=[{"name": "t", "input_schema": {"type": "object"}}],
    ),
    "adaptive": claude(thinking={"type": "adaptive"}, model="claude-opus-4-6"),
    "results": claude(
        user(),
        assistant([{"type": "text", "text": "Hm."}, USE, {**USE, "id": "t2"}]),
        user([{"type": "tool_result", "tool_use_id": "t2"}]),
        user([{"type": "tool_result", "tool_use_id": "t1"}]),
    ),
    "a system message": claude(user(), {"role": "system", "content": "Be brief."}),
    "warm": claude(model="claude-opus-4-7", temperature=1, top_p=0.99),
    "both of old": claude(model="claude-3-7-sonnet-20250219", temperature=1, top_p=0.9),
    "paused": claude(
        user(),
        assistant([{"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {}}]),
        model="claude-sonnet-4-6",
    ),
    "prefill": claude(user(), assistant("It is")),
    "all of Gemini": gemini(
        systemInstruction={"parts": [{"text": "Hi"}]},
        tools=[{"googleSearch": {}}],
        safetySettings=[],
        cachedContent=None,
        toolConfig={"functionCallingConfig": {"mode": "AUTO"}},
        generationConfig={
            "candidateCount": 1,
            "maxOutputTokens": 50,
            "temperature": 2,
            "topP": 0.5,
            "topK": 4,
            "seed": 1,
            "stopSequences": ["."],
            "responseMimeType": "text/plain",
            "presencePenalty": 0.5,
            "mediaResolution": "x",
            "thinkingConfig": {"includeThoughts": True, "thinkingBudget": 0},
            "responseModalities": ["TEXT"],
        },
    ),
    "snake": gemini(
        [{"role": "user", "parts": {"text": "Hi"}}, {"role": "model", "parts": [{"text": "Hi"}]}],
        system_instruction={"parts": [{"text": "Hi"}]},
        safety_settings=[],
        tool_config={},
        generation_config={"max_output_tokens": 5, "thinking_config": {"thinking_level": "low"}, "top_p": 1},
    ),
}


def told_of(run: Run, requests: dict[str, Body]) -> dict[str, Body]:
    """The rows of requests, each in a file of its own; the exit code, the rows and stderr say the same."""
    rows: dict[str, Body] = {}
    for google in (False, True):  # whose lines name no model
        some = {kind: each for kind, each in requests.items() if ("request" in each) is google}
        files = [f"{at}.jsonl" for at in range(len(some))]
        for file, each in zip(files, some.values(), strict=True):
            Path(file).write_text(json.dumps(each) + "\n")
        result = run("batch", *files, "-f", "json", *(("-m", "gemini-2.5-flash") if google else ()))
        found = document(result)["rows"]
        told = [line for line in result.err.splitlines() if line.startswith("tokcost: ") and ".jsonl:" in line]
        refused = [f"tokcost: {row['file']}:1: {_named(row)}{row['problem']}" for row in found if row["problem"]]
        assert (result.code, told) == (2 if refused else 0, refused[: len(told)])  # stderr names the first ones
        rows |= dict(zip(some, found, strict=True))
    return rows


def _named(row: Body) -> str:
    return "" if row["name"] == "line 1" else f"{row['name']}: "


def test_what_is_refused(run: Run) -> None:
    """One sentence says what and what to write instead; the request is counted and priced all the same."""
    rows = told_of(run, {kind: request for kind, (request, _) in REFUSED.items()})
    for kind, (_, why) in REFUSED.items():
        row = rows[kind]
        assert why in (row["problem"] or "") and "; " not in row["problem"], (kind, row["problem"])
        assert row["input_tokens"] is not None and row["cost"] is not None, kind


def test_what_is_taken(run: Run) -> None:
    """Nothing is said of what the provider takes, or of what one may take of whom nothing is known."""
    rows = told_of(run, TAKEN)
    assert {kind: row["problem"] for kind, row in rows.items()} == dict.fromkeys(TAKEN)
