"""An environment with a real Python that two descriptions want differently, and whether what a user sees there is whole."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from .ansible_call import Answer
from .nemesis import Run, answer, start_controller, start_module
from .tiny_channel import TinyChannel

VERSIONS = {"A": "1.0", "B": "2.0"}
MODULES, FILES = 20, 400
RELEASE = re.compile(r"lab-[0-9a-f]{12}")
MARKER = "conda-meta/.benchwright-release"
# What our runs leave in the package cache or in the temporary directory begins so.
OURS = (".locked-", ".private-", "benchwright-")


class Broken(AssertionError):
    """What a user sees is not what one description asks for."""


@dataclass
class Laboratory:
    """``engine`` are the options that choose it; ``options`` are any others that every run gets (``deploy``, ``keep``)."""

    directory: Path
    engine: dict[str, Any]
    tiny: TinyChannel
    channels: tuple[str, ...]
    python: str
    """``3.11``: the version of the channel's Python."""
    options: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    """How long a run takes that nobody disturbs."""
    sound: bool = False
    """Whether the environment is as undisturbed runs leave it."""
    runs: list[Run] = field(default_factory=list)
    _rounds: Iterator[int] = field(default_factory=count)
    _fresh: dict[str, frozenset[str]] = field(default_factory=dict)
    _sums: dict[tuple[int, int, int], str] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        return self.directory / "root"

    @property
    def prefix(self) -> Path:
        """As the user names it."""
        return self.root / "envs/lab"

    @property
    def package(self) -> Path:
        """Where the package lies that both descriptions ask for, in another version each."""
        return self.prefix / f"lib/python{self.python}/site-packages/sample"

    @property
    def temporary(self) -> Path:
        """The temporary directory of all runs."""
        return self.directory / "tmp"

    @property
    def cache(self) -> Path:
        return self.root / "pkgs"

    def describe(self, goal: str, **more: Any) -> dict[str, Any]:
        """The options for conda_env. Each description is a new one, so that no release can be used again."""
        version = VERSIONS[goal]
        return {
            "root_prefix": str(self.root),
            "name": "lab",
            "channels": list(self.channels),
            "dependencies": ["python", "pip", f"sample={version}"],
            "pip": [f"note=={version}"],
            "variables": {"ROUND": str(next(self._rounds)), "GOAL": goal},
            "state": "exact",
            **self.engine,
            **self.options,
            **more,
        }

    def start(self, options: Mapping[str, Any], controller: bool = False, stage: str = "") -> Run:
        """Start one run, of the module alone or with Ansible around it."""
        start = start_controller if controller else start_module
        self.temporary.mkdir(exist_ok=True)
        self.runs.append(start("conda_env", options, self._place(), self.temporary, stage, **self._environment()))
        return self.runs[-1]

    def run(self, command: Sequence[str], **environment: str) -> Run:
        """Start another tool that changes the environment."""
        self.temporary.mkdir(exist_ok=True)
        self.runs.append(Run(command, self._place(), environment={**self._environment(), **environment}))
        return self.runs[-1]

    def _place(self) -> Path:
        return self.directory / "runs" / str(next(self._rounds))

    def _environment(self) -> dict[str, str]:
        places = {
            "TMPDIR": self.temporary,
            "HOME": self.directory / "home",
            "PIP_FIND_LINKS": self.directory / "wheels",
        }
        return {"PIP_NO_INDEX": "1", **{name: str(path) for name, path in places.items()}}

    def call(self, options: Mapping[str, Any], seconds: float = 120.0) -> Answer:
        """Run to the end."""
        return answer(self.start(options), seconds)

    def other_goal(self) -> str:
        """The description that is not fulfilled now."""
        return {"A": "B", "B": "A"}[self.seen()]

    def seen(self) -> str:
        """The description that the environment fulfils, to the last file; raises Broken with what is not whole."""
        prefix = Path(os.path.realpath(self.prefix))
        variables = self.options.get("variables", True)
        try:
            records = [json.loads(path.read_bytes()) for path in sorted(prefix.glob("conda-meta/*.json"))]
            said = json.loads((prefix / "conda-meta/state").read_text())["env_vars"]["GOAL"] if variables else None
        except (OSError, ValueError, KeyError) as error:
            raise Broken(f"records cannot be read: {error!r}") from error
        names = [record["name"] for record in records]
        versions = {record["name"]: record["version"] for record in records}
        if len(set(names)) != len(names) or not {"sample", "python", "pip"} <= set(names):
            raise Broken(f"records are there twice or missing: {names}")
        notes = sorted(path.name for path in prefix.glob(f"lib/python{self.python}/site-packages/note-*.dist-info"))
        goal = next(goal for goal, version in VERSIONS.items() if version == versions["sample"])
        if notes != [f"note-{VERSIONS[goal]}.dist-info"] or said not in (goal, None):
            raise Broken(f"sample {versions['sample']} beside {notes} and GOAL={said}")
        wrong = [path for record in records for path in self._wrong_files(prefix, record)]
        if wrong:
            raise Broken(f"{len(wrong)} files are not what the records say: {wrong[:3]}")
        return goal

    def _wrong_files(self, prefix: Path, record: Mapping[str, Any]) -> Iterator[str]:
        yield from (path for path in record["files"] if not os.path.lexists(prefix / path))
        for entry in record["paths_data"]["paths"]:
            path = prefix / entry["_path"]
            if not os.path.lexists(path):  # a record of conda gives these as the package has them
                path = prefix / "lib" / f"python{self.python}" / entry["_path"]
            wanted = entry.get("sha256_in_prefix") or entry.get("sha256")
            if wanted and path.is_file() and not path.is_symlink() and self._sum(path) != wanted:
                yield entry["_path"]

    def _sum(self, path: Path) -> str:
        status = path.stat()
        key = (status.st_ino, status.st_ctime_ns, status.st_size)
        if key not in self._sums:
            self._sums[key] = hashlib.sha256(path.read_bytes()).hexdigest()
        return self._sums[key]

    def files(self) -> frozenset[str]:
        """All that is in the environment, without what Python compiles for itself."""
        prefix = Path(os.path.realpath(self.prefix))
        found = (Path(where, name).relative_to(prefix) for where, dummy, names in os.walk(prefix) for name in names)
        return frozenset(str(path) for path in found if "__pycache__" not in path.parts)

    def left_over(self) -> list[str]:
        """What is there that no undisturbed run leaves, in sentences' form; empty where all is tidy."""
        goal = self.seen()
        strays = [f"{path} in the environment" for path in sorted(self.files() - self._fresh.get(goal, self.files()))]
        beside = [
            f"envs/{path.name}" for path in (self.root / "envs").iterdir() if path.name not in ("lab", ".lab.lock")
        ]
        return [*strays, *beside, *self._bad_releases(), *self._temporary()]

    def _bad_releases(self) -> Iterator[str]:
        releases = self.root / ".releases"
        for path in sorted(releases.iterdir()) if releases.exists() else ():
            if not RELEASE.fullmatch(path.name):
                yield f".releases/{path.name}"
            elif not (path / MARKER).exists():
                yield f".releases/{path.name} without a marker"

    def _temporary(self) -> Iterator[str]:
        for path in self.cache.iterdir():
            if path.name.startswith(OURS):
                yield f"pkgs/{path.name}"
        for path in self.temporary.iterdir():
            if path.name.startswith(OURS):
                yield f"temporary directory: {path.name}"

    def releases(self) -> list[str]:
        """The names of all releases that are there."""
        directory = self.root / ".releases"
        return sorted(path.name for path in directory.iterdir()) if directory.exists() else []

    def end_runs(self) -> None:
        """Nothing of any run stays: no process, and none of its files."""
        for run in self.runs:
            run.end()
        self.runs.clear()
        shutil.rmtree(self.directory / "runs", ignore_errors=True)

    def forget_download(self, goal: str) -> None:
        """The next run has to fetch the package again."""
        for path in self.cache.glob(f"sample-{VERSIONS[goal]}-*"):
            (shutil.rmtree if path.is_dir() else os.unlink)(path)

    def renew(self) -> None:
        """Make the environment from nothing, in both descriptions; what is there then is what undisturbed runs leave."""
        self.clear()
        for goal in VERSIONS:
            begin = time.monotonic()
            wanted = self.describe(goal)
            result = self.call(wanted)
            self.seconds = time.monotonic() - begin
            assert result.changed, result.result
            assert not self.call(wanted).changed
            assert self.seen() == goal
            self._fresh[goal] = self.files()
        self.end_runs()

    def clear(self) -> None:
        """As if there had never been an environment."""
        self.end_runs()
        for directory in (self.root, self.temporary):
            shutil.rmtree(directory, ignore_errors=True)


