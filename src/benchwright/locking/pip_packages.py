"""What pip adds to an environment: the environment's own pip says what it would install there, with addresses and digests.

For that the conda packages of the lock are installed, into a directory that is gone afterwards: what pip takes depends on the Python and
on what conda has brought already.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from benchwright.errors import BenchwrightError
from benchwright.locking.solve import PIP, Package, known_platform
from benchwright.locking.wanted import Wanted
from benchwright.module_run import ModuleRun, run_module

QUIETLY = ("--quiet", "--no-input", "--disable-pip-version-check")


def pip_packages(
    wanted: Wanted, platform: str, conda: Sequence[Package], prefer: Iterable[Package]
) -> tuple[Package, ...]:
    """Return what pip would install besides the conda packages; versions of ``prefer`` stay where nothing speaks against it.

    :raises BenchwrightError: for another machine's platform, for what pip cannot find, and for what has no digest.
    """
    if not wanted.pip:
        return ()
    if platform != known_platform(None):
        raise BenchwrightError(
            f"{wanted.description}: dependencies: pip: only a machine of the platform can lock pip's packages for {platform}, because the "
            "environment's own pip chooses them; lock there, or leave them out with --without-pip"
        )
    with tempfile.TemporaryDirectory(prefix="benchwright-lock-") as name:
        directory = Path(name)
        _make(directory, conda, wanted)
        report = _report(directory, wanted, prefer)
    return tuple(sorted(map(_package, report["install"]), key=lambda package: package.name))


def _make(directory: Path, conda: Sequence[Package], wanted: Wanted) -> None:
    packages = [{"url": each.url, "sha256": each.sha256, "md5": each.md5} for each in conda]
    place = {"prefix": str(directory / "environment"), "facts_directory": str(directory / "facts.d")}
    answers: list[Any] = []
    run = ModuleRun("conda_env", {**place, "packages": packages, "engine": "rattler"}, "Install what is locked")
    if run_module(run, answers.append, threading.Event()).status != "successful":
        why = next(event["message"] for event in answers if event["event"] == "result")
        raise BenchwrightError(
            f"{wanted.description}: pip cannot be asked, for what is locked cannot be installed here: {why}"
        )


def _report(directory: Path, wanted: Wanted, prefer: Iterable[Package]) -> dict[str, Any]:
    """Ask once for what the lock has already, and again without, where that no longer goes together."""
    constraints = [f"{each.name}=={each.version}" for each in prefer]
    done = _ask(directory, wanted, constraints)
    if done.returncode and constraints:
        done = _ask(directory, wanted, [])
    if done.returncode:
        raise BenchwrightError(f"{wanted.description}: dependencies: pip: pip says:\n{done.stderr.strip()}")
    return dict(json.loads((directory / "report.json").read_text(encoding="utf-8")))


def _ask(directory: Path, wanted: Wanted, constraints: Sequence[str]) -> subprocess.CompletedProcess[str]:
    for name, lines in (("wanted.txt", wanted.pip), ("constraints.txt", constraints)):
        (directory / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    python = str(directory / "environment/bin/python")
    files = ["-r", str(directory / "wanted.txt"), "-c", str(directory / "constraints.txt")]
    command = [python, "-m", "pip", "install", "--dry-run", "--report", str(directory / "report.json"), *QUIETLY]
    return subprocess.run(
        [*command, *files], capture_output=True, text=True, check=False, cwd=directory, stdin=subprocess.DEVNULL
    )


def _package(told: dict[str, Any]) -> Package:
    metadata, download = told["metadata"], told["download_info"]
    digest = (download.get("archive_info") or {}).get("hashes", {}).get("sha256")
    if not digest:
        raise BenchwrightError(
            f"pip's {metadata['name']} comes from {download['url']}, of which there is no sha256, so nobody could check it; "
            "take it from an index, or as an archive"
        )
    name = re.sub(r"[-_.]+", "-", metadata["name"]).lower()
    depends = tuple(_depends(metadata.get("requires_dist") or ()))
    return Package(name, metadata["version"], "", download["url"], digest, "", depends, PIP)


def _depends(requirements: Iterable[str]) -> Iterator[str]:
    """Yield what is needed here without extras, as conda writes it."""
    for requirement in map(Requirement, requirements):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield f"{requirement.name} {requirement.specifier}".strip()
