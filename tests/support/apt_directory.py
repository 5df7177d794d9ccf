"""A directory that apt installs from: packages made on the spot, or fetched ones, and their index."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from pathlib import Path

from .systemd_host import boot

FETCH = """
rm -f /etc/apt/apt.conf.d/docker-clean && apt-get -qq update
DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --download-only --no-install-recommends {names}
"""


def fetch_packages(directory: Path, names: list[str], suite: str = "bookworm") -> None:
    """Put the archive's packages, and what they need that a fresh host of the suite does not have, into a directory."""
    with boot(suite=suite) as host:
        host.run(FETCH.format(names=" ".join(names)))
        subprocess.run(
            ["docker", "cp", f"{host.name}:/var/cache/apt/archives/.", directory], check=True, capture_output=True
        )
    for other in [path for path in directory.iterdir() if path.suffix != ".deb"]:
        other.rmdir() if other.is_dir() else other.unlink()


def make_package(directory: Path, name: str, version: str = "1.0", depends: str = "") -> Path:
    """Make a package of one file, /usr/share/NAME/version."""
    with tempfile.TemporaryDirectory() as work:
        tree = Path(work, "tree")
        tree.mkdir(mode=0o755)
        (tree / "DEBIAN").mkdir()
        fields = {
            "Package": name,
            "Version": version,
            "Architecture": "all",
            "Maintainer": "A test <test@example.org>",
            "Description": "made by a test",
            **({"Depends": depends} if depends else {}),
        }
        (tree / "DEBIAN/control").write_text("".join(f"{key}: {value}\n" for key, value in fields.items()))
        share = tree / "usr/share" / name
        share.mkdir(parents=True)
        (share / "version").write_text(f"{version}\n")
        target = directory / f"{name}_{version}_all.deb"
        command = ["dpkg-deb", "--root-owner-group", "-Znone", "--build", str(tree), str(target)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return target


def index(directory: Path) -> None:
    """Write the index that apt reads for ``deb [trusted=yes] URL ./``."""
    entries = []
    for package in sorted(directory.glob("*.deb")):
        control = subprocess.run(["dpkg-deb", "--field", package], check=True, capture_output=True, text=True).stdout
        content = package.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        entries.append(f"{control}Filename: ./{package.name}\nSize: {len(content)}\nSHA256: {sha256}\n")
    (directory / "Packages").write_text("\n".join(entries), encoding="utf-8")
