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
ARCHIVES = "/var/cache/apt/archives"
# Where it is said what the lists are lists of; the site's own sources take the place of the others by a line of configuration.
SOURCES = ("apt", "apt/sources.list", "apt/sources.list.d", "apt/sources.list.d/*", "apt/benchwright.sources.d/*")
ETC = "/etc"
JOURNAL = "/var/lib/dpkg/updates"  # what an interrupted dpkg had still to write down
# Another apt (an unattended upgrade, say) may hold dpkg's lock for a while.
OPTIONS = ("-o", "DPkg::Lock::Timeout=300", "-o", "APT::Sandbox::User=root", "-o", "Dpkg::Options::=--force-confold")


class AptError(Exception):
    """apt-get failed; the text holds its own words and the next step."""


class Apt:
    """``run(argv) -> (exit code, stdout, stderr)`` carries out the commands.

    ``scratch`` is a directory of one's own: then apt keeps its cache there, and its lists if they are to be fetched, and the
    host's stay as they are. ``site`` is the configuration and the sources that the host does not have yet; only for ``scratch``.
    """

    def __init__(
        self,
        run: t.Callable[[t.Sequence[str]], tuple[int, str, str]],
        scratch: str | None = None,
        site: tuple[str, str] | None = None,
    ) -> None:
        self.run, self.scratch, self.site, self.lists, self.options = run, scratch, site, LISTS, list(OPTIONS)
        if scratch:
            self.options += ["-o", "Dir::Cache=" + scratch]

    def refresh(self, valid_for: float) -> None:
        """Fetch the package lists if there are none younger than ``valid_for`` seconds."""
        if not self.site and self._age() < valid_for:
            return
        if self.scratch:
            self.lists = os.path.join(self.scratch, "lists")
            self.options += ["-o", "Dir::State::Lists=" + self.lists]
            self._use_site(self.scratch)
        os.makedirs(os.path.join(self.lists, "partial"), exist_ok=True)
        self._call("update", "--error-on=any")

    def simulate(self, action: str, names: t.Sequence[str] = ()) -> str:
        """Return what ``apt-get --simulate`` prints for ``install``, ``remove`` or ``upgrade``."""
        return self._call("--simulate", *_words(action, names))

    def install(self, names: t.Sequence[str]) -> None:
        """Install the packages, of a given version if it is named, and what they depend on, nothing that is merely recommended."""
        self._carry_out("install", names)

    def upgrade(self) -> None:
        """Upgrade what can be upgraded without removing anything."""
        self._carry_out("upgrade", ())

    def remove(self, names: t.Sequence[str]) -> None:
        """Remove the packages; their configuration files in /etc stay, as apt leaves them."""
        self._mend()
        self._call("remove", "--", *names)

    def archives(self) -> list[str]:
        """The names of the packages' files that were fetched."""
        return sorted(path.name for path in Path(ARCHIVES).glob("*.deb"))

    def clean(self) -> None:
        """Remove the packages' files that were fetched."""
        self._call("clean")

    def _age(self) -> float:
        files = [path.stat().st_mtime for path in Path(self.lists).glob("*_Packages*")]
        sources = [path.stat().st_mtime for pattern in SOURCES for path in Path(ETC).glob(pattern)]
        return time.time() - max(files) if files and max(files) > max(sources, default=0) else float("inf")

    def _use_site(self, scratch: str) -> None:
        if not self.site:
            return
        configuration, sources = self.site
        parts = os.path.join(scratch, "sources")
        os.makedirs(parts, exist_ok=True)
        if sources:
            Path(parts, "site.sources").write_text(sources, encoding="utf-8")
            configuration += f'\nDir::Etc::SourceList "/dev/null";\nDir::Etc::SourceParts "{parts}";\n'
        path = Path(scratch, "apt.conf")
        path.touch(mode=0o600)
        path.write_text(configuration, encoding="utf-8")  # it can hold a proxy's password: never in argv
        self.options += ["-c", str(path)]

    def _carry_out(self, action: str, names: t.Sequence[str]) -> None:
        self._mend()
        self._call(*_words(action, names))

    def _mend(self) -> None:
        """apt refuses to work after a dpkg that was killed."""
        if Path(JOURNAL).is_dir() and any(Path(JOURNAL).iterdir()):
            self.run(["dpkg", "--configure", "-a", "--force-confold"])

    def _call(self, *arguments: str) -> str:
        code, out, err = self.run(["apt-get", "--yes", "--quiet", *self.options, *arguments])
        if code:
            lines = [line for line in err.splitlines() if line.startswith(("E:", "W:"))] or err.splitlines()[-5:]
            raise AptError(
                "apt-get {} failed: {}; mend that (a mirror that answers, room on the disk, a name that exists) "
                "and run again".format(arguments[0], " ".join(lines))
            )
        return out


def _words(action: str, names: t.Sequence[str]) -> list[str]:
    if action == "upgrade":
        return ["upgrade", "--with-new-pkgs", "--no-install-recommends"]
    return [action, "--no-install-recommends", "--", *names]
