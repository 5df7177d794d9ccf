"""What a channel is built for: this machine's architecture, and the CPython of its Debian."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from .errors import ChannelError

if TYPE_CHECKING:
    from packaging.tags import Tag

# What the kernel calls the machine -> what conda calls its packages' directory.
SUBDIRS = {"x86_64": "linux-64", "aarch64": "linux-aarch64"}
# Before PEP 600 the manylinux platforms had names of their own. Machine -> alias -> minor version of glibc.
LEGACY_MANYLINUX = {
    "x86_64": {"manylinux1": 5, "manylinux2010": 12, "manylinux2014": 17},
    "aarch64": {"manylinux2014": 17},
}


def machine_subdir() -> tuple[str, str]:
    """This machine's name and conda's name for it; raises ChannelError where there are no such packages."""
    machine = platform.machine()
    if platform.system() != "Linux" or machine not in SUBDIRS:
        raise ChannelError(
            f"an offline channel can be built on Linux on {' or '.join(SUBDIRS)}, and this is {platform.system()} on "
            f"{machine}: build it on such a machine and serve it from there (benchwright channel serve)"
        )
    return machine, SUBDIRS[machine]


@dataclass(frozen=True)
class Target:
    """The interpreter that the channel's packages are for.

    `version` is CPython's full version ("3.11.2"), `glibc` the minor version of the glibc 2.x that the release has.
    """

    machine: str
    subdir: str
    version: str
    glibc: int

    @property
    def python(self) -> str:
        """The version as in lib/python3.11."""
        return ".".join(self.version.split(".")[:2])

    @property
    def minor(self) -> int:
        return int(self.version.split(".")[1])

    @property
    def abi(self) -> str:
        """The interpreter's wheel tag: cp311."""
        return "cp" + self.python.replace(".", "")

    @property
    def python_range(self) -> str:
        """The match spec of compiled packages' interpreter."""
        return f"python >={self.python},<3.{self.minor + 1}.0a0"

    @property
    def site_packages(self) -> str:
        return f"lib/python{self.python}/site-packages"

    @cached_property
    def platforms(self) -> list[str]:
        """Platform tags of wheels that run here, best first, as pip lists them."""
        legacy: dict[int, list[str]] = {}
        for alias, minor in LEGACY_MANYLINUX[self.machine].items():
            legacy.setdefault(minor, []).append(f"{alias}_{self.machine}")
        found: list[str] = []
        for minor in range(self.glibc, min(legacy) - 1, -1):
            found += [f"manylinux_2_{minor}_{self.machine}", *legacy.get(minor, [])]
        return [*found, f"linux_{self.machine}"]

    @cached_property
    def ranks(self) -> dict[Tag, int]:
        """Every wheel tag this interpreter accepts -> its rank, 0 is best."""
        from packaging.tags import compatible_tags, cpython_tags

        version = (3, self.minor)
        tags = [*cpython_tags(version, [self.abi], self.platforms), *compatible_tags(version, self.abi, self.platforms)]
        return {tag: rank for rank, tag in reversed(list(enumerate(tags)))}

    @cached_property
    def markers(self) -> dict[str, str]:
        """The environment that PEP 508 markers are evaluated in."""
        return {
            "implementation_name": "cpython",
            "implementation_version": self.version,
            "os_name": "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Linux",
            "platform_version": "",
            "python_full_version": self.version,
            "python_version": self.python,
            "sys_platform": "linux",
        }
