# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""A file to swap to, for machines with little memory: written whole, so that it works where fallocate does not."""

from __future__ import annotations

import contextlib
import os
import re
import typing as t
from pathlib import Path

from . import text
from .command import LinuxError, attempt, change, run

SMALL = 2 * 1024**3  # bytes of memory below which `auto` makes a file
SPARE = 512 * 1024**2  # bytes that must stay free on the disk
CHUNK = 4 * 1024**2
UNITS = "/etc/systemd/system"
UNIT = """[Unit]
Description=Swap file of benchwright

[Swap]
What={path}

[Install]
WantedBy=swap.target
"""
_SIZE = re.compile(r"([1-9]\d*) ?([MG])i?B?$")


def bytes_of(size: str) -> int:
    """Return the bytes of a size such as ``512M`` or ``2G``. Raises LinuxError."""
    found = _SIZE.match(size)
    if not found:
        raise LinuxError(
            f"the size of the swap file must be auto, none, or a number with M or G, such as 512M, but is {size}"
        )
    return int(found.group(1)) * {"M": 1024**2, "G": 1024**3}[found.group(2)]


def memory() -> int:
    """Return the bytes of memory of this machine."""
    found = re.search(r"^MemTotal:\s+(\d+) kB", Path("/proc/meminfo").read_text(encoding="ascii"), re.M)
    return int(found.group(1)) * 1024 if found else 0


def active() -> list[str]:
    """Return what this machine swaps to."""
    with contextlib.suppress(OSError):
        return [line.split()[0] for line in Path("/proc/swaps").read_text(encoding="utf-8").splitlines()[1:]]
    return []


def in_container() -> bool:
    """A container's kernel is its host's: what it swaps to is not the container's business."""
    return os.path.exists("/.dockerenv") or attempt("systemd-detect-virt", "--quiet", "--container")[0] == 0


def decide(size: str, path: str) -> tuple[int, str]:
    """Return the bytes that the file is to have, 0 for none, and why there is none. Raises LinuxError where it cannot be."""
    if size == "none":
        return 0, ""
    wanted = SMALL if size == "auto" else bytes_of(size)
    if in_container():
        if size == "auto":
            return 0, "this is a container, whose host decides about swap"
        raise LinuxError("this is a container, whose host decides about swap; let linux_base_swap_size be auto or none")
    if size != "auto":
        return wanted, ""
    others = [name for name in active() if name != path]
    if others:
        return 0, "there is swap already: " + ", ".join(others)
    if memory() >= SMALL:
        return 0, f"this machine has {memory() // 1024**2} MB of memory"
    return wanted, ""


class Swap:
    """The file, and the unit that has systemd use it from the next start on; now it is used by swapon."""

    def __init__(self, path: str, units: str = UNITS) -> None:
        self.path, name = path, path.strip("/").replace("-", "\\x2d").replace("/", "-") + ".swap"
        self.unit, self.link = os.path.join(units, name), os.path.join(units, "swap.target.wants", name)

    def size(self) -> int:
        """Return the bytes of the file, 0 for none."""
        return os.path.getsize(self.path) if os.path.exists(self.path) else 0

    def keep(self, size: int, check: bool) -> list[dict[str, str]]:
        """Bring file and unit to that size, 0 for none; returns the changes. Raises LinuxError, OSError."""
        unit = UNIT.format(path=self.path) if size else None
        other = self.size() != size
        state = {
            self.path: (_told(self.size()), _told(size)),
            "swap in use": (str(self.path in active()), str(bool(size))),
            self.unit: (text.read_text(self.unit), unit),
            self.link: (str(os.path.islink(self.link)), str(bool(size))),
        }
        changes = [change(subject, *pair) for subject, pair in state.items() if pair[0] != pair[1]]
        if check or not changes:
            return changes
        if size and other:
            self._refuse_full_disk(size)
        if (other or not size) and self.path in active():
            run("swapoff", self.path, advice="free some memory")
        if size and other:
            self._make(size)
        if size and self.path not in active():
            run("swapon", self.path, advice="does its file system allow swap files?")
        self._enable(unit)
        if not size and os.path.exists(self.path):
            os.unlink(self.path)
        return changes

    def _refuse_full_disk(self, size: int) -> None:
        disk = os.statvfs(os.path.dirname(self.path))
        free = disk.f_bavail * disk.f_frsize + self.size()
        if free < size + SPARE:
            raise LinuxError(
                f"a swap file of {_told(size)} and {_told(SPARE)} to spare do not fit on the disk of {self.path}, "
                f"which has {_told(free)} free; make room or choose a smaller linux_base_swap_size"
            )

    def _make(self, size: int) -> None:
        """Half a file never has the name: what has the name and the size is whole."""
        new = self.path + ".new"
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            attempt("chattr", "+C", new)  # where the file system copies on write
            zeros = bytes(CHUNK)
            for start in range(0, size, CHUNK):
                os.write(descriptor, zeros[: min(CHUNK, size - start)])
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        run("mkswap", new)
        os.replace(new, self.path)

    def _enable(self, unit: str | None) -> None:
        if unit:
            os.makedirs(os.path.dirname(self.link), exist_ok=True)
            text.replace(self.unit, unit, mode=0o644)
            if not os.path.islink(self.link):
                os.symlink(self.unit, self.link)
        else:
            for path in (self.link, self.unit):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(path)
            with contextlib.suppress(OSError):
                os.rmdir(os.path.dirname(self.link))
        attempt("systemctl", "daemon-reload")


def _told(size: int) -> str:
    return f"{size // 1024**2} MB" if size else "none"


def keep(size: str, path: str, check: bool, units: str = UNITS) -> dict[str, t.Any]:
    """Have the swap that ``size`` asks for; returns the changes and why there is none. Raises LinuxError, OSError."""
    wanted, why_none = decide(size, path)
    return {"changes": Swap(path, units).keep(wanted, check), "why_none": why_none}
