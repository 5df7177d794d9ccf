"""What testinfra sees on the hosts themselves: the checks that come with the roles, against any inventory."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from benchwright.errors import BenchwrightError
from benchwright.runner import collection_path

HOST = re.compile(r"\[ansible://([^\]?]+)[^\]]*\]$")
NOTHING_COLLECTED = 5
"""pytest's exit code where no test is left."""
Checks = dict[str, list[dict[str, Any]]]


def host_checks(inventory: Sequence[str], limit: str | None, only: str | None = None) -> Checks:
    """Return the checks by host, each with ``name``, ``ok``, ``seconds`` and ``detail``. What does not concern a host is left out.

    :param only: an expression of pytest's ``-k``.
    Raises BenchwrightError where testinfra is not installed, or cannot do with the inventory.
    """
    if importlib.util.find_spec("testinfra") is None:
        raise BenchwrightError("--on-hosts takes testinfra; install it: pip install 'benchwright[verify]'")
    if len(inventory) != 1:
        raise BenchwrightError(
            f"--on-hosts takes one inventory, but there are {len(inventory)}; name a directory with all of them"
        )
    with tempfile.TemporaryDirectory(prefix="benchwright-checks-") as scratch:
        results = Path(scratch, "results.xml")
        path = f"{sysconfig.get_path('scripts')}:{os.environ.get('PATH', os.defpath)}"  # ansible-inventory is called by its name
        done = subprocess.run(
            _command(inventory[0], limit, only, results),
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
        )
        if not results.exists() or done.returncode not in (0, 1, NOTHING_COLLECTED):
            raise BenchwrightError(f"the checks could not run:\n{_end(done.stdout + done.stderr)}")
        return read_results(results.read_text(encoding="utf-8"))


def read_results(text: str) -> Checks:
    """Return what JUnit's XML, as pytest writes it, says of each host."""
    found: Checks = {}
    for case in ElementTree.fromstring(text).iter("testcase"):
        name = case.get("name", "")
        if (host := HOST.search(name)) and case.find("skipped") is None:
            failed = case.find("failure") if case.find("failure") is not None else case.find("error")
            found.setdefault(host.group(1), []).append(
                {
                    "name": HOST.sub("", name).removeprefix("test_"),
                    "ok": failed is None,
                    "seconds": float(case.get("time") or 0.0),
                    "detail": "" if failed is None else _why(failed.get("message") or ""),
                }
            )
    return found


def _command(inventory: str, limit: str | None, only: str | None, results: Path) -> list[str]:
    chosen = ["-k", only] if only else []
    places = [str(path) for path in sorted((collection_path() / "roles").glob("*/checks"))]
    settings = [
        "-q",
        "-p",
        "no:cacheprovider",
        "--import-mode=importlib",
        "--rootdir",
        str(results.parent),
        "-c",
        "/dev/null",
    ]
    hosts = [f"--hosts=ansible://{limit or 'all'}", f"--ansible-inventory={inventory}", f"--junitxml={results}"]
    return [sys.executable, "-m", "pytest", *settings, *hosts, *chosen, *places]


def _why(message: str) -> str:
    return next(iter(message.removeprefix("AssertionError: ").splitlines()), "")


def _end(text: str) -> str:
    return "\n".join(_lines(text)) or "nothing was said"


def _lines(text: str) -> Iterator[str]:
    yield from [line for line in text.splitlines() if line.strip()][-15:]
