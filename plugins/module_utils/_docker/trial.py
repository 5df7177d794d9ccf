# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Whether a new image works, before it gets its name: a container of it, without a network, that is gone afterwards."""

from __future__ import annotations

import typing as t

from .containers import Answer, Containers
from .context import File, archived
from .engine import DockerError, Engine
from .running import LIMITS, LINES, SECRETS

if t.TYPE_CHECKING:
    from .workbench import Workbench

PROMPTS = ("ipython", "python")
"""Commands that end at once if they are given a program to run; any other may do whatever it likes, and is not tried."""
# A server without secrets only says that it has none. These open nothing: the container has no network, and ends.
MADE_UP = tuple(
    File(f"{SECRETS.lstrip('/')}/{name}", text + "\n")
    for name, text in (
        ("jupyter_server_password_hash", "argon2:$argon2id$v=19$m=10240,t=10,p=8$bWFkZSB1cA$bWFkZSB1cA"),
        ("jupyter_server_token", "made up for a trial"),
    )
)


def words(wanted: Workbench, health: t.Sequence[str]) -> tuple[str, ...]:
    """Return what is run: a server shows the configuration that it would serve with, a prompt does nothing, else it is the health check."""
    if wanted.server:
        return (*wanted.command, "--show-config")
    if wanted.command[:1] and wanted.command[0] in PROMPTS:
        return (wanted.command[0], "-c", "pass")
    return tuple(health[1:])


def check(engine: Engine, image: Answer, wanted: Workbench) -> None:
    """Raise a DockerError with what the container said, unless it ends well. ``image`` is what the engine knows of the image."""
    containers, run = Containers(engine), words(wanted, (image["Config"].get("Healthcheck") or {}).get("Test") or ())
    if not run:
        return
    alone = {"HostConfig": {**LIMITS, "NetworkMode": "none"}, "Healthcheck": {"Test": ["NONE"]}}
    made = containers.create("", {"Image": image["Id"], "Cmd": list(run), **alone})
    try:
        if wanted.server:
            containers.put(made, archived(MADE_UP))
        containers.start(made)
        code = containers.wait(made)
        if code:
            said = containers.last_words(made, LINES) or f"nothing, and ended with the exit code {code}"
            raise DockerError(
                f"{wanted.reference} was built, but does not work, so it was not given its name; '{' '.join(run)}' in it "
                f"said: {said}"
            )
    finally:
        containers.remove(made)
