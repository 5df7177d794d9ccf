# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""A signal ends a run in good order: children are ended, and what is temporary is removed."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import typing as t

from ._conda.process import ENDING


def end_in_order() -> None:
    """From now on TERM, HUP and INT raise SystemExit with 128 + the signal; another one while that is on its way is too late.

    What this process was told to ignore (``nohup``), it goes on ignoring.
    """
    for number in ENDING:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _end)


def _end(number: int, dummy: t.Any) -> t.NoReturn:
    for other in ENDING:
        if signal.getsignal(other) != signal.SIG_IGN:
            signal.signal(other, _too_late)  # not SIG_IGN, which children would inherit
    # The interpreter forgets its handlers before it has left.
    atexit.register(signal.pthread_sigmask, signal.SIG_BLOCK, ENDING)
    with contextlib.suppress(OSError):  # a lost terminal cannot be told anything
        os.write(2, f"ended by {signal.Signals(number).name}\n".encode())
    raise SystemExit(128 + number)


def _too_late(*dummy: t.Any) -> None:
    pass
