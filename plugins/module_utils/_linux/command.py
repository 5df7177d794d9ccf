# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Commands of the system, in the C locale; a refusal is one exception with the command's own words."""

from __future__ import annotations

import os
import shutil
import subprocess
import typing as t

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class LinuxError(Exception):
    """Something was refused; the text says what was wanted, what was found, and what to do."""


def run(*argv: str, stdin: str = "", advice: str = "mend that and run again") -> str:
    """Return what the command prints; raises LinuxError with its last lines when it fails or does not exist."""
    code, out = attempt(*argv, stdin=stdin)
    if code:
        told = " ".join(out.split("\n")[-6:]).strip()
        raise LinuxError(f"{' '.join(argv[:4])} failed with code {code}: {told}; {advice}")
    return out


def attempt(*argv: str, stdin: str = "") -> tuple[int, str]:
    """Return the exit code, 127 for a command that does not exist, and what it printed: stdout, and on failure stderr, too."""
    environment = {**os.environ, "LC_ALL": "C", "PATH": _path()}
    try:
        done = subprocess.run(
            argv, input=stdin, capture_output=True, encoding="utf-8", errors="replace", env=environment, check=False
        )
    except FileNotFoundError:
        return 127, f"there is no {argv[0]} here"
    return done.returncode, (done.stdout + done.stderr if done.returncode else done.stdout)


def exists(name: str) -> bool:
    """Whether ``run`` would find that command."""
    return shutil.which(name, path=_path()) is not None


def _path() -> str:
    return os.environ.get("PATH", "") + ":" + PATH


def change(subject: str, before: object, after: object) -> dict[str, str]:
    """One entry of diff mode's list; None is nothing."""
    texts = ["" if value is None else str(value).rstrip("\n") + "\n" for value in (before, after)]
    return {"before_header": subject, "after_header": subject, "before": texts[0], "after": texts[1]}


def answer(changes: t.Sequence[t.Mapping[str, str]]) -> dict[str, t.Any]:
    """The part of a result that all the modules have."""
    return {"changed": bool(changes), "changes": [item["after_header"] for item in changes], "diff": list(changes)}
