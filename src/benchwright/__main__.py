"""Entry point: runs the command and turns what the user can mend into a message and an exit code."""

from __future__ import annotations

import sys

import typer

from benchwright.cli import app
from benchwright.errors import BenchwrightError
from benchwright.status import ExitCode


def main() -> None:
    """Run the command line."""
    try:
        code = app(standalone_mode=False, prog_name="benchwright")
        if code == ExitCode.INTERRUPTED and not isinstance(code, ExitCode):  # typer's own silent code for Ctrl-C
            raise KeyboardInterrupt
    except BenchwrightError as error:
        code = _say(f"benchwright: {error}", error.code)
    except typer.TyperException as error:
        code = _say(_usage(error), ExitCode.USAGE)
    except (KeyboardInterrupt, typer.Abort):
        code = _say("benchwright: interrupted; the same command goes on where it stopped", ExitCode.INTERRUPTED)
    sys.exit(code)


def _usage(error: typer.TyperException) -> str:
    """Return what was wrong with the words, and where the command in question is explained."""
    message = error.format_message()  # none where the help was printed instead
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "benchwright"
    end = "" if message.endswith(("?", ".")) else "."
    return f"benchwright: {message}{end} See '{command} --help'." if message else ""


def _say(message: str, code: ExitCode) -> ExitCode:
    print(message, file=sys.stderr)
    return code


if __name__ == "__main__":
    main()
