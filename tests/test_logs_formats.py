"""Every format of log as its producer writes it: fields, traps and broken lines. Costs are worked by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run


def metered(run: Run, content: Any, *args: object, name: str = "", tmp_path: Path | None = None) -> dict[str, Any]:
    """The report on a log given as text, bytes, one JSON value or several lines of them."""
    if isinstance(content, dict):
        content = json.dumps(content, ensure_ascii=False)
    elif isinstance(content, list):
        content = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in content)
    data = content.encode() if isinstance(content, str) else content
    source: list[object] = []
    if tmp_path is not None:
        path = tmp_path / (name or "log")
        path.write_bytes(data)
        source = [path]
    result = run("usage", "-f", "json", *args, *source, stdin=data)
    found: dict[str, Any] = json.loads(result.out)
    complete = not found["problems"] and not found["totals"]["unpriced"]
    assert result.code == (0 if complete else 2), result.err
    assert found["totals"]["complete"] is complete
    return found


def cost(run: Run, content: Any, *args: object) -> str | None:
    found: str | None = metered(run, content, *args)["totals"]["cost"]
    return found


def responses(**usage: Any) -> dict[str, Any]:
    return {"object": "response", "created_at": 1795392000, "model": "gpt-5.6-terra", "usage": usage}


# --- OpenAI -----------------------------------------------------------------------------------------------


def test_a_cliff_a_tier_and_a_twelve_hour_write_in_one_response(run: Run) -> None:
    """gpt-5.6-terra past 272,000 at priority: 8 in, 0.8 cached, 10 and 20 written, 36 out."""
    inside = {
        "cached_tokens": 100_000,
        "cache_write_tokens": 60_000,
        "ttl_30m_tokens": 10_000,
        "ttl_12h_tokens": 50_000,
    }
    body = responses(
        input_tokens=300_000,
        input_tokens_details=inside,
        output_tokens=1000,
        output_tokens_details={"reasoning_tokens": 900},
    )
    # 140,000 x 8 + 100,000 x 0.8 + 10,000 x 10 + 50,000 x 20 + 1,000 x 36 = 2,336,000 per million
    assert cost(run, {**body, "service_tier": "priority"}) == "2.336"
    assert cost(run, {**body, "service_tier": "fast"}) == "2.336"


def test_searches_are_billed_by_call(run: Run) -> None:
    """Two searches at $0.01; a page opened and a search that failed are none. Files: $0.0025."""
    call = {"type": "web_search_call", "status": "completed"}
    output = [
        {**call, "action": {"type": "search"}},
        {**call, "action": {"type": "open_page"}},
        {**call, "status": "failed", "action": {"type": "search"}},
        call,
        {"type": "file_search_call", "status": "completed"},
        {"type": "message", "content": []},
    ]
    body = responses(input_tokens=1000, input_tokens_details={}, output_tokens=0)
    # 1000 x 2 per million + 0.02 + 0.0025
    assert cost(run, {**body, "output": output}) == "0.0245"


def test_a_search_of_a_small_model_adds_a_block_of_input(run: Run) -> None:
    """gpt-4.1-mini: each search is 8,000 input tokens more at 0.4, and $0.01."""
    body = {**responses(input_tokens=1000, input_tokens_details={}, output_tokens=0), "model": "gpt-4.1-mini"}
    # 9,000 x 0.4 per million + 0.01
    assert cost(run, {**body, "output": [{"type": "web_search_call"}]}) == "0.0136"


IMAGES = {
    "created": 1760000000,
    "data": [{"b64_json": "aGk="}],
    "usage": {
        "input_tokens": 300,
        "input_tokens_details": {"text_tokens": 100, "image_tokens": 200},
        "output_tokens": 1056,
        "total_tokens": 1356,
    },
}


def test_an_images_response_takes_its_model_from_the_caller(run: Run) -> None:
    """gpt-image-1: 100 text x 5 + 200 image x 10 + 1056 image out x 40 = 44,740 per million."""
    assert cost(run, IMAGES, "-m", "gpt-image-1") == "0.04474"
    found = metered(run, IMAGES)
    assert (found["totals"]["cost"], "names no model" in found["rows"][0]["note"]) == (None, True)


def test_an_event_of_an_images_stream_is_an_images_response(run: Run) -> None:
    """It is told by the split of its input; the same 44,740 per million."""
    event = {
        "type": "image_generation.completed",
        "created_at": 1760000000,
        "b64_json": "aGk=",
        "usage": IMAGES["usage"],
    }
    assert cost(run, event, "-m", "gpt-image-1") == "0.04474"


def test_an_images_response_without_usage_is_billed_by_image(run: Run) -> None:
    """Two images of gpt-image-1, low quality, square: 2 x 0.011."""
    body = {"created": 1760000000, "data": [{"url": "a"}, {"url": "b"}], "quality": "low", "size": "1024x1024"}
    assert cost(run, body, "-m", "gpt-image-1") == "0.022"


def test_audio_tokens_have_their_own_rates(run: Run) -> None:
    """gpt-realtime: text 4, cached 0.4, audio 32 in, 0.4 cached, 64 out, text out 16."""
    body = {
        "object": "chat.completion",
        "created": 1790000000,
        "model": "gpt-realtime",
        "usage": {
            "prompt_tokens": 1000,
            "completion_tokens": 300,
            "prompt_tokens_details": {
                "cached_tokens": 300,
                "audio_tokens": 600,
                "cached_tokens_details": {"audio_tokens": 200, "text_tokens": 100},
            },
            "completion_tokens_details": {"audio_tokens": 250},
        },
    }
    # text 300 x 4 + 100 x 0.4, audio 400 x 32 + 200 x 0.4, out 50 x 16 + 250 x 64 = 30,920 per million
    assert cost(run, body) == "0.03092"


def test_an_openai_batch_is_one_by_its_shape(run: Run) -> None:
    """The lines say default; half price it is. What expired or was refused costs nothing."""
    body = {"object": "chat.completion", "created": 1795395600, "model": "gpt-5.4", "service_tier": "default"}
    body["usage"] = {"prompt_tokens": 1000, "completion_tokens": 100, "prompt_tokens_details": {"cached_tokens": 500}}
    embedding = {"object": "list", "data": [], "model": "text-embedding-3-small", "usage": {"prompt_tokens": 1000}}
    log = [
        {"custom_id": "a", "response": {"status_code": 200, "body": body}, "error": None},
        {"custom_id": "b", "response": {"status_code": 200, "body": embedding}, "error": None},
        {"custom_id": "c", "response": None, "error": {"code": "batch_expired"}},
        {"custom_id": "d", "response": {"status_code": 400, "body": {"error": {"code": "x"}}}, "error": None},
    ]
    found = metered(run, log)
    # 500 x 1.25 + 500 x 0.13 + 100 x 7.5 = 1440; 1000 x 0.01 = 10
    assert (found["totals"]["cost"], found["totals"]["failed"], found["totals"]["complete"]) == ("0.00145", 2, True)


def test_openai_shaped_providers_keep_their_own_ways(run: Run) -> None:
    """DeepSeek names hits, xAI once left the reasoning out of the completion: the total tells."""
    deepseek = {
        "created": 1795350000,  # 2026-11-22, a Sunday: off-peak
        "model": "deepseek-v4-pro",
        "usage": {
            "prompt_tokens": 1000,
            "completion_tokens": 100,
            "prompt_cache_hit_tokens": 400,
            "prompt_cache_miss_tokens": 600,
        },
    }
    # 600 x 0.66 + 400 x 0.022 + 100 x 1.98 = 602.8
    assert cost(run, deepseek) == "0.0006028"
    usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 150, "prompt_tokens_details": {}}
    usage["completion_tokens_details"] = {"reasoning_tokens": 40}
    found = metered(run, {"created": 1795350000, "model": "grok-4.7", "usage": usage})
    assert found["totals"]["output_tokens"] == 50


@pytest.mark.parametrize(("total", "output"), [(None, 50), (150, 50), (110, 10)])
def test_reasoning_that_is_more_than_the_output_is_beside_it(run: Run, total: int | None, output: int) -> None:
    """No part is more than its whole; a stated total decides, where there is one."""
    sums = {"total_tokens": total} if total else {}
    chat = {"prompt_tokens": 100, "completion_tokens": 10, "completion_tokens_details": {"reasoning_tokens": 40}}
    answer = {"input_tokens": 100, "output_tokens": 10, "output_tokens_details": {"reasoning_tokens": 40}}
    lines = [{"created": 1795350000, "model": "gpt-5.4", "usage": {**usage, **sums}} for usage in (chat, answer)]
    assert metered(run, lines)["totals"]["output_tokens"] == 2 * output


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-23T01:00:00Z", "1.32"),  # Monday, the peak begins
        ("2026-11-23T03:59:59Z", "1.32"),
        ("2026-11-23T04:00:00Z", "0.66"),
        ("2026-11-23T15:30:00+09:00", "1.32"),  # 06:30 UTC
        ("2026-11-22T02:00:00Z", "0.66"),  # Sunday
    ],
)
def test_the_peak_doubles_the_rate_by_the_hour(run: Run, when: str, expected: str) -> None:
    """deepseek-v4-pro at 0.66 a million, twice that in peak hours of weekdays."""
    line = {"timestamp": when, "model": "deepseek-v4-pro", "usage": {"prompt_tokens": 1_000_000}}
    assert cost(run, line) == expected


def test_a_stream_that_was_logged_counts_its_last_chunk(run: Run) -> None:
    """Chunks without usage say nothing; server-sent events are read through their prefix."""
    chunk = {"object": "chat.completion.chunk", "created": 1795392000, "model": "gpt-5.4", "choices": [], "usage": None}
    last = {**chunk, "usage": {"prompt_tokens": 1000, "completion_tokens": 100}}
    text = "".join(f"data: {json.dumps(each)}\n\n" for each in (chunk, chunk, last)) + "data: [DONE]\n"
    found = metered(run, text)
    assert (found["totals"]["cost"], found["totals"]["complete"]) == ("0.004", True)
    event = {
        "type": "response.completed",
        "response": responses(input_tokens=1000, input_tokens_details={}, output_tokens=0),
    }
    assert cost(run, event) == "0.002"


# --- Anthropic --------------------------------------------------------------------------------------------


def message(model: str = "claude-sonnet-5-5", **usage: Any) -> dict[str, Any]:
    return {"id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": [], "usage": usage}


def test_anthropics_input_leaves_the_cache_out(run: Run) -> None:
    """100,001 tokens of prompt, cache and all, put claude-haiku-5-5 past its cliff: every rate five times."""
    usage = {
        "input_tokens": 1,
        "cache_read_input_tokens": 90_000,
        "cache_creation_input_tokens": 10_000,
        "output_tokens": 100,
    }
    # a sum of writes is all for 5 minutes: 1 x 0.5 + 90,000 x 0.05 + 10,000 x 0.625 + 100 x 2.5 = 11,000.5
    assert cost(run, message("claude-haiku-5-5", **usage)) == "0.0110005"
    usage["input_tokens"] = 0  # 100,000: 90,000 x 0.01 + 10,000 x 0.125 + 100 x 0.5
    assert cost(run, message("claude-haiku-5-5", **usage)) == "0.0022"


def test_batch_and_residency_stack_on_tokens_and_leave_searches(run: Run) -> None:
    """(1,000 x 1 + 100 x 5) x 1.1 per million, and 3 searches at $0.01 in full."""
    usage: dict[str, Any] = {"input_tokens": 1000, "output_tokens": 100, "inference_geo": "us", "service_tier": "batch"}
    usage["server_tool_use"] = {"web_search_requests": 3}
    log = [
        {"custom_id": "a", "result": {"type": "succeeded", "message": message(**usage)}},
        *({"custom_id": kind, "result": {"type": kind}} for kind in ("errored", "canceled", "expired")),
    ]
    found = metered(run, log)
    assert (found["totals"]["cost"], found["totals"]["failed"]) == ("0.03165", 3)


def test_parts_that_contradict_their_sum_are_a_problem(run: Run) -> None:
    """Both numbers are in the sentence, and nothing is guessed."""
    parts = {"ephemeral_5m_input_tokens": 1, "ephemeral_1h_input_tokens": 2}
    bad = message(input_tokens=1, output_tokens=1, cache_creation_input_tokens=4, cache_creation=parts)
    found = metered(run, [message(input_tokens=1000, output_tokens=0), bad])
    assert found["problems"][0]["why"].startswith("'cache_creation_input_tokens' is 4, its parts")
    assert (found["totals"]["cost"], found["totals"]["complete"]) == ("0.002", False)


REPORT = {
    "starting_at": "2026-11-22T00:00:00Z",
    "ending_at": "2026-11-23T00:00:00Z",
    "results": [
        {
            "uncached_input_tokens": 150_000,
            "cache_creation": {"ephemeral_1h_input_tokens": 0, "ephemeral_5m_input_tokens": 0},
            "cache_read_input_tokens": 0,
            "output_tokens": 0,
            "model": "claude-haiku-5-5",
            "service_tier": "standard",
            "context_window": "0-200k",
        }
    ],
}


def test_the_usage_report_is_a_range_where_its_window_spans_the_cliff(run: Run) -> None:
    """150,000 tokens in requests up to 200k of claude-haiku-5-5: 0.1 a million or, past 100k, 0.5."""
    totals = metered(run, {"data": [REPORT], "has_more": False})["totals"]
    assert (totals["cost_low"], totals["cost_high"], totals["standing"]) == ("0.015", "0.075", "estimate")
    assert len(metered(run, {"data": [REPORT], "has_more": True})["problems"]) == 1


def test_the_cost_report_is_in_cents(run: Run) -> None:
    """'123.45' cents are $1.2345; without tokens the cost is what the report says."""
    result = {"currency": "USD", "amount": "123.45", "model": "claude-sonnet-5-5", "token_type": "output_tokens"}
    bucket = {"starting_at": "2026-11-22T00:00:00Z", "ending_at": "2026-11-23T00:00:00Z", "results": [result]}
    totals = metered(run, {"data": [bucket], "has_more": False})["totals"]
    assert (totals["charged"], totals["cost"]) == ("1.2345", "1.2345")


ANTHROPIC_CSV = """usage_date_utc,model_version,api_key,workspace,usage_type,context_window,\
usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens,\
web_search_count,inference_geo,speed
2026-11-22,claude-sonnet-5-5,demo-key,Default,message,≤ 200k,1500000,500000,100000,2000000,500000,10,us,standard
2026-11-22,claude-haiku-4-5-20251001,demo-key,Default,message_batch,≤ 200k,10000,0,0,0,2000,0,not_available,
2026-11-22,claude-haiku-4-5-20251001,demo-key,Default,message_batch,≤ 200k,ten,0,0,0,2000,0,not_available,
2026-11-22,claude-haiku-4-5
"""


def test_the_console_csv_of_tokens(run: Run) -> None:
    """1.5 M x 2 + 0.5 M x 2.5 + 0.1 M x 4 + 2 M x 0.1 + 0.5 M x 10 = 9.85, x 1.1, + 10 x 0.01; batch 0.005 + 0.005."""
    found = metered(run, ANTHROPIC_CSV)
    assert found["totals"]["cost"] == "10.945"
    assert [each["where"] for each in found["problems"]] == ["stdin:4", "stdin:5"]
    assert "4 cells" not in found["problems"][0]["why"]


# --- Gemini -----------------------------------------------------------------------------------------------


def gemini(model: str = "gemini-2.5-flash", **usage: Any) -> dict[str, Any]:
    return {"modelVersion": model, "createTime": "2026-11-20T10:00:00.123456Z", "usageMetadata": usage}


def test_thoughts_come_on_top_and_tools_are_input(run: Run) -> None:
    """(1,000 + 200) x 0.3 + (100 + 400) x 2.5 per million."""
    usage: dict[str, Any] = {
        "promptTokenCount": 1000,
        "toolUsePromptTokenCount": 200,
        "candidatesTokenCount": 100,
        "thoughtsTokenCount": 400,
    }
    found = metered(run, gemini(**usage))
    assert found["totals"]["cost"] == "0.00161"
    assert (found["totals"]["output_tokens"], found["totals"]["reasoning_tokens"]) == (500, 400)
    snake = {
        "model_version": "gemini-2.5-flash",
        "usage_metadata": {"prompt_token_count": 1000, "candidates_token_count": 0},
    }
    assert cost(run, snake) == "0.0003"


def test_audio_is_split_from_the_prompt(run: Run) -> None:
    """gemini-2.5-flash: 700 text x 0.3, 300 audio x 1; in a batch both halve."""
    details = [{"modality": "TEXT", "tokenCount": 700}, {"modality": "AUDIO", "tokenCount": 300}]
    body = gemini(promptTokenCount=1000, promptTokensDetails=details)
    assert cost(run, body) == "0.00051"
    assert cost(run, [{"key": "a", "response": body}, {"key": "b", "error": {"code": 13}}]) == "0.000255"


def test_images_out_have_their_own_rate(run: Run) -> None:
    """gemini-2.5-flash-image: 1,290 tokens at 30 are $0.0387."""
    body = gemini("gemini-2.5-flash-image", promptTokenCount=0, candidatesTokenCount=1290)
    body["usageMetadata"]["candidatesTokensDetails"] = [{"modality": "IMAGE", "tokenCount": 1290}]
    body["createTime"] = "2026-09-20T10:00:00Z"
    assert cost(run, body) == "0.0387"


def test_vertex_batches_say_when(run: Run) -> None:
    """gemini-4-argon in a batch: 1 a million before 2026-12-01, 2 after."""
    inner = {"modelVersion": "gemini-4-argon", "usageMetadata": {"promptTokenCount": 1000}}
    line = {"status": "", "processed_time": "2026-12-02T00:00:00Z", "request": {}, "response": inner}
    assert cost(run, line) == "0.002"
    assert metered(run, {**line, "response": {}, "status": "Quota"})["totals"]["failed"] == 1


# --- exports ----------------------------------------------------------------------------------------------


def bucket(**result: Any) -> dict[str, Any]:
    told = {"object": "organization.usage.completions.result", "num_model_requests": 2, "output_tokens": 0, **result}
    return {
        "object": "page",
        "data": [{"object": "bucket", "start_time": 1795305600, "end_time": 1795392000, "results": [told]}],
        "has_more": False,
    }


def test_a_bucket_over_the_cliff_is_a_range(run: Run) -> None:
    """300,000 tokens of gpt-5.4 in two requests: 0.75, or past 272,000 1.5; one request decides."""
    totals = metered(run, bucket(model="gpt-5.4", input_tokens=300_000))["totals"]
    assert (totals["cost_low"], totals["cost_high"]) == ("0.75", "1.5")
    assert cost(run, bucket(model="gpt-5.4", input_tokens=272_000)) == "0.68"
    assert cost(run, bucket(model="gpt-5.4", input_tokens=300_000, num_model_requests=1)) == "1.5"
    assert cost(run, bucket(model="gpt-5.4", input_tokens=200_000, batch=True)) == "0.25"


def test_a_bucket_of_other_things_than_tokens_is_never_free(run: Run) -> None:
    """5,000 characters at 15 a million are 0.075; what has no price of its own is told, not counted as nothing."""
    assert cost(run, bucket(model="tts-1", characters=5000)) == "0.075"
    for told, says in (({"seconds": 60}, "no standard rate for seconds"), ({"images": 2}, "not billed by token")):
        page = bucket(model="tts-1", **told)
        result = run("usage", stdin=json.dumps(page).encode())
        assert (result.code, says in result.out + result.err) == (2, True)


def test_a_bucket_without_its_model_is_not_priced(run: Run) -> None:
    """A field that was not grouped by is null: refused, with what to do."""
    found = metered(run, bucket(model=None, input_tokens=1000))
    assert found["totals"]["cost"] is None
    assert "group it by model" in found["rows"][0]["note"]


def test_a_bucket_splits_writes_and_modalities(run: Run) -> None:
    """gpt-5.6-terra: 100 fresh x 2, 50 cached x 0.2, 30 and 20 written x 2.5 and 5 = 385 per million."""
    told = {"input_tokens": 200, "input_uncached_tokens": 100, "input_cached_tokens": 50}
    told |= {"input_cache_write_30m_tokens": 30, "input_cache_write_12h_tokens": 20}
    assert cost(run, bucket(model="gpt-5.6-terra", **told)) == "0.000385"
    page = json.dumps(bucket(model="gpt-5.6-terra", **{**told, "input_tokens": 201})).encode()
    result = run("usage", stdin=page)
    assert result.code == 2
    assert "'input_tokens' is 201, its parts are 100 uncached, 50 cached, 50 written" in result.err


def test_the_console_csv_skips_empty_buckets(run: Run) -> None:
    """A row of blanks is no bad line; BOM and CRLF are taken as they come."""
    text = (
        "\ufeffstart_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,model,batch,input_tokens,"
        "output_tokens,input_cached_tokens\r\n"
        "1795305600,1795392000,2026-11-22T00:00:00+00:00,2026-11-23T00:00:00+00:00,proj,4,gpt-5.4,False,100000,1000,0\r\n"
        "1795392000,1795478400,2026-11-23T00:00:00+00:00,2026-11-24T00:00:00+00:00,,,,,,,\r\n"
    )
    found = metered(run, text)
    assert (found["totals"]["cost"], found["totals"]["complete"], found["totals"]["requests"]) == ("0.265", True, 4)


def test_the_costs_export_is_charged_and_computed(run: Run) -> None:
    """1,000 units of a thousand tokens at 2 a million are $2, as charged."""
    result = {
        "amount": {"value": "2.00", "currency": "usd"},
        "line_item": "gpt-4.1, input_tokens",
        "quantity": 1000,
        "quantity_unit": "1000_tokens",
    }
    page = bucket()
    page["data"][0]["results"] = [result]
    totals = metered(run, page)["totals"]
    assert (totals["cost"], totals["charged"]) == ("2", "2")


DEEPSEEK = (
    "\ufeffuser_id,start_time_iso,end_time_iso,model,api_key_name,api_key,type,price,amount\r\n"
    "u1,2026-11-23T01:00:00Z,2026-11-23T02:00:00Z,deepseek-v4-pro,prod,sk-abcdef123456789,input_cache_miss_tokens,"
    "0.00000132,1000000\r\n"
    "u1,2026-11-22T00:00:00Z,2026-11-23T00:00:00Z,deepseek-v4-pro,prod,sk-abcdef123456789,output_tokens,0.00000198,1000\r\n"
    "u1,2026-11-23T00:00:00Z,2026-11-24T00:00:00Z,deepseek-v4-pro,,sk-abcdef123456789,input_cache_hit_tokens,"
    "0.000000022,1000\r\n"
    "u1,2026-11-23T00:00:00Z,2026-11-24T00:00:00Z,deepseek-v4-pro,,sk-abcdef123456789,request_count,0,12\r\n"
)


def test_deepseeks_csv_doubles_in_its_peak(run: Run, tmp_path: Path) -> None:
    """An hour in the peak decides, so does a Sunday; a whole Monday is a range of the cached rate."""
    found = metered(run, DEEPSEEK, "--by", "key", name="amount-2026-11.csv", tmp_path=tmp_path)
    totals = found["totals"]
    # 1.32 + 1,000 x 1.98 per million + 1,000 x 0.022 or 0.044 per million; charged at the lower one
    assert (totals["cost_low"], totals["cost_high"]) == ("1.322002", "1.322024")
    assert totals["charged"] == "1.322002"
    assert "sk-abcdef123456789" not in json.dumps(found)
    assert {row["key"] for row in found["rows"]} >= {"prod"}


# --- traces, mapped fields -----------------------------------------------------------------------------------


def test_spans_of_a_trace(run: Run) -> None:
    """OTLP JSON: typed values, times in nanoseconds; spans without tokens are none of ours."""

    def attribute(key: str, **value: Any) -> dict[str, Any]:
        return {"key": key, "value": value}

    span = {
        "traceId": "t",
        "spanId": "s",
        "startTimeUnixNano": "1795392000000000000",
        "attributes": [
            attribute("gen_ai.provider.name", stringValue="openai"),
            attribute("gen_ai.request.model", stringValue="gpt-5.4"),
            attribute("gen_ai.response.model", stringValue="gpt-5.4-2026-03-05"),
            attribute("gen_ai.usage.input_tokens", intValue="1000"),
            attribute("gen_ai.usage.cache_read.input_tokens", intValue="400"),
            attribute("gen_ai.usage.output_tokens", intValue="100"),
        ],
    }
    other = {"traceId": "t", "spanId": "u", "attributes": [attribute("http.method", stringValue="GET")]}
    trace = {
        "resourceSpans": [
            {
                "resource": {"attributes": [attribute("service.name", stringValue="shop")]},
                "scopeSpans": [{"spans": [span, other]}],
            }
        ]
    }
    found = metered(run, trace, "--by", "project,day")
    # 600 x 2.5 + 400 x 0.25 + 100 x 15 = 3,100
    assert found["totals"]["cost"] == "0.0031"
    assert (found["rows"][0]["project"], found["rows"][0]["day"]) == ("shop", "2026-11-23")


def test_flat_spans_of_an_exporter(run: Run) -> None:
    """One span a line, attributes as an object; Anthropic's own exclusive input is made whole."""
    attributes = {
        "gen_ai.system": "anthropic",
        "gen_ai.request.model": "claude-sonnet-5-5",
        "gen_ai.usage.input_tokens": 10,
        "gen_ai.usage.cache_read_input_tokens": 1000,
        "gen_ai.usage.output_tokens": 100,
    }
    line = {"name": "chat", "context": {"span_id": "a"}, "start_time": "2026-11-20T10:00:00Z", "attributes": attributes}
    # 10 x 2 + 1,000 x 0.1 + 100 x 10
    assert cost(run, [line]) == "0.00112"


