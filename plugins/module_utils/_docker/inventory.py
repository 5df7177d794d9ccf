# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What an engine has of ours, told in words: images and containers. Pure."""

from __future__ import annotations

import datetime
import typing as t

from .workbench import MARK, NAMES, PORT

Answer = t.Dict[str, t.Any]


def told_images(images: t.Iterable[Answer], containers: t.Iterable[Answer]) -> list[Answer]:
    """Return a line for each name of an image, the newest image first; one without a name has a line, too."""
    used = [container["ImageID"] for container in containers]
    newest = sorted(images, key=lambda image: (-float(image["Created"]), image["Id"]))
    return [_image(image, reference, used.count(image["Id"])) for image in newest for reference in names_of(image)]


def told_containers(containers: t.Iterable[Answer]) -> list[Answer]:
    """Return a line for each container, the newest first."""
    return [_container(one) for one in sorted(containers, key=lambda one: (-float(one["Created"]), one["Id"]))]


def names_of(image: Answer) -> list[str]:
    """Return an image's names; one that is empty where it has none."""
    return [name for name in image.get("RepoTags") or () if name != "<none>:<none>"] or [""]


def labels_of(listed: Answer) -> dict[str, str]:
    """Return the labels of an image or a container, as a listing of the engine has them."""
    return dict(listed.get("Labels") or {})


def _image(image: Answer, reference: str, used: int) -> Answer:
    labels = labels_of(image)
    name, dummy, tag = reference.rpartition(":")
    return {
        "name": name,
        "tag": tag,
        "id": image["Id"],
        "created": _time(image["Created"]),
        "size": image["Size"],
        "environments": [part for part in labels.get(NAMES, "").split(",") if part],
        "lock": labels.get("benchwright.lock", ""),
        "port": int(labels[PORT]) if PORT in labels else None,
        "containers": used,
    }


def _container(container: Answer) -> Answer:
    labels = labels_of(container)
    return {
        "name": container["Names"][0].lstrip("/"),
        "id": container["Id"],
        "image": container["Image"],
        "of": labels.get(MARK, ""),
        "state": container["State"],
        "status": container["Status"],
        "created": _time(container["Created"]),
        "command": container.get("Command", ""),
        "ports": sorted({_port(port) for port in container.get("Ports") or () if port.get("PublicPort")}),
    }


def _port(port: Answer) -> str:
    return f"{port.get('IP', '')}:{port['PublicPort']}->{port['PrivatePort']}/{port['Type']}"


def _time(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
