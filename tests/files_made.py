"""Files as small as they can be, for requests: sound in every form, film, documents; what tells their length is there.

A second of sound is 32 tokens to Gemini, 10 to OpenAI; a picture of film 258 or 70; a page 258 or 560.
"""

from __future__ import annotations

import base64
import struct


def base64_of(data: bytes) -> str:
    """Base64 text."""
    return base64.b64encode(data).decode()


def wave(
    seconds: float, rate: int = 8000, bits: int = 8, channels: int = 1, tag: int = 1, told: int | None = None,
    before: bytes = b"",
) -> bytes:  # fmt: skip
    """A WAV file of silence; ``told``: the bytes that its head says there are; ``before``: other chunks."""
    size = int(seconds * rate) * channels * bits // 8
    form = struct.pack("<HHIIHH", tag, channels, rate, rate * channels * bits // 8, channels * bits // 8, bits)
    if tag == 0xFFFE:
        form += struct.pack("<HHIH", 22, bits, 4, 1) + bytes(14)
    head = b"RIFF" + struct.pack("<I", size + 36) + b"WAVE" + before + b"fmt " + struct.pack("<I", len(form)) + form
    return head + b"data" + struct.pack("<I", size if told is None else told) + bytes(size)


def mp3(*frames: tuple[int, int], told: int | None = None) -> bytes:
    """Frames of 36 ms at 32 kHz, as (how many, kilobits a second); ``told``: the number that a Xing head says."""
    rates = {32: 1, 64: 5, 128: 9, 320: 14}
    data = b""
    for number, kilobits in frames:
        data += (bytes([0xFF, 0xFB, rates[kilobits] << 4 | 8, 0xC0]).ljust(144 * kilobits // 32, b"\0")) * number
    if told is None:
        return data
    head = bytes([0xFF, 0xFB, 0x58, 0xC0]) + bytes(17) + b"Xing" + struct.pack(">III", 3, told, len(data))
    return head.ljust(288, b"\0") + data


def aac(frames: int, rate: int = 8) -> bytes:
    """Frames of AAC of 200 bytes each, at 16 kHz: 64 ms."""
    return bytes([0xFF, 0xF1, 0x40 | rate << 2, 0x80, 200 >> 3, (200 & 7) << 5 | 0x1F, 0xFC]).ljust(200, b"\0") * frames


def mp4(milliseconds: int, size: int, version: int = 0, last: bool = False) -> bytes:
    """An MP4 file with so many bytes of data; its head may come last."""
    times = (
        struct.pack(">IIII", 0, 0, 1000, milliseconds)
        if not version
        else struct.pack(">QQIQ", 0, 0, 1000, milliseconds)
    )
    head, data = _box(b"moov", _box(b"mvhd", bytes([version, 0, 0, 0]) + times + bytes(80))), _box(b"mdat", bytes(size))
    return _box(b"ftyp", b"M4A " + bytes(4)) + (data + head if last else head + data)


def _box(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + name + data


def webm(seconds: float | None, size: int) -> bytes:
    """A WebM file, as it is written while it is made: of no length of its own; in milliseconds."""
    told = b"" if seconds is None else b"\x44\x89\x88" + struct.pack(">d", seconds * 1000)
    info = b"\x2a\xd7\xb1\x83\x0f\x42\x40" + told
    head = b"\x1a\x45\xdf\xa3\x84\x42\x86\x81\x01" + b"\x18\x53\x80\x67\x01" + b"\xff" * 7
    head += b"\xec\x82ab" + b"\x15\x49\xa9\x66" + bytes([0x80 | len(info)])
    return head + info + b"\x1f\x43\xb6\x75" + bytes(size)


def opus(seconds: float, pages: int = 10) -> bytes:
    """An Ogg file of pages that say which sample they end at."""
    head = b"OpusHead\1\1" + struct.pack("<HIhB", 0, 48_000, 0, 0)
    data = _page(0, 0, head, 2) + _page(0, 1, b"OpusTags" + bytes(8))
    for at in range(1, pages + 1):
        data += _page(int(seconds * 48_000 * at / pages), 1 + at, bytes(500), 4 * (at == pages))
    return data


def _page(sample: int, number: int, data: bytes, kind: int = 0) -> bytes:
    sizes = bytes([255] * (len(data) // 255) + [len(data) % 255])
    return b"OggS\0" + bytes([kind]) + struct.pack("<qIII", sample, 7, number, 0) + bytes([len(sizes)]) + sizes + data


def flac(samples: int, size: int) -> bytes:
    """A FLAC file whose head says how many samples of 44.1 kHz there are."""
    told = (44_100 << 44 | 1 << 41 | 15 << 36 | samples).to_bytes(8, "big")
    head = struct.pack(">HH", 4096, 4096) + bytes(6) + told + bytes(16)
    return b"fLaC\x80" + len(head).to_bytes(3, "big") + head + b"\xff\xf8" + bytes(size)


def pdf(*pages: str) -> bytes:
    """A PDF of pages of US Letter with a line each."""
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(pages)))
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>"]
    objects.append("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    for at, words in enumerate(pages):
        shown = f"BT /F1 12 Tf 72 700 Td ({words}) Tj ET"
        held = f"/Resources<</Font<</F1 3 0 R>>>>/Contents {5 + 2 * at} 0 R"
        objects.append(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]{held}>>")
        objects.append(f"<</Length {len(shown)}>>stream\n{shown}\nendstream")
    data, places = "%PDF-1.4\n", ""
    for number, each in enumerate(objects, 1):
        places += f"{len(data):010} 00000 n \n"
        data += f"{number} 0 obj\n{each}\nendobj\n"
    size = len(objects) + 1
    table = f"xref\n0 {size}\n0000000000 65535 f \n{places}trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(data)}\n"
    return (data + table + "%%EOF\n").encode()
