"""Real repositories with real history, built in a temporary folder."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

# gpt-4o: 2.50 for a million input tokens, 10 for output; "word " x n is n + 1 tokens in a file of one line.
CONFIG = """\
model = "gpt-4o"

[[budget]]
name = "support"
paths = ["prompts/*.md"]
max-input-tokens = 1000
max-increase = "10%"
"""
# The same without the limit that needs something to compare with.
ABSOLUTE = CONFIG.replace('max-increase = "10%"\n', "")


class Repo:
    """A working tree and its git."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)

    def git(self, *arguments: str) -> str:
        """Run git here; it must succeed."""
        done = subprocess.run(["git", *arguments], cwd=self.path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file, byte for byte."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def grow(self) -> None:
        """On a work branch, a prompt half as long again as at origin/main."""
        self.git("update-ref", "refs/remotes/origin/main", "HEAD")
        self.git("switch", "-q", "-c", "work")
        self.write("prompts/a.md", words(150))
        self.commit()

    def commit(self, message: str = "change") -> str:
        """Commit all there is; the commit's name."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")


def words(number: int) -> str:
    """A text of exactly so many o200k_base tokens."""
    return "word" + " word" * (number - 1)


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a cache of its own and nothing from the environment."""
    for name in ("MODEL", "GATE", "MODE", "OUTPUT_TOKENS", "MAX_PRICE_AGE", "RETIRES_WITHIN"):
        monkeypatch.delenv(f"TOKCOST_{name}", raising=False)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.setenv("TOKCOST_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "no-settings"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "A")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "a@example.org")
    folder = tmp_path / "work"
    folder.mkdir(exist_ok=True)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def repo(bare: Path) -> Repo:
    """A repository on main: one budget, two prompts of 100 and 200 tokens, one commit."""
    found = Repo(bare)
    found.git("init", "-q", "-b", "main")
    found.write("tokcost.toml", CONFIG)
    found.write("prompts/a.md", words(100))
    found.write("prompts/b.md", words(200))
    found.commit("first")
    return found
