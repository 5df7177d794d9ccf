"""Collections out of the package that holds them with a hundred others, which nobody needs here."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def unpack_crypto_collection(directory: Path) -> str:
    """Put community.crypto under a directory; see ``unpack_collections``."""
    return unpack_collections(directory, "community.crypto")


def unpack_collections(directory: Path, *names: str) -> str:
    """Put them under a directory; returns the value of ``ANSIBLE_COLLECTIONS_PATH`` with which Ansible finds them."""
    pinned = ["--no-deps", "--require-hashes", "--requirement", str(ROOT / "requirements/collections.txt")]
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--dest",
        str(directory),
    ]
    subprocess.run([*command, *pinned], check=True)
    (package,) = directory.glob("ansible-*.whl")
    wanted = tuple(f"ansible_collections/{name.replace('.', '/')}/" for name in names)
    with zipfile.ZipFile(package) as archive:
        archive.extractall(directory, [name for name in archive.namelist() if name.startswith(wanted)])
    package.unlink()
    return str(directory)
