"""A directory of a site whose hosts reach nothing else: apt's packages, a channel, an installer, an authority's certificate."""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .apt_directory import fetch_packages, index, make_package
from .installer_stand_in import build_installer
from .tiny_channel import TinyChannel

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBenchwrightTestsUseNoPrivateKeyOfThisOne0000 quant@example.org"


@dataclass(frozen=True)
class Site:
    """``installer`` is the name of a file in ``installers``, ``checksum`` its sha256; ``apt`` and ``channel`` lie beside that."""

    directory: Path
    installer: str
    checksum: str

    @property
    def authority(self) -> Path:
        return self.directory / "authority.pem"


def make_small_site(directory: Path) -> Site:
    """All is tiny, so that a play takes seconds; nftables is the real one, for a firewall has to work."""
    directory.chmod(0o755)
    (directory / "apt").mkdir()
    fetch_packages(directory / "apt", ["nftables", "tzdata"])
    make_package(directory / "apt", "small-library")
    make_package(directory / "apt", "small-tool", depends="small-library")
    make_package(directory / "apt", "unattended-upgrades")
    index(directory / "apt")
    channel = TinyChannel(directory / "channel")
    channel.add("small-base")
    channel.add("small-tool", depends=["small-base"])
    installer = build_installer(directory / "installers")
    checksum = installer.with_name(f"{installer.name}.sha256").read_text().split()[0]
    make_authority(directory / "authority.pem")
    return Site(directory, installer.name, checksum)


def small_variables(site: Site) -> dict[str, Any]:
    """What makes the roles do as much as they can, on a host that has the small site at /srv/site."""
    return {
        "linux_base_packages": ["small-tool"],
        "linux_base_apt_sources": [{"uri": "file:///srv/site/apt", "suites": ["./"], "trusted": True}],
        "linux_base_unattended_upgrades": True,
        "linux_base_https_proxy": "http://proxy.example.org:3128",
        "linux_base_ca_bundle": site.authority.read_text(),
        "linux_base_hostname": "small.example.org",
        "linux_base_timezone": "Europe/Zurich",
        "linux_base_locale": "C.UTF-8",
        "linux_base_users": [{"name": "quant", "groups": ["research"], "sudo": "nopasswd", "ssh_keys": [KEY]}],
        "linux_base_swap_size": "auto",
        "linux_base_ssh_hardening": True,
        "linux_base_firewall": True,
        "miniconda_distribution": "miniforge",
        "miniconda_installer": f"/srv/site/installers/{site.installer}",
        "miniconda_installer_on_host": True,
        "miniconda_checksum": site.checksum,
        "miniconda_group": "staff",
        "miniconda_init_users": ["root"],
        "miniconda_channels": ["file:///srv/site/channel"],
        "conda_env_channels": ["file:///srv/site/channel"],
        "conda_env_environments": [{"name": "small", "dependencies": ["small-tool"]}],
    }


def make_whole_site(directory: Path, channel: Path, suite: str = "bookworm") -> Site:
    """What a site mirrors: packages of the distribution, the offline channel, an installer, and a wheel of its own."""
    directory.chmod(0o755)
    (directory / "apt").mkdir()
    fetch_packages(directory / "apt", ["bzip2", "htop", "tree", "wget"], suite)
    index(directory / "apt")
    (directory / "channel").symlink_to(channel)
    make_wheel(directory / "wheels", "site-tool", "1.0")
    installer = build_installer(directory / "installers")
    return Site(directory, installer.name, installer.with_name(f"{installer.name}.sha256").read_text().split()[0])


def make_wheel(directory: Path, name: str, version: str, requires: Sequence[str] = ()) -> Path:
    """A wheel of one module, ``NAME.version``."""
    directory.mkdir(exist_ok=True)
    module = name.replace("-", "_")
    path = directory / f"{module}-{version}-py3-none-any.whl"
    information = f"{module}-{version}.dist-info"
    files = {
        f"{module}.py": f"version = '{version}'\n",
        f"{information}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        + "".join(f"Requires-Dist: {each}\n" for each in requires),
        f"{information}/WHEEL": "Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in [*files, f"{information}/RECORD"])
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in {**files, f"{information}/RECORD": record}.items():
            archive.writestr(member, text)
    return path


def make_authority(path: Path) -> None:
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "30",
    ]
    command += ["-subj", "/CN=The site's authority", "-keyout", "/dev/null", "-out", str(path)]
    subprocess.run(command, check=True, capture_output=True)
