# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""One tool, as it is called: its executable, what it can do, and the settings that every call gets."""

from __future__ import annotations

import os
import typing as t

from .answer import read_answer
from .capabilities import Capabilities, read_version
from .door import call
from .interface import Request

VERSION_TIMEOUT = 60.0


class Tool:
    """conda, mamba or micromamba, asked once for its version."""

    def __init__(self, executable: str, accept_anaconda_terms: bool, timeout: float) -> None:
        """:raises EngineError: when it cannot be started, or is none that is supported."""
        self.executable, self.timeout = executable, timeout
        self._accept_anaconda_terms = accept_anaconda_terms
        finished = call([executable, "--version"], {}, min(timeout, VERSION_TIMEOUT))
        if finished.returncode:
            read_answer(finished)
        self.capabilities: Capabilities = read_version(finished.stdout, executable)

    def call(
        self,
        command: t.Sequence[str],
        settings: t.Mapping[str, str],
        inherit: t.Sequence[int] = (),
        json_wanted: bool = True,
    ) -> dict[str, t.Any]:
        """Call ``conda install ...`` and the like; return what it answers, or raise EngineError."""
        flags = [*(["--json"] if json_wanted else []), *(["--yes"] if command[0] in ("install", "remove") else [])]
        quiet = self.capabilities.quiet if command[0] == "install" else ()
        argv = [self.executable, command[0], *flags, *quiet, *command[1:]]
        return read_answer(call(argv, settings, self.timeout, inherit))

    def settings(self, request: Request) -> dict[str, str]:
        """The variables that say how this request is to be worked on."""
        settings = {
            "CONDA_CHANNEL_PRIORITY": request.channel_priority,
            "MAMBA_CHANNEL_PRIORITY": request.channel_priority,
        }
        if self._accept_anaconda_terms:
            settings["CONDA_PLUGINS_AUTO_ACCEPT_TOS"] = "yes"
        if self.capabilities.tool == "micromamba":  # the others know theirs, and read its configuration
            settings["MAMBA_ROOT_PREFIX"] = os.path.dirname(request.package_cache)
        return settings
