"""Recorded calls, and what the stand-in answers to the same calls, brought to one form."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.conda_stand_in import install_stand_in
from support.conda_stand_in.generation import Flavour
from support.tiny_channel import TinyChannel

TRANSCRIPTS = Path(__file__).parents[2] / "data/transcripts"
# What differs from machine to machine and from day to day.
MASKED = ("md5", "sha256", "size", "timestamp", "date", "size_in_bytes")
HEX = re.compile(r"\b[0-9a-f]{32}(?:[0-9a-f]{32})?\b")


@dataclass
class Machine:
    """A root prefix with a stand-in, a channel and a project, each at the end of a path that is normalised."""

    directory: Path
    generation: str
    flavour: Flavour = "conda"
    variables: dict[str, str] = field(default_factory=dict)
    real_executable: str = ""
    """A real command to be called in place of the stand-in."""

    def __post_init__(self) -> None:
        for name in ("home", "project"):
            (self.directory / name).mkdir()
        stand_in = install_stand_in(self.directory / "root", self.generation, self.flavour)
        self.executable = Path(self.real_executable or stand_in)
        # The recorded channel was called so, and its path was normalised afterwards.
        self.channel = TinyChannel(self.directory / "chan")
        for name, version, depends in (
            *(("tinya", "1.0", ()), ("tinya", "1.1", ()), ("tinya", "2.0", ()), ("tinyb", "1.0", ("tinya >=1,<2",))),
            *(("tinyc", "3.1", ("tinyb",)), ("tinyd", "0.1", ()), ("tinye", "1.0", ("tinya >=2",))),
        ):
            self.channel.add(name, version, depends=depends, license="MIT", extension=".tar.bz2")
        self.names = {
            str(self.directory / "root"): "/opt/conda",
            str(self.directory / "chan"): "/srv/channel",
            str(self.directory / "project"): "/srv/project",
            str(self.directory / "home"): "/home/alice",
        }

    def write(self, name: str, text: str) -> None:
        """A file of the project; paths in it as in the recordings."""
        (self.directory / "project" / name).write_text(self.real(text))

    def real(self, text: str) -> str:
        for real, normal in self.names.items():
            text = text.replace(normal, real)
        return text

    def normal(self, text: str) -> str:
        for real, normal in self.names.items():
            text = text.replace(real, normal)
        return text

    def run(self, *argv: str, **variables: str) -> dict[str, Any]:
        """Call the stand-in with recorded arguments; answers as a recording does."""
        done = subprocess.run(
            [self.executable, *map(self.real, argv)],
            cwd=self.directory / "project",
            env={"PATH": os.defpath, "HOME": str(self.directory / "home"), **self.variables, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        text = self.normal(done.stdout)
        try:
            found = json.loads(text)
        except ValueError:
            return {"rc": done.returncode, "stdout_json": None, "stdout_text": text, "stderr": self.normal(done.stderr)}
        return {"rc": done.returncode, "stdout_json": found, "stdout_text": None, "stderr": self.normal(done.stderr)}


def recorded(directory: str) -> dict[str, dict[str, Any]]:
    """The recordings of one release by name."""
    return {path.stem: json.loads(path.read_text()) for path in sorted((TRANSCRIPTS / directory).glob("*.json"))}


def comparable(value: Any) -> Any:
    """Without digests, sizes and dates; lists and lines sorted, because conda's order changes from run to run."""
    if isinstance(value, dict):
        return {key: "..." if key in MASKED and item is not None else comparable(item) for key, item in value.items()}
    if isinstance(value, list):
        return sorted(map(comparable, value), key=lambda item: json.dumps(item, sort_keys=True))
    if isinstance(value, str):
        return sorted(HEX.sub("...", value).replace("__main__.py", "conda").splitlines())
    return value


def shape(value: Any) -> Any:
    """Keys and types only; lists by their first element."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value[:1]]
    return type(value).__name__
