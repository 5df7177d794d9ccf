# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""From a module's options to the images that are wanted. What the engine would refuse later is refused here, in our words."""

from __future__ import annotations

import os
import re
import typing as t

from .._jupyter.floors import holes
from .context import File
from .engine import DockerError
from .workbench import Layer, Server, Workbench

Options = t.Mapping[str, t.Any]
PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
HOST = r"[A-Za-z0-9.-]+(?::[0-9]+)?"
NAME = re.compile(rf"(?:{HOST}/)?{PART}(?:/{PART})*")
TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
TARGET = re.compile(rf"{HOST}/{PART}(?:/{PART})*:{TAG.pattern}")
DEBIAN = re.compile(r"[a-z0-9][a-z0-9+.-]+")
CONTAINER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]+")
PUBLISHED = re.compile(r"(?:[0-9.]*|\[[0-9A-Fa-f:]+\]):[0-9]{1,5}")
VOLUME = re.compile(r"(?:/|[A-Za-z0-9])[^:]*:/[^:]+(?::(?:ro|rw))?")
SECRET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
PATTERN = re.compile(r"[^\s/\\](?:[^\n\\]*[^\s\\])?")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def check_names(items: t.Sequence[Options]) -> None:
    """Raise a DockerError for a name that no image can have, or that two of them have."""
    for item in items:
        _check(
            NAME,
            item["name"],
            "name",
            "small letters, digits and single . _ - between them, and / between parts, as lab/research",
        )
        _check(TAG, item["tag"], "tag", "letters, digits, '_', '.' and '-', as 2026.1")
        for target in item["push"]:
            _check(
                TARGET, target, "push", "a registry's host, a name and a tag, as registry.example.org/lab/research:1.0"
            )
    references = [f"{item['name']}:{item['tag']}" for item in items]
    twice = sorted({reference for reference in references if references.count(reference) > 1})
    if twice:
        raise DockerError(f"'images' has {twice[0]} twice; give each image a name or a tag of its own")


def check_container(options: Options) -> None:
    """Raise a DockerError for what no container can be started with."""
    if len(options["name"]) != 1:
        raise DockerError(f"'name' has {len(options['name'])} names, but one container is started; give one")
    _check(CONTAINER, options["name"][0], "name", "letters, digits, '_', '.' and '-', as research")
    if options["publish"]:
        _check(
            PUBLISHED,
            options["publish"],
            "publish",
            "an address and a port, as 127.0.0.1:8888, or :8888 for all addresses",
        )
    for volume in options["volumes"]:
        _check(
            VOLUME, volume, "volumes", "a directory or a volume's name, and where it is to be, as /srv/data:/data:ro"
        )
    for name, path in options["secrets"].items():
        _check(SECRET, name, "secrets", "what the secret's file is called, as jupyter_server_password_hash")
        if not os.path.isabs(str(path)) or not os.path.isfile(str(path)):
            raise DockerError(
                f"the secret {name} is to be in {path}, which is no file with an absolute path; write one there"
            )
    for name in options["variables"]:
        _check(VARIABLE, name, "variables", "a variable's name: letters, digits and '_'")


def workbench_of(item: Options) -> Workbench:
    """Return the image that one of ``images`` asks for."""
    if not item["environments"]:
        raise DockerError(f"the image {item['name']} has no environment; give it one, as environment_image returns it")
    for package in item["packages"]:
        _check(DEBIAN, package, "packages", "the name of a package of Debian's, as git")
    for pattern in item["left_out"]:
        _check(PATTERN, pattern, "left_out", "the pattern of a path below the environment's directory, as *.a")
    layers = tuple(_layer(environment) for environment in item["environments"])
    for name in layers[0].variables:
        _check(VARIABLE, name, "variables", "a variable's name: letters, digits and '_'")
    server = _server(item["name"], item["server"], layers[0]) if item["server"] else None
    command = server.command if server else tuple(item["command"])
    if command and command[0] in ("ipython", "python") and not layers[0].holds(command[0]):
        raise DockerError(
            f"the image {item['name']} runs {command[0]}, but {layers[0].name}, its first environment, does not hold it; add "
            f"{command[0]} to the environment, or give another 'command'"
        )
    return Workbench(
        item["name"],
        item["tag"],
        item["base"],
        layers,
        tuple(item["packages"]),
        command,
        item["labels"],
        server,
        tuple(item["left_out"]),
    )


def _server(image: str, asked: Options, layer: Layer) -> Server:
    """What serves, once it is known that the environment can, and should."""
    if not layer.holds(asked["package"]):
        raise DockerError(
            f"the image {image} is to serve, but {layer.name}, its first environment, does not hold {asked['package']}; add it there"
        )
    known = holes(layer.versions)
    if known and not asked["allow_known_holes"]:
        raise DockerError(
            f"{layer.name}, which the image {image} is to serve, holds versions with known holes: {'; '.join(map(str, known))}. Raise "
            "these versions in the environment's description; 'allow_known_holes' serves with them all the same"
        )
    files = tuple(File(file["path"], file["content"], int(file["mode"], 8)) for file in asked["files"])
    return Server(asked["program"], asked["port"], files)


def _layer(environment: Options) -> Layer:
    try:
        return Layer(
            name=environment["name"],
            image=environment["image"],
            prefix=environment["prefix"],
            lock=environment["lock"],
            packages=tuple(environment["packages"]),
            pip=tuple(environment["pip"]),
            variables=dict(environment["variables"]),
        )
    except KeyError as error:
        raise DockerError(
            f"an environment has no {error}; give 'environments' what environment_image returned as images"
        ) from None


def _check(pattern: t.Pattern[str], value: str, option: str, allowed: str) -> None:
    if not pattern.fullmatch(value):
        raise DockerError(f"'{option}' is {value!r}, but must be {allowed}")
