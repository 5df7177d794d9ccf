# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Decides what of ours nobody uses, and removes it. What has none of our labels is never looked at."""

from __future__ import annotations

import typing as t

from .containers import Answer, Containers
from .description import NAME
from .dockerfile import PART, STAGE
from .engine import Engine
from .inventory import labels_of, names_of
from .workbench import MARK

ENDED = ("exited", "created", "dead")


class Unused(t.NamedTuple):
    """What goes: containers by name, images by name or, where they have none, by id. In this order."""

    containers: tuple[str, ...]
    images: tuple[str, ...]


def unused(
    containers: t.Sequence[Answer], images: t.Sequence[Answer], parts: t.Sequence[Answer], named_too: bool
) -> Unused:
    """Return what nobody uses: containers that have ended, images without a name and a container, and what they were built from.

    :param containers: those of images with our mark, and those in which something is being built.
    :param images: those with our mark.
    :param parts: stages and environments, which images are built from, and what is left of builds that were killed.
    :param named_too: whether images go that have a name and no container; then all of the parts go.
    """
    ended = [one for one in containers if one["State"] in ENDED]
    used = {one["ImageID"] for one in containers if one not in ended}
    leaving = [image for image in images if image["Id"] not in used and (named_too or names_of(image) == [""])]
    staying = {name for image in images if image not in leaving for name in names_of(image)}
    stale = [part for part in parts if _stale(part, staying, named_too) and part["Id"] not in used]
    return Unused(
        tuple(sorted(one["Names"][0].lstrip("/") for one in ended)),
        tuple(name or image["Id"] for image in (*leaving, *stale) for name in names_of(image)),
    )


def prune(engine: Engine, named_too: bool, check_mode: bool) -> Unused:
    """Remove it; in check mode, only say what it is. Raises DockerError."""
    containers = Containers(engine)
    there = {one["Id"]: one for label in (MARK, PART) for one in containers.labelled(label)}
    parts = [part for label in (PART, NAME) for part in engine.images(label) if MARK not in labels_of(part)]
    found = unused(list(there.values()), engine.images(MARK), parts, named_too)
    if not check_mode:
        for name in found.containers:
            containers.remove(name)
        for name in found.images:
            engine.remove(name)
    return found


def _stale(part: Answer, staying: t.Collection[str], named_too: bool) -> bool:
    labels = labels_of(part)
    if STAGE in labels:
        return labels[STAGE] not in staying
    return named_too or (NAME not in labels and names_of(part) == [""])
