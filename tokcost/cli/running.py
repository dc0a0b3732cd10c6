"""Runs the app and turns whatever ends it into one line on stderr and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from tokcost.cli.app import app_for
from tokcost.cli.output import silence
from tokcost.errors import ANSWERED, INTERRUPTED, NO_ANSWER, TokcostError
from tokcost.masking import scrub
from tokcost.phrases import printable


def run(argv: Sequence[str]) -> int:
    """Run the command that ``argv`` names; whatever ends it is one line and an exit code, a bug too."""
    _open_streams()
    try:
        code = app_for(argv)(list(argv), prog_name="tokcost", standalone_mode=False)
        sys.stdout.flush()
    except TokcostError as error:
        return _say(f"error: {error}", error.exit_code)
    except KeyboardInterrupt:
        return _say("interrupted", INTERRUPTED)
    except (BrokenPipeError, SystemExit):  # the reader of a help text is gone; a report is written in ``output``
        silence(sys.stdout)
        return ANSWERED
    except OSError as error:
        if error.filename is not None:
            return _bug(error)
        silence(sys.stdout)
        return _say(f"error: the output cannot be written: {error.strerror}", NO_ANSWER)
    except MemoryError:
        return _say("error: out of memory", NO_ANSWER)
    except Exception as error:
        # typer's usage errors come from its private copy of Click, which is not to be imported
        message = getattr(error, "format_message", None)
        if message is None:
            return _say("interrupted", INTERRUPTED) if type(error).__name__ == "Abort" else _bug(error)
        text = message()
        # without arguments the help was printed, and says it all
        return _say(f"error: {_usage(error, text)}", NO_ANSWER) if text.strip() else NO_ANSWER
    if code == INTERRUPTED:  # typer has caught the interrupt
        return _say("interrupted", INTERRUPTED)
    return code if isinstance(code, int) else ANSWERED


def _bug(error: Exception) -> int:
    """A fault of the tool: one line, its traceback on request."""
    if os.environ.get("TOKCOST_DEBUG"):
        import traceback

        print(scrub("".join(traceback.format_exception(error))), file=sys.stderr)
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


def _usage(error: Exception, message: str) -> str:
    context = getattr(error, "ctx", None)
    command = getattr(context, "command_path", "tokcost")
    line = " ".join(message.split()).rstrip(".")
    return f"{line}: '{command} --help' shows the options"


def _say(line: str, code: int) -> int:
    with suppress(BrokenPipeError):
        print(f"tokcost: {printable(scrub(line))}", file=sys.stderr)
    return code
