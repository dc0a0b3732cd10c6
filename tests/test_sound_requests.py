"""Sound and film in requests: as long as the head says that the bytes can hold, else a range that holds it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bodies import Body, counted
from tests.claude_bodies import Row
from tests.claude_bodies import asked as rows_of
from tests.conftest import Run, document
from tests.files_made import aac, base64_of, flac, mp3, mp4, opus, wave, webm

LENGTH = "sound is billed by its length: documented, not measured"
GUESSED = "can only be guessed, its head does not tell its length: 'batch --seconds N' says how long it is"


def gemini(data: str, mime: str, **part: object) -> Body:
    """A Gemini body of a file; alone it is a token of frame with 2.5."""
    return {"contents": [{"parts": [{"inlineData": {"mimeType": mime, "data": data}, **part}]}]}


def far(address: str, mime: str | None = None) -> Body:
    """A Gemini body of a file that is elsewhere."""
    told = {} if mime is None else {"mime_type": mime}
    return {"contents": [{"parts": [{"file_data": {"file_uri": address, **told}}]}]}


def asked(run: Run, body: Body, *options: str, model: str = "gemini-2.5-flash") -> Row:
    """What ``batch`` says of a body to the Gemini API."""
    return counted(run, body, "-m", model, "--gemini-api", *options)


def openai(sound: Any) -> Body:
    """A chat body of a sound: 3 + 1 of the message and 2 of the frame."""
    part = {"type": "input_audio", "input_audio": sound}
    return {"model": "gpt-audio", "messages": [{"role": "user", "content": [part]}], "max_completion_tokens": 5}


@pytest.mark.parametrize(
    ("data", "mime", "seconds"),
    [
        (wave(10), "audio/wav", 10),
        (wave(10, 8000, 16, 2), "audio/x-wav; codecs=1", 10),
        (wave(10, 4000, 24, 1, 0xFFFE), "AUDIO/WAV", 10),
        (wave(10, 8000, 8, 1, 7), "audio/mp3", 10),  # the bytes say what they are
        (wave(10, before=b"LIST\x03\0\0\0abc\0"), "audio/wav", 10),
        (wave(10, told=0), "audio/wav", 10),  # a head that was written before the end was known
        (wave(10, told=0xFFFFFFFF), "audio/wav", 10),
        (wave(10, told=10**9), "audio/wav", 10),
        (wave(10)[:40_044], "audio/wav", 5),  # cut off
        (mp3((100, 64)), "audio/mp3", 3.6),
        (mp3((100, 320), (200, 32)), "audio/mpeg", 10.8),  # every frame by itself
        (mp3((100, 64), (100, 128), told=200), "audio/mp3", 7.2),
        (b"ID3\3\0\0\0\0\0\x64" + bytes(100) + mp3((100, 64)), "audio/mp3", 3.6),
        (mp4(10_000, 40_000), "audio/mp4", 10),
        (mp4(10_000, 40_000, version=1, last=True), "audio/m4a", 10),
        (aac(50), "audio/aac", 3.2),
        (opus(10), "audio/ogg", 10),
        (flac(441_000, 40_000), "audio/flac", 10),
        (webm(10, 40_000), "audio/webm", 10),
        (bytes(80_000), "audio/L16;rate=8000", 5),
    ],
)
def test_sound_is_as_long_as_its_head_says(run: Run, data: bytes, mime: str, seconds: float) -> None:
    """32 tokens a second and at least 25 (Vertex), with a second more at most; and one of the frame."""
    row = asked(run, gemini(base64_of(data), mime))
    assert (row.tokens, row.standing) == (1 + round(32 * seconds), "estimate")
    assert (row.low, row.high) == (int(25 * seconds), -int(-(32 * (seconds + 1)) // 1) + 1)
    assert row.note.endswith(LENGTH)
    # all but the one at $1 a million
    assert row.costs[1] == f"{round(32 * seconds) / 10**6 + 0.0000003:.7f}"


@pytest.mark.parametrize("mime", ["", "application/octet-stream", "application/ogg"])
@pytest.mark.parametrize(
    ("data", "tokens"),
    [(wave(10), 320), (mp3((100, 64)), 115), (opus(10), 320), (flac(441_000, 40_000), 320), (mp4(10_000, 40_000), 320)],
)
def test_what_is_not_said_to_be_sound_is_known_by_its_bytes(run: Run, data: bytes, tokens: int, mime: str) -> None:
    """It has the rate of sound, and no page."""
    row = asked(run, gemini(base64_of(data), mime))
    assert row.tokens == 1 + tokens
    assert row.costs[1] == f"{tokens / 10**6 + 0.0000003:.7f}"


@pytest.mark.parametrize(
    ("data", "mime", "likely"),
    [
        (wave(10).replace((8000).to_bytes(4, "little"), bytes(4)), "audio/wav", 80_044),  # no rate
        (wave(10)[:30], "audio/wav", 30),
        (mp3((100, 64), told=10**6), "audio/mp3", 29_088),  # ten hours in so few bytes
        (mp4(360_000_000, 40_000), "audio/mp4", 40_140),
        (mp4(10_000, 40_000, last=True)[:30_000], "audio/mp4", 30_000),
        (aac(50, 15), "audio/aac", 10_000),  # of a rate that there is not
        (opus(10**6), "audio/ogg", 5_381),
        (opus(-10), "audio/ogg", 5_381),
        (flac(2**36 - 1, 40_000), "audio/flac", 40_044),
        (bytes(40_000), "audio/wav", 40_000),
        (b"#!AMR\n" + bytes(6_000), "audio/amr", 6_006),
    ],
)
def test_a_length_that_the_bytes_cannot_hold_is_not_believed(run: Run, data: bytes, mime: str, likely: int) -> None:
    """16,000 bytes a second, 864,000 to 500: the range holds all that they may be; --seconds closes it."""
    assert len(data) == likely
    body = gemini(base64_of(data), mime)
    row = asked(run, body)
    assert row.tokens == round(1 + 32 * likely / 16_000)
    assert row.high >= 1 + 32 * likely / 500
    assert f"the length of audio {GUESSED}" in row.note
    assert asked(run, body, "--seconds", "20").range == (500, 641, 673)


def test_more_bytes_than_the_head_tells_are_in_the_high_end(run: Run) -> None:
    """A head of 1 s before 100 s of samples; a Xing head of 4 s before 36 s."""
    row = asked(run, gemini(base64_of(wave(100, told=8000)), "audio/wav"))
    assert (row.tokens, row.high) == (1 + 32, 1 + 32 * 101)
    row = asked(run, gemini(base64_of(mp3((1000, 64), told=100)), "audio/mp3"))
    assert row.tokens == 1 + round(32 * 3.6)
    assert row.high > 32 * 36


@pytest.mark.parametrize(
    "sound",
    [
        {"data": base64_of(wave(12)), "format": "wav"},
        {"data": "data:audio/wav;base64," + base64_of(wave(12)), "format": "wav"},
        {"data": "\n".join(base64_of(wave(12))[at : at + 76] for at in range(0, 130_000, 76)), "format": "mp3"},
        {"data": base64_of(wave(12)).replace("+", "-").replace("/", "_").rstrip("="), "format": "wav"},
        {"data": base64_of(wave(12)), "format": None},
        {"data": base64_of(bytes(12 * 48_000)), "format": "pcm16"},
        base64_of(wave(12)),
    ],
)
def test_sound_to_openai(run: Run, sound: Any) -> None:
    """10 tokens a second, 8 to 13, at $32 a million, the text at $2.50; of a kind that is refused, too."""
    is_taken = isinstance(sound, dict) and sound["format"] in ("wav", "mp3")
    (row,) = rows_of(run, openai(sound), refused=not is_taken)
    assert (row.tokens, row.standing) == (6 + 120, "estimate")
    assert row.low <= 6 + 96 and 6 + 156 <= row.high <= 6 + 156 + 14
    assert row.costs[1] == f"{120 * 32 / 10**6 + 6 * 2.5 / 10**6:.6f}"


@pytest.mark.parametrize(
    ("model", "more", "scene", "seconds"),
    [
        ("gemini-2.5-flash", {}, 258, 10),
        ("gemini-3.5-flash", {}, 70, 10),
        ("gemini-2.5-flash", {"videoMetadata": {"fps": 2}}, 2 * 258, 10),
        ("gemini-2.5-flash", {"video_metadata": {"start_offset": "2s", "end_offset": "6.0s"}}, 258, 4),
        ("gemini-2.5-flash", {"videoMetadata": {"fps": 0, "startOffset": "x", "endOffset": 3}}, 258, 10),
        ("gemini-3.5-flash", {"mediaResolution": {"level": "MEDIA_RESOLUTION_HIGH"}}, 280, 10),
        ("gemini-3.5-flash", {"mediaResolution": {"level": "MEDIA_RESOLUTION_LOW"}}, 70, 10),
    ],
)
def test_film_is_its_pictures_and_its_sound(
    run: Run, model: str, more: dict[str, object], scene: int, seconds: int
) -> None:  # fmt: skip
    """A picture a second, or as many as asked for, between the times asked for; it may be silent."""
    row = asked(run, gemini(base64_of(mp4(10_000, 60_000)), "video/mp4", **more), model=model)
    assert row.tokens == 1 + (scene + 32) * seconds
    assert row.low <= 1 + scene * seconds
    assert row.high >= 1 + scene * seconds + 32 * (seconds + 1)
    assert "film is billed by its pictures and its sound" in row.note


def test_film_in_other_forms(run: Run) -> None:
    """WebM whose head tells its length; one that a browser recorded, for which 2,000 bytes are a second at most."""
    assert asked(run, gemini(base64_of(webm(10, 60_000)), "video/webm")).tokens == 1 + (258 + 32) * 10
    for data in (webm(None, 60_000), webm(100_000, 60_000), webm(10, 60_000)[:60], bytes(60_000)):
        row = asked(run, gemini(base64_of(data), "video/webm"))
        assert row.high > 258 * len(data) // 2000
        assert "the length of video can only be guessed" in row.note


def test_an_earlier_answer_that_was_spoken(run: Run) -> None:
    """It is named by its id: 30 s of it, up to as long as an answer can be."""
    said = [{"role": "user", "content": "Hi"}, {"role": "assistant", "audio": {"id": "audio_1"}}]
    row = counted(run, {"model": "gpt-audio", "messages": [*said, {"role": "user", "content": "Go on"}]})
    assert 300 < row.tokens < 330
    assert 8_000 < row.high < 11_000


def test_film_to_a_model_of_another_family(run: Run) -> None:
    """Nova has one rate for all: $0.06 a million; 300 tokens a picture and 12.5 a second of sound, a guess."""
    source = {"bytes": base64_of(mp4(10_000, 60_000))}
    said = [{"role": "user", "content": [{"video": {"format": "mp4", "source": source}}]}]
    row = counted(run, {"modelId": "amazon.nova-lite-v1:0", "messages": said})
    assert (row.standing, row.low < 3125 < row.high) == ("estimate", True)
    assert row.costs[1] == f"{row.tokens * 6 / 10**8:.8f}".rstrip("0")


def test_film_at_a_low_resolution(run: Run) -> None:
    """66 tokens a picture with 2.5, for the whole request."""
    body = {**gemini(base64_of(mp4(10_000, 60_000)), "video/mp4")}
    body["generationConfig"] = {"mediaResolution": "MEDIA_RESOLUTION_LOW"}
    assert asked(run, body).tokens == 1 + (66 + 32) * 10


@pytest.mark.parametrize(
    ("address", "mime", "kind", "rate"),
    [
        ("gs://bucket/talk.wav", None, "audio", 32),
        ("https://example.org/a?b=c", "audio/mpeg", "audio", 32),
        ("gs://bucket/talk.mp4", None, "video", 290),
        ("https://youtu.be/x", None, "video", 290),
        ("missing.wav", "audio/wav", "audio", 32),
    ],
)
def test_what_is_elsewhere_is_anything_up_to_hours(
    run: Run, address: str, mime: str | None, kind: str, rate: int
) -> None:
    """A minute, from nothing to 9.5 hours (film: 3), which a gate holds; --seconds says how long it is."""
    body = far(address, mime)
    row = asked(run, body)
    assert (row.tokens, row.low) == (1 + 60 * rate, 1)
    assert row.high >= 1 + rate * (34_200 if kind == "audio" else 10_800)
    assert f"{kind} that is elsewhere was not looked into: 'batch --seconds N' says how long it is" in row.note
    Path("r.json").write_text(json.dumps(body))
    told = run("batch", "r.json", "-m", "gemini-2.5-flash", "--gemini-api", "--max-tokens", "50000")
    assert told.code == 1
    row = asked(run, body, "--seconds", "10")
    assert row.tokens == 1 + 10 * rate
    assert "--seconds" not in row.note


def test_sound_that_a_model_has_no_rate_for_is_not_priced_as_text(run: Run) -> None:
    """gpt-4o has none: the request is counted, has no price, and says why; a limit of money cannot be checked."""
    body = openai({"data": base64_of(wave(12)), "format": "wav"}) | {"model": "gpt-4o"}
    Path("r.json").write_text(json.dumps(body))
    result = run("batch", "r.json", "-f", "json")
    assert result.code == 2
    (row,) = document(result)["rows"]
    why = "gpt-4o has no rate for audio input tokens"
    assert (row["problem"], row["standing"], row["note"], row["cost"]) == (None, "unpriced", why, None)
    assert row["input_tokens_low"] <= row["input_tokens"] <= row["input_tokens_high"]
    assert f"note: unpriced: {why}\n" in result.err
    limited = run("batch", "r.json", "--max-cost", "9")
    assert limited.code == 2
    assert f"--max-cost cannot be checked: the total is unpriced: {why}" in limited.err
