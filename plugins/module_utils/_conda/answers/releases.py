# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What a module tells about the releases of an environment."""

from __future__ import annotations

import time
import typing as t

from ..installed.disk_usage import size_on_disk
from ..releases.store import Store
from ..releases.users import users_of

Answer = t.Dict[str, t.Any]


def releases(prefix: str, size: bool = False) -> list[Answer]:
    """Return the releases of the environment, the oldest first; none where it is deployed otherwise.

    ``size`` adds the bytes that each takes on the disk, those that it shares with the package cache included.
    """
    store = Store(prefix)
    found, current = store.releases(), store.current
    users = users_of([release.path for release in found], store.link)
    return [
        {
            "digest": release.digest,
            "path": str(release.path),
            "current": release.digest == current,
            "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(release.marker.created)),
            "age": max(0, int(time.time() - release.marker.created)),
            "adopted": release.marker.adopted,
            "users": [process._asdict() for process in users[release.path]],
            **({"size": size_on_disk(str(release.path))} if size else {}),
        }
        for release in found
    ]
