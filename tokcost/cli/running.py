"""Runs the app and turns whatever ends it into one line on stderr and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TextIO

from tokcost.cli.app import command_for
from tokcost.cli.output import say
from tokcost.cli.signals import HeardSignal, heard_signals
from tokcost.errors import ANSWERED, INTERRUPTED, NO_ANSWER, TokcostError

# Of a number of columns: rich pads each line of a help text to the width.
_MOST_DIGITS = 4


# What typer says of numbers, and how people say it.
_PLAINLY = {
    "is not a valid int range": "is not a whole number",
    "is not a valid float range": "is not a number",
    "is not in the range x>=": "is too low: it must be at least ",
}


def run(argv: Sequence[str]) -> int:
    """Run the command that ``argv`` names; whatever ends it is one line and an exit code, a bug too."""
    _open_streams()
    _forget_widths()
    if any("\0" in each for each in argv):
        return _say("error: an argument holds a NUL: no name or text given here may", NO_ANSWER)
    if any(_is_halved(each) for each in argv):
        return _say("error: an argument holds half a character: no name or text given here may", NO_ANSWER)
    with heard_signals() as heard:
        return _run(argv, heard)


def _is_halved(argument: str) -> bool:
    """Whether it holds a surrogate that stands for no byte: only a caller in this process can give one."""
    try:
        os.fsencode(argument)
    except UnicodeEncodeError:
        return True
    return False


def _run(argv: Sequence[str], heard: HeardSignal) -> int:
    try:
        code = command_for(argv)(list(argv), prog_name="tokcost", standalone_mode=False)
        sys.stdout.flush()
    except TokcostError as error:
        if heard.by:  # a worker may have heard it first
            return _say(heard.sentence, heard.exit_code)
        return _say(f"error: {error}", error.exit_code)
    except KeyboardInterrupt:
        return _say(heard.sentence, heard.exit_code)
    except (BrokenPipeError, SystemExit):  # the reader of a help text is gone; a report is written in ``output``
        _silence(sys.stdout)
        return ANSWERED
    except OSError as error:
        return _say(f"error: {_of_system(error)}", NO_ANSWER)
    except MemoryError:
        return _say("error: out of memory", NO_ANSWER)
    except Exception as error:
        # typer's usage errors come from its private copy of Click, which is not to be imported
        message = getattr(error, "format_message", None)
        if message is None:
            return _say(heard.sentence, heard.exit_code) if type(error).__name__ == "Abort" else _bug(error)
        text = message()
        # without arguments the help was printed, and says it all
        return _say(f"error: {_usage(error, text)}", NO_ANSWER) if text.strip() else NO_ANSWER
    if code == INTERRUPTED:  # typer has caught the interrupt
        return _say(heard.sentence, heard.exit_code)
    return code if isinstance(code, int) else ANSWERED


def _of_system(error: OSError) -> str:
    """What the system refused, and of which file; without a name it was the help text or a temporary folder."""
    reason = error.strerror or str(error)
    if error.filename is not None:
        return f"{os.fsdecode(error.filename)}: {reason}"
    if "temporary directory" in str(error):
        return "no temporary folder can be written to: TMPDIR names one"
    _silence(sys.stdout)
    return f"the output cannot be written: {reason}"


def _bug(error: Exception) -> int:
    """A fault of the tool: one line, its traceback on request."""
    if os.environ.get("TOKCOST_DEBUG"):
        import traceback

        say("".join(traceback.format_exception(error)).splitlines())
    text = " ".join(str(error).split())[:200]
    return _say(f"bug: {type(error).__name__}: {text}: please report it, TOKCOST_DEBUG=1 shows where", NO_ANSWER)


def _open_streams() -> None:
    """What the terminal's charset cannot show is shown escaped; a closed stream takes what is written."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - lives as long as the process
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _forget_widths() -> None:
    """A width that no terminal has is not drawn to: a help text would be padded to it."""
    for name in ("COLUMNS", "TERMINAL_WIDTH"):
        width = os.environ.get(name, "")
        if width and not (width.isdecimal() and len(width) <= _MOST_DIGITS):
            del os.environ[name]


def _usage(error: Exception, message: str) -> str:
    context = getattr(error, "ctx", None)
    command = getattr(context, "command_path", "tokcost")
    line = " ".join(message.split()).rstrip(".")
    for theirs, plainly in _PLAINLY.items():
        line = line.replace(theirs, plainly)
    return f"{line}: '{command} --help' shows the options"


def _say(line: str, code: int) -> int:
    say([f"tokcost: {line}"])
    return code


def _silence(stream: TextIO) -> None:
    """The reader is gone: nothing more is written there, and nothing is said about it at exit."""
    with suppress(OSError, ValueError):
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, stream.fileno())
        os.close(quiet)
