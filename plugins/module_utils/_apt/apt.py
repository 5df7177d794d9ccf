# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The one door to apt-get: what it installs and removes, for real or simulated, in the C locale and without questions."""

from __future__ import annotations

import os
import time
import typing as t
from pathlib import Path

LISTS = "/var/lib/apt/lists"
# Another apt (an unattended upgrade, say) may hold dpkg's lock for a while.
OPTIONS = ("-o", "DPkg::Lock::Timeout=300", "-o", "APT::Sandbox::User=root", "-o", "Dpkg::Options::=--force-confold")


class AptError(Exception):
    """apt-get failed; the text holds its own words and the next step."""


class Apt:
    """``run(argv) -> (exit code, stdout, stderr)`` carries out the commands.

    ``scratch`` is a directory of one's own: then apt keeps its lists there and the host's stay as they are.
    """

    def __init__(self, run: t.Callable[[t.Sequence[str]], tuple[int, str, str]], scratch: str | None = None) -> None:
        self.run, self.lists, self.options = run, LISTS, list(OPTIONS)
        if scratch:
            self.lists = os.path.join(scratch, "lists")
            self.options += ["-o", "Dir::State::Lists=" + self.lists, "-o", "Dir::Cache=" + scratch]

    def refresh(self, valid_for: float) -> None:
        """Fetch the package lists if there are none younger than ``valid_for`` seconds."""
        files = [path.stat().st_mtime for path in Path(self.lists).glob("*_Packages*")]
        if not files or time.time() - max(files) > valid_for:
            os.makedirs(os.path.join(self.lists, "partial"), exist_ok=True)
            self._call("update", "--error-on=any")

    def simulate(self, action: str, names: t.Sequence[str]) -> str:
        """Return what ``apt-get --simulate`` prints for ``install`` or ``remove``."""
        return self._call("--simulate", action, "--no-install-recommends", "--", *names)

    def install(self, names: t.Sequence[str]) -> None:
        """Install the packages and what they depend on, nothing that is merely recommended."""
        self._call("install", "--no-install-recommends", "--", *names)

    def remove(self, names: t.Sequence[str]) -> None:
        """Remove the packages; their configuration files in /etc stay, as apt leaves them."""
        self._call("remove", "--", *names)

    def _call(self, *arguments: str) -> str:
        code, out, err = self.run(["apt-get", "--yes", "--quiet", *self.options, *arguments])
        if code:
            lines = [line for line in err.splitlines() if line.startswith(("E:", "W:"))] or err.splitlines()[-5:]
            raise AptError(
                "apt-get {} failed: {}; mend that (a mirror that answers, room on the disk, a name that exists) "
                "and run again".format(arguments[0], " ".join(lines))
            )
        return out
