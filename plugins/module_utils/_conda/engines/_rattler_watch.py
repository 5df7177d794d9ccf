# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Notices that rattler waits for nothing: its client has no limit for a channel that begins to answer and sends no more."""

from __future__ import annotations

import asyncio
import time
import typing as t
from pathlib import Path

from ._rattler_records import WorkerError

STEP = 5.0
STALLED = 60.0
"""So many seconds without any work are too many; the limit for one answer that conda has, too."""
BUSY = 0.001
"""Whoever uses less of the processor in one step (seconds) does nothing: also a slow download takes more."""

Result = t.TypeVar("Result")


async def unstalled(work: t.Awaitable[Result], channels: t.Iterable[str]) -> Result:
    """Return what the work comes to; raise :class:`WorkerError` when nothing has happened for a minute."""
    task = asyncio.ensure_future(work)
    idle, before = 0.0, time.process_time()
    while not (await asyncio.wait({task}, timeout=STEP))[0]:
        used = time.process_time() - before
        before += used
        idle = 0.0 if used > BUSY or _has_children() else idle + STEP
        if idle >= STALLED:
            raise WorkerError(
                f"no channel has sent anything for {STALLED:.0f} seconds (channels: {', '.join(channels)}); mend the network or "
                "the channel and run again"
            )
    return task.result()


def _has_children() -> bool:
    """Whether a script of a package is at work."""
    return any(path.read_text(encoding="ascii").strip() for path in Path("/proc/self/task").glob("*/children"))
