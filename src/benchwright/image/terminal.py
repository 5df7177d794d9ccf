"""Containers in this terminal: ``docker`` takes this process's place, so that every key and every signal is the container's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from benchwright.errors import BenchwrightError

LIMITS = ("--cap-drop=ALL", "--security-opt=no-new-privileges", "--pids-limit=4096")
"""The same as containers in the background get."""


@dataclass(frozen=True)
class Container:
    """What is asked for; ``publish`` is ``ADDRESS:PORT`` on this machine, and empty where the image serves nothing."""

    image: str
    command: Sequence[str] = ()
    name: str = ""
    publish: str = ""
    port: int | None = None
    volumes: Sequence[str] = ()
    secrets: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)

    def words(self, terminal: bool) -> list[str]:
        """Return the command line; values of variables are not in it, since everybody could read them there."""
        return [
            "docker",
            "run",
            "--rm",
            "--interactive",
            *(["--tty"] if terminal else []),
            *LIMITS,
            *([f"--name={self.name}"] if self.name else []),
            *([f"--publish={self.publish}:{self.port}"] if self.publish and self.port else []),
            *(f"--volume={volume}" for volume in self.volumes),
            *(f"--volume={path}:/run/secrets/{name}:ro" for name, path in sorted(self.secrets.items())),
            *(f"--env={name}" for name in sorted(self.variables)),
            self.image,
            *self.command,
        ]


def run(container: Container) -> NoReturn:
    """Become the container."""
    os.environ.update(container.variables)
    _become(container.words(sys.stdin.isatty()))


def attach(name: str) -> NoReturn:
    """Become what a container shows and takes, which Ctrl-P Ctrl-Q leaves; of one that takes nothing, what it shows, until Ctrl-C."""
    asked = ["docker", "inspect", "--format={{.Config.OpenStdin}}", name]
    takes = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() == "true"
    _become(["docker", "attach", name] if takes else ["docker", "logs", "--follow", "--tail=20", name])


def _become(words: list[str]) -> NoReturn:
    program = shutil.which(words[0])
    if program is None:
        raise BenchwrightError(
            "there is no program docker, which a container in a terminal needs; install it (Debian's docker.io), or run the container "
            "in the background with --detach"
        )
    sys.stdout.flush()
    os.execv(program, words)
