# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What the rattler engine's child process does to a prefix: every package is verified, then linked.

rattler checks what it downloads. What lies on this disk, a ``file://`` package or the package cache, it believes, so that is
checked here, or by rattler on our word.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
import typing as t
from pathlib import Path

from ..._files import write_atomically
from ..descriptions.environment import LockedPackage
from ..installed.digests import local_path
from ..specs.channel import strip_credentials
from ._rattler_locked import unsolved_records
from ._rattler_records import (
    WorkerError,
    check_digests,
    hexadecimal,
    in_short,
    installed_records,
    record_files,
    resolved_records,
)
from .cache_lock import DOWNLOADED, cache_lock


async def install(request: t.Mapping[str, t.Any], solution: list[t.Any], prefix: str) -> None:
    """Make ``prefix`` hold exactly the solution; for a request without specs, what that says of its own prefix."""
    import rattler
    from rattler.exceptions import InstallerError
    from rattler.package_cache import PackageCache, ValidationMode

    cache = Path(request["package_cache"])
    with contextlib.ExitStack() as own:
        # This process works on the cache, so it holds the lock: also when whoever started it was killed.
        own.enter_context(cache_lock(str(cache), request["lock_timeout"]))
        downloads = tempfile.TemporaryDirectory(prefix=DOWNLOADED, dir=cache, ignore_cleanup_errors=True)
        scratch = own.enter_context(downloads)
        # What was extracted earlier is compared with its sums before it is linked, and fetched again where it differs.
        verified = PackageCache.new_layered([cache], validation_mode=ValidationMode.full())
        records = solution if request["specs"] else await unsolved_records(request, verified, Path(scratch))
        _log_in_again(request["channels"], records)
        request = {**request, "prefix": prefix}
        _check_local_files(request, records, await verified.index())
        try:
            await rattler.install(
                records,
                prefix,
                package_cache=verified,
                installed_packages=resolved_records(prefix, Path(scratch)),
                reinstall_packages=set(request["reinstall"]),
                show_progress=False,
                execute_link_scripts=True,
                alternative_target_prefix=request["home"] or None,
            )
        except InstallerError as error:
            raise WorkerError(in_short(error) + _next_step(str(error))) from error
    locked = {package.dist: package for package in (LockedPackage(**fields) for fields in request["packages"])}
    for path in record_files(prefix):
        _mend_record(path, locked.get(path.stem))


def _next_step(message: str) -> str:
    if message.startswith("failed to fetch"):
        return "; the channel does not send what it lists: try again, or take the package from another channel"
    return "; mend the cause and run again: what is there is kept"


def _check_local_files(request: t.Mapping[str, t.Any], records: list[t.Any], cached: t.Any) -> None:
    """Like conda, rattler takes a file:// package as it is. It needs none for what is whole in the cache."""
    installed = installed_records(request["prefix"])
    for record in records:
        path, name = local_path(record.url), record.name.normalized
        if name in installed and name not in request["reinstall"] and _content(installed[name]) == _content(record):
            continue
        if path and (path.exists() or not cached.contains_record(record)):
            wanted = {"sha256": hexadecimal(record.sha256), "md5": hexadecimal(record.md5)}
            check_digests(path, str(path), wanted, "the channel", "build the channel anew")


def _content(record: t.Any) -> tuple[t.Any, ...]:
    return str(record.version), str(record.build), record.sha256


def _log_in_again(channels: t.Iterable[str], records: list[t.Any]) -> None:
    """A prefix's records hold no credentials; what is to be linked again may have to be downloaded again."""
    addresses = {strip_credentials(channel).rstrip("/"): channel.rstrip("/") for channel in channels}
    for record in records:
        channel, subdir, file_name = record.url.rsplit("/", 2)
        if addresses.get(channel, channel) != channel:
            record.url = "/".join((addresses[channel], subdir, file_name))


def _mend_record(path: Path, locked: LockedPackage | None) -> None:
    """Make a record true of links, and of where the package of a lock came from."""
    record = json.loads(path.read_text(encoding="utf-8"))
    entries = record.get("paths_data", {}).get("paths", ())
    # rattler notes the sum of a link's text, where ``conda doctor`` expects that of the file it leads to.
    mended = [entry for entry in entries if entry["path_type"] == "softlink" and entry.pop("sha256_in_prefix", None)]
    if locked and f"/{DOWNLOADED}" in record["url"]:
        mended.append(record)
        record.update(url=strip_credentials(locked.url), channel=strip_credentials(locked.channel))
    if mended:
        write_atomically(path, json.dumps(record, indent=2, ensure_ascii=False))
