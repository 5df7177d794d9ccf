# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""conda-lock.yml, version 1 -> one :class:`Environment`: the packages of one platform and of the category ``main``."""

from __future__ import annotations

from .environment import Environment, check_channel
from .lock_builder import LockBuilder
from .source import Source
from .yaml_node import Entries, Node, YamlReader

VERSION = "1"
CATEGORY = "main"


def read_conda_lock(root: Node, source: Source) -> Environment:
    """Read the lock; raises EnvironmentFileError for what is wrong, and if it does not hold the host's platform."""
    return _Reader(source).read(root)


class _Reader(YamlReader):
    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.builder = LockBuilder(source)

    def read(self, root: Node) -> Environment:
        keys = self.mapping(root, "")
        version = self.value(keys, "version", root)
        if version.text != VERSION:
            self.fail(
                version, "version", f"{version.text!r} is not read here, only {VERSION}; use conda-lock 1 or newer"
            )
        metadata = self.value(keys, "metadata", root)
        about = self.mapping(metadata, "metadata")
        self.check_platform(self.value(about, "platforms", metadata, "metadata"))
        channels = self.channels(self.value(about, "channels", metadata, "metadata"))
        for index, node in enumerate(self.items(self.value(keys, "package", root), "package")):
            self.package(node, f"package[{index}]")
        pip = tuple(self.builder.pip)
        return Environment(channels=channels, pip=pip, packages=tuple(self.builder.packages), pip_complete=bool(pip))

    def check_platform(self, node: Node) -> None:
        wanted = self.source.platform
        key = "metadata.platforms"
        platforms = [self.text(item, key) for item in self.items(node, key)]
        if wanted not in platforms:
            found = ", ".join(platforms)
            self.fail(node, key, f"not locked for {wanted}, only for {found}; lock again with '--platform {wanted}'")

    def channels(self, node: Node) -> tuple[str, ...]:
        found: list[str] = []
        for index, item in enumerate(self.items(node, "metadata.channels")):
            key = f"metadata.channels[{index}]"
            entry = self.mapping(item, key)
            url = self.text(self.value(entry, "url", item, key), key)
            found += check_channel(url, self.source.name, item.line, key, self.source.accept_anaconda_terms)
        return tuple(found)

    def package(self, node: Node, key: str) -> None:
        entry = self.mapping(node, key)
        platform, manager, name, url = (
            self.text(self.value(entry, name, node, key), f"{key}.{name}")
            for name in ("platform", "manager", "name", "url")
        )
        category = self.text(entry["category"][1], f"{key}.category") if "category" in entry else CATEGORY
        if manager not in ("conda", "pip"):
            self.fail(entry["manager"][1], f"{key}.manager", f"{manager!r} is neither 'conda' nor 'pip'")
        if (platform, category) != (self.source.platform, CATEGORY):
            return
        digests = self.digests(entry, node, key)
        line = entry["url"][1].line
        if manager == "pip":
            self.builder.add_pip(name, url.partition("#")[0], digests.get("sha256", ""), line, key)
        else:
            self.builder.add_conda(url, digests, line, key, name)

    def digests(self, entry: Entries, node: Node, key: str) -> dict[str, str]:
        found = self.mapping(self.value(entry, "hash", node, key), f"{key}.hash")
        return {kind: self.text(value, f"{key}.hash.{kind}") for kind, (dummy, value) in found.items()}
