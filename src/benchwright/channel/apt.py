"""The one door to apt: this machine's sources and keys, with a state of our own, so that any user can ask."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from .errors import ChannelError
from .process import mortal
from .storage import sha256

RELATION = re.compile(r"(?P<name>[a-z0-9][a-z0-9.+-]*)(?::\w+)?\s*(?:\((?P<operator>[<>=]+)\s*(?P<version>[^)]+)\))?")
UPSTREAM = re.compile(r"(?:\d+:)?(\d+(?:\.\d+)*)")


@dataclass(frozen=True)
class Relation:
    """What a Debian package asks for; of alternatives, the first."""

    name: str
    version: str


@dataclass(frozen=True)
class Deb:
    """A Debian package as apt's signed index describes it."""

    name: str
    version: str
    source: str
    section: str
    depends: tuple[Relation, ...]
    sha256: str
    size: int

    @property
    def upstream(self) -> str:
        """The version without Debian's parts: 1:1.2.13.dfsg-1 -> 1.2.13."""
        match = UPSTREAM.match(self.version)
        if not match:
            raise ChannelError(f"Debian's {self.name} has the version {self.version!r}, which starts with no number")
        return match.group(1)

    @property
    def file_name(self) -> str:
        return f"{self.name}_{self.sha256[:16]}.deb"


def parse_stanzas(text: str) -> list[Deb]:
    """The packages of an index, in its order."""
    stanzas = re.split(r"\n\s*\n", text.strip())
    return [
        _deb(dict(re.findall(r"^([A-Za-z0-9-]+): (.*)$", stanza, re.M))) for stanza in stanzas if "SHA256: " in stanza
    ]


def _deb(fields: dict[str, str]) -> Deb:
    relations = ",".join(fields[key] for key in ("Pre-Depends", "Depends") if key in fields)
    matches = filter(None, map(RELATION.match, map(str.strip, relations.split(","))))
    return Deb(
        name=fields["Package"],
        version=fields["Version"],
        source=fields.get("Source", fields["Package"]).split()[0],
        section=fields.get("Section", "").rpartition("/")[2],
        depends=tuple(Relation(match["name"], match["version"] or "") for match in matches),
        sha256=fields["SHA256"],
        size=int(fields["Size"]),
    )


class Apt:
    """apt of this machine, writing below `directory` (kept) and `work` only."""

    def __init__(self, directory: Path, work: Path) -> None:
        if not shutil.which("apt-get"):
            raise ChannelError(
                "the offline channel takes CPython from Debian's or Ubuntu's archive, and this machine has no apt-get: "
                "build it on a Debian or Ubuntu machine and copy or serve it from there"
            )
        self._state, self._cache, self._pool = directory / "state", directory / "cache", directory / "debs"
        for path in (self._state / "lists" / "partial", self._cache / "archives" / "partial", self._pool):
            path.mkdir(parents=True, exist_ok=True)
        self._work = work
        self.complaint = ""

    def _run(self, command: str, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        # Container images turn apt's parsed index off; without it every question takes half a second.
        options = ["Dir::Cache::pkgcache=pkgcache.bin", "Dir::Cache::srcpkgcache=srcpkgcache.bin"]
        options += [f"Dir::State={self._state}", f"Dir::Cache={self._cache}", "APT::Sandbox::User=root"]
        words = [command, "-q", *(word for option in options for word in ("-o", option)), *arguments]
        environment = os.environ | {"LC_ALL": "C.UTF-8"}
        return subprocess.run(
            mortal(words),
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def update(self) -> None:
        """Fetch the indexes. An unreachable source is no error yet: what is missing shows when it is asked for."""
        self.complaint = _complaints(self._run("apt-get", "update").stderr)

    def show(self, names: Iterable[str]) -> list[Deb]:
        """The candidates of the packages that the archive has, in the order of the names."""
        wanted = list(dict.fromkeys(names))
        found: dict[str, Deb] = {}
        for deb in parse_stanzas(self._run("apt-cache", "show", "--no-all-versions", *wanted).stdout) if wanted else []:
            found.setdefault(deb.name, deb)
        return [found[name] for name in wanted if name in found]

    def need(self, names: Iterable[str]) -> list[Deb]:
        """As show(), but every package has to be there."""
        wanted = list(names)
        debs = self.show(wanted)
        if missing := sorted(set(wanted) - {deb.name for deb in debs}):
            reason = f" ({self.complaint})" if self.complaint else ""
            raise ChannelError(
                f"apt could not find {', '.join(missing)} in the archives it reaches{reason}: check the sources in "
                "/etc/apt, the proxy and the network until `apt-get update` and `apt-cache policy python3` name a candidate"
            )
        return debs

    def fetch(self, debs: Iterable[Deb], progress: Callable[[str], None]) -> dict[str, Path]:
        """The packages' files by name, each verified against the index now, and downloaded where that fails."""
        wanted = list(debs)
        paths = {deb.name: self._pool / deb.file_name for deb in wanted}
        missing = [deb for deb in wanted if not paths[deb.name].exists() or sha256(paths[deb.name]) != deb.sha256]
        if missing:
            progress(f"downloading Debian packages: {len(missing)}, {sum(deb.size for deb in missing) / 1e6:.1f} MB")
            self._download(missing, Path(tempfile.mkdtemp(dir=self._work)), paths)
        return paths

    def _download(self, debs: list[Deb], directory: Path, paths: dict[str, Path]) -> None:
        result = self._run("apt-get", "download", *(f"{deb.name}={deb.version}" for deb in debs), cwd=directory)
        for deb in debs:
            files = list(directory.glob(f"{deb.name}_*.deb"))
            if len(files) != 1 or sha256(files[0]) != deb.sha256:
                reason = _complaints(result.stderr) or "it said nothing"
                raise ChannelError(
                    f"apt could not reach its archive for {deb.name} {deb.version} ({reason}): check the sources in "
                    "/etc/apt, the proxy and the network, then run the same command again"
                )
            files[0].replace(paths[deb.name])


def extract(path: Path, directory: Path) -> None:
    """Unpack a Debian package's files below `directory`."""
    directory.mkdir(parents=True, exist_ok=True)
    result = subprocess.run(["dpkg-deb", "-x", str(path), str(directory)], capture_output=True, text=True, check=False)
    if result.returncode:
        raise ChannelError(f"dpkg-deb could not unpack {path} into {directory}: {result.stderr.strip()}")


def _complaints(stderr: str) -> str:
    """The last of apt's errors and warnings, on one line."""
    lines = [line for line in stderr.splitlines() if line.startswith(("E:", "W:", "Err"))]
    return "; ".join(lines[-2:])
