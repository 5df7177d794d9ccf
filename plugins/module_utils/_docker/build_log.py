# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What an engine says while it builds: which images it made on the way, and what the command said that failed. Pure."""

from __future__ import annotations

import re
import typing as t

MADE = re.compile(r" ---> ([0-9a-f]{12,64})\s*")
RUNNING, CACHED, STEP, BEGIN = " ---> Running in ", " ---> Using cache", "Step ", " : FROM "
CLEARING = "Removing intermediate container "
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
MOST = 1000


class BuildLog:
    """Hears the engine's answers one by one."""

    def __init__(self) -> None:
        self.made: list[str] = []
        """The ids, perhaps shortened, of what this build made, the newest last; not of what was there before it."""
        self._new, self._said = False, ""

    @property
    def last_words(self) -> str:
        """The end of what the command said that ran last; empty where nothing ran in the last step."""
        return " ".join(self._said[-MOST:].split())

    def hear(self, answer: t.Mapping[str, t.Any]) -> None:
        """Take in one of the engine's answers."""
        text = COLOUR.sub("", str(answer.get("stream") or ""))
        made = MADE.fullmatch(text)
        if text.startswith((STEP, CACHED)):
            self._new, self._said = text.startswith(STEP) and BEGIN not in text, ""
        elif text.startswith(RUNNING):
            self._said = ""
        elif made and self._new:
            self.made.append(made.group(1))
        elif not text.startswith(CLEARING):
            self._said += text
