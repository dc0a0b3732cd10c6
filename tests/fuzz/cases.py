"""One run to be tried: a command, its options, and mutated samples to give it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from tests.fuzz.mutations import mutated, odd_text
from tests.fuzz.samples import BILLS, LOGS, PRICES, PROJECT, REQUESTS, SAVED_ONE, STRICT, TEXTS, Files

# Where a run may write.
OUT = "out"
_WRITTEN = (f"{OUT}/a.txt", f"{OUT}/no/such.txt", OUT, f"{OUT}/" + "n" * 250)
# What an option takes; others take what is odd. A flag needs nothing.
_VALUES: Mapping[str, tuple[str, ...]] = {
    "--model": (
        "gpt-4o",
        "claude-sonnet-4-5",
        "gemini-2.5-flash",
        "openai/gpt-4o",
        "own-1",
        "HCX-005",
        "gpt-4o=gpt-4.1",
    ),
    "--encoding": ("o200k_base", "gpt2", "gemma3"),
    "--output": ("0", "100"),
    "--cached": ("0", "10", "60%"),
    "--output-tokens": ("5",),
    "--output-ratio": ("1.5",),
    "--mode": ("standard", "batch", "flex", "priority"),
    "--as-of": ("2026-11-24", "2026-11-24T02:30", "2020-01-01"),
    "--prices": ("own.toml",),
    "--currency": ("KRW", "EUR"),
    "--fx": ("1390.5@2026-11-20",),
    "--vat": ("10%",),
    "--max-cost": ("0", "0.05", "$1"),
    "--max-tokens": ("0", "5", "100000"),
    "--format": ("json", "table", "csv", "jsonl", "markdown", "github", "gitlab", "sarif", "junit"),
    "--charset": ("utf-8", "utf-16", "cp949", "latin-1"),
    "--engine": ("auto", "tiktoken"),
    "--jobs": ("1",),
    "--image-size": ("800x600",),
    "--split-at": ("0.01", "1"),
    "--split-lines": ("1",),
    "--split-mb": ("1",),
    "--base": ("saved.json", "tokcost.lock"),
    "--from": ("saved.json",),
    "--gate": ("floor", "likely", "ceiling"),
    "--max-price-age": ("60d",),
    "--retires-within": ("60d",),
    "--config": ("tokcost.toml",),
    "--field": ("text", "a.b"),
    "--column": ("text",),
    "--as": ("text", "jsonl", "csv"),
    "--by": ("model", "day,client", "key"),
    "--timezone": ("Asia/Seoul", "+09:00"),
    "--since": ("2026-02-24", "2026-02-24T09:00"),
    "--until": ("2026-12-24",),
    "--provider": ("openai", "anthropic"),
    "--rate": ("1000",),
    "--top": ("0", "3"),
    "--map": ("input=prompt,output=completion,model=model", "input=usage.prompt_tokens,client=client"),
    "--max-cost-per": ("client=0.5", "key=50"),
    "--every": ("0.05",),
    "--tolerance": ("0.01", "1%"),
    "--spend": ("100",),
    "--price": ("x0.1", "x1..x0.1"),
    "--usage": ("x30",),
    "--elasticity": ("1.1",),
    "--output-length": ("x0.5",),
    "--text": ("english", "korean"),
    "--budget": ("acme=100", "100"),
    "--steps": ("5",),
    "--search": ("gpt", "claude mini"),
    "--kind": ("chat", "image"),
    "--capability": ("batch", "reasoning"),
    "--min-window": ("200k", "1.5M", "0"),
    "--max-input-price": ("0.5", "₩2000"),
    "--max-output-price": ("2", "$10"),
    "--today": ("2026-11-24", "2027-06-01"),
}
_WRITING = {"--output-file", "--write-counts", "--plot"}
# They start processes or wait for the clock, or print what they are given.
_LEFT_OUT = {"--cluster", "--follow", "--help", "--pass", "--bill"}
_TEXT = (None, "Hello world", "안녕 \x1b[31m", "")


class Case(NamedTuple):
    """A command line, the files of its folder, and what is piped in."""

    argv: tuple[str, ...]
    files: Files
    stdin: bytes = b""

    def save(self, folder: Path, why: str) -> None:
        """Write it where it can be looked at, and run again by ``load``."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in self.files.items():
            path = folder / "files" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        stdin = base64.b64encode(self.stdin).decode()
        (folder / "case.json").write_text(json.dumps({"argv": self.argv, "stdin": stdin, "why": why}, indent=1))

    @staticmethod
    def load(folder: Path) -> Case:
        """What ``save`` wrote."""
        found = json.loads((folder / "case.json").read_text())
        top = folder / "files"
        files = {str(path.relative_to(top)): path.read_bytes() for path in top.rglob("*") if path.is_file()}
        return Case(tuple(found["argv"]), files, base64.b64decode(found["stdin"]))


def case_of(command: str, random: Random) -> Case:
    """A run of the command with one or two of its files mutated, and up to four options."""
    words, files, stdin = _INPUTS[command](random)
    files = dict(files)
    for name in random.sample(sorted(files), min(len(files), random.choice((0, 1, 1, 2)))):
        files[name] = mutated(files[name], random)
    if stdin and random.random() < 0.8:
        stdin = mutated(stdin, random)
    options: list[str] = []
    for _ in range(random.choice((0, 1, 1, 2, 4))):
        options += _option(command, random)
    if random.random() < 0.5 and "--format" in _options(command):
        options += ["--format", "json"]
    if random.random() < 0.06:
        options.append(odd_text("--model", random))
    return Case((*command_words(command), *words, *options), files, stdin)


