"""Sound as frames one after the other, of MP3 and of AAC, where no head tells how many there are."""

from __future__ import annotations

from typing import BinaryIO

_LOOKS = (0.1, 0.3, 0.5, 0.7, 0.9)  # where in the file frames are looked for
_WINDOW = 4096  # more than two of the longest frames
_TELLING = (b"Xing", b"Info", b"VBRI")  # heads that tell how many frames there are
_STAYS = b"\xff\xfe\x0c"  # version, layer, sampling rate: the same in every frame
_RATE = 0xF0
_MOST = 0.6
_FILLED = 0.95  # the rest may be tags
# Kilobits a second of layer 3 by the number in the head, in versions 2 and 1; samples a second by version and number.
_BIT_RATES = (
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
)
# Samples a second of AAC by the number in the head; each frame has so many for every block in it.
_AAC_RATES = (96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350)
_AAC_BLOCK = 1024
_SAMPLES = {
    (version, at): samples // share
    for version, share in ((3, 1), (2, 2), (0, 4))
    for at, samples in enumerate((44_100, 48_000, 32_000))
}


def is_even(stream: BinaryIO, size: int) -> bool:
    """Of MP3: whether a head tells the number of frames, or frames all over the file have one bit rate."""
    start = _start(stream)
    stream.seek(start)
    first = stream.read(_WINDOW)
    if any(mark in first[:256] for mark in _TELLING):
        return True
    at = first.find(b"\xff")
    while at >= 0 and not _is_frame(first, at):
        at = first.find(b"\xff", at + 1)
    if at < 0:
        return False
    model = first[at : at + 4]
    return all(_alike(stream, start + int((size - start) * part), model) for part in _LOOKS)


def _start(stream: BinaryIO) -> int:
    """Behind the tags at the beginning."""
    stream.seek(0)
    head = stream.read(10)
    if len(head) < 10 or not head.startswith(b"ID3"):
        return 0
    return 10 + sum((each & 0x7F) << 7 * (3 - at) for at, each in enumerate(head[6:10]))


def _is_frame(data: bytes, at: int) -> bool:
    head = data[at : at + 4]
    return len(head) == 4 and head[1] & 0xE0 == 0xE0 and head[1] & 6 != 0 and head[2] & _RATE not in (0, _RATE)


def _alike(stream: BinaryIO, place: int, model: bytes) -> bool:
    """Whether most frames behind a place have the bit rate of the model: sound may look like the head of a frame."""
    stream.seek(place)
    data = stream.read(_WINDOW)
    rates: list[int] = []
    at = data.find(b"\xff")
    while at >= 0:
        head = data[at : at + 4]
        if _is_frame(data, at) and all(head[i] & mask == model[i] & mask for i, mask in enumerate(_STAYS)):
            rates.append(head[2] & _RATE)
        at = data.find(b"\xff", at + 1)
    alike = rates.count(model[2] & _RATE)
    return alike >= len(rates) * _MOST and (alike > 0 or len(data) < _WINDOW)


def seconds_of_mp3(stream: BinaryIO, size: int) -> float | None:
    """The length of all frames of layer 3; None where they do not fill the file."""
    at, seconds = _start(stream), 0.0
    while at + 4 <= size:
        stream.seek(at)
        head = stream.read(4)
        newest = head[1] >> 3 & 3
        step = _BIT_RATES[newest == 3][head[2] >> 4] if _is_frame(head, 0) and head[1] & 6 == 2 else 0
        samples = _SAMPLES.get((newest, head[2] >> 2 & 3), 0)
        if not step or not samples:
            break
        at += (144 if newest == 3 else 72) * step * 1000 // samples + (head[2] >> 1 & 1)
        seconds += (1152 if newest == 3 else 576) / samples
    return seconds if at > size * _FILLED else None


def seconds_of_aac(stream: BinaryIO, size: int) -> float | None:
    """The length of all frames of a stream of AAC (ADTS); None where they do not fill the file."""
    at, seconds = _start(stream), 0.0
    while at + 7 <= size:
        stream.seek(at)
        head = stream.read(7)
        rate, length = head[2] >> 2 & 15, (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
        if not is_aac(head) or rate >= len(_AAC_RATES) or length < 7:
            break
        at += length
        seconds += _AAC_BLOCK * ((head[6] & 3) + 1) / _AAC_RATES[rate]
    return seconds if at > size * _FILLED else None


def is_aac(head: bytes) -> bool:
    """Whether a frame of AAC begins here: as of MP3, but for its layer, of which there is none."""
    return len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0