def test_any_table_by_a_map(run: Run) -> None:
    """Columns by their own names; a number that is none is a bad line with its name."""
    text = "at,engine,prompt_tok,completion_tok,who\n2026-11-20,gpt-5.4,1000,100,ann\n2026-11-20,gpt-5.4,many,1,bob\n"
    fields = "input=prompt_tok,output=completion_tok,model=engine,time=at,client=who"
    found = metered(run, text, "--map", fields)
    assert (found["totals"]["cost"], found["rows"][0]["client"]) == ("0.004", "ann")
    assert "'prompt_tok' is not a whole number: 'many'" in found["problems"][0]["why"]
    nested = [{"m": "gpt-5.4", "tok": {"in": 1000, "out": 100}}, {"m": "gpt-5.4"}]
    found = metered(run, nested, "--map", "input=tok.in", "--map", "output=tok.out,model=m")
    assert (found["totals"]["cost"], found["problems"][0]["why"]) == ("0.004", "no field 'tok.in' (input)")


@pytest.mark.parametrize("fields", ["input", "prompts=a", "model=m", "input="])
def test_a_map_that_cannot_be_is_refused(run: Run, fields: str) -> None:
    """Exit 2 before anything is read."""
    result = run("usage", "--map", fields, stdin=b"a,b\n1,2\n")
    assert (result.code, result.out) == (2, "")
    assert "--map" in result.err


