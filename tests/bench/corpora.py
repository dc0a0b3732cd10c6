"""Corpora made of what is installed: source code of the standard library and of site-packages, and
a text in many languages that is made here. Nothing is fetched; the same machine gives the same bytes.
"""

from __future__ import annotations

import random
import sysconfig
from collections.abc import Iterator
from pathlib import Path

UNITS = {"B": 1, "KB": 1000, "MB": 1000**2, "GB": 1000**3}

_SENTENCES = (
    "The harbour master wrote down every ship that left before noon, and then went home for lunch.",
    "항구 관리인은 정오 전에 떠난 모든 배를 적어 두고 점심을 먹으러 집으로 갔다.",
    "港の管理人は正午前に出港したすべての船を書き留め、昼食のために家に帰った。",
    "港口管理员记下了中午之前离开的每一艘船，然后回家吃午饭。",
    "Начальник порта записал каждый корабль, который ушёл до полудня, и пошёл домой обедать.",
    "Der Hafenmeister schrieb jedes Schiff auf, das früh ablegte, und ging dann zum Essen über die Straße.",
    "Le capitaine du port nota chaque navire parti avant midi, puis rentra déjeuner chez lui.",
    "كتب مدير الميناء كل سفينة غادرت قبل الظهر ثم ذهب إلى البيت.",
    "बंदरगाह के मालिक ने दोपहर से पहले निकलने वाले हर जहाज को लिखा।",
    '{"ships": [{"name": "Anna", "left": "11:40", "crew": 12}, {"name": "Bo", "left": null, "crew": 3}]}',
    "def leave(ships, noon):\n    return [ship for ship in ships if ship.time < noon]",
    "Vào buổi trưa, người gác cảng ghi lại từng con tàu rồi về nhà ăn cơm.",
)


def size_of(text: str) -> int:
    """'60MB' as bytes. Raises ValueError."""
    for unit in ("KB", "MB", "GB", "B"):
        if text.upper().endswith(unit):
            return int(text[: -len(unit)]) * UNITS[unit]
    raise ValueError(f"'{text}' is no size: write it as 2KB, 60MB or 1GB")


def write_corpus(path: Path, kind: str, size: int) -> None:
    """Write ``size`` bytes of UTF-8, to within the last character, unless they are there already."""
    if path.exists() and path.stat().st_size == size:
        return
    written = 0
    with path.open("wb") as file:
        while written < size:
            for block in _source() if kind == "source" else _multilingual():
                part = block[: size - written]
                if len(part) < len(block):  # no half character at the end, and the size stays
                    part = part.decode("utf-8", "ignore").encode()
                    part += b" " * (size - written - len(part))
                file.write(part)
                written += len(part)
                if written >= size:
                    break


def split_corpus(path: Path, folder: Path, pieces: int) -> None:
    """The bytes of a corpus again, as so many files that end at line ends."""
    if folder.exists() and sum(each.stat().st_size for each in folder.iterdir()) == path.stat().st_size:
        return
    folder.mkdir(exist_ok=True)
    share = -(-path.stat().st_size // pieces)
    with path.open("rb") as file:
        for number in range(pieces):
            (folder / f"{number:04}.txt").write_bytes(file.read(share) + file.readline())


def _source() -> Iterator[bytes]:
    """Python files in a fixed order. What only looks like a special token is left out: some contenders refuse it."""
    folders = [Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib")]
    for path in sorted({path for folder in folders for path in folder.rglob("*.py")}):
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        if text and "<|" not in text and "\0" not in text:
            yield (text.rstrip("\n") + "\n").encode()


def _multilingual() -> Iterator[bytes]:
    """Paragraphs of sentences in twelve languages and kinds, with numbers so that no two lines are alike."""
    chance = random.Random(20261124)
    for number in range(20_000):
        sentences = " ".join(chance.choice(_SENTENCES) for _ in range(chance.randrange(1, 8)))
        yield f"{number}. {sentences} {chance.randrange(10**6)}\n".encode()
