# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What has to be done to a prefix. It is decided here and nowhere else; nothing is looked at, nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass

from .._conda.specs.version import VersionError, parse_version
from . import marker
from .errors import DistributionError
from .found import Found, kind_of

NOTHING, INSTALL, AGAIN, REPAIR, REPLACE = "nothing", "install", "again", "repair", "replace"


@dataclass(frozen=True)
class Plan:
    """``action`` is one of the constants above: nothing, install, again (from the beginning), repair (over what is there) or
    replace (the one file of micromamba)."""

    action: str
    why: str = ""


def decide(distribution: str, version: str, prefix: str, found: Found) -> Plan:
    """Compare what is wanted with what was found. Raises DistributionError for what must not be touched."""
    if found.marker:
        return _ours(distribution, version, prefix, found, found.marker)
    plans = {
        "absent": Plan(INSTALL, "there is none"),
        "empty": Plan(INSTALL, "the directory is empty"),
        "conda": Plan(NOTHING, "there was one before, which is left as it is"),
    }
    if found.state in plans:
        return plans[found.state]
    what = "a directory that is no conda distribution" if found.state == "foreign" else "no directory"
    raise DistributionError(
        f"wanted {distribution} in prefix {prefix}, but that is {what}, and it stays as it is; choose another prefix, or move it away"
    )


def _ours(distribution: str, version: str, prefix: str, found: Found, ours: marker.Marker) -> Plan:
    if ours.state in (marker.INSTALLING, marker.REMOVING):
        return Plan(AGAIN, f"an earlier run was interrupted while it was {ours.state}")
    if ours.distribution != distribution:
        raise DistributionError(
            f"wanted {distribution} in prefix {prefix}, but {ours.distribution} {ours.version} was installed there; remove that "
            "with state 'absent' first, or choose another prefix"
        )
    if ours.state == marker.REPAIRING:
        return Plan(REPAIR, "an earlier run was interrupted while it was repairing")
    if found.missing:
        return Plan(REPAIR, "missing: " + ", ".join(found.missing))
    if kind_of(distribution) == "micromamba" and is_older(ours.version, version):
        return Plan(REPLACE, f"{ours.version} is older than {version}")
    return Plan(NOTHING, "it is there")


def is_older(installed: str, wanted: str) -> bool:
    """Whether a version is older than another; what is no version, such as ``latest``, is not."""
    try:
        return parse_version(installed.replace("-", ".")) < parse_version(wanted.replace("-", "."))
    except VersionError:
        return False
