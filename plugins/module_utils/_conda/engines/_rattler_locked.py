# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What a prefix is to hold where nothing is solved, as py-rattler's records.

A lock names files; what they depend on stands in the files. So a package that is neither installed nor in the package cache
is downloaded and checked first, and its record, which decides on the order of linking, is complete before it is linked.
"""

from __future__ import annotations

import asyncio
import contextlib
import typing as t
from pathlib import Path

from ..descriptions.environment import LockedPackage
from ..installed.digests import local_path
from ..installed.prefix import Prefix
from ._rattler_records import WorkerError, check_digests, in_short, installed_records
from .unsolved import same_package

AT_ONCE = 16
"""So many packages are downloaded at the same time."""
REMEDY = "make the lock anew, or mend the file"


async def unsolved_records(request: t.Mapping[str, t.Any], cache: t.Any, scratch: Path) -> list[t.Any]:
    """Return the record of each package that stays or is locked; what has to be downloaded lies in ``scratch`` then.

    :raises WorkerError: when a package cannot be had, or is not the one that the lock says.
    """
    there = {package.name: package for package in Prefix(request["prefix"]).records()}
    wanted = [LockedPackage(**fields) for fields in request["packages"]]
    new = [package for package in wanted if package.name not in there or not same_package(package, there[package.name])]
    names = {*request["prefer"], *(package.name for package in wanted)} - {package.name for package in new}
    stay = [record for name, record in installed_records(request["prefix"]).items() if name in names]
    cached, limit = await cache.index(), asyncio.Semaphore(AT_ONCE)

    async def limited(package: LockedPackage) -> t.Any:
        async with limit:
            return await _record(package, cached, Path(request["package_cache"], package.dist), scratch)

    return [*stay, *await asyncio.gather(*map(limited, new))]


async def _record(package: LockedPackage, cached: t.Any, extracted: Path, scratch: Path) -> t.Any:
    import rattler

    outline = _outline(package)
    # Without a sum, a cached package of that name may be another one.
    if package.sha256 and cached.contains_record(outline):
        with contextlib.suppress(Exception):  # a damaged cache is as good as none
            path, md5 = extracted / "info/index.json", package.md5 or None
            index = rattler.PackageRecord.from_index_json(path, None, package.sha256, md5)
            return _checked(package, _at_origin(package, index))
    local = local_path(package.url)
    path = local or await _download(package, scratch)
    wanted = {"sha256": package.sha256, "md5": package.md5}
    digests = check_digests(path, package.url, wanted, "the lock", REMEDY)
    try:
        record = await rattler.RepoDataRecord.from_package_archive(path)
    except Exception as error:  # py-rattler promises no particular type
        raise WorkerError(f"{package.url} is no conda package ({in_short(error)}); {REMEDY}") from error
    record.md5, record.channel = bytes.fromhex(digests["md5"]), package.channel
    if local:
        record.url = package.url
    return _checked(package, record)


def _outline(package: LockedPackage) -> t.Any:
    import rattler

    build, sha256 = rattler.package.BuildString(package.build), bytes.fromhex(package.sha256)
    fields = (package.name, package.version, build, 0, package.subdir)
    return _at_origin(package, rattler.PackageRecord(*fields, sha256=sha256 or None))


def _at_origin(package: LockedPackage, record: t.Any) -> t.Any:
    import rattler

    return rattler.RepoDataRecord(record, package.file_name, package.url, package.channel)


def _checked(package: LockedPackage, record: t.Any) -> t.Any:
    found = f"{record.name.normalized}-{record.version}-{record.build}"
    if found != package.dist:
        raise WorkerError(f"{package.url} is {found} inside, and the lock calls it {package.dist}; {REMEDY}")
    return record


async def _download(package: LockedPackage, scratch: Path) -> Path:
    import rattler
    from rattler.package_streaming import download_to_path

    path = scratch / package.file_name
    try:
        await download_to_path(rattler.Client.default_client(), package.url, path)
    except Exception as error:  # py-rattler promises no particular type
        raise WorkerError(
            f"{package.url} cannot be downloaded ({in_short(error)}); mend the network or the lock"
        ) from error
    return path
