"""What the command line's exit codes mean."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes; where Ansible has one for the case, it is Ansible's."""

    SUCCESS = 0
    ERROR = 1
    """Wrong input, or something before or around the run."""
    HOST_FAILED = 2
    CHANGES_PENDING = 2  # an alias: only where --detailed-exitcode or --drift asks for it, and then failures are 1
    HOST_UNREACHABLE = 4
    USAGE = 5
    """The command's own words are off."""
    INTERRUPTED = 130
