"""How long checks take beside the start-up of one count; whole processes, the best of several runs.

    python tests/bench/check_speed.py

Limits: 2,000 prompts (10 MB) of which none changed since the last run within 2 x one count;
ten prompts within 1.3 x one prompt.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 15
TOKCOST = str(Path(sys.executable).with_name("tokcost"))


def main() -> int:
    """Measure, print, and say by the exit code whether the limits are kept."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TOKCOST_CACHE_DIR"] = str(Path(folder) / "cache")
        top = Path(folder)
        one, ten, many = (project(top / str(number), number) for number in (1, 10, 2000))
        best = measured(
            {
                "count of one prompt": (one, ["count", "prompts/0.md"]),
                "check of one prompt": (one, ["check"]),
                "check of ten prompts": (ten, ["check"]),
                "check of 2,000 prompts": (many, ["check"]),
                "one, nothing known": (one, ["check", "--no-cache"]),
                "ten, nothing known": (ten, ["check", "--no-cache"]),
            }
        )
    count, first, tenth, all_of_them, anew, ten_anew = best.values()
    for name, seconds in best.items():
        print(f"{name:<24} {seconds * 1000:7.1f} ms")
    print(f"2,000 prompts take {all_of_them / count:.2f} x one count (at most 2)")
    print(f"ten prompts take {tenth / first:.2f} x one prompt (at most 1.3)")
    print(f"with nothing in the cache, {ten_anew / anew:.2f} x")
    return 0 if all_of_them <= 2 * count and tenth <= 1.3 * first and ten_anew <= 1.3 * anew else 1


def project(folder: Path, prompts: int) -> Path:
    """A folder with a configuration and so many prompts of some 5 KB each, all different."""
    words = ["harbour", "master", "ship", "left", "before", "noon", "and", "then", "went", "home", "for", "lunch"]
    random.seed(prompts)
    (folder / "prompts").mkdir(parents=True)
    for number in range(prompts):
        text = f"# Prompt {number}\n" + " ".join(random.choices(words, k=960)) + "\n"
        (folder / "prompts" / f"{number}.md").write_text(text)
    (folder / ".gitignore").write_text("__pycache__/\n*.pyc\n.venv\nbuild/\ndist/\n/coverage.xml\n")
    (folder / "tokcost.toml").write_text(
        'model = "gpt-5.4-mini"\noutput-tokens = 500\n[[budget]]\npaths = ["prompts/*.md"]\n'
        'max-input-tokens = 4000\nmax-cost = "0.02"\n'
    )
    return folder


def measured(commands: dict[str, tuple[Path, list[str]]]) -> dict[str, float]:
    """The best of the runs of each command, taken in turns so that a busy moment hits all alike."""
    best = dict.fromkeys(commands, float("inf"))
    for run in range(RUNS + 1):
        for name, (folder, arguments) in commands.items():
            began = time.perf_counter()
            subprocess.run([TOKCOST, *arguments], cwd=folder, check=True, capture_output=True)
            if run:  # the first one fills the cache
                best[name] = min(best[name], time.perf_counter() - began)
    return best


if __name__ == "__main__":
    sys.exit(main())