@pytest.mark.parametrize("content", [b"", b"\n\n", b"hello\nworld\n", b"a,b\n1,2\n", b"\xff\xfe{\x00", b"\x00\x01\x02"])
def test_what_is_no_log_is_no_answer(run: Run, tmp_path: Path, content: bytes) -> None:
    """Exit 2, one line that names the file."""
    path = tmp_path / "odd.log"
    path.write_bytes(content)
    result = run("usage", path)
    assert (result.code, result.out) == (2, "")
    assert str(path) in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    ("line", "cost"),
    [
        # 600 x 2 + 400 x 0.2 + 100 x 10 a million: cached tokens told beside the others
        ({"model": "gpt-6-sol", "input_tokens": 1000, "cached_tokens": 400, "output_tokens": 100}, "0.00228"),
        (
            {"model": "gpt-6-sol", "usage": {"input_tokens": 1000, "cached_input_tokens": 400, "output_tokens": 100}},
            "0.00228",
        ),
        # 3,000 x 2 + 1,000 x 10: the answer's own tier overrules what was asked for
        (
            {
                "service_tier": "flex",
                "response": {
                    "model": "gpt-6-sol",
                    "service_tier": "default",
                    "usage": {"input_tokens": 3000, "output_tokens": 1000},
                },
            },
            "0.016",
        ),
        # 1,000 x 2 + 100 x 10: somebody's own log that has a custom_id is no batch
        (
            {
                "custom_id": "job-1",
                "response": {"model": "gpt-6-sol", "usage": {"input_tokens": 1000, "output_tokens": 100}},
            },
            "0.003",
        ),
        # 55 x 4 + 64 x 0.4 + 13 x 32 + 30 x 16 + 91 x 64: realtime spells its details in the singular
        (
            {
                "type": "response.done",
                "response": {
                    "model": "gpt-realtime",
                    "usage": {
                        "total_tokens": 253,
                        "input_tokens": 132,
                        "output_tokens": 121,
                        "input_token_details": {
                            "text_tokens": 119,
                            "audio_tokens": 13,
                            "cached_tokens": 64,
                            "cached_tokens_details": {"text_tokens": 64, "audio_tokens": 0},
                        },
                        "output_token_details": {"text_tokens": 30, "audio_tokens": 91},
                    },
                },
            },
            "0.0069656",
        ),
    ],
)
def test_other_spellings_of_a_response_are_read(run: Run, line: dict[str, Any], cost: str) -> None:
    """Flat cached tokens, a tier inside and outside, details in the singular."""
    result = run("usage", "-f", "json", stdin=json.dumps(line).encode())
    assert json.loads(result.out)["totals"]["cost"] == cost


def test_a_bucket_that_is_not_grouped_by_mode_is_a_range(run: Run) -> None:
    """1,000,000 input tokens of gpt-4o: 2.50, 1.25 if all was a batch, more if all was priority."""
    result = {"object": "organization.usage.completions.result", "input_tokens": 1_000_000, "output_tokens": 0,
              "num_model_requests": 10, "model": "gpt-4o", "batch": None, "service_tier": None}  # fmt: skip
    bucket = {"object": "bucket", "start_time": 1795305600, "end_time": 1795392000, "results": [result]}
    page = {"object": "page", "data": [bucket], "has_more": False}
    totals = json.loads(run("usage", "-f", "json", stdin=json.dumps(page).encode()).out)["totals"]
    assert (totals["cost"], totals["cost_low"]) == ("2.5", "1.25")
    told = {**result, "batch": False, "service_tier": "default"}
    page["data"] = [{**bucket, "results": [told]}]
    totals = json.loads(run("usage", "-f", "json", stdin=json.dumps(page).encode()).out)["totals"]
    assert (totals["cost"], totals["cost_low"]) == ("2.5", None)