def command_words(command: str) -> tuple[str, ...]:
    """What the command is called: a followed log is one of ``usage``."""
    return ("usage", "-", "--follow") if command == "follow" else tuple(command.split())


@cache
def _options(command: str) -> dict[str, bool]:
    """The options of a command, and whether each is a flag."""
    from tokcost.cli.app import command_for

    found: Any = command_for([])
    for word in command.replace("follow", "usage").split():
        found = found.commands[word]
    named = {parameter.opts[0]: bool(getattr(parameter, "is_flag", False)) for parameter in found.params}
    return {name: flag for name, flag in named.items() if name.startswith("--") and name not in _LEFT_OUT}


def _option(command: str, random: Random) -> list[str]:
    known = _options(command)
    if not known:
        return []
    name = random.choice(sorted(known))
    if known[name]:
        return [name]
    if name in _WRITING:
        return [name, random.choice(_WRITTEN)]
    if name == "--report":
        form = random.choice(("json", "sarif", "junit", "csv", "markdown", "gitlab"))
        return [name, random.choice((f"{form}={OUT}/r.{form}", odd_text(form, random)))]
    value = random.choice(_VALUES.get(name, ("x",)))
    return [name, odd_text(value, random) if random.random() < 0.25 and name != "--jobs" else value]


Inputs = tuple[list[str], Files, bytes]


def _some(files: Files, random: Random, most: int = 2) -> Files:
    return {name: files[name] for name in random.sample(sorted(files), random.randint(1, most))}


def _count(random: Random) -> Inputs:
    files = _some(TEXTS, random, 3)
    extra = {"own.toml": PRICES} if random.random() < 0.3 else {}
    words = random.choice(
        (list(files), ["."], ["*.md", "*.txt"], ["-"], ["--text", random.choice(("Hello", "\x1b[31m"))])
    )
    return words, {**files, **extra}, random.choice(list(TEXTS.values()))


def _batch(random: Random) -> Inputs:
    files = _some(REQUESTS, random)
    return random.choice((list(files), ["-"])), {**files, "own.toml": PRICES}, random.choice(list(REQUESTS.values()))


def _corpus(random: Random) -> Inputs:
    files = _some(TEXTS, random, 3)
    return random.choice((list(files), list(files), ["."])), {**files, "own.toml": PRICES}, b""


def _project(random: Random) -> Inputs:
    return [], {**PROJECT, "tokcost.toml": STRICT} if random.random() < 0.3 else PROJECT, b""


def _diff(random: Random) -> Inputs:
    return random.choice((["tokcost.lock"], ["saved.json"], ["saved.json", "tokcost.lock"], ["HEAD"])), PROJECT, b""


def _init(random: Random) -> Inputs:
    return random.choice(([], ["--force"], ["--stdout"], ["prompts", "--stdout"])), PROJECT, b""


def _usage(random: Random) -> Inputs:
    files = _some(LOGS, random)
    return random.choice((list(files), list(files), ["."], ["-"])), files, random.choice(list(LOGS.values()))


def _follow(random: Random) -> Inputs:
    return [], {"own.toml": PRICES}, random.choice(list(LOGS.values()))


def _audit(random: Random) -> Inputs:
    logs, bills = _some(LOGS, random), _some(BILLS, random, 1)
    billed = [word for name in bills for word in ("--bill", name)] if random.random() < 0.7 else []
    return [*logs, *billed], {**logs, **bills}, b""


def _whatif(random: Random) -> Inputs:
    logs = {**_some(LOGS, random), "one.json": SAVED_ONE}
    return random.choice((list(logs)[:1], ["one.json"], ["--spend", "100", "--price", "x0.1"], [])), logs, b""


def _show(random: Random) -> Inputs:
    name = random.choice(("gpt-4o", "own-1", "openai/gpt-4o", "claude-sonnet-4-5"))
    return [odd_text(name, random) if random.random() < 0.5 else name], {"own.toml": PRICES}, b""


def _priced(random: Random) -> Inputs:
    return [], {"own.toml": PRICES}, b""


def _lint(random: Random) -> Inputs:
    return ["own.toml"], {"own.toml": PRICES}, b""


def _tokens(random: Random) -> Inputs:
    text = random.choice(_TEXT)
    return [] if text is None else [text], {}, random.choice(list(TEXTS.values()))


def _verify(random: Random) -> Inputs:
    files = _some(TEXTS, random, 1)
    return [*files, "--encoding", random.choice(("gpt2", "o200k_base"))], files, b""


def _nothing(random: Random) -> Inputs:
    return [], {}, b""


_INPUTS: Mapping[str, Callable[[Random], Inputs]] = {
    "count": _count,
    "batch": _batch,
    "corpus": _corpus,
    "check": _project,
    "lock": _project,
    "diff": _diff,
    "init": _init,
    "usage": _usage,
    "follow": _follow,
    "audit": _audit,
    "whatif": _whatif,
    "models list": _priced,
    "models show": _show,
    "prices lint": _lint,
    "encodings": _nothing,
    "encodings verify": _verify,
    "tokens": _tokens,
    "schema": _nothing,
}
COMMANDS = tuple(_INPUTS)
