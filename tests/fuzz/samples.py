"""Small inputs of every kind that the commands read, whole and right: what the mutations start from."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from typing import Any

Files = dict[str, bytes]


def jsonl(*values: Any) -> bytes:
    """JSON lines, one for each value."""
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values).encode()


_PIXEL = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
_SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string", "description": "where", "enum": ["a", "b"]}, "days": {"type": "integer"}},
    "required": ["city"],
    "$defs": {"x": {"type": "array", "items": {"$ref": "#/$defs/x"}}},
}
_CALL = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Oslo"}'}}
_CHAT = {
    "model": "gpt-4o",
    "max_tokens": 200,
    "n": 2,
    "service_tier": "default",
    "messages": [
        {"role": "system", "content": "You are kind."},
        {
            "role": "user",
            "name": "ann",
            "content": [
                {"type": "text", "text": "What is this? 이것은?"},
                {"type": "image_url", "image_url": {"url": _PIXEL, "detail": "low"}},
            ],
        },
        {"role": "assistant", "content": None, "tool_calls": [_CALL]},
        {"role": "tool", "tool_call_id": "call_1", "content": "rain"},
    ],
    "tools": [{"type": "function", "function": {"name": "weather", "description": "d", "parameters": _SCHEMA}}],
    "response_format": {"type": "json_schema", "json_schema": {"name": "w", "schema": _SCHEMA, "strict": False}},
}
_RESPONSES = {
    "model": "gpt-5.4",
    "instructions": "Be brief.",
    "max_output_tokens": 300,
    "input": [
        {"role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
        {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c", "output": "done"},
    ],
    "tools": [{"type": "function", "name": "f", "parameters": _SCHEMA}, {"type": "web_search"}],
}
_CLAUDE = {
    "model": "claude-sonnet-4-5",
    "max_tokens": 500,
    "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
    "thinking": {"type": "enabled", "budget_tokens": 1024},
    "messages": [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "Look"},
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": _PIXEL[22:]}},
            ],
        },
        {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "weather", "input": {"city": "a"}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "rain"}]},
    ],
    "tools": [{"name": "weather", "description": "d", "input_schema": _SCHEMA}],
}
_GEMINI = {
    "model": "gemini-2.5-flash",
    "systemInstruction": {"parts": [{"text": "Be brief."}]},
    "contents": [
        {"role": "user", "parts": [{"text": "Hi"}, {"inlineData": {"mimeType": "image/png", "data": _PIXEL[22:]}}]},
        {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {"a": 1}}}]},
    ],
    "tools": [{"functionDeclarations": [{"name": "f", "parameters": {"type": "OBJECT", "properties": {}}}]}],
    "generationConfig": {"maxOutputTokens": 100, "responseSchema": {"type": "STRING"}},
}
REQUESTS: Files = {
    "chat.jsonl": jsonl(_CHAT, {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}),
    "responses.jsonl": jsonl(_RESPONSES, {"model": "gpt-4.1", "input": "Hello"}),
    "claude.jsonl": jsonl(
        _CLAUDE, {"model": "claude-opus-4-5", "max_tokens": 5, "messages": [{"role": "user", "content": "Hello"}]}
    ),
    "gemini.jsonl": jsonl(_GEMINI),
    "embeddings.jsonl": jsonl({"model": "text-embedding-3-small", "input": ["a", "b c"]}),
    "openai-batch.jsonl": jsonl(
        {"custom_id": "a-1", "method": "POST", "url": "/v1/chat/completions", "body": _CHAT},
        {"custom_id": "a-2", "method": "POST", "url": "/v1/chat/completions", "body": _CHAT},
    ),
    "claude-batch.jsonl": jsonl({"custom_id": "b-1", "params": _CLAUDE}),
    "gemini-batch.jsonl": jsonl({"key": "k-1", "request": _GEMINI}),
    "one.json": json.dumps(_CHAT, indent=2).encode(),
}

_USED = {"prompt_tokens": 1200, "completion_tokens": 80, "prompt_tokens_details": {"cached_tokens": 200}}
_SPENT = {
    "input_tokens": 900,
    "output_tokens": 50,
    "cache_read_input_tokens": 300,
    "cache_creation_input_tokens": 40,
    "cache_creation": {"ephemeral_5m_input_tokens": 40, "ephemeral_1h_input_tokens": 0},
}
_WHEN = "2026-11-20T10:00:00Z"
LOGS: Files = {
    "openai.jsonl": jsonl(
        {"id": "r1", "created": 1795392000, "model": "gpt-4o", "usage": _USED, "client": "acme", "api_key": "sk-1"},
        {
            "id": "r2",
            "timestamp": _WHEN,
            "model": "gpt-4.1",
            "usage": _USED,
            "cost": "0.003",
            "service_tier": "default",
        },
    ),
    "claude.jsonl": jsonl(
        {"id": "msg_1", "type": "message", "model": "claude-sonnet-4-5", "usage": _SPENT, "created_at": _WHEN}
    ),
    "gemini.jsonl": jsonl(
        {
            "responseId": "g",
            "modelVersion": "gemini-2.5-flash",
            "createTime": _WHEN,
            "usageMetadata": {"promptTokenCount": 50, "candidatesTokenCount": 7, "thoughtsTokenCount": 3},
        }
    ),
    "session.jsonl": jsonl(
        {
            "type": "assistant",
            "sessionId": "s",
            "uuid": "u",
            "timestamp": _WHEN,
            "requestId": "q",
            "cwd": "/a",
            "message": {"id": "m", "model": "claude-opus-4-5", "usage": _SPENT},
        }
    ),
    "codex.jsonl": jsonl(
        {"timestamp": _WHEN, "type": "turn_context", "payload": {"model": "gpt-5-codex", "cwd": "/a"}},
        {
            "timestamp": _WHEN,
            "type": "event_msg",
            "payload": {
                "type": "token_count",
                "info": {
                    "total_token_usage": {
                        "input_tokens": 10,
                        "cached_input_tokens": 5,
                        "output_tokens": 2,
                        "total_tokens": 12,
                    },
                    "last_token_usage": {"input_tokens": 10, "cached_input_tokens": 5, "output_tokens": 2},
                },
            },
        },
    ),
    "batch-results.jsonl": jsonl(
        {
            "custom_id": "a",
            "response": {"status_code": 200, "body": {"model": "gpt-4o", "usage": _USED}},
            "error": None,
        },
        {"custom_id": "b", "result": {"type": "succeeded", "message": {"model": "claude-sonnet-4-5", "usage": _SPENT}}},
    ),
    "otel.json": json.dumps(
        {
            "resourceSpans": [
                {
                    "scopeSpans": [
                        {
                            "spans": [
                                {
                                    "startTimeUnixNano": "1795392000000000000",
                                    "attributes": [
                                        {"key": "gen_ai.request.model", "value": {"stringValue": "gpt-4o"}},
                                        {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "100"}},
                                        {"key": "gen_ai.usage.output_tokens", "value": {"intValue": 10}},
                                    ],
                                }
                            ]
                        }
                    ]
                }
            ]
        }
    ).encode(),
    "buckets.json": json.dumps(
        {
            "object": "page",
            "data": [
                {
                    "object": "bucket",
                    "start_time": 1795392000,
                    "end_time": 1795478400,
                    "results": [
                        {
                            "object": "organization.usage.completions.result",
                            "model": "gpt-4o",
                            "input_tokens": 100,
                            "output_tokens": 9,
                            "input_cached_tokens": 10,
                            "num_model_requests": 2,
                        }
                    ],
                }
            ],
        }
    ).encode(),
    "block.txt": b"[API USAGE LOG] 2026-07-16 21:12:04 UTC\nCLIENT: Acme\nAPI_KEY: sk-1\nUSAGE: 17,264 tokens\n"
    b"BILLING: $17.26 (USD)\nSTATUS:  Processed\n",
    "console.csv": b"usage_date_utc,model_version,api_key,workspace,usage_input_tokens_no_cache,"
    b"usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,"
    b"usage_output_tokens,web_search_count\n2026-11-20,claude-sonnet-4-5,k,w,100,1,2,3,40,0\n",
    "deepseek.csv": b"user_id,start_time_iso,end_time_iso,model,api_key_name,api_key,type,price,amount\n"
    b"u,2026-11-20T00:00:00Z,2026-11-21T00:00:00Z,deepseek-chat,k,sk-1,output_tokens,0.0000004,100\n",
    "own.csv": b"model,prompt,completion,client,when\ngpt-4o,100,10,acme,2026-11-20\n",
    "openai.jsonl.gz": gzip.compress(jsonl({"model": "gpt-4o", "usage": _USED}), mtime=0),
}
BILLS: Files = {
    "bill.csv": b"usage_date_utc,model,workspace,api_key,token_type,cost_usd\n"
    b"2026-11-20,claude-sonnet-4-5,w,k,input,0.0038\n",
    "cur.csv": b"lineItem/UsageStartDate,lineItem/ProductCode,lineItem/UsageType,lineItem/UsageAmount,"
    b"lineItem/UnblendedCost\n2026-11-20T10:00:00Z,AmazonBedrock,USE1-Llama3-3-70B-input-tokens,3,0.002\n",
    "google.csv": b"Currency,USD\n\nService description,SKU description,Usage start date,Usage end date,Usage amount,"
    b'Unrounded Cost ($)\nGemini API,Input token count gemini 2.5 flash,2026-11-01,2026-11-30,"1,000",0.0003\n',
    "bill.jsonl": LOGS["openai.jsonl"],
    "costs.json": json.dumps(
        {
            "object": "page",
            "data": [
                {
                    "object": "bucket",
                    "start_time": 1795392000,
                    "end_time": 1795478400,
                    "results": [
                        {
                            "object": "organization.costs.result",
                            "amount": {"value": 0.06, "currency": "usd"},
                            "line_item": "gpt-4o, input",
                        }
                    ],
                }
            ],
        }
    ).encode(),
}

CONFIG = b"""model = "gpt-4o"
gate = "ceiling"
prices = ["own.toml"]
max-price-age = "900d"

