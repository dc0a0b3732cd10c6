"""Who takes part: name, command, and how to see that it is installed. All count with o200k_base."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

_THREE_LINES = (
    "import sys, tiktoken\n"
    "encoding = tiktoken.get_encoding('o200k_base')\n"
    "print(len(encoding.encode_ordinary(open(sys.argv[1], encoding='utf-8', newline='').read())))\n"
)
_GIGATOKEN = (
    "import sys, gigatoken\n"
    "tokenizer = gigatoken.Tokenizer.from_tiktoken(sys.argv[2], pretokenizer='o200k', special_tokens={})\n"
    "print(len(tokenizer.encode(open(sys.argv[1], 'rb').read())))\n"
)


class Contender(NamedTuple):
    """``command`` takes the path of a file or a folder; ``missing`` says what is not installed.

    ``folders``: it counts a folder as the sum of its files. ``streams``: its memory is bounded, or it is
    the one that the gigabyte is measured against.
    """

    name: str
    command: Callable[[Path], list[str]]
    missing: str = ""
    folders: bool = False
    streams: bool = False


def contenders(peers: Path, rank_file: Path, extra: list[str]) -> list[Contender]:
    """Everybody, installed or not. ``peers`` is the Python that has the others installed."""
    own = Path(sys.executable).with_name("tokcost")
    ttok = peers.with_name("ttok")
    meter = peers.with_name("tokenmeter")
    found = [
        Contender("ttok 1.0", lambda path: [str(ttok), "-i", str(path), "-m", "gpt-4o"], _absent(ttok)),
        Contender(
            "tiktoken, three lines",
            lambda path: [str(peers), "-c", _THREE_LINES, str(path)],
            _no_module(peers, "tiktoken"),
        ),
        Contender(
            "tokenmeter-cli",
            lambda path: [str(meter), "count", "--json", str(path), "-m", "gpt-4o"],
            _absent(meter),
            True,
        ),
        Contender(
            "gigatoken, bare",
            lambda path: [str(peers), "-c", _GIGATOKEN, str(path), str(rank_file)],
            _no_module(peers, "gigatoken"),
            streams=True,
        ),
    ]
    found += _tokcost(own)
    for each in extra:
        name, _, command = each.partition("=")
        found.append(Contender(name, partial(_with_path, command), "", True, True))
    return found


def _tokcost(own: Path) -> list[Contender]:
    base = [str(own), "count", "-q", "--encoding", "o200k_base"]
    fast = _no_module(Path(sys.executable), "gigatoken")
    missing = _absent(own)
    return [
        Contender("tokcost", lambda path: [*base, str(path)], missing, True, True),
        Contender(
            "tokcost, gigatoken, 1 core",
            lambda path: [*base, "--engine", "gigatoken", "-j", "1", str(path)],
            missing or fast,
            True,
            True,
        ),
        Contender(
            "tokcost, tiktoken, all cores", lambda path: [*base, "--engine", "tiktoken", str(path)], missing, True, True
        ),
        Contender(
            "tokcost, tiktoken, 1 core",
            lambda path: [*base, "--engine", "tiktoken", "-j", "1", str(path)],
            missing,
            True,
            True,
        ),
    ]


def _absent(program: Path) -> str:
    return "" if program.exists() else f"no {program.name} beside {program.parent.name}/python"


def _no_module(python: Path, module: str) -> str:
    code = f"import importlib.util as u, sys; sys.exit(u.find_spec('{module}') is None)"
    found = subprocess.run([str(python), "-c", code], capture_output=True, check=False).returncode == 0
    return "" if found else f"no module {module} for --peers"


def warm_cache(folder: Path) -> tuple[Path, dict[str, str]]:
    """The rank file of o200k_base, where tiktoken looks for what it has fetched, and the environment for it.

    tiktoken names a cached file after the SHA-1 of its address.
    """
    import inspect
    import re

    from tiktoken_ext import openai_public

    address = re.search(r'"(https://[^"]*o200k_base\.tiktoken)"', inspect.getsource(openai_public))
    assert address is not None
    cached = folder / hashlib.sha1(address[1].encode()).hexdigest()
    if not cached.exists():
        # in a process of its own: a child begins with the peak memory of its parent
        code = (
            "import sys; from pathlib import Path; from tokcost.encodings.pack import open_pack\n"
            "from tokcost.encodings.packing import expanded\n"
            "Path(sys.argv[1]).write_bytes(expanded(open_pack('o200k_base'), 199998))"
        )
        subprocess.run([sys.executable, "-c", code, str(cached)], check=True)
    return cached, {**os.environ, "TIKTOKEN_CACHE_DIR": str(folder), "PYTHONUTF8": "1"}


def _with_path(command: str, path: Path) -> list[str]:
    return [*command.split(), str(path)]
