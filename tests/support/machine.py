"""A container as a machine that somebody works on."""

from __future__ import annotations

import subprocess


class Machine:
    """One container; ``user`` runs what is not run as root."""

    def __init__(self, name: str) -> None:
        self.name = name

    def run(self, command: str, user: str = "root", check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a shell command in the user's home; stdout and stderr come back together."""
        done = subprocess.run(
            ["docker", "exec", self.name, "su", "-", user, "-c", command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"exit code {done.returncode} of {command!r}:\n{done.stdout[-4000:]}")
        return done

    def clone(self, user: str) -> None:
        """What a newcomer does first."""
        self.run("git clone -q /source benchwright", user)
