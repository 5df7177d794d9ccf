"""Wheels: which ones the pins mean, which are at hand and sound, and how the others are fetched."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from .errors import ChannelError
from .process import mortal
from .requirements import Pin
from .storage import require_space, sha256
from .target import Target

# Three times the mean of the default set. Where larger wheels need more, the file system says so later.
BYTES_PER_WHEEL = 4_000_000
COLLECTING = re.compile(r"Collecting ([A-Za-z0-9._-]+)")
UNREACHABLE = re.compile(r"Retrying \(|Max retries|NewConnectionError|ConnectTimeout|Could not fetch URL")
NO_WHEEL = re.compile(r"(?:distribution found for|satisfies the requirement) ([A-Za-z0-9._-]+)==")


def choose(pins: Iterable[Pin], pool: Path, target: Target) -> dict[str, Path]:
    """Pin's name -> its best wheel in the pool. A wheel whose digest the pin does not name is not there at all."""
    candidates: dict[tuple[str, str], list[tuple[int, Path]]] = {}
    for path in pool.glob("*.whl"):
        try:
            parsed = parse_wheel_filename(path.name)
        except InvalidWheelFilename:
            continue
        if ranks := [target.ranks[tag] for tag in parsed[3] if tag in target.ranks]:
            candidates.setdefault((parsed[0], str(parsed[1])), []).append((min(ranks), path))
    chosen = {}
    for pin in pins:
        best_first = (path for dummy, path in sorted(candidates.get((pin.name, str(pin.version)), [])))
        if sound := next((path for path in best_first if sha256(path) in pin.sha256), None):
            chosen[pin.name] = sound
    return chosen


@dataclass(frozen=True)
class WheelPool:
    """Wheels fetched so far for one target; `work` is for what is on its way."""

    directory: Path
    work: Path
    target: Target
    progress: Callable[[str], None]

    def fetch(self, pins: list[Pin], source: Path) -> dict[str, Path]:
        """Pin's name -> a wheel verified now, downloaded where there was none; messages name the file `source`.

        Raises ChannelError.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        chosen = choose(pins, self.directory, self.target)
        missing = [pin for pin in pins if pin.name not in chosen]
        if not missing:
            return chosen
        require_space(self.directory, len(missing) * BYTES_PER_WHEEL, f"{len(missing)} wheels")
        for path in self._download(missing, source).glob("*.whl"):
            path.replace(self.directory / path.name)
        chosen |= choose(missing, self.directory, self.target)
        for pin in missing:
            if pin.name not in chosen:
                raise ChannelError(
                    f"{source}:{pin.line}: pip brought no wheel of {pin.name} {pin.version} with a pinned digest: run again"
                )
        return chosen

    def _download(self, pins: list[Pin], source: Path) -> Path:
        """The directory with pip's downloads of all these pins."""
        if not importlib.util.find_spec("pip"):
            python = sys.executable
            raise ChannelError(
                f"wheels are fetched with pip, which {python} does not have: run `{python} -m ensurepip`"
            )
        directory = Path(tempfile.mkdtemp(dir=self.work))
        wanted, errors = directory / "wanted.txt", directory / "errors.txt"
        wanted.write_text("".join(f"{pin.text}\n" for pin in pins))
        command = [sys.executable, "-m", "pip", "download", "--no-input", "--disable-pip-version-check"]
        command += ["--progress-bar=off", "--no-deps", "--require-hashes", "--only-binary=:all:"]
        command += [f"--dest={directory}", f"--requirement={wanted}", f"--python-version={self.target.version}"]
        command += ["--implementation=cp", *(f"--platform={tag}" for tag in self.target.platforms)]
        # Its warnings go to a file: a second pipe could fill up while the first one is read.
        with (
            errors.open("w") as stderr,
            subprocess.Popen(mortal(command), stdout=subprocess.PIPE, stderr=stderr, text=True) as process,
        ):
            for number, match in enumerate(filter(None, map(COLLECTING.match, process.stdout or ())), start=1):
                self.progress(f"downloading wheels: {number} of {len(pins)} ({match.group(1)})")
        if process.returncode:
            raise ChannelError(explain(errors.read_text(), pins, source))
        return directory


def explain(stderr: str, pins: Iterable[Pin], source: Path) -> str:
    """What pip's last words mean here."""
    errors = [line for line in stderr.splitlines() if line.startswith("ERROR")]
    last = errors[-1] if errors else stderr.strip()[-300:]
    if UNREACHABLE.search(stderr):
        return (
            f"pip could not reach its index ({last}): check its index-url and proxy (`pip config list`) and the "
            "network, then run the same command again"
        )
    if "DO NOT MATCH THE HASHES" in stderr:
        return f"{source}: pip's index has a file whose digest is not the pinned one: {' '.join(stderr.split())[-400:]}"
    lines = {pin.name: pin for pin in pins}
    for name in NO_WHEEL.findall(stderr):
        if pin := lines.get(canonicalize_name(name)):
            return (
                f"{source}:{pin.line}: pip's index has no wheel of {pin.name} {pin.version} for this interpreter and "
                "machine: pin a version that has one"
            )
    return f"pip could not download the wheels of {source}: {last}"
