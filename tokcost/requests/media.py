"""How long the sound or the film in a request is: from its head, from the user, or from its bytes.

A length that the bytes cannot hold is not believed. Nothing but what tells the length is read.
"""

from __future__ import annotations

import re
from typing import BinaryIO, NamedTuple

from tokcost.requests.images import Glance
from tokcost.requests.model import Media
from tokcost.requests.sound_frames import is_aac, is_even, seconds_of_aac, seconds_of_mp3
from tokcost.requests.wave_head import wave_seconds
from tokcost.requests.webm_head import START as WEBM
from tokcost.requests.webm_head import webm_seconds

# Bytes of a second where nothing tells the length: likely (128 kbit/s; film of 2 Mbit/s), at most (six channels of
# 24 bits; raw film), at least (speech of 4 kbit/s; a still picture with such speech).
_AUDIO, _VIDEO = (16_000, 864_000, 500), (250_000, 20_000_000, 2_000)
# The fewest bytes of a second that are believed of a head (silence, or a still picture, that is packed well), the most.
_BELIEVED = {"audio": (20, _AUDIO[1]), "video": (100, _VIDEO[1])}
# More than a packed recording has, tags and pictures in it aside: it may be longer than its head says.
_USUAL_MOST = {".mp3": 48_000, ".ogg": 64_000, ".mp4": 96_000}
# Bytes of a second of an MP3 file whose frames differ: at most, at least.
_UNEVEN = (40_000, 1_000)
# What is read of a file at most: the pages of some hours of sound, each for its head alone.
_MOST_READ, _MOST_READS = 64 << 20, 400_000
# Raw sound is sent as 16 bits a sample of one channel.
_RAW, _RAW_RATE = re.compile(r"audio/(?:x-)?(pcm16|pcm|l16|raw)\b", re.IGNORECASE), re.compile(r"rate=(\d{4,6})\b")
_RAW_RATES = (24_000, 48_000, 8_000)  # samples a second where none are told: likely, at most, at least


class _Told(NamedTuple):
    """What a head says: how long, and whether there is sound in it (None: it does not say)."""

    seconds: float
    most: float
    sound: bool | None = None
    least: float | None = None


def media_of(kind: str, stream: BinaryIO, mime: str = "") -> Media:
    """The length of what a stream holds; ``mime`` is what it is said to be, a media type or a format's name."""
    size = stream.seek(0, 2)
    if raw := _RAW.match(mime):
        rate = _RAW_RATE.search(mime)
        if rate or raw[1] == "pcm16":  # the one of OpenAI's, always of 24 kHz
            seconds = size / 2 / (int(rate[1]) if rate else _RAW_RATES[0])
            return Media(kind, seconds, seconds, seconds, size, told=True)
        likely, least, most = (size / 2 / samples for samples in _RAW_RATES)
        return Media(kind, likely, least, most, size)
    try:  # whatever a file from outside makes of its readers
        told = _told(stream, size, kind)
    except Exception:
        told = None
    if told is None:
        likely, most_bytes, least_bytes = _VIDEO if kind == "video" else _AUDIO
        return Media(kind, size / likely, size / most_bytes, size / least_bytes, size)
    least = told.seconds if told.least is None else told.least
    return Media(kind, told.seconds, least, told.most, size, told=told.least is None, sound=told.sound)


def _told(stream: BinaryIO, size: int, kind: str) -> _Told | None:
    stream.seek(0)
    head = stream.read(16)
    stream.seek(0)
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        span = wave_seconds(Glance(stream, _MOST_READ, _MOST_READS), size)
        return _Told(*span) if span else None
    if is_aac(head):
        seconds = seconds_of_aac(Glance(stream, _MOST_READ, _MOST_READS), size)
        return _Told(seconds, seconds) if seconds else None
    if head.startswith(WEBM):
        seconds = webm_seconds(Glance(stream, _MOST_READ, _MOST_READS))
        return _Told(seconds, seconds) if seconds and _believed(seconds, size, kind) else None
    form = _form(head)
    return _by_library(stream, size, form, kind) if form else None


def _form(head: bytes) -> str:
    """The form that the library is to read it as; "" for one that it does not."""
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        return ".mp4"
    if head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 6):
        return ".mp3"
    starts = {b"OggS": ".ogg", b"fLaC": ".flac", b"FORM": ".aiff", b"0&\xb2u": ".wma"}
    return starts.get(head[:4], "")


def _believed(seconds: float, size: int, kind: str) -> bool:
    """Whether so many bytes may last for so long."""
    least, most = _BELIEVED[kind]
    return 0 < seconds < float("inf") and least <= size / seconds <= most


def _by_library(stream: BinaryIO, size: int, form: str, kind: str) -> _Told | None:
    from tinytag import TinyTag  # late: only who sends sound pays

    found = TinyTag.get(f"a{form}", file_obj=Glance(stream, _MOST_READ, _MOST_READS), tags=False)
    seconds = found.duration
    if not seconds or not _believed(seconds, size, kind):
        return None
    if kind == "video":
        return _Told(seconds, seconds, True if found.channels else None)
    if form == ".mp3" and not is_even(stream, size):
        if exact := seconds_of_mp3(Glance(stream, _MOST_READ, _MOST_READS), size):
            return _Told(exact, exact)
        most_rate, least_rate = _UNEVEN
        return _Told(seconds, max(seconds, size / least_rate), least=min(seconds, size / most_rate))
    usual = _USUAL_MOST.get(form)
    longer = size / _AUDIO[2] if usual and size / seconds > usual else seconds
    return _Told(seconds, longer)
