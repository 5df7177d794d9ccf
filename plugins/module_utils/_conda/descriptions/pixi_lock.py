# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""pixi.lock, versions 6 and 7 -> one :class:`Environment`: the packages of one environment on one platform.

An environment names its packages by address; what is known of each stands once, in the list ``packages``.
"""

from __future__ import annotations

import typing as t

from .environment import Environment, check_channel
from .lock_builder import LockBuilder
from .source import Source
from .yaml_node import Entries, Node, YamlReader

VERSIONS = ("6", "7")
# What the list ``packages`` says, by kind and address: node, key, entries. Only source packages stand there several times.
Known = t.Dict[t.Tuple[str, str], t.List[t.Tuple[Node, str, Entries]]]


def read_pixi_lock(root: Node, source: Source) -> Environment:
    """Read the lock; raises EnvironmentFileError for what is wrong, and if it lacks the environment or platform."""
    return _Reader(source).read(root)


class _Reader(YamlReader):
    def read(self, root: Node) -> Environment:
        keys = self.mapping(root, "")
        version = self.value(keys, "version", root)
        if version.text not in VERSIONS:
            self.fail(
                version,
                "version",
                f"{version.text!r} is not read here, only 6 and 7; write it again with a release of pixi that does",
            )
        key = f"environments.{self.source.environment}"
        environments = self.value(keys, "environments", root)
        environment = self.one_of(
            environments, "environments", (self.source.environment,), "choose one of these with 'environment'"
        )
        entries = self.mapping(environment, key)
        packages = self.value(entries, "packages", environment, key)
        selected = self.one_of(
            packages,
            f"{key}.packages",
            self.platforms(keys),
            f"lock it for one platform that is {self.source.platform}",
        )
        builder = LockBuilder(self.source)
        known = self.known(self.value(keys, "packages", root))
        for index, node in enumerate(self.items(selected, key)):
            self.add(builder, node, f"{key}.packages[{index}]", known)
        return Environment(
            channels=self.channels(self.value(entries, "channels", environment, key), f"{key}.channels"),
            pip=tuple(builder.pip),
            packages=tuple(builder.packages),
            pip_complete=bool(builder.pip),
        )

    def one_of(self, node: Node, key: str, wanted: t.Collection[str], remedy: str) -> Node:
        """Return the value of the one key that is wanted."""
        entries = self.mapping(node, key)
        found = [name for name in entries if name in wanted]
        if len(found) != 1:
            both = " or ".join(sorted(wanted)), ", ".join(found or entries) or "none"
            self.fail(node, key, "wanted {}, found {}; {}".format(*both, remedy))
        return entries[found[0]][1]

    def platforms(self, keys: Entries) -> set[str]:
        """The names under which version 7 may list the host's platform, which it can give names of their own."""
        if "platforms" not in keys:
            return {self.source.platform}
        names: set[str] = set()
        for index, node in enumerate(self.items(keys["platforms"][1], "platforms")):
            key = f"platforms[{index}]"
            entry = self.mapping(node, key)
            name = self.text(self.value(entry, "name", node, key), f"{key}.name")
            subdir = self.text(entry["subdir"][1], f"{key}.subdir") if "subdir" in entry else name
            if subdir == self.source.platform:
                names.add(name)
        return names or {self.source.platform}

    def channels(self, node: Node, key: str) -> tuple[str, ...]:
        found: list[str] = []
        for index, item in enumerate(self.items(node, key)):
            place = f"{key}[{index}]"
            url = self.text(self.value(self.mapping(item, place), "url", item, place), f"{place}.url")
            found += check_channel(url, self.source.name, item.line, place, self.source.accept_anaconda_terms)
        return tuple(found)

    def known(self, node: Node) -> Known:
        """What the list ``packages`` says, by kind and address."""
        found: Known = {}
        for index, item in enumerate(self.items(node, "packages")):
            key = f"packages[{index}]"
            kind, address, entry = self.reference(item, key)
            found.setdefault((kind, address), []).append((item, key, entry))
        return found

    def reference(self, node: Node, key: str) -> tuple[str, str, Entries]:
        entry = self.mapping(node, key)
        kinds = [kind for kind in ("conda", "conda_source", "pypi") if kind in entry]
        if len(kinds) != 1:
            self.fail(node, key, "expected one of 'conda', 'conda_source' and 'pypi'; make the lock again")
        return kinds[0], self.text(entry[kinds[0]][1], f"{key}.{kinds[0]}"), entry

    def add(self, builder: LockBuilder, node: Node, key: str, known: Known) -> None:
        kind, address, dummy = self.reference(node, key)
        if kind == "conda_source":
            self.fail(node, key, f"{address!r} is built from source, which only pixi does; publish it in a channel")
        entries = known.get((kind, address), [])
        if len(entries) != 1:
            times = "twice" if entries else "nowhere"
            self.fail(node, key, f"{address!r} is described {times} in the list 'packages'; make the lock again")
        described, key, entry = entries[0]
        texts: dict[str, str] = {
            name: self.text(entry[name][1], f"{key}.{name}") for name in ("name", "md5", "sha256") if name in entry
        }
        if kind == "conda":
            builder.add_conda(address, texts, described.line, key, texts.get("name", ""))
        else:
            name = self.text(self.value(entry, "name", described, key), f"{key}.name")
            builder.add_pip(name, address, texts.get("sha256", ""), described.line, key)
