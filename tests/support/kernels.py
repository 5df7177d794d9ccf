"""Kernels of an environment that run while it changes, and a package whose parts tell of which version they are."""

from __future__ import annotations

import json
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DRIVER = Path(__file__).with_name("kernel_driver.py")
PARTS = 40
INIT = """
import importlib

def part(number):
    return importlib.import_module(f"{__name__}.part{number:02}").VERSION
"""
# In the standard library, and mostly used by no kernel.
STANDARD = (
    *(
        "colorsys",
        "compileall",
        "filecmp",
        "ftplib",
        "graphlib",
        "imaplib",
        "mailbox",
        "modulefinder",
        "netrc",
        "plistlib",
    ),
    *("poplib", "pyclbr", "rlcompleter", "sched", "statistics", "symtable", "tabnanny", "trace", "wave", "zipapp"),
)
LOOK = """
import concurrent.futures, importlib, json, multiprocessing, os, sys
import mixed, noted
versions = [package.part(number) for package in (mixed, noted) for number in {numbers}]
with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
    versions += [pool.submit(package.part, {numbers}[1]).result() for package in (mixed, noted)]
fresh = importlib.import_module(next(name for name in {standard} if name not in sys.modules))
place = os.path.commonpath([module.__file__ for module in (fresh, mixed, noted)])
python = "python%d.%d" % sys.version_info[:2]
print(json.dumps([os.getpid(), sys.prefix, place, python, versions]))
"""


@dataclass(frozen=True)
class Sight:
    """What a kernel and its children see."""

    pid: int
    prefix: str
    place: str
    """The deepest directory that holds all that it imported."""
    python: str
    """``python3.11``, say."""
    versions: frozenset[str]
    """Of each part of each package that was imported."""


class KernelError(AssertionError):
    """A kernel did not start, or what it ran failed; the message is its traceback."""


class Session:
    """A process of the environment that starts kernels; they end with it."""

    def __init__(self, python: Path, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [python, DRIVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(environment)
        )

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *dummy: object) -> None:
        try:
            self._process.communicate(timeout=60)
        finally:
            self._process.kill()

    def start(self, name: str, **how: Any) -> None:
        self._order({"start": name, **how})

    def look(self, name: str, step: int) -> Sight:
        """Have the kernel import what it has not imported yet; it can do so once for each step."""
        numbers = range(PARTS)[2 * step : 2 * step + 2]
        printed = self._order({"in": name, "code": LOOK.format(numbers=list(numbers), standard=STANDARD)})
        pid, prefix, place, python, versions = json.loads(printed["printed"])
        return Sight(pid, prefix, place, python, frozenset(versions))

    def _order(self, order: Mapping[str, Any]) -> dict[str, Any]:
        assert self._process.stdin and self._process.stdout
        print(json.dumps(order), file=self._process.stdin, flush=True)
        answer: dict[str, Any] = json.loads(self._process.stdout.readline() or '{"error": "the driver ended"}')
        if "error" in answer:
            raise KernelError(answer["error"])
        return answer


def modules(name: str, version: str) -> dict[str, bytes]:
    """The files, below site-packages, of a package with as many modules as it has parts."""
    parts = {f"{name}/part{number:02}.py": f"VERSION = {version!r}\n" for number in range(PARTS)}
    return {path: text.encode() for path, text in {f"{name}/__init__.py": INIT, **parts}.items()}


def write_wheel(directory: Path, name: str, version: str) -> None:
    """Write such a package for pip."""
    directory.mkdir(exist_ok=True)
    info = f"{name}-{version}.dist-info"
    files = {
        **modules(name, version),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in (*files, f"{info}/RECORD"))
    with zipfile.ZipFile(directory / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, content in {**files, f"{info}/RECORD": record.encode()}.items():
            wheel.writestr(path, content)
