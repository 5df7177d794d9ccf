"""Entry point: runs the command and turns what the user can mend into a message and an exit code."""

from __future__ import annotations

import sys

import click

from benchwright.cli import app
from benchwright.errors import BenchwrightError
from benchwright.status import ExitCode


def main() -> None:
    """Run the command line."""
    try:
        code = app(standalone_mode=False)
    except BenchwrightError as error:
        code = _say(str(error), error.code)
    except click.exceptions.NoArgsIsHelpError as error:
        code = _say(error.format_message(), ExitCode.USAGE, "")
    except click.UsageError as error:
        code = _say(f"{error.format_message()} (see 'benchwright --help')", ExitCode.USAGE)
    except (KeyboardInterrupt, click.Abort):
        code = _say("interrupted; the same command goes on where it stopped", ExitCode.INTERRUPTED)
    sys.exit(code)


def _say(message: str, code: ExitCode, prefix: str = "benchwright: ") -> ExitCode:
    print(prefix + message, file=sys.stderr)
    return code


if __name__ == "__main__":
    main()
