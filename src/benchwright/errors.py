"""The one exception that the command line shows as a message."""

from __future__ import annotations

from benchwright.status import ExitCode


class BenchwrightError(Exception):
    """Something that the user can mend; ``str()`` says what was wanted, what was found, and what to do."""

    def __init__(self, message: str, code: ExitCode = ExitCode.ERROR) -> None:
        super().__init__(message)
        self.code = code
