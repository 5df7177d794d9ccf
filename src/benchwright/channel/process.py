"""Long-running commands that end with the build that started them."""

from __future__ import annotations

import shutil


def mortal(command: list[str]) -> list[str]:
    """The command, killed by the kernel when this process dies: nothing of a killed build runs beside the next one."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL", "--", *command] if setpriv else command
