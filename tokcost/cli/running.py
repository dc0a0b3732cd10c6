"""Runs the app and turns whatever ends it into one line on stderr and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from tokcost.cli.app import app_for
from tokcost.errors import ANSWERED, INTERRUPTED, NO_ANSWER, TokcostError


def run(argv: Sequence[str]) -> int:
    """Run the command that ``argv`` names; a bug keeps its traceback, a user's mistake has none."""
    _open_streams()
    try:
        code = app_for(argv)(list(argv), prog_name="tokcost", standalone_mode=False)
        sys.stdout.flush()
    except TokcostError as error:
        return _say(f"error: {error}", error.exit_code)
    except KeyboardInterrupt:
        return _say("interrupted", INTERRUPTED)
    except BrokenPipeError:
        _silence_stdout()
        return ANSWERED
    except OSError as error:
        if error.filename is not None:
            raise
        _silence_stdout()
        return _say(f"error: the output cannot be written: {error.strerror}", NO_ANSWER)
    except MemoryError:
        return _say("error: out of memory", NO_ANSWER)
    except Exception as error:
        # typer's usage errors come from its private copy of Click, which is not to be imported
        message = getattr(error, "format_message", None)
        if message is None:
            if type(error).__name__ == "Abort":
                return _say("interrupted", INTERRUPTED)
            raise
        told = message()
        # without arguments the help was printed, and says it all
        return _say(f"error: {_usage(error, told)}", NO_ANSWER) if told.strip() else NO_ANSWER
    if code == INTERRUPTED:  # typer has caught the interrupt
        return _say("interrupted", INTERRUPTED)
    return code if isinstance(code, int) else ANSWERED


def _open_streams() -> None:
    """What the terminal's charset cannot show is shown escaped; a closed stream takes what is written."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - lives as long as the process
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _usage(error: Exception, message: str) -> str:
    context = getattr(error, "ctx", None)
    command = getattr(context, "command_path", "tokcost")
    line = " ".join(message.split()).rstrip(".")
    return f"{line}: '{command} --help' shows the options"


def _say(line: str, code: int) -> int:
    with suppress(BrokenPipeError):
        print(f"tokcost: {line}", file=sys.stderr)
    return code


def _silence_stdout() -> None:
    """The reader is gone: nothing more is written, and nothing is said about it at exit."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, sys.stdout.fileno())