def make_laboratory(directory: Path, real: Path, engine: Mapping[str, Any], **options: Any) -> Laboratory:
    """A laboratory with no environment yet; ``real`` is the directory of a channel with Python and pip."""
    python = _python_version(real)
    tiny = TinyChannel(directory / "channel")
    for version in VERSIONS.values():
        tiny.add(
            "sample", version, depends=["python"], files=_sample(f"lib/python{python}/site-packages/sample", version)
        )
        _write_wheel(directory / "wheels", "note", version)
    (directory / "home").mkdir()
    return Laboratory(directory, dict(engine), tiny, (tiny.url, real.absolute().as_uri()), python, options)


def _sample(place: str, version: str) -> dict[str, bytes]:
    """A package that can be imported only where all its modules are of one version."""
    names = [f"part{number:02}" for number in range(MODULES)]
    check = f"from . import {', '.join(names)}\nassert {{part.VERSION for part in ({', '.join(names)})}} == {{{version!r}}}\n"
    modules = {f"{place}/{name}.py": f"VERSION = {version!r}\n" for name in names}
    data = {f"{place}/data/{number:03}": f"{version} {number}\n" * 40 for number in range(FILES)}
    files = {f"{place}/__init__.py": check, **modules, **data}
    return {path: text.encode() for path, text in files.items()}


def _python_version(channel: Path) -> str:
    indexes = (json.loads(path.read_bytes())["packages.conda"] for path in channel.glob("*/repodata.json"))
    [version] = {record["version"] for index in indexes for record in index.values() if record["name"] == "python"}
    return ".".join(version.split(".")[:2])


def _write_wheel(directory: Path, name: str, version: str) -> None:
    directory.mkdir(exist_ok=True)
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(directory / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", f"VERSION = {version!r}\n")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
