"""What is done to a sample: bits, lines, values and keys of JSON, numbers, nesting, odd characters, charsets."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

ODD = (
    "\x00",
    "\x1b[31m",
    "\x1b]8;;http://x\x07",
    "\x9b",
    "\u202e",
    "\u2066",
    "\r",
    "\n",
    "\r\n",
    "\u2028",
    "\x85",
    "\n::error::x",
    "\ud800",
    "\ufeff",
    "\u200b",
    "e\u0301" * 20,
    "\U0001f469\u200d\U0001f4bb",
    "\U000e0041",
    "\uffff",
    "ﷺ",
    "İ",
    "ß",
    "<!--",
    "</table>",
    "@org/team",
    "=1+1",
    "-2+3",
    "|",
    "`",
    "[x](y)",
    "'",
    '"',
    "\\",
    "${x}",
    "$(x)",
    "../../x",
    "/dev/null",
    "~",
    "*",
    "[z-a]",
    "**/" * 9,
    "<|endoftext|>",
    "<|im_start|>",
    "\t",
    " ",
    "",
)
NUMBERS = (
    "0",
    "-1",
    "1e400",
    "-1e400",
    "1e-400",
    "1e999999999",
    "1e-999999999",
    "9" * 30,
    "9" * 400,
    "9" * 5000,
    "NaN",
    "Infinity",
    "-0",
    "0x10",
    "1_000",
    "1.5",
    "0.1" + "0" * 90 + "1",
    "2147483648",
    "9223372036854775808",
    "١٢",
    "½",
    "true",
    "null",
    "2024-02-30",
    "9999-12-31",
    "0001-01-01",
    "1e5",
    "+5",
    "1,000",
    "5%",
    "$1",
)
# Keys that nobody may see again in any output; joined so that no scanner takes this file for a leak.
SECRETS = tuple(
    "".join(parts)
    for parts in (
        ("sk-", "proj-Zq81kLmN0pQrStUvWx92"),
        ("sk-", "ant-api03-xYz98_7654aBcDeF-AA"),
        ("AIza", "SyD9tSrke72PouQMnMX3aB7cD1eF5gH2iJ"),
        ("AKIA", "IOSFODNN7EXAMPLE"),
        ("ghp_", "16C7e42F292c6912E7710c838347Ae178B4a"),
        ("xoxb-", "17653672481-19874698323-pdFZKVe"),
        ("GOCSPX", "-4fGh7Jk2Lm9Np3Qr5St8Uv1Wx"),
        ("hf_", "aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgH"),
    )
)


def mutated(data: bytes, random: Random) -> bytes:
    """The bytes after one to four changes."""
    for _ in range(random.choice((1, 1, 1, 2, 2, 4))):
        data = random.choice(_WAYS)(data, random)
    return data[: 1 << 18]


def odd_text(text: str, random: Random) -> str:
    """A text for an option: replaced, cut, doubled, or with something odd in it."""
    at = random.randint(0, len(text))
    return random.choice(
        (
            lambda: random.choice(NUMBERS),
            lambda: random.choice(ODD),
            lambda: text[:at] + random.choice(ODD) + text[at:],
            lambda: text[:at],
            lambda: text * random.choice((2, 50)),
            lambda: random.choice(SECRETS),
            lambda: f"{text}={random.choice(SECRETS)}",
            lambda: "".join(random.sample(text, len(text))),
        )
    )().replace("\x00", "")  # no argument of a process holds one


def _flip(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 3, 20))):
        if changed:
            changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _cut(data: bytes, random: Random) -> bytes:
    at = random.randint(0, len(data))
    return random.choice((data[:at], data[at:], data[:at] + data[min(len(data), at + random.randint(1, 30)) :]))


def _lines(data: bytes, random: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if not lines:
        return data
    at = random.randrange(len(lines))
    match random.randrange(5):
        case 0:
            lines.insert(at, lines[at])
        case 1:
            del lines[at]
        case 2:
            random.shuffle(lines)
        case 3:
            lines[at] = lines[at] * random.choice((3, 200))
        case _:
            lines.insert(at, random.choice((b"\n", b"\r", b"   \n", b"{broken\n", b"[]\n", b"\x00\n", b"null\n")))
    return b"".join(lines)


def _insert(data: bytes, random: Random) -> bytes:
    at = random.randint(0, len(data))
    what = random.choice(random.choice((ODD, NUMBERS, SECRETS)))
    return data[:at] + what.encode("utf-8", "surrogatepass") + data[at:]


def _charset(data: bytes, random: Random) -> bytes:
    text = data.decode("utf-8", "replace")
    charset = random.choice(("utf-16", "utf-16-le", "utf-32", "latin-1", "cp949", "utf-7", "utf-8-sig", "cp1252"))
    return text.encode(charset, "replace")


def _number(data: bytes, random: Random) -> bytes:
    """A number that stands in the text becomes another one."""
    places = [at for at, byte in enumerate(data) if 48 <= byte <= 57 and (at == 0 or not 48 <= data[at - 1] <= 57)]
    if not places:
        return _insert(data, random)
    at = end = random.choice(places)
    while end < len(data) and 48 <= data[end] <= 57:
        end += 1
    return data[:at] + random.choice(NUMBERS).encode() + data[end:]


def _nested(data: bytes, random: Random) -> bytes:
    """A line within many brackets, or with many of them in it."""
    deep = random.choice((3, 90, 600, 3000))
    opening, closing = random.choice(((b"[", b"]"), (b'{"a":', b"}"), (b"(", b")"), (b"- ", b""), (b"a.", b"")))
    lines = data.splitlines(keepends=True) or [b""]
    at = random.randrange(len(lines))
    lines[at] = opening * deep + lines[at].rstrip(b"\n") + closing * deep + b"\n"
    return b"".join(lines)


def _json(data: bytes, random: Random) -> bytes:
    """A value of a JSON document, or of one of its lines, becomes another value; a key becomes another key."""
    whole, lines = [data], data.splitlines()
    for parts in (whole, lines):
        at = random.randrange(len(parts)) if parts else 0
        try:
            value = json.loads(parts[at])
        except (ValueError, IndexError, RecursionError):
            continue
        changed = json.dumps(_changed(value, random), ensure_ascii=random.random() < 0.3)
        for marker in NUMBERS:  # numbers that Python would not write
            changed = changed.replace(f'"#{marker}"', marker)
        parts[at] = changed.encode("utf-8", "surrogatepass")
        return b"\n".join(parts) + b"\n"
    return _insert(data, random)


def _changed(value: Any, random: Random) -> Any:
    if isinstance(value, dict) and value and random.random() < 0.85:
        key = random.choice(list(value))
        match random.randrange(12):
            case 0:
                return {name: each for name, each in value.items() if name != key}
            case 1:
                return {(random.choice(ODD) if name == key else name): each for name, each in value.items()}
            case 2:
                return {**value, random.choice(("model", "usage", "cost", "type", "text", "$ref", "n")): _other(random)}
        return {**value, key: _changed(value[key], random)}
    if isinstance(value, list) and value and random.random() < 0.85:
        at = random.randrange(len(value))
        match random.randrange(6):
            case 0:
                return value[:at] + value[at + 1 :]
            case 1:
                return value[:at] + [value[at]] * random.choice((2, 60)) + value[at:]
        return [*value[:at], _changed(value[at], random), *value[at + 1 :]]
    if isinstance(value, str) and random.random() < 0.4:
        return odd_text(value, random)
    return _other(random)


def _other(random: Random) -> Any:
    deep: Any = "x"
    for _ in range(random.choice((1, 5, 80))):
        deep = [deep] if random.random() < 0.5 else {"a": deep}
    return random.choice(
        (
            None,
            True,
            False,
            0,
            -1,
            1.5,
            10**18,
            10**40,
            -(10**400),
            "",
            "x",
            [],
            {},
            [[]],
            [None],
            {"a": None},
            {"": ""},
            deep,
            "#" + random.choice(NUMBERS),
            random.choice(ODD),
            random.choice(SECRETS),
            {"$ref": "#"},
            [1] * 300,
            "long " * 400,
        )
    )


_WAYS: tuple[Callable[[bytes, Random], bytes], ...] = (
    _flip,
    _cut,
    _lines,
    _insert,
    _charset,
    _number,
    _nested,
    _json,
    _json,
    _json,
    _json,
)
