"""Which channels a lock's packages come from, and what that says of the machines that it is for."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace

from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    EnvironmentFileError,
    check_channels,
)

from benchwright.errors import BenchwrightError
from benchwright.locking.asked import Asked
from benchwright.locking.existing import Existing
from benchwright.locking.solve import known_platform
from benchwright.locking.wanted import Wanted
from benchwright.source import Named, choose_channels, offline_address


def asked_channels(asked: Asked, loudly: Callable[[str], None]) -> tuple[str, ...]:
    """Return the channels of the command line; none where the description's count. Raises BenchwrightError."""
    if asked.source is not None and asked.channels:
        raise BenchwrightError("give either --source or --channel, not both")
    if asked.source is not None:
        return choose_channels(asked.source, loudly)
    try:
        return tuple(check_channels(asked.channels or (), "--channel", asked.accept_terms))
    except EnvironmentFileError as error:
        raise BenchwrightError(str(error)) from error


def of_channels(wanted: Wanted, channels: tuple[str, ...]) -> Wanted:
    """Return the same, of these channels.

    The offline channel's packages are made of this machine's, and are for machines with its glibc: there it counts.
    """
    own = {known_platform(None): _glibc()} if offline_address() in [each.rstrip("/") for each in channels] else {}
    return replace(wanted, channels=channels, own=own)


def may_fall_back(asked: Asked, wanted: Wanted, before: Existing, platforms: Sequence[str]) -> bool:
    """Whether the offline channel may take conda-forge's place, if that does not answer, without anybody having named it.

    Only for this machine's platform, and never in the place of a lock that holds conda-forge's packages.
    """
    addresses = [package.url for platform in before.platforms for package in before.of(platform)]
    return (
        not (asked.source or asked.channels)
        and wanted.channels == (Named.CONDA_FORGE,)
        and list(platforms) == [known_platform(None)]
        and all(address.startswith(offline_address()) for address in addresses)
    )


def _glibc() -> dict[str, str]:
    try:
        version = (os.confstr("CS_GNU_LIBC_VERSION") or "").removeprefix("glibc ")
    except ValueError:  # another C library knows no such name
        return {}
    return {"__glibc": version} if version else {}