[[budget]]
name = "support"
paths = ["prompts/*.md", "agents.yaml#support.system", "prompts.py#SYSTEM"]
max-input-tokens = 40
max-increase = "10%"
message = "ask the owner"

[[budget]]
name = "money"
paths = ["agents.toml#support.system", "agents.json#support.system", "requests.jsonl"]
models = ["gpt-4o", "claude-sonnet-4-5"]
allowed-models = ["gpt-4o", "claude-sonnet-4-5"]
output-tokens = [10, 20, 30]
runs-per-month = 1000
max-cost = 0.05
max-total-cost = "$1"
max-cost-per-month = 100
"""
PRICES = b"""[tokcost]
schema = 1

[openai."own-1"]
encoding = "o200k_base"
standing = "exact"
aliases = ["own"]
context_window = 128000
[[openai."own-1".rates]]
from = 2026-01-01
input = "1.5"
cached = "0.5"
output = 6
"""
LOCK = b"""{
"version": 1,
"tokcost": "0.1.0",
"models": {
"openai/gpt-4o": {"encoding": "o200k_base", "currency": "USD", "input": "2.5", "cached": "1.25", "output": "10"}
},
"prompts": {
"agents.yaml#support.system": {"sha256": "b5836c3881b6130b7e6f476af16aa89bdd9275800f9c65eb533c0bff20e2844a", \
"openai/gpt-4o": {"input": 6, "output": 0, "cost": "0.000015"}},
"prompts/a.md": {"sha256": "029237db744235a05d3f3b8becb5f104b724abb87cbbee395654c0e3ff3bdfd9", \
"openai/gpt-4o": {"input": 12, "low": 10, "high": 14, "output": 0, "cost": "0.00003"}}
}
}
"""
SAVED = json.dumps(
    {
        "schema_version": 2,
        "command": "check",
        "currency": "USD",
        "rows": [
            {
                "name": name,
                "model": model,
                "provider": "anthropic" if "claude" in model else "openai",
                "budget": budget,
                "input_tokens": 3,
                "input_tokens_low": None,
                "input_tokens_high": None,
                "output_tokens": 0,
                "standing": "exact",
                "note": "",
                "cost": "0.0000075",
                "cost_low": None,
                "cost_high": None,
            }
            for name, model, budget in (
                ("prompts/a.md", "gpt-4o", "support"),
                ("requests.jsonl:1", "gpt-4o", "money"),
                ("requests.jsonl:1", "claude-sonnet-4-5", "money"),
                ("x", "claude-sonnet-4-5", "money"),
            )
        ],
        "totals": {"cost": "0.0000075", "input_tokens": 3, "complete": True},
        "problems": [],
        "warnings": ["one"],
        "findings": [],
        "details": {},
    },
    indent=1,
).encode()
SAVED_ONE = json.dumps(
    {**json.loads(SAVED), "rows": [row for row in json.loads(SAVED)["rows"] if row["model"] == "gpt-4o"]}
).encode()
PROJECT: Files = {
    "tokcost.toml": CONFIG,
    "own.toml": PRICES,
    "tokcost.lock": LOCK,
    "saved.json": SAVED,
    "one.json": SAVED_ONE,
    "prompts/a.md": b"You are a helpful assistant.\n\n# Rules\n\nBe kind.\n",
    "prompts/b.md": "한국어로 답하세요. Réponds 🙂\n".encode(),
    "agents.yaml": b"support:\n  system: |\n    You are kind.\n    Always.\n  model: gpt-4o\nlist: [&a x, *a]\n",
    "agents.toml": b'[support]\nsystem = """\nYou are kind."""\n',
    "agents.json": b'{"support": {"system": "You are kind."}}\n',
    "prompts.py": b'SYSTEM = (\n    "You are kind. "\n    "Always."\n)\nOTHER = """x"""\n',
    "requests.jsonl": REQUESTS["chat.jsonl"],
}


# A configuration that no prompt keeps, and the name of one that is held by it.
PROMPT = "prompts/a.md"
STRICT = CONFIG.replace(
    b"[[budget]]", b'[[budget]]\nname = "none"\npaths = ["prompts/*.md"]\nmax-input-tokens = 0\n[[budget]]', 1
)


def _archive() -> Files:
    zipped, tarred = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(zipfile.ZipInfo("in/a.txt"), "hello world")
    with tarfile.open(fileobj=tarred, mode="w:gz") as tar:
        member = tarfile.TarInfo("b.txt")
        member.size = 5
        tar.addfile(member, io.BytesIO(b"hello"))
    return {"texts.zip": zipped.getvalue(), "texts.tar.gz": tarred.getvalue()}


TEXTS: Files = {
    "a.md": b"# Title\n\nHello world, this is a text.\n",
    "b.txt": "안녕하세요, 세계! \u200d\U0001f469\u200d\U0001f4bb naïve\n".encode(),
    "utf16.txt": "Hello there".encode("utf-16"),
    "cp949.txt": "안녕하세요".encode("cp949"),
    "code.py": b"def f(x):\n\treturn x ** 2  # square\n" * 3,
    "docs.jsonl": jsonl({"text": "hello world", "id": 1}, {"text": "again", "id": 2}),
    "docs.csv": b'id,text\n1,"hello, world"\n2,again\n',
    "a.txt.gz": gzip.compress(b"hello world", mtime=0),
    **_archive(),
}
