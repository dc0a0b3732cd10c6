"""The steps of the action as GitHub's runner runs them, and what the runner would obey of their log."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import NamedTuple

import yaml

TOP = Path(__file__).resolve().parent.parent
BIN = str(Path(sys.executable).parent)
BASH = shutil.which("bash") or "bash"
# The commands that the runner knows; add-mask blanks text in every later log.
COMMANDS = {
    "add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice", "remove-matcher",
    "save-state", "set-env", "set-output", "stop-commands", "warning",
}  # fmt: skip


class StepResult(NamedTuple):
    """How a step ended and what it wrote."""

    code: int
    out: str
    err: str

    def obeyed(self) -> list[str]:
        """The commands that the runner would carry out; stderr is read on its own, at any time."""
        return [*_obeyed(self.out), *_obeyed(self.err)]


def _obeyed(log: str) -> list[str]:
    """Commands begin a line as ``::name``, or stand anywhere in one as ``##[name]``; a carriage return ends a line."""
    found = []
    token = None
    for line in re.split("\r\n|\r|\n", log):
        match = re.match(r"\s*::([^ :]+)[^\n]*?::(.*)", line) or re.search(r"##\[([^\] ]+)[^\]]*\](.*)", line)
        name = match[1].lower() if match else ""
        if token is not None:
            token = None if name == token else token
        elif name == "stop-commands" and match:
            token = match[2].lower()
        elif name in COMMANDS and match:
            found.append(line)
    return found


class Step:
    """The check step of the action, with tokcost of this checkout where the first step installs it."""

    def __init__(self, temp: Path) -> None:
        temp.mkdir(exist_ok=True)
        self.temp = temp
        self.summary, self.output = temp / "summary.md", temp / "output"

    def installed(self) -> Path:
        """The environment that the first step leaves, made without a network: its folder of packages."""
        place = self.temp / "tokcost-env"
        libraries = place / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
        if not place.exists():
            venv.create(place, symlinks=True)
            own = [path for path in sys.path if path.endswith("-packages")]
            (libraries / "tokcost.pth").write_text("\n".join([str(TOP), *own]))
        return libraries

    def run(self, folder: Path, environment: dict[str, str] | None = None, /, **inputs: str) -> StepResult:
        """The step with these inputs (a dash is written as a low line) and GITHUB_ variables."""
        self.installed()
        return self.bash("Check budgets", folder, environment, **inputs)

    def bash(self, name: str, folder: Path, environment: dict[str, str] | None = None, /, **inputs: str) -> StepResult:
        """A step by its name, as ``bash --noprofile --norc -eo pipefail {0}``."""
        action = yaml.safe_load((TOP / "action.yml").read_text())
        step = next(each for each in action["runs"]["steps"] if each["name"] == name)
        given = {key: value["default"] for key, value in action["inputs"].items()}
        given |= {key.replace("_", "-"): value for key, value in inputs.items()}
        all_of_it = dict(os.environ) | {
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_WORKSPACE": str(folder),
            "GITHUB_ACTION_PATH": str(TOP),
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_BASE_REF": inputs.get("GITHUB_BASE_REF", ""),
        }
        for key, value in step.get("env", {}).items():
            (named,) = re.findall(r"inputs\.([\w-]+)", value)
            all_of_it[key] = given[named]
        script = self.temp / "script.sh"
        script.write_text(step["run"])
        command = [BASH, "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)]
        done = subprocess.run(
            command, cwd=folder, env=all_of_it | (environment or {}), capture_output=True, text=True, check=False
        )
        return StepResult(done.returncode, done.stdout, done.stderr)

    def outputs(self) -> dict[str, str]:
        """What the step hands on."""
        return dict(line.split("=", 1) for line in self.output.read_text().splitlines())

    def comment(self) -> str:
        """The comment that the step announces."""
        return Path(self.outputs()["comment"]).read_text()
