"""How fast Claude's vocabularies count: whole processes in turn, medians, against tiktoken and gpt-4o.

    python tests/bench/claude_speed.py [--size 60MB] [--rounds 7] [--folder FOLDER]

Makes its own texts: the installed Python sources, and Korean, Chinese and Japanese put together at random, so that
hardly two lines are alike. Fetches nothing.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.contenders import _THREE_LINES, warm_cache
from tests.bench.corpora import size_of, write_corpus
from tests.bench.measure import Result, run_once

TOKCOST = str(Path(sys.executable).with_name("tokcost"))
MODELS = ("claude-sonnet-4-5", "claude-opus-4-8")
# Words for the text of each language; those of Chinese and Japanese are written without the blanks.
SENTENCES = {
    "Korean": "항구 관리인은 정오 전에 떠난 모든 배를 적어 두고 점심을 먹으러 집으로 갔다 "
    "바람이 세게 불어서 등대 아래에서 기다렸다",
    "Chinese": "港口 管理员 记下了 中午 之前 离开的 每一艘 船 然后 回家 吃午饭 风很大 他在 灯塔 下面 等了 很久",
    "Japanese": "港の 管理人は 正午前に 出港した すべての 船を 書き留め 昼食のために 家に帰った "
    "風が 強かったので とうだいの 下で 待った",
}

# What random words are made of: syllables, signs, and for Japanese the kana, which are what costs time.
SIGNS = {"Korean": (0xAC00, 0xD7A4), "Chinese": (0x4E00, 0x9FA6), "Japanese": (0x3041, 0x3097)}


def write_language(path: Path, language: str, size: int) -> None:
    """Lines of words and a number; every other word is of random signs, which no memory of words helps with."""
    chance = random.Random(language)
    first, last = SIGNS[language]
    joint = " " if language == "Korean" else ""
    known = SENTENCES[language].split()

    def word() -> str:
        if chance.random() < 0.5:
            return chance.choice(known)
        return "".join(chr(chance.randrange(first, last)) for _ in range(chance.randrange(1, 5)))

    with path.open("w", encoding="utf-8") as file:
        written = 0
        while written < size:
            words = [word() for _ in range(chance.randrange(4, 16))]
            line = f"{joint.join(words)} {chance.randrange(10**6)}.\n"
            written += len(line.encode())
            file.write(line)


def rounds(commands: dict[str, list[str]], number: int, environment: dict[str, str]) -> dict[str, Result]:
    """Every command in turn, after one round that is not counted."""
    results = {name: Result(name, []) for name in commands}
    for at in range(number + 1):
        for name, command in commands.items():
            run = run_once(command, environment, 600)
            if at:
                results[name].runs.append(run)
    return results


def show(results: dict[str, Result], size: int) -> None:
    """A line for each, with the ratio to the first."""
    first = next(iter(results.values()))
    for name, result in results.items():
        speed = size / result.seconds / 1e6
        print(
            f"  {name:32} {result.seconds:8.3f} s  {result.ratio_to(first):5.2f} x  "
            f"{speed:7.1f} MB/s  {result.megabytes:5.0f} MB"
        )


def main() -> int:
    """Three comparisons."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--size", default="60MB")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="tokcost-claude-"))
    folder.mkdir(parents=True, exist_ok=True)
    _, environment = warm_cache(folder)
    environment = {**os.environ, **environment}
    small, large = folder / "2KB.txt", folder / f"source-{given.size}.txt"
    write_corpus(small, "source", 2000)
    write_corpus(large, "source", size_of(given.size))

    def count(model: str, path: Path, *more: str) -> list[str]:
        return [TOKCOST, "count", "-q", "-m", model, str(path), *more]

    print("2 KB of source code")
    show(rounds({name: count(name, small) for name in ("gpt-4o", *MODELS)}, given.rounds, environment), 2000)
    print(f"{given.size} of source code")
    three = {"tiktoken, three lines (o200k)": [sys.executable, "-c", _THREE_LINES, str(large)]}
    show(rounds(three | {name: count(name, large) for name in MODELS}, given.rounds, environment), size_of(given.size))
    for language in SENTENCES:
        path = folder / f"{language}.txt"
        write_language(path, language, 10_000_000)
        print(f"10 MB of {language}, one core")
        commands = {name: count(name, path, "--jobs", "1") for name in MODELS}
        show(rounds(commands, given.rounds, environment), path.stat().st_size)
    return 0


if __name__ == "__main__":
    sys.exit(main())
